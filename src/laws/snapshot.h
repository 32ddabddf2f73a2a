// The laws over everything that a store holds, for `frontrow check`. It takes the rows of one
// `Reader::scan`, in any order, and needs neither the rules nor a running engine.
//
//   SnapshotCheck check;
//   if (auto done = reader.scan(check); !done) return done.error();
//   const SnapshotReport report = check.finish();
//
// Memory: about 100 bytes an order, place, transfer and ticket.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "laws/law_book.h"
#include "store/store.h"

namespace frontrow {

struct SnapshotCounts {
  std::int64_t concerts = 0;
  std::int64_t shows = 0;
  std::int64_t seats = 0;
  std::int64_t seats_sold = 0;
  std::int64_t seats_held = 0;
  std::int64_t seats_blocked = 0;
  std::int64_t orders = 0;
  std::int64_t orders_paid = 0;  // complimentary ones among them
  std::int64_t orders_refunded = 0;
  std::int64_t holds = 0;  // orders that are held
  std::int64_t tickets = 0;
  std::int64_t places = 0;
  std::int64_t entries = 0;
  std::int64_t entries_active = 0;
  std::int64_t users = 0;
  std::int64_t wallets = 0;
  std::int64_t wallet_total = 0;  // what all wallets hold
  std::int64_t transfers = 0;
  std::int64_t top_ups_total = 0;  // what came in
  std::int64_t sales_total = 0;    // payments less refunds
  std::int64_t revenue = 0;        // of paid orders
};

struct SnapshotReport {
  SnapshotCounts counts;
  std::vector<Violation> violations;  // at most kMostViolations
  std::int64_t violations_total = 0;
  bool ok() const { return violations_total == 0; }
};

class SnapshotCheck final : public RowSink {
 public:
  static constexpr std::size_t kMostViolations = 100;

  using RowSink::take;
  // The rows that a law is about.
  bool wants(RowKind kind) const override { return kind <= RowKind::user; }
  void take(const Concert& row) override { concerts_[row.sale_no] = {row.id, row.sale.draw}; }
  void take(const Show& row) override;
  void take(const ShowVersion& row) override { versions_[row.show] = row.version; }
  void take(const Queue& row) override { queues_[row.sale_no] = row; }
  void take(const Place& row) override;
  void take(const Entry& row) override;
  void take(const Order& row) override { orders_.push_back(row); }
  void take(const Ticket& row) override;
  void take(const Wallet& row) override;
  void take(const Transfer& row) override;
  void take(const User&) override { ++counts_.users; }

  // Requires: every row was taken. To be called once.
  SnapshotReport finish();

 private:
  struct ConcertFacts {
    ConcertId id;
    bool draw = false;
  };
  struct ShowFacts {
    ConcertId concert;
    std::vector<Section> sections;
    std::vector<bool> blocked;
    std::vector<OrderId> owners;  // by SeatIndex; nil: nobody
  };
  struct PlaceFacts {
    UserId user;
    PlaceState state;
    bool taken = false;
  };
  struct TicketFacts {
    OrderId order;
    std::uint32_t ordinal;
  };

  void report(std::string_view law, std::string text, std::vector<std::string> aggregates);
  void look_at_order(const Order& order);
  void take_seats(const Order& order, ShowFacts& show);
  void look_at_hold(const Order& order);
  void look_at_payment(const Order& order);
  void spend(const Order& order, const Uuid& id, TransferKind kind, Money amount);
  void look_at_wallets();
  void look_at_transfers();
  void look_at_totals();
  void look_at_queues();
  void look_at_places(SaleNo sale, const std::vector<PlaceFacts>& places);
  void look_at_entries();

  SnapshotCounts counts_;
  SnapshotReport report_;
  boost::unordered_flat_map<SaleNo, ConcertFacts> concerts_;
  boost::unordered_flat_map<SaleNo, Queue> queues_;
  boost::unordered_flat_map<SaleNo, std::vector<PlaceFacts>> places_;  // by number − 1
  FlatMap<ShowId, ShowFacts> shows_;
  FlatMap<ShowId, std::uint64_t> versions_;
  FlatMap<EntryId, Entry> entries_;
  std::vector<Order> orders_;
  std::map<TicketCode, TicketFacts> tickets_;
  FlatMap<UserId, Wallet> wallets_;
  std::vector<Transfer> transfers_;
  boost::unordered_flat_map<Uuid, const Transfer*, UuidHash> unspent_;
};

}  // namespace frontrow
