#include "adapters/postgresql/reader.h"

#include <fmt/format.h>

#include "adapters/postgresql/locks.h"
#include "adapters/postgresql/rows.h"
#include "adapters/postgresql/scan.h"

namespace frontrow::postgresql {
namespace {

const Statement kUser{"user", "select * from users where id = $1"};
const Statement kUserByEmail{"user_by_email",
                             "select * from users where email_key = $1 and email_key <> ''"};
const Statement kSession{"session", "select * from session where token_hash = $1"};
const Statement kWallet{"wallet", "select * from wallet where user_id = $1"};
const Statement kTransfers{
    "transfers",
    "select * from transfer where user_id = $1 and seq < $2 order by seq desc limit $3"};
const Statement kOrder{"order", "select * from orders where id = $1"};
const Statement kCountOrders{"count_orders",
                             "select count(*) from orders where show = $1 and status = $2"};
const Statement kTicket{"ticket", "select * from ticket where code = $1"};
const Statement kKeptAnswer{"kept_answer",
                            "select * from kept_answer where caller = $1 and key = $2"};
const Statement kPlaces{
    "places", "select * from place where sale_no = $1 and number > $2 order by number limit $3"};
const Statement kAudit{"audit", "select * from audit where id < $1 order by id desc limit $2"};
const Statement kAuditOf{"audit_of",
                         "select * from audit where target = $1 order by id desc limit $2"};
const Statement kLateEntries{"late_entries",
                             "select count(*) from entry where state = 0 and expires_at <= $1"};
const Statement kLateHolds{
    "late_holds", "select count(*) from orders where status = 0 and hold_expires_at <= $1"};

// The server stops what nobody waits for any more.
constexpr char kReadSettings[] = "; set statement_timeout = '2500ms'";

// Greater than every id.
constexpr std::string_view kAfterAllIds =
    "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";

// The statement for a list of orders: only the conditions that there are, so that the server can
// plan for them.
class OrderQuery {
 public:
  explicit OrderQuery(const OrderFilter& filter) {
    if (filter.user) where("user_id = ${}", params_.id(*filter.user));
    if (filter.concert) where("concert = ${}", params_.id(*filter.concert));
    if (filter.show) where("show = ${}", params_.id(*filter.show));
    if (filter.status) where("status = ${}", params_.number(*filter.status));
    if (filter.before) where("id < ${}", params_.id(*filter.before));
    if (filter.with_tickets) sql_ += " and status in (1, 4)";
    params_.integer(filter.limit);
    sql_ += fmt::format(" order by id desc limit ${}", ++count_);
  }
  Rows run(Connection& connection) const { return connection.run_once(sql_, params_); }

 private:
  void where(const char* condition, const Params&) {
    sql_ += " and " + fmt::format(fmt::runtime(condition), ++count_);
  }
  std::string sql_ = "select * from orders where true";
  Params params_;
  int count_ = 0;
};

template <class Read>
auto all_of(const Rows& rows, Read read) {
  std::vector<decltype(read(Columns(nullptr, 0)))> out;
  for (int i = 0; i < PQntuples(rows.get()); ++i) out.push_back(read(Columns(rows.get(), i)));
  return out;
}

template <class Read>
auto first_of(const Rows& rows, Read read) {
  std::optional<decltype(read(Columns(nullptr, 0)))> out;
  if (PQntuples(rows.get()) > 0) out = read(Columns(rows.get(), 0));
  return out;
}

class PostgresqlReader final : public Reader {
 public:
  // With a timeline it reads the primary, else a standby or what there is.
  PostgresqlReader(const std::string& conninfo, std::shared_ptr<Timeline> timeline,
                   const SecretSealer* sealer)
      : conninfo_(conninfo), timeline_(std::move(timeline)), sealer_(sealer) {
    connect();
  }

