#include "adapters/postgresql/scan.h"

#include <fmt/format.h>

#include <map>

#include "adapters/postgresql/rows.h"

namespace frontrow::postgresql {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Milliseconds kBound{60'000};
// So long a look at everything may keep the primary from clearing away what was changed meanwhile.
// A node that starts needs what it reads, and has no such bound.
constexpr Milliseconds kPrimaryBound{300'000};

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
constexpr char kSessions[] = "select * from session order by token_hash";
constexpr char kStaffKeys[] = "select * from staff_key order by id";
constexpr char kSigningKeys[] = "select * from signing_key order by id";
constexpr char kAudit[] = "select * from audit order by id";
constexpr char kKeptAnswers[] = "select * from kept_answer order by caller, key";
const Statement kIsStandby{"is_standby", "select pg_is_in_recovery()"};
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

// The scans of one transaction.
class Scanner {
 public:
  Scanner(Connection& connection, const SecretSealer* sealer, RowSink& sink)
      : connection_(connection), sealer_(sealer), sink_(sink) {}

  void set_bound(Milliseconds bound) { end_ = SteadyClock::now() + bound; }

  template <class Take>
  void concerts(Take take) {
    each(kConcerts, [&](Columns row) { take(read_concert(row, sealer_)); });
  }
  template <class Take>
  void shows(Take take) {
    each(kShows, [&](Columns row) { take(read_show(row)); });
  }
  void counters() {
    give(RowKind::show_version, kShowVersions, read_show_version);
    give(RowKind::queue, kQueues, read_queue);
  }
  void queue_rows(const std::string& where) {
    give(RowKind::place, fmt::format(kPlaces, where), read_place);
    give(RowKind::entry, fmt::format(kEntries, where), read_entry);
  }
  void orders(const char* sql) { give(RowKind::order, sql, read_order); }
  void keys() {
    give(RowKind::staff_key, kStaffKeys, read_staff_key);
    if (sink_.wants(RowKind::signing_key))
      each(kSigningKeys, [&](Columns row) { sink_.take(read_signing_key(row, sealer_)); });
  }
  // Whatever the sink wants.
  void everything() {
    const auto to_sink = [&](const auto& row) { sink_.take(row); };
    if (sink_.wants(RowKind::concert)) concerts(to_sink);
    if (sink_.wants(RowKind::show)) shows(to_sink);
    counters();
    queue_rows("");
    orders(kOrders);
    give(RowKind::ticket, kTickets, read_ticket);
    give(RowKind::wallet, kWallets, read_wallet);
    give(RowKind::transfer, kTransfers, read_transfer);
    give(RowKind::user, kUsers, read_user);
    give(RowKind::session, kSessions, read_session);
    keys();
    give(RowKind::audit, kAudit, read_audit_entry);
    give(RowKind::kept_answer, kKeptAnswers, read_kept_answer);
  }

 private:
  template <class Row>
  void give(RowKind kind, const std::string& sql, Row (*read)(Columns)) {
    if (sink_.wants(kind)) each(sql, [&](Columns row) { sink_.take(read(row)); });
  }

  template <class Take>
  void each(const std::string& sql, Take take) {
    connection_.script("declare scan no scroll cursor for " + sql, kBound);
    for (int count = 1; count > 0;) {
      require_time();
      Pipeline pipeline(connection_);
      pipeline.add(kFetch);
      const auto rows = pipeline.run(kBound);
      count = PQntuples(rows[0].get());
      for (int i = 0; i < count; ++i) take(Columns(rows[0].get(), i));
    }
    connection_.script("close scan", kBound);
  }

  void require_time() const {
    if (end_ && SteadyClock::now() > *end_)
      throw Failure{Failure::Kind::refused,
                    "postgresql: reading everything took more than 5 min, and so long the primary "
                    "keeps what was changed meanwhile; name a standby beside it, or read a copy"};
  }

  Connection& connection_;
  const SecretSealer* sealer_;
  RowSink& sink_;
  std::optional<SteadyClock::time_point> end_ = {};
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

Time scan_all(Connection& connection, const SecretSealer* sealer, RowSink& sink, ScanBound bound) {
  const Rows standby = connection.run(kIsStandby);
  const Snapshot snapshot(connection);
  Scanner scanner(connection, sealer, sink);
  if (bound == ScanBound::on_primary && !Columns(standby.get(), 0).boolean())
    scanner.set_bound(kPrimaryBound);
  scanner.everything();
  return newest_place(connection).now;
}

void scan_transaction(Connection& connection, const SecretSealer& sealer, RowSink& sink) {
  Scanner(connection, &sealer, sink).everything();
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
