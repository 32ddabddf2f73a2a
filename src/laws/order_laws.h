// The laws of orders: their states, their price, and the entries that they rest on.
#pragma once

#include "laws/law.h"

namespace frontrow {

class OrdersKeepToTheDrawing final : public Law {
 public:
  std::string_view name() const override {
    return "An order moves along drawn edges only, and keeps its seats and price";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;
};

// Keeps the number of live holds of every entry.
class HoldsRestOnEntries final : public Law {
 public:
  using Law::learn;
  std::string_view name() const override {
    return "A hold rests on its owner's entry and never outlasts it";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;
  void learn(const Order& order) override;

 private:
  std::optional<Breach> look_at(const Change<Order>& change, const Changes& changes,
                                const State& after) const;

  LargeMap<OrderId, EntryId> holds_;
  LargeMap<EntryId, std::int64_t> holds_of_;
  FlatMap<EntryId, std::int64_t> batch_;  // empty between batches
};

}  // namespace frontrow
