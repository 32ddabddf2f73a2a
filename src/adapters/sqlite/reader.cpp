#include "adapters/sqlite/reader.h"

#include <algorithm>
#include <map>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/rows.h"
#include "adapters/sqlite/scan.h"
#include "adapters/sqlite/tables.h"

namespace frontrow::sqlite {
namespace {

constexpr char kUser[] = "select * from users where id = ?";
constexpr char kUserByEmail[] = "select * from users where email_key = ? and email_key <> ''";
constexpr char kSession[] = "select * from session where token_hash = ?";
constexpr char kWallet[] =
    "select user, balance_after, seq from transfer where user = ? order by seq desc limit 1";
constexpr char kTransfers[] =
    "select * from transfer where user = ? and seq < ? order by seq desc limit ?";
constexpr char kOrder[] = "select * from orders where id = ?";
constexpr char kTicket[] = "select * from ticket where code = ?";
constexpr char kKeptAnswer[] = "select * from kept_answer where caller = ? and key = ?";
constexpr char kPlaces[] = "select * from place where key > ? and key <= ? order by key limit ?";
constexpr char kAudit[] = "select * from audit where id < ? order by id desc limit ?";
constexpr char kAuditOf[] = "select * from audit where target = ? order by id desc limit ?";
constexpr char kSnapshot[] = "select now from folded";

constexpr char kOrdersOfUser[] = R"(
  select orders.* from order_of_user as mine cross join orders on orders.id = mine.id
  where mine.user = ?1 and mine.id < ?2 and (?3 is null or concert = ?3)
    and (?4 is null or show = ?4) and (?5 is null or status = ?5)
    and (?6 = 0 or status in (1, 4))
  order by mine.id desc)";
constexpr char kOrders[] = R"(
  select * from orders
  where ?1 is null and id < ?2 and (?3 is null or concert = ?3) and (?4 is null or show = ?4)
    and (?5 is null or status = ?5) and (?6 = 0 or status in (1, 4))
  order by id desc)";
constexpr char kOrderIdsOfShow[] = "select id from orders where show = ? and status = ?";
constexpr char kLateEntryIds[] = "select id from entry where state = 0 and expires_at <= ?";
constexpr char kLateHoldIds[] = "select id from orders where status = 0 and hold_expires_at <= ?";

// Greater than every id.
constexpr std::string_view kAfterAllIds =
    "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";

bool matches(const Order& order, const OrderFilter& filter) {
  const auto fits = [](const auto& wanted, const auto& value) {
    return !wanted || *wanted == value;
  };
  const bool has_tickets =
      order.status == OrderStatus::paid || order.status == OrderStatus::refunded;
  return fits(filter.user, order.user) && fits(filter.concert, order.concert) &&
         fits(filter.show, order.show) && fits(filter.status, order.status) &&
         (!filter.before || order.id < *filter.before) && (has_tickets || !filter.with_tickets);
}

template <class IdType>
void bind(Args& args, const std::optional<IdType>& id) {
  id ? args.id(*id) : args.null();
}

// What pending rows mean for a list: those that belong to it, and the ids whose table rows are
// stale.
template <class IdType, class Row>
struct Overlay {
  std::vector<Row> rows;
  std::vector<IdType> ids;

  void sort() { std::sort(ids.begin(), ids.end()); }
  bool hides(const IdType& id) const { return std::binary_search(ids.begin(), ids.end(), id); }
};

class SqliteReader final : public Reader {
 public:
  SqliteReader(const std::filesystem::path& file, std::shared_ptr<const SharedPending> shared,
               const SecretSealer* sealer)
      : connection_(file, Connection::Mode::read), shared_(std::move(shared)), sealer_(sealer) {}

  Result<std::optional<User>> user(UserId id) override {
    return guarded([&] {
      user_.args().id(id);
      return one(user_, read_user);
    });
  }

