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
template <class Row>
const Row* find_pending(const Pending& young, const Pending& old, RowTable<Row> Pending::* kind,
                        const typename RowTable<Row>::Key& key) {
  const Row* found = (young.*kind).find(key);
  return found ? found : (old.*kind).find(key);
}

// Calls `take` with every pending row of a kind once, with the young one where both have it.
template <class Row, class Take>
void each_pending(const Pending& young, const Pending& old, RowTable<Row> Pending::* kind,
                  Take take) {
  for (const Row& row : young.*kind) take(row);
  for (const Row& row : old.*kind)
    if (!(young.*kind).find(key_of(row))) take(row);
}

}  // namespace frontrow::sqlite
