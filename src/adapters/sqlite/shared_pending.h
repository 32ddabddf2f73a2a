// The pending rows of a running store, shared with its readers. The committer's thread alone
// changes them, under the mutex; it may read them without.
//
// A reader looks here first and into the tables after: a row leaves for its table by a commit, and
// only then leaves here, so a row that is not here any more is in every snapshot begun later.
#pragma once

#include <mutex>
#include <optional>
#include <shared_mutex>

#include "adapters/sqlite/pending.h"

namespace frontrow::sqlite {

struct SharedPending {
  mutable std::shared_mutex mutex;
  Pending young;
  Pending old;
};

// The row with this key, the young one first; null where neither has it.
template <class Map>
const typename Map::mapped_type* find_pending(const Pending& young, const Pending& old,
                                              Map Pending::* kind,
                                              const typename Map::key_type& key) {
  for (const Pending* pending : {&young, &old})
    if (const auto found = (pending->*kind).find(key); found != (pending->*kind).end())
      return &found->second;
  return nullptr;
}

// Calls `take` with every pending row of a kind once, with the young one where both have it.
template <class Map, class Take>
void each_pending(const Pending& young, const Pending& old, Map Pending::* kind, Take take) {
  for (const auto& [key, row] : young.*kind) take(row);
  for (const auto& [key, row] : old.*kind)
    if (!(young.*kind).contains(key)) take(row);
}

}  // namespace frontrow::sqlite
