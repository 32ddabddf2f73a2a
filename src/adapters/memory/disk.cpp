#include "adapters/memory/disk.h"

#include <algorithm>

namespace frontrow::memory {
namespace {

template <class Map, class Rows, class KeyOf>
void put_all(Map& map, const Rows& changes, KeyOf key_of) {
  for (const auto& change : changes) map.insert_or_assign(key_of(change.after), change.after);
}

template <class Map, class Rows, class KeyOf>
void add_all(Map& map, const Rows& rows, KeyOf key_of) {
  for (const auto& row : rows) map.insert_or_assign(key_of(row), row);
}

template <class Map>
void take_all(RowSink& sink, const Map& map) {
  for (const auto& [key, row] : map) sink.take(row);
}

}  // namespace

std::shared_ptr<Disk> make_disk() {
  return std::make_shared<Disk>();
}

void Disk::apply(const Changes& changes, const BatchMark& mark) {
  const auto by_id = [](const auto& row) { return row.id; };
  const auto by_sale = [](const auto& row) { return row.sale_no; };
  put_all(concerts, changes.concerts, by_sale);
  for (const auto& change : changes.shows)
    if (!shows.contains(change.after.id)) show_order.push_back(change.after.id);
  put_all(shows, changes.shows, by_id);
  put_all(show_versions, changes.show_versions, [](const ShowVersion& row) { return row.show; });
  put_all(queues, changes.queues, by_sale);
  put_all(places, changes.places,
          [](const Place& row) { return std::pair(row.sale_no, row.number); });
  put_all(entries, changes.entries, by_id);
  put_all(orders, changes.orders, by_id);
  put_all(tickets, changes.tickets, [](const Ticket& row) { return row.code; });
  put_all(wallets, changes.wallets, [](const Wallet& row) { return row.user; });
  add_all(transfers, changes.transfers,
          [](const Transfer& row) { return std::pair(row.user, row.seq); });
  put_all(users, changes.users, by_id);
  put_all(sessions, changes.sessions, [](const Session& row) { return row.token_hash; });
  put_all(staff_keys, changes.staff_keys, by_id);
  put_all(signing_keys, changes.signing_keys, by_id);
  add_all(audit, changes.audit, by_id);
  add_all(kept_answers, changes.kept_answers,
          [](const KeptAnswer& row) { return std::pair(row.caller, row.key); });
  greatest_now = std::max(greatest_now, mark.now);
}

// What a sink does not want costs nothing here.
void Disk::scan(RowSink& sink) const {
  scan_sales(sink, [](const auto&) { return true; });
  take_all(sink, tickets);
  take_all(sink, wallets);
  take_all(sink, transfers);
  take_all(sink, users);
  take_all(sink, sessions);
  take_all(sink, staff_keys);
  take_all(sink, signing_keys);
  take_all(sink, audit);
  take_all(sink, kept_answers);
}

bool Disk::is_over(SaleNo sale, Time over_before) const {
  const ConcertId concert = concerts.at(sale).id;
  for (const auto& [id, entry] : entries)
    if (entry.sale_no == sale && entry.state == EntryState::active) return false;
  bool any = false;
  for (const auto& [id, show] : shows) {
    if (show.concert != concert) continue;
    if (show.starts_at >= over_before) return false;
    any = true;
  }
  return any;
}

void Disk::restore(RowSink& sink, Time over_before) const {
  std::map<SaleNo, bool> over;
  for (const auto& [sale, concert] : concerts) over[sale] = is_over(sale, over_before);
  struct Keep {
    const std::map<SaleNo, bool>& over;
    bool operator()(const Place& row) const { return !over.at(row.sale_no); }
    bool operator()(const Entry& row) const { return !over.at(row.sale_no); }
    bool operator()(const Order& row) const { return owns_seats(row.status); }
  };
  scan_sales(sink, Keep{over});
  take_all(sink, staff_keys);
  take_all(sink, signing_keys);
}

template <class Keep>
void Disk::scan_sales(RowSink& sink, Keep keep) const {
  const auto take_kept = [&](const auto& map) {
    for (const auto& [key, row] : map)
      if (keep(row)) sink.take(row);
  };
  take_all(sink, concerts);
  for (const ShowId& id : show_order) sink.take(shows.at(id));
  take_all(sink, show_versions);
  take_all(sink, queues);
  take_kept(places);
  take_kept(entries);
  take_kept(orders);
}

}  // namespace frontrow::memory
