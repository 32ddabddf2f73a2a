#include "adapters/sqlite/scan.h"

#include <algorithm>
#include <map>

#include "adapters/sqlite/rows.h"
#include "store/journal_codec.h"

namespace frontrow::sqlite {
namespace {

constexpr char kJournal[] = "select seq, now, rows from journal order by seq";
constexpr char kFoldedNow[] = "select now from folded";

constexpr char kConcerts[] = "select * from concert order by sale_no";
constexpr char kShows[] = "select * from show order by position";
constexpr char kShowVersions[] = "select * from show_version order by show";
constexpr char kQueues[] = "select * from queue order by sale_no";
constexpr char kPlaces[] = "select * from place order by key";
constexpr char kEntries[] = "select * from entry order by id";
constexpr char kOrders[] = "select * from orders order by id";
constexpr char kOwningOrders[] = "select * from orders where status in (0, 1) order by id";
constexpr char kTickets[] = "select * from ticket order by code";
// Where there is one max, SQLite takes the other columns from its row.
constexpr char kWallets[] =
    "select user, balance_after, max(seq) from transfer group by user order by user";
constexpr char kTransfers[] = "select * from transfer order by user, seq";
constexpr char kUsers[] = "select * from users order by id";
constexpr char kSessions[] = "select * from session order by token_hash";
constexpr char kStaffKeys[] = "select * from staff_key order by id";
constexpr char kSigningKeys[] = "select * from signing_key order by id";
constexpr char kAudit[] = "select * from audit order by id";
constexpr char kKeptAnswers[] = "select * from kept_answer order by caller, key";

// Gives the rows of a table and the pending ones in the order of their keys. A pending row stands
// for the table's row with its key.
template <class Row, class Take>
void merge(Connection& connection, const char* sql, const RowTable<Row>& pending,
           Row (*read)(Columns), Take take) {
  Statement rows(connection, sql);
  const std::vector<const Row*> sorted = pending.sorted();
  auto next = sorted.begin();
  while (rows.step()) {
    const Row row = read(Columns(rows));
    const auto key = key_of(row);
    for (; next != sorted.end() && key_of(**next) < key; ++next) take(**next);
    if (next == sorted.end() || key_of(**next) != key) take(row);
  }
  for (; next != sorted.end(); ++next) take(**next);
}

const auto all = [](const auto&) { return true; };

// Gives a sink the rows that are to be kept.
template <class Keep>
class ToSink {
 public:
  ToSink(RowSink& sink, Keep keep) : sink_(sink), keep_(keep) {}
  template <class Row>
  void operator()(const Row& row) const {
    if (keep_(row)) sink_.take(row);
  }

 private:
  RowSink& sink_;
  Keep keep_;
};

// The scans of one snapshot.
class Scanner {
 public:
  Scanner(Connection& connection, const SecretSealer* sealer, RowSink& sink)
      : connection_(connection), sealer_(sealer), sink_(sink) {
    load_journal(connection, pending_);
  }

  template <class Take>
  void concerts(Take take) {
    each(kConcerts, [&](Columns row) { take(read_concert(row, sealer_)); });
  }
  template <class Take>
  void shows(Take take) {
    each(kShows, [&](Columns row) { take(read_show(row)); });
  }
  void counters() {
    give(RowKind::show_version, kShowVersions, pending_.show_versions, read_show_version);
    give(RowKind::queue, kQueues, pending_.queues, read_queue);
  }
  template <class Take>
  void entries(Take take) {
    merge(connection_, kEntries, pending_.entries, read_entry, take);
  }
  template <class Keep>
  void places(Keep keep) {
    merge(connection_, kPlaces, pending_.places, read_place, ToSink(sink_, keep));
  }
  template <class Keep>
  void orders(const char* sql, Keep keep) {
    merge(connection_, sql, pending_.orders, read_order, ToSink(sink_, keep));
  }
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
    give(RowKind::place, kPlaces, pending_.places, read_place);
    give(RowKind::entry, kEntries, pending_.entries, read_entry);
    give(RowKind::order, kOrders, pending_.orders, read_order);
    give(RowKind::ticket, kTickets, pending_.tickets, read_ticket);
    give(RowKind::wallet, kWallets, pending_.wallets, read_wallet);
    give(RowKind::transfer, kTransfers, pending_.transfers, read_transfer);
    give(RowKind::user, kUsers, read_user);
    give(RowKind::session, kSessions, read_session);
    keys();
    give(RowKind::audit, kAudit, read_audit_entry);
    give(RowKind::kept_answer, kKeptAnswers, pending_.kept_answers, read_kept_answer);
  }
  Time greatest_now() { return std::max(Time{connection_.integer(kFoldedNow)}, pending_.now); }

 private:
  // Rows that wait in the journal are merged with their table's; the others go to it at once.
  template <class Row>
  void give(RowKind kind, const char* sql, const RowTable<Row>& pending, Row (*read)(Columns)) {
    if (sink_.wants(kind)) merge(connection_, sql, pending, read, ToSink(sink_, all));
  }
  template <class Row>
  void give(RowKind kind, const char* sql, Row (*read)(Columns)) {
    if (sink_.wants(kind)) each(sql, [&](Columns row) { sink_.take(read(row)); });
  }
  template <class Take>
  void each(const char* sql, Take take) {
    Statement rows(connection_, sql);
    while (rows.step()) take(Columns(rows));
  }
  Connection& connection_;
  const SecretSealer* sealer_;
  RowSink& sink_;
  Pending pending_;
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
  void add(const Entry& row) {
    if (row.state == EntryState::active) sales_[row.sale_no] = false;
  }
  bool sale(SaleNo number) const {
    const auto found = sales_.find(number);
    return found != sales_.end() && found->second;
  }

 private:
  Time before_;
  std::map<ConcertId, SaleNo> sale_of_;
  std::map<SaleNo, bool> sales_;  // of those that have shows
};

}  // namespace

void load_journal(Connection& connection, Pending& pending) {
  Statement rows(connection, kJournal);
  while (rows.step()) {
    Columns row(rows);
    pending.last_seq = row.integer();
    pending.now = row.time();
    Changes changes;
    if (!decode(row.blob(), changes))
      throw Failure{SQLITE_CORRUPT,
                    "a journal row cannot be read: it is damaged, or an older version wrote it and "
                    "was not ended in an orderly way"};
    pending.put(changes);
  }
}

Time scan_all(Connection& connection, const SecretSealer* sealer, RowSink& sink) {
  const ReadTransaction snapshot(connection);
  Scanner scanner(connection, sealer, sink);
  scanner.everything();
  return scanner.greatest_now();
}

Time scan_for_restore(Connection& connection, const SecretSealer& sealer, RowSink& sink,
                      Time over_before) {
  const ReadTransaction snapshot(connection);
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
  scanner.entries([&](const Entry& row) { over.add(row); });
  const auto is_needed = [&](const auto& row) { return !over.sale(row.sale_no); };
  scanner.places(is_needed);
  scanner.entries(ToSink(sink, is_needed));
  scanner.orders(kOwningOrders, [&](const Order& row) { return owns_seats(row.status); });
  scanner.keys();
  return scanner.greatest_now();
}

}  // namespace frontrow::sqlite
