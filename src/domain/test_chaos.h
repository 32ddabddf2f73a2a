// People and staff who do whatever comes to their mind: random commands, valid or not, for
// properties that must hold after any of them. Included by tests alone.
#pragma once

#include <iterator>
#include <string>
#include <vector>

#include "domain/test_world.h"

namespace frontrow {

class Chaos {
 public:
  explicit Chaos(World& world) : world_(world) {
    for (int i = 0; i < 8; ++i) users_.push_back(world.user());
    sales_.push_back(world.open_sale({.capacity = 3,
                                      .entries_per_minute = 600,
                                      .people_per_seat = 2,
                                      .entry_seconds = 60,
                                      .claim_seconds = 8,
                                      .hold_seconds = 20,
                                      .shows = 2}));
    sales_.push_back(world.open_sale({.capacity = 2,
                                      .entry_seconds = 30,
                                      .claim_seconds = 5,
                                      .hold_seconds = 15,
                                      .draw = true,
                                      .opens_in_seconds = 20,
                                      .lobby_seconds = 20,
                                      .rows = 2,
                                      .seats_per_row = 3}));
  }

  // A command that somebody might give now.
  Command next() {
    switch (below(24)) {
      case 0:
      case 1:
      case 2:
      case 3:
        return JoinQueue{user(), sale().concert};
      case 4:
      case 5:
      case 6:
        return claim();
      case 7:
        return leave();
      case 8:
      case 9:
      case 10:
      case 11:
        return hold();
      case 12:
      case 13:
      case 14:
        return with_order([](UserId u, EntryProof p, OrderId o) { return PayOrder{u, p, o}; });
      case 15:
        return with_order([](UserId u, EntryProof p, OrderId o) { return ExtendHold{u, p, o}; });
      case 16:
        return with_order([](UserId u, EntryProof, OrderId o) { return CancelOrder{u, o}; });
      case 17:
      case 18:
        return TopUp{user(), Money{static_cast<std::int64_t>(below(300)) + 1}, {}, {}};
      default:
        return staff();
    }
  }

  // Time passes between batches, mostly a little.
  Duration pause() {
    constexpr std::int64_t kSteps[] = {0, 1, 100, 100, 500, 1000, 1000, 3000, 10'000};
    return milliseconds(kSteps[below(std::size(kSteps))]);
  }
  std::uint64_t below(std::uint64_t bound) { return world_.random.below(bound); }

 private:
  Sale& sale() { return sales_[below(sales_.size())]; }
  UserId user() { return users_[below(users_.size())]; }
  ShowId show() {
    const Sale& any = sale();
    return any.shows[below(any.shows.size())];
  }
  // A place that exists; the first sale always has one, after the first join.
  template <class CommandType>
  Command at_place() {
    SaleState& state = *world_.state.sale(sale().no);
    if (state.line.last_number() == 0) return JoinQueue{user(), state.concert->id};
    const auto number = static_cast<PlaceNumber>(1 + below(state.line.last_number()));
    return CommandType{state.concert->sale_no, number, state.places.user_of(number)};
  }
  Command claim() {
    SaleState& state = *world_.state.sale(sale().no);
    if (state.claim_until.empty()) return at_place<ClaimEntry>();
    const PlaceNumber number = state.claim_ends.begin()->second;
    return ClaimEntry{state.concert->sale_no, number, state.places.user_of(number)};
  }
  Command leave() { return at_place<LeaveQueue>(); }

  // Somebody's entry, mostly one that lives.
  Entry entry() {
    SaleState& state = *world_.state.sale(sale().no);
    if (!state.entry_ends.empty() && below(8) != 0) {
      auto at = state.entry_ends.begin();
      std::advance(at, below(state.entry_ends.size()));
      return state.entries.at(at->second);
    }
    if (world_.rows.entries.empty()) return Entry{};
    auto at = world_.rows.entries.begin();
    std::advance(at, below(world_.rows.entries.size()));
    return at->second;
  }
  EntryProof proof(const Entry& entry) {
    SaleState* state = world_.state.sale(entry.sale_no);
    return {entry.id, state ? state->concert->id : ConcertId{}};
  }
  std::string label() {
    return "A-" + std::to_string(1 + below(3)) + "-" + std::to_string(1 + below(4));
  }
  Command hold() {
    const Entry own = entry();
    HoldSeats command{own.user, proof(own), show(), {}, {}};
    if (below(2) == 0) {
      const std::uint64_t count = 1 + below(2);
      for (std::uint64_t i = 0; i < count; ++i) command.labels.push_back(label());
    } else {
      command.best_available = BestAvailable{.count = static_cast<std::int64_t>(1 + below(3)),
                                             .together = below(2) == 0};
    }
    return command;
  }
  template <class Make>
  Command with_order(Make make) {
    const OrderId id = order();
    const auto found = world_.rows.orders.find(id);
    const UserId owner = found == world_.rows.orders.end() ? user() : found->second.user;
    Entry own = entry();
    for (int i = 0; i < 5 && own.user != owner; ++i) own = entry();
    return make(owner, proof(own), id);
  }
  OrderId order() {
    if (world_.rows.orders.empty()) return {};
    auto at = world_.rows.orders.begin();
    std::advance(at, below(world_.rows.orders.size()));
    return at->first;
  }
  Command staff() {
    switch (below(12)) {
      case 0:
      case 1:
        return RefundOrder{{}, order(), "chaos"};
      case 2:
        return GiveSeats{{}, show(), {label()}, "Press", "chaos"};
      case 3: {
        BlockSeats block;
        block.show = show();
        block.block = below(2) == 0;
        block.labels = {label()};
        return block;
      }
      case 4:
        if (below(30) != 0) return check_in();
        return CancelShow{{}, show(), "chaos"};
      case 5:
        return check_in();
      default:
        return action();
    }
  }
  Command check_in() {
    if (world_.rows.tickets.empty()) return CheckIn{};
    auto at = world_.rows.tickets.begin();
    std::advance(at, below(world_.rows.tickets.size()));
    return CheckIn{{}, at->first};
  }
  Command action() {
    constexpr QueueAction kActions[] = {
        QueueAction::pause, QueueAction::resume,  QueueAction::resume, QueueAction::set,
        QueueAction::set,   QueueAction::message, QueueAction::extend, QueueAction::public_input};
    ActOnQueue act = world_.action(sale(), kActions[below(std::size(kActions))]);
    if (below(200) == 0) act.action = QueueAction::close;
    act.capacity = static_cast<std::int64_t>(1 + below(5));
    if (below(2) == 0) act.people_per_seat = static_cast<std::int64_t>(below(4));
    if (below(2) == 0) act.entries_per_minute = static_cast<std::int64_t>(1 + below(2000));
    act.text = "text";
    act.seconds = static_cast<std::int64_t>(1 + below(20));
    return act;
  }

  World& world_;
  std::vector<UserId> users_;
  std::vector<Sale> sales_;
};

}  // namespace frontrow
