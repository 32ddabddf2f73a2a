#include "adapters/postgresql/find.h"

#include <functional>

#include "adapters/postgresql/rows.h"

namespace frontrow::postgresql {
namespace {

const Statement kWallets{"find_wallets", R"(
  select r.* from unnest($1::bytea[]) with ordinality as wanted (key, at)
  join wallet r on r.user_id = wanted.key order by wanted.at)"};
const Statement kOrders{"find_orders", R"(
  select r.* from unnest($1::bytea[]) with ordinality as wanted (key, at)
  join orders r on r.id = wanted.key order by wanted.at)"};
const Statement kTickets{"find_tickets", R"(
  select r.* from unnest($1::bytea[]) with ordinality as wanted (key, at)
  join ticket r on r.code = wanted.key order by wanted.at)"};
const Statement kUsers{"find_users", R"(
  select r.* from unnest($1::bytea[]) with ordinality as wanted (key, at)
  join users r on r.id = wanted.key order by wanted.at)"};
const Statement kEmails{"find_emails", R"(
  select r.* from unnest($1::text[]) with ordinality as wanted (key, at)
  join users r on r.email_key = wanted.key and r.email_key <> '' order by wanted.at)"};
const Statement kKeptAnswers{"find_kept_answers", R"(
  select r.* from unnest($1::bytea[], $2::text[]) with ordinality as wanted (caller, key, at)
  join kept_answer r on r.caller = wanted.caller and r.key = wanted.key order by wanted.at)"};

std::string_view key_bytes(const Uuid& key) {
  return view_of(key.bytes);
}
template <class Tag>
std::string_view key_bytes(const Id<Tag>& key) {
  return key_bytes(key.uuid);
}
std::string_view key_bytes(const TicketCode& key) {
  return to_text(key);
}
std::string_view key_bytes(const std::string& key) {
  return key;
}

// Asks for several kinds and hands out the answers as they come.
class Finder {
 public:
  explicit Finder(Connection& connection) : pipeline_(connection) {}

  template <class Key, class Row>
  void want(const Statement& statement, Type type, const std::vector<Key>& keys,
            Row (*read)(Columns), std::vector<Row>& out) {
    if (keys.empty()) return;
    Array wanted(type);
    for (const Key& key : keys) wanted.add(key_bytes(key));
    ask(statement, Params().array(wanted), read, out);
  }
  template <class Row>
  void ask(const Statement& statement, const Params& params, Row (*read)(Columns),
           std::vector<Row>& out) {
    pipeline_.add(statement, params);
    takers_.push_back([read, &out](const PGresult* rows) {
      for (int i = 0; i < PQntuples(rows); ++i) out.push_back(read(Columns(rows, i)));
    });
  }
  void run() {
    const auto rows = pipeline_.run();
    for (std::size_t i = 0; i < takers_.size(); ++i) takers_[i](rows[i].get());
  }

 private:
  Pipeline pipeline_;
  std::vector<std::function<void(const PGresult*)>> takers_;
};

}  // namespace

Found find_rows(Connection& connection, const Needs& needs) {
  Found found;
  if (needs.empty()) return found;
  Finder finder(connection);
  finder.want(kWallets, Type::bytes, needs.wallets, read_wallet, found.wallets);
  finder.want(kOrders, Type::bytes, needs.orders, read_order, found.orders);
  finder.want(kTickets, Type::bytes, needs.tickets, read_ticket, found.tickets);
  finder.want(kUsers, Type::bytes, needs.users, read_user, found.users);
  finder.want(kEmails, Type::text, needs.emails, read_user, found.users);
  if (!needs.kept_answers.empty()) {
    Array callers(Type::bytes), keys(Type::text);
    for (const auto& [caller, key] : needs.kept_answers)
      callers.add(key_bytes(caller)), keys.add(std::string_view(key));
    finder.ask(kKeptAnswers, Params().array(callers).array(keys), read_kept_answer,
               found.kept_answers);
  }
  finder.run();
  return found;
}

}  // namespace frontrow::postgresql
