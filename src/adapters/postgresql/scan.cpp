#include "adapters/postgresql/scan.h"

#include <fmt/format.h>

#include <map>

#include "adapters/postgresql/rows.h"

namespace frontrow::postgresql {
namespace {

constexpr Milliseconds kBound{60'000};

constexpr char kConcerts[] = "select * from concert order by sale_no";
constexpr char kShows[] = "select * from show order by position";
constexpr char kShowVersions[] = "select * from show_version order by show";
constexpr char kQueues[] = "select * from queue order by sale_no";
constexpr char kPlaces[] = "select * from place {} order by sale_no, number";
constexpr char kEntries[] = "select * from entry {} order by id";
constexpr char kOrders[] = "select * from orders order by id";
constexpr char kOwningOrders[] = "select * from orders where status in (0, 1) order by id";
constexpr char kTickets[] = "select * from ticket order by code";
constexpr char kWallets[] = "select * from wallet order by user_id";
constexpr char kTransfers[] = "select * from transfer order by user_id, seq";
constexpr char kUsers[] = "select * from users order by id";
constexpr char kStaffKeys[] = "select * from staff_key order by id";
constexpr char kSigningKeys[] = "select * from signing_key order by id";
const Statement kSalesInside{"sales_inside", "select distinct sale_no from entry where state = 0"};
const Statement kFetch{"fetch", "fetch 4096 from scan"};

// One snapshot until its end. Whoever takes the rows may take his time.
class Snapshot {
 public:
  explicit Snapshot(Connection& connection) : connection_(connection) {
    connection_.script(
        "begin isolation level repeatable read read only; "
        "set local idle_in_transaction_session_timeout = '5min'; set local statement_timeout = 0",
        kBound);
  }
  ~Snapshot() {
    try {
      if (connection_.is_usable()) connection_.script("rollback", kBound);
    } catch (const Failure&) {
      // The connection is lost, and the snapshot with it.
    }
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

 private:
  Connection& connection_;
};

class Scanner {
 public:
  Scanner(Connection& connection, const SecretSealer* sealer, RowSink& sink)
      : connection_(connection), sealer_(sealer), sink_(sink) {}

  template <class Take>
  void concerts(Take take) {
    each(kConcerts, [&](Columns row) { take(read_concert(row, sealer_)); });
  }
  template <class Take>
  void shows(Take take) {
    each(kShows, [&](Columns row) { take(read_show(row)); });
  }
  void counters() {
    give(kShowVersions, read_show_version);
    give(kQueues, read_queue);
  }
  void queue_rows(const std::string& where) {
    give(fmt::format(kPlaces, where), read_place);
    give(fmt::format(kEntries, where), read_entry);
  }
  void orders(const char* sql) { give(sql, read_order); }
  void money_and_users() {
    give(kTickets, read_ticket);
    give(kWallets, read_wallet);
    give(kTransfers, read_transfer);
    give(kUsers, read_user);
  }
  void keys() {
    give(kStaffKeys, read_staff_key);
    each(kSigningKeys, [&](Columns row) { sink_.take(read_signing_key(row, sealer_)); });
  }

 private:
  template <class Row>
  void give(const std::string& sql, Row (*read)(Columns)) {
    each(sql, [&](Columns row) { sink_.take(read(row)); });
  }

  template <class Take>
  void each(const std::string& sql, Take take) {
    connection_.script("declare scan no scroll cursor for " + sql, kBound);
    for (int count = 1; count > 0;) {
      Pipeline pipeline(connection_);
      pipeline.add(kFetch);
      const auto rows = pipeline.run(kBound);
      count = PQntuples(rows[0].get());
      for (int i = 0; i < count; ++i) take(Columns(rows[0].get(), i));
    }
    connection_.script("close scan", kBound);
  }

  Connection& connection_;
  const SecretSealer* sealer_;
  RowSink& sink_;
};

// Which sales are over: all their shows began before, and nobody is inside any more.
class Over {
 public:
  explicit Over(Time before) : before_(before) {}

  void add(const Concert& row) { sale_of_[row.id] = row.sale_no; }
  void add(const Show& row) {
    const bool over = row.starts_at < before_;
    const auto sale = sale_of_.find(row.concert);
    if (sale == sale_of_.end()) return;
    const auto [at, first] = sales_.emplace(sale->second, over);
    if (!first) at->second = at->second && over;
  }
  void add_inside(Connection& connection) {
    const Rows rows = connection.run(kSalesInside);
    for (int i = 0; i < PQntuples(rows.get()); ++i)
      sales_[Columns(rows.get(), i).number<SaleNo>()] = false;
  }
  // A condition for rows of the sales that are not over.
  std::string where() const {
    std::string list;
    for (const auto& [number, over] : sales_)
      if (over) list += fmt::format("{}{}", list.empty() ? "" : ", ", number);
    return list.empty() ? "" : fmt::format("where sale_no not in ({})", list);
  }

 private:
  Time before_;
  std::map<ConcertId, SaleNo> sale_of_;
  std::map<SaleNo, bool> sales_;  // of those that have shows
};

}  // namespace

void scan_all(Connection& connection, const SecretSealer* sealer, RowSink& sink) {
  const Snapshot snapshot(connection);
  Scanner scanner(connection, sealer, sink);
  scanner.concerts([&](const Concert& row) { sink.take(row); });
  scanner.shows([&](const Show& row) { sink.take(row); });
  scanner.counters();
  scanner.queue_rows("");
  scanner.orders(kOrders);
  scanner.money_and_users();
  scanner.keys();
}

JournalPlace scan_for_restore(Connection& connection, const SecretSealer& sealer, RowSink& sink,
                              Time over_before) {
  const Snapshot snapshot(connection);
  const JournalPlace place = newest_place(connection);
  Scanner scanner(connection, &sealer, sink);
  Over over(over_before);
  scanner.concerts([&](const Concert& row) {
    over.add(row);
    sink.take(row);
  });
  scanner.shows([&](const Show& row) {
    over.add(row);
    sink.take(row);
  });
  scanner.counters();
  over.add_inside(connection);
  scanner.queue_rows(over.where());
  scanner.orders(kOwningOrders);
  scanner.keys();
  return place;
}

}  // namespace frontrow::postgresql
