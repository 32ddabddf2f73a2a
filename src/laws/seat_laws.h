// The laws of seats: who owns them, and how they are counted.
#pragma once

#include <array>

#include "laws/law.h"

namespace frontrow {

// Keeps the owner of every seat of the shows that it has seen, and compares: each order's seats
// with their owners, the state's seats and counters with what follows from the owners.
class OneOwnerASeat final : public Law {
 public:
  using Law::learn;
  std::string_view name() const override { return "A seat has at most one live owner"; }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;
  void learn(const Order& order) override;

 private:
  struct Owner {
    OrderId order;
    bool paid = false;
    bool nobody() const { return order.is_nil(); }
  };
  struct SeatOwners {
    std::vector<Owner> owners;  // by SeatIndex, as far as any was owned
    std::int64_t held = 0, sold = 0;
  };
  struct Seat {
    ShowId show;
    SeatIndex index;
    bool operator==(const Seat&) const = default;
  };
  struct SeatHash {
    using is_avalanching = void;
    std::size_t operator()(const Seat& seat) const {
      return UuidHash()(seat.show) ^ (seat.index * 0x9E3779B97F4A7C15ULL);
    }
  };
  struct Counts {
    std::int64_t held = 0, sold = 0;
  };

  Owner& owner_in_batch(const Seat& seat);
  std::optional<Breach> move(const Change<Order>& change);
  std::optional<Breach> compare_seats(const State& after) const;
  std::optional<Breach> compare_counts(const State& after);

  FlatMap<ShowId, SeatOwners> shows_;
  boost::unordered_flat_map<Seat, Owner, SeatHash> batch_;  // empty between batches
  FlatMap<ShowId, Counts> counts_;                          // likewise
};

class SeatsAddUp final : public Law {
 public:
  std::string_view name() const override {
    return "Held, sold, blocked and available seats add up to the show's seats";
  }
  std::optional<Breach> broken_by(const Changes& changes, const State& after) override;
};

}  // namespace frontrow
