// Rows that are committed in the journal and not yet in their tables: the last value of each. A
// store has two of them: the young one takes what is appended, the old one is being folded into the
// tables.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "domain/changes.h"

namespace frontrow::sqlite {

struct Pending {
  std::map<ShowId, ShowVersion> show_versions;
  std::map<SaleNo, Queue> queues;
  std::map<std::pair<SaleNo, PlaceNumber>, Place> places;
  std::map<EntryId, Entry> entries;
  std::map<OrderId, Order> orders;
  std::map<TicketCode, Ticket> tickets;
  std::map<UserId, Wallet> wallets;
  std::map<std::pair<UserId, std::uint64_t>, WalletPosting> wallet_postings;
  std::map<Uuid, HousePosting> house_postings;
  std::map<std::pair<CallerId, std::string>, KeptAnswer> kept_answers;

  std::unordered_map<UserId, std::vector<OrderId>> orders_of_user;
  std::int64_t last_seq = 0;  // of the newest journal row in it
  Time now;                   // of the same

  void put(const ShowVersion& row) { show_versions.insert_or_assign(row.show, row); }
  void put(const Queue& row) { queues.insert_or_assign(row.sale_no, row); }
  void put(const Place& row) {
    places.insert_or_assign(places.end(), {row.sale_no, row.number}, row);
  }
  void put(const Entry& row) { entries.insert_or_assign(row.id, row); }
  void put(const Order& row) {
    if (orders.insert_or_assign(row.id, row).second) orders_of_user[row.user].push_back(row.id);
  }
  void put(const Ticket& row) { tickets.insert_or_assign(row.code, row); }
  void put(const Wallet& row) { wallets.insert_or_assign(row.user, row); }
  void put(const WalletPosting& row) { wallet_postings.insert_or_assign({row.user, row.seq}, row); }
  void put(const HousePosting& row) { house_postings.insert_or_assign(row.transfer, row); }
  void put(const KeptAnswer& row) { kept_answers.insert_or_assign({row.caller, row.key}, row); }

  // What a batch appends, apart from the rows that go to their tables at once.
  void put(const Changes& changes);

  std::size_t row_count() const {
    return show_versions.size() + queues.size() + places.size() + entries.size() + orders.size() +
           tickets.size() + wallets.size() + wallet_postings.size() + house_postings.size() +
           kept_answers.size();
  }
};

}  // namespace frontrow::sqlite
