// Rows that are committed in the journal and not yet in their tables: the last value of each. A
// store has two of them: the young one takes what is appended, the old one is being folded into the
// tables.
#pragma once

#include <cstddef>
#include <vector>

#include "adapters/sqlite/row_keys.h"
#include "adapters/sqlite/row_table.h"
#include "domain/changes.h"

namespace frontrow::sqlite {

// A user's newest order, by its place in Pending::orders.
struct NewestOrder {
  UserId user;
  std::uint32_t order = 0;
};
inline UserId key_of(const NewestOrder& row) {
  return row.user;
}

struct Pending {
  RowTable<ShowVersion> show_versions;
  RowTable<Queue> queues;
  RowTable<Place> places;
  RowTable<Entry> entries;
  RowTable<Order> orders;
  RowTable<Ticket> tickets;
  RowTable<Transfer> transfers;
  RowTable<Wallet> wallets;  // by their newest transfer in `transfers`; never written to a table
  RowTable<KeptAnswer> kept_answers;

  std::int64_t last_seq = 0;  // of the newest journal row in it
  Time now;                   // of the same

  template <class Row>
  void put(const Row& row) {
    table_of(row).put(row);
  }
  void put(const Order& row);
  void put(const Transfer& row);

  // What a batch appends, apart from the rows that go to their tables at once.
  void put(const Changes& changes);

  template <class Take>
  void each_order_of(const UserId& user, Take take) const {
    const NewestOrder* newest = newest_orders_.find(user);
    for (std::uint32_t at = newest ? newest->order : kNone; at != kNone; at = order_before_[at])
      take(orders[at]);
  }

  // Of the rows that go to a table.
  std::size_t row_count() const {
    return show_versions.size() + queues.size() + places.size() + entries.size() + orders.size() +
           tickets.size() + transfers.size() + kept_answers.size();
  }

 private:
  static constexpr std::uint32_t kNone = UINT32_MAX;

  RowTable<ShowVersion>& table_of(const ShowVersion&) { return show_versions; }
  RowTable<Queue>& table_of(const Queue&) { return queues; }
  RowTable<Place>& table_of(const Place&) { return places; }
  RowTable<Entry>& table_of(const Entry&) { return entries; }
  RowTable<Ticket>& table_of(const Ticket&) { return tickets; }
  RowTable<KeptAnswer>& table_of(const KeptAnswer&) { return kept_answers; }

  RowTable<NewestOrder> newest_orders_;
  std::vector<std::uint32_t> order_before_;  // of the same user; by place in `orders`
};

}  // namespace frontrow::sqlite