  Result<std::optional<User>> user(UserId id) override {
    return reading([&] { return first_of(run(kUser, Params().id(id)), read_user); });
  }
  Result<std::optional<User>> user_by_email(const std::string& email_key) override {
    return reading(
        [&] { return first_of(run(kUserByEmail, Params().text(email_key)), read_user); });
  }
  Result<std::optional<Session>> session(const Digest& token_hash) override {
    return reading(
        [&] { return first_of(run(kSession, Params().bytes(token_hash)), read_session); });
  }
  Result<Wallet> wallet(UserId user) override {
    return reading([&] {
      Wallet none;
      none.user = user;
      return first_of(run(kWallet, Params().id(user)), read_wallet).value_or(none);
    });
  }
  Result<std::vector<Transfer>> transfers(UserId user, std::optional<std::uint64_t> before_seq,
                                          int limit) override {
    return reading([&] {
      const Params params = Params().id(user).number(before_seq.value_or(INT64_MAX)).integer(limit);
      auto rows = all_of(run(kTransfers, params), read_transfer);
      return rows;
    });
  }
  Result<std::optional<Order>> order(OrderId id) override {
    return reading([&] { return first_of(run(kOrder, Params().id(id)), read_order); });
  }
  Result<std::vector<Order>> orders(const OrderFilter& filter) override {
    return reading([&] { return all_of(OrderQuery(filter).run(*connection_), read_order); });
  }
  Result<std::int64_t> count_orders(ShowId show, OrderStatus status) override {
    return reading([&] { return count(run(kCountOrders, Params().id(show).number(status))); });
  }
  Result<std::optional<Ticket>> ticket(const TicketCode& code) override {
    return reading(
        [&] { return first_of(run(kTicket, Params().bytes(to_text(code))), read_ticket); });
  }
  Result<std::optional<KeptAnswer>> kept_answer(CallerId caller, const std::string& key) override {
    return reading([&] {
      return first_of(run(kKeptAnswer, Params().id(caller).text(key)), read_kept_answer);
    });
  }
  Result<std::vector<Place>> places(SaleNo sale, PlaceNumber after, int limit) override {
    return reading([&] {
      return all_of(run(kPlaces, Params().integer(sale).integer(after).integer(limit)), read_place);
    });
  }
  Result<std::vector<AuditEntry>> audit(std::optional<AuditId> before, int limit) override {
    return reading([&] {
      Params params;
      before ? params.id(*before) : params.bytes(kAfterAllIds);
      return all_of(run(kAudit, params.integer(limit)), read_audit_entry);
    });
  }
  Result<std::vector<AuditEntry>> audit_of(const std::string& target, int limit) override {
    return reading([&] {
      return all_of(run(kAuditOf, Params().text(target).integer(limit)), read_audit_entry);
    });
  }
  Result<Overdue> overdue(Time now) override {
    return reading([&] {
      Pipeline pipeline(*connection_);
      pipeline.add(kLateEntries, Params().time(now));
      pipeline.add(kLateHolds, Params().time(now));
      const auto rows = pipeline.run();
      return Overdue{count(rows[0]), count(rows[1])};
    });
  }
  // Never twice: the sink would be given rows again.
  Result<Time> scan(RowSink& sink) override {
    return guarded([&] {
      require_connection();
      return scan_all(*connection_, sealer_, sink);
    });
  }

 private:
  void connect() {
    connection_.reset();
    const std::string settings = std::string(kSettings) + kReadSettings;
    connection_ = timeline_ ? timeline_->connect(settings) : connect_to_read(conninfo_, settings);
  }
  // Not where another connection of the node has seen that this server is a former primary.
  bool is_connected() const {
    return connection_ && connection_->is_usable() &&
           (!timeline_ || timeline_->is_newest(*connection_));
  }
  void require_connection() {
    if (!is_connected()) connect();
  }

  Rows run(const Statement& statement, const Params& params) {
    return connection_->run(statement, params);
  }
  static std::int64_t count(const Rows& rows) { return Columns(rows.get(), 0).integer(); }

  // A connection that was lost while nobody read is noticed only by reading: then once more.
  template <class Work>
  auto reading(Work work) -> Result<decltype(work())> {
    return guarded([&] {
      const bool was_connected = is_connected();
      if (!was_connected) connect();
      try {
        return work();
      } catch (const Failure& failure) {
        if (!was_connected || failure.kind == Failure::Kind::timed_out || is_connected()) throw;
      }
      connect();
      return work();
    });
  }

  std::string conninfo_;
  std::shared_ptr<Timeline> timeline_;
  const SecretSealer* sealer_;
  std::unique_ptr<Connection> connection_;
};

}  // namespace

// libpq asks the next server where one does not answer, not where it refuses: a standby that has
// not heard of the database yet is no reason to give up.
std::unique_ptr<Connection> connect_to_read(const std::string& conninfo,
                                            const std::string& settings) {
  try {
    return std::make_unique<Connection>(conninfo, Target::standby_or_any, settings);
  } catch (const Failure& refused) {
    try {
      return std::make_unique<Connection>(conninfo, Target::primary, settings);
    } catch (const Failure&) {
      throw refused;
    }
  }
}

std::unique_ptr<Reader> make_reader(std::shared_ptr<Timeline> timeline,
                                    const SecretSealer* sealer) {
  return std::make_unique<PostgresqlReader>("", std::move(timeline), sealer);
}

std::unique_ptr<Reader> make_reader(const std::string& conninfo, const SecretSealer* sealer) {
  return std::make_unique<PostgresqlReader>(conninfo, nullptr, sealer);
}

}  // namespace frontrow::postgresql