  Result<std::optional<User>> user_by_email(const std::string& email_key) override {
    return guarded([&] {
      user_by_email_.args().text(email_key);
      return one(user_by_email_, read_user);
    });
  }

  Result<std::optional<Session>> session(const Digest& token_hash) override {
    return guarded([&] {
      session_.args().blob(token_hash);
      return one(session_, read_session);
    });
  }

  Result<Wallet> wallet(UserId user) override {
    return guarded([&] {
      if (const auto row = pending(&Pending::wallets, user)) return *row;
      wallet_.args().id(user);
      Wallet none;
      none.user = user;
      return one(wallet_, read_wallet).value_or(none);
    });
  }

  Result<std::optional<Order>> order(OrderId id) override {
    return guarded([&] {
      auto row = pending(&Pending::orders, id);
      if (row) return row;
      order_.args().id(id);
      return one(order_, read_order);
    });
  }

  Result<std::optional<Ticket>> ticket(const TicketCode& code) override {
    return guarded([&] {
      auto row = pending(&Pending::tickets, code);
      if (row) return row;
      ticket_.args().blob(code);
      return one(ticket_, read_ticket);
    });
  }

  Result<std::optional<KeptAnswer>> kept_answer(CallerId caller, const std::string& key) override {
    return guarded([&] {
      auto row = pending(&Pending::kept_answers, {caller, key});
      if (row) return row;
      kept_answer_.args().id(caller).text(key);
      return one(kept_answer_, read_kept_answer);
    });
  }

  Result<std::vector<Transfer>> transfers(UserId user, std::optional<std::uint64_t> before_seq,
                                          int limit) override {
    return guarded([&] { return read_transfers(user, before_seq.value_or(INT64_MAX), limit); });
  }

  Result<std::vector<Order>> orders(const OrderFilter& filter) override {
    return guarded([&] { return read_orders(filter); });
  }

  Result<std::int64_t> count_orders(ShowId show, OrderStatus status) override {
    return guarded([&] {
      const ReadTransaction snapshot(connection_);
      const auto overlay = overlay_of<OrderId>(&Pending::orders, [&](const Order& row) {
        return row.show == show && row.status == status;
      });
      orders_of_show_.args().id(show).number(status);
      return count_unhidden(orders_of_show_, overlay);
    });
  }

  Result<std::vector<Place>> places(SaleNo sale, PlaceNumber after, int limit) override {
    return guarded([&] { return read_places(sale, after, limit); });
  }

  Result<std::vector<AuditEntry>> audit(std::optional<AuditId> before, int limit) override {
    return guarded([&] {
      before ? audit_.args().id(*before).integer(limit)
             : audit_.args().blob(kAfterAllIds).integer(limit);
      std::vector<AuditEntry> rows;
      while (audit_.step()) rows.push_back(read_audit_entry(Columns(audit_)));
      return rows;
    });
  }

  Result<std::vector<AuditEntry>> audit_of(const std::string& target, int limit) override {
    return guarded([&] {
      audit_of_.args().text(target).integer(limit);
      std::vector<AuditEntry> rows;
      while (audit_of_.step()) rows.push_back(read_audit_entry(Columns(audit_of_)));
      return rows;
    });
  }

  Result<Overdue> overdue(Time now) override {
    return guarded([&] {
      const ReadTransaction snapshot(connection_);
      Overdue count;
      const auto entries = overlay_of<EntryId>(&Pending::entries, [&](const Entry& row) {
        return row.state == EntryState::active && row.expires_at <= now;
      });
      const auto orders = overlay_of<OrderId>(&Pending::orders, [&](const Order& row) {
        return row.status == OrderStatus::held && row.hold_expires_at <= now;
      });
      late_entries_.args().time(now);
      count.entries = count_unhidden(late_entries_, entries);
      late_holds_.args().time(now);
      count.holds = count_unhidden(late_holds_, orders);
      return count;
    });
  }

  Result<Time> scan(RowSink& sink) override {
    return guarded([&] { return scan_all(connection_, sealer_, sink); });
  }

