// All laws, as the engine asks them: after each batch was decided, before it is appended.
//
//   LawBook laws = LawBook::standard();
//   ... restore: laws.learn(row) for each place, entry and order, in this order ...
//   if (auto violation = laws.check(changes, state)) stop(*violation);
//   ... the store appends ...
//   laws.committed(changes);      // and nothing where the batch did not happen
//
// What other nodes committed is learned with `learn` too. One thread alone (the committer) may use
// a LawBook. It costs less than 1 µs a changed row, since it is on in production.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "laws/law.h"

namespace frontrow {

struct Violation {
  std::string law;   // its sentence
  std::string text;  // what was found, with the values
  std::vector<std::string> aggregates;
};

class LawBook {
 public:
  static LawBook standard();
  explicit LawBook(std::vector<std::unique_ptr<Law>> laws) : laws_(std::move(laws)) {}

  // The first law that the batch breaks. Requires: `after` contains the batch.
  std::optional<Violation> check(const Changes& changes, const State& after);

  // The batch that was checked is stored.
  void committed(const Changes& changes);

  // A row as it is stored. Places before the entries that they became, those before their orders.
  template <class Row>
  void learn(const Row& row) {
    for (const auto& law : laws_) law->learn(row);
  }

  const std::vector<std::unique_ptr<Law>>& laws() const { return laws_; }

 private:
  std::vector<std::unique_ptr<Law>> laws_;
};

}  // namespace frontrow
