// A law: a sentence that every batch of changes must leave true. The rules in src/domain are
// written so that it is; a law looks at the result with its own eyes, and remembers what it needs
// to know in a shadow of its own, so that an error in the rules or in the state does not blind it.
//
// One thread alone (the committer) may use a law.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "domain/changes.h"
#include "domain/state.h"

namespace frontrow {

// What a law found, and the ids of the aggregates (show, concert, user, order) that it is about.
struct Breach {
  std::string text;
  std::vector<std::string> aggregates;
};

class Law {
 public:
  virtual ~Law() = default;

  // A sentence, in the present tense.
  virtual std::string_view name() const = 0;

  // Looks at a batch that `after` already contains. Changes nothing that a later call could see: a
  // batch that was looked at may never be committed.
  virtual std::optional<Breach> broken_by(const Changes& changes, const State& after) = 0;

  // A row as it is stored now: restored at the start, committed by this node or by another one.
  // The same row may come again.
  virtual void learn(const Place&) {}
  virtual void learn(const Entry&) {}
  virtual void learn(const Order&) {}
};

}  // namespace frontrow