 private:
  // Calls `look` with the young and the old pending rows; they do not change meanwhile.
  template <class Look>
  auto with_pending(Look look) {
    if (shared_) {
      const std::shared_lock lock(shared_->mutex);
      return look(shared_->young, shared_->old);
    }
    Pending journal;
    load_journal(connection_, journal);
    return look(journal, Pending());
  }

  // The same, and the transaction that is open takes its snapshot at that moment.
  template <class Look>
  auto with_snapshot(Look look) {
    return with_pending([&](const Pending& young, const Pending& old) {
      snapshot_.args();
      snapshot_.run();
      return look(young, old);
    });
  }

  template <class Row>
  std::optional<Row> pending(RowTable<Row> Pending::* kind,
                             const typename RowTable<Row>::Key& key) {
    return with_pending([&](const Pending& young, const Pending& old) -> std::optional<Row> {
      const Row* row = find_pending(young, old, kind, key);
      return row ? std::optional(*row) : std::nullopt;
    });
  }

  template <class Read>
  auto one(Statement& statement, Read read) -> std::optional<decltype(read(Columns(statement)))> {
    if (!statement.step()) return {};
    std::optional row(read(Columns(statement)));
    statement.reset();
    return row;
  }

  // Requires: a transaction is open.
  template <class IdType, class Row, class Matches>
  Overlay<IdType, Row> overlay_of(RowTable<Row> Pending::* kind, Matches belongs) {
    Overlay<IdType, Row> overlay;
    with_snapshot([&](const Pending& young, const Pending& old) {
      each_pending(young, old, kind, [&](const Row& row) {
        overlay.ids.push_back(row.id);
        if (belongs(row)) overlay.rows.push_back(row);
      });
    });
    overlay.sort();
    return overlay;
  }

  template <class IdType, class Row>
  std::int64_t count_unhidden(Statement& ids, const Overlay<IdType, Row>& overlay) {
    auto count = static_cast<std::int64_t>(overlay.rows.size());
    while (ids.step()) count += !overlay.hides(Columns(ids).template id<IdType>());
    return count;
  }

  Overlay<OrderId, Order> orders_of_user(UserId user, const OrderFilter& filter) {
    Overlay<OrderId, Order> overlay;
    with_snapshot([&](const Pending& young, const Pending& old) {
      const auto take = [&](const Order& row) {
        overlay.ids.push_back(row.id);
        if (matches(row, filter)) overlay.rows.push_back(row);
      };
      young.each_order_of(user, take);
      old.each_order_of(user, [&](const Order& row) {
        if (!young.orders.find(row.id)) take(row);
      });
    });
    overlay.sort();
    return overlay;
  }

  std::vector<Order> read_orders(const OrderFilter& filter) {
    const ReadTransaction snapshot(connection_);
    auto overlay = filter.user ? orders_of_user(*filter.user, filter)
                               : overlay_of<OrderId>(&Pending::orders, [&](const Order& row) {
                                   return matches(row, filter);
                                 });
    std::sort(overlay.rows.begin(), overlay.rows.end(),
              [](const Order& a, const Order& b) { return b.id < a.id; });
    Statement& stored = filter.user ? orders_of_user_ : orders_;
    Args args = stored.args();
    bind(args, filter.user);
    filter.before ? args.id(*filter.before) : args.blob(kAfterAllIds);
    bind(args, filter.concert);
    bind(args, filter.show);
    filter.status ? args.number(*filter.status) : args.null();
    args.boolean(filter.with_tickets);
    return merge_newest_first(stored, overlay, static_cast<std::size_t>(filter.limit));
  }

  std::vector<Order> merge_newest_first(Statement& stored, Overlay<OrderId, Order>& overlay,
                                        std::size_t limit) {
    std::vector<Order> rows;
    auto next = overlay.rows.begin();
    const auto take_pending = [&](const OrderId* above) {
      while (next != overlay.rows.end() && rows.size() < limit && (!above || *above < next->id))
        rows.push_back(std::move(*next++));
    };
    while (rows.size() < limit && stored.step()) {
      const Columns columns(stored);
      const OrderId id = Columns(columns).id<OrderId>();
      take_pending(&id);
      if (rows.size() < limit && !overlay.hides(id)) rows.push_back(read_order(columns));
    }
    stored.reset();
    take_pending(nullptr);
    return rows;
  }

  std::vector<Transfer> read_transfers(UserId user, std::uint64_t before, int limit) {
    const ReadTransaction snapshot(connection_);
    std::map<std::uint64_t, Transfer> found;  // by number
    with_snapshot([&](const Pending& young, const Pending& old) {
      // Numbers have no gaps, so those that wait are the newest, down from the wallet's last.
      const Wallet* wallet = find_pending(young, old, &Pending::wallets, user);
      std::uint64_t seq = std::min(before - 1, wallet ? wallet->last_seq : 0);
      for (; seq > 0 && found.size() < static_cast<std::size_t>(limit); --seq) {
        const Transfer* row = find_pending(young, old, &Pending::transfers, {user, seq});
        if (!row) break;
        found.emplace(seq, *row);
      }
    });
    transfers_.args().id(user).integer(static_cast<std::int64_t>(before)).integer(limit);
    while (transfers_.step()) {
      const Transfer row = read_transfer(Columns(transfers_));
      found.emplace(row.seq, row);
    }
    std::vector<Transfer> rows;
    for (auto at = found.rbegin();
         at != found.rend() && rows.size() < static_cast<std::size_t>(limit); ++at)
      rows.push_back(at->second);
    return rows;
  }

  std::vector<Place> read_places(SaleNo sale, PlaceNumber after, int limit) {
    const ReadTransaction snapshot(connection_);
    std::map<PlaceNumber, Place> found;
    with_snapshot([&](const Pending& young, const Pending& old) {
      // Numbers have no gaps, so the page has these and no others.
      for (PlaceNumber number = after;
           number < UINT32_MAX && number - after < static_cast<PlaceNumber>(limit);) {
        const Place* row = find_pending(young, old, &Pending::places, {sale, ++number});
        if (row) found.emplace(number, *row);
      }
    });
    places_.args()
        .integer(place_key(sale, after))
        .integer(place_key(sale, UINT32_MAX))
        .integer(limit);
    while (places_.step()) {
      const Place row = read_place(Columns(places_));
      found.emplace(row.number, row);
    }
    std::vector<Place> rows;
    for (auto at = found.begin();
         at != found.end() && rows.size() < static_cast<std::size_t>(limit); ++at)
      rows.push_back(at->second);
    return rows;
  }

  Connection connection_;
  std::shared_ptr<const SharedPending> shared_;
  const SecretSealer* sealer_;
  Statement user_{connection_, kUser}, user_by_email_{connection_, kUserByEmail},
      session_{connection_, kSession}, wallet_{connection_, kWallet},
      transfers_{connection_, kTransfers}, order_{connection_, kOrder},
      ticket_{connection_, kTicket}, kept_answer_{connection_, kKeptAnswer},
      places_{connection_, kPlaces}, audit_{connection_, kAudit}, audit_of_{connection_, kAuditOf},
      orders_of_user_{connection_, kOrdersOfUser}, orders_{connection_, kOrders},
      orders_of_show_{connection_, kOrderIdsOfShow}, late_entries_{connection_, kLateEntryIds},
      late_holds_{connection_, kLateHoldIds}, snapshot_{connection_, kSnapshot};
};

}  // namespace

std::unique_ptr<Reader> make_reader(const std::filesystem::path& file,
                                    std::shared_ptr<const SharedPending> shared,
                                    const SecretSealer* sealer) {
  return std::make_unique<SqliteReader>(file, std::move(shared), sealer);
}

}  // namespace frontrow::sqlite
