#include "adapters/sqlite/tables.h"

#include "base/encoding.h"
#include "store/journal_codec.h"

namespace frontrow::sqlite {
namespace {

constexpr char kPutConcert[] = R"(
  insert into concert values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  on conflict (sale_no) do update set
    title = excluded.title, artist = excluded.artist, venue = excluded.venue,
    time_zone = excluded.time_zone, description = excluded.description,
    published = excluded.published, opens_at = excluded.opens_at,
    lobby_opens_at = excluded.lobby_opens_at, closes_at = excluded.closes_at, draw = excluded.draw,
    capacity = excluded.capacity, entries_per_minute = excluded.entries_per_minute,
    people_per_seat = excluded.people_per_seat, entry_seconds = excluded.entry_seconds,
    claim_seconds = excluded.claim_seconds, hold_seconds = excluded.hold_seconds,
    max_seats_per_user = excluded.max_seats_per_user, message = excluded.message,
    paused = excluded.paused, closed = excluded.closed, draw_secret = excluded.draw_secret,
    member_key = excluded.member_key, public_input = excluded.public_input,
    created_at = excluded.created_at, version = excluded.version)";

constexpr char kPutShow[] = R"(
  insert into show (id, concert, starts_at, doors_at, cancelled, sections, blocked)
  values (?, ?, ?, ?, ?, ?, ?)
  on conflict (id) do update set
    concert = excluded.concert, starts_at = excluded.starts_at, doors_at = excluded.doors_at,
    cancelled = excluded.cancelled, sections = excluded.sections, blocked = excluded.blocked)";

constexpr char kPutUser[] = R"(
  insert into users values (?, ?, ?, ?, ?, ?, ?)
  on conflict (id) do update set
    email = excluded.email, email_key = excluded.email_key, name = excluded.name,
    password_hash = excluded.password_hash, created_at = excluded.created_at,
    forgotten_at = excluded.forgotten_at)";

constexpr char kPutSession[] = R"(
  insert into session values (?, ?, ?, ?)
  on conflict (token_hash) do update set
    user = excluded.user, expires_at = excluded.expires_at, ended = excluded.ended)";

constexpr char kPutStaffKey[] = R"(
  insert into staff_key values (?, ?, ?, ?, ?, ?)
  on conflict (id) do update set
    key_hash = excluded.key_hash, role = excluded.role, name = excluded.name,
    created_at = excluded.created_at, revoked_at = excluded.revoked_at)";

constexpr char kPutSigningKey[] = R"(
  insert into signing_key values (?, ?, ?, ?, ?)
  on conflict (id) do update set
    purpose = excluded.purpose, secret = excluded.secret, signs_from = excluded.signs_from,
    retired_at = excluded.retired_at)";

constexpr char kAddAudit[] = "insert into audit values (?, ?, ?, ?, ?, ?, ?)";

// The statements of journaled rows, up to their values. Where a table has no other index, replacing
// a row is cheaper than setting its columns.
constexpr char kPutShowVersions[] = "insert or replace into show_version values";
constexpr char kPutQueues[] = "insert or replace into queue values";
constexpr char kPutPlaces[] = "insert or replace into place values";
constexpr char kPutEntries[] = "insert or replace into entry values";
constexpr char kPutOrders[] = "insert or replace into orders values";
// The user of an order never changes.
constexpr char kPutOrdersOfUsers[] = "insert or ignore into order_of_user values";
constexpr char kPutTickets[] = "insert or replace into ticket values";
constexpr char kPutTransfers[] = "insert or replace into transfer values";

constexpr char kPutKeptAnswer[] = R"(
  insert into kept_answer (caller, key, request_hash, status, body, at) values (?, ?, ?, ?, ?, ?)
  on conflict (caller, key) do update set
    request_hash = excluded.request_hash, status = excluded.status, body = excluded.body,
    at = excluded.at)";

template <class Rows>
void put_all(Tables& tables, const Rows& changes) {
  for (const auto& change : changes) tables.put(change.after);
}

}  // namespace

std::string draw_secret_context(const Concert& row) {
  return "concert.draw_secret:" + to_hex(view_of(row.id.uuid.bytes));
}
std::string member_key_context(const Concert& row) {
  return "concert.member_key:" + to_hex(view_of(row.id.uuid.bytes));
}
std::string signing_key_context(const SigningKeyRow& row) {
  return "signing_key.secret:" + row.id;
}

Tables::Tables(Connection& connection, const SecretSealer& sealer)
    : sealer_(sealer),
      concert_(connection, kPutConcert),
      show_(connection, kPutShow),
      user_(connection, kPutUser),
      session_(connection, kPutSession),
      staff_key_(connection, kPutStaffKey),
      signing_key_(connection, kPutSigningKey),
      audit_(connection, kAddAudit),
      show_versions_(connection, kPutShowVersions, 2),
      queues_(connection, kPutQueues, 15),
      places_(connection, kPutPlaces, 4),
      entries_(connection, kPutEntries, 10),
      orders_(connection, kPutOrders, 20),
      orders_of_users_(connection, kPutOrdersOfUsers, 2),
      tickets_(connection, kPutTickets, 4),
      transfers_(connection, kPutTransfers, 8),
      kept_answer_(connection, kPutKeptAnswer) {}

void Tables::put(const Concert& row) {
  const SaleSettings& sale = row.sale;
  scratch_ = sealer_.seal(view_of(row.draw_secret), draw_secret_context(row));
  scratch_more_ = sealer_.seal(view_of(row.member_key), member_key_context(row));
  Args args = concert_.args();
  args.integer(row.sale_no).id(row.id).text(row.title).text(row.artist).text(row.venue);
  args.text(row.time_zone).text(row.description).boolean(row.published);
  args.time(sale.opens_at).time(sale.lobby_opens_at).time(sale.closes_at).boolean(sale.draw);
  args.integer(sale.capacity).integer(sale.entries_per_minute).integer(sale.people_per_seat);
  args.integer(sale.entry_seconds).integer(sale.claim_seconds).integer(sale.hold_seconds);
  args.integer(sale.max_seats_per_user);
  row.message ? args.text(*row.message) : args.null();
  args.boolean(row.paused).boolean(row.closed).blob(scratch_).blob(scratch_more_);
  args.text(row.public_input).time(row.created_at).integer(static_cast<std::int64_t>(row.version));
  concert_.run();
}

void Tables::put(const Show& row) {
  scratch_.clear();
  encode(scratch_, row.sections);
  scratch_more_.clear();
  encode(scratch_more_, row.blocked);
  show_.args()
      .id(row.id)
      .id(row.concert)
      .time(row.starts_at)
      .time(row.doors_at)
      .boolean(row.cancelled)
      .blob(scratch_)
      .blob(scratch_more_);
  show_.run();
}

void Tables::put(const User& row) {
  user_.args()
      .id(row.id)
      .text(row.email)
      .text(row.email_key)
      .text(row.name)
      .text(row.password_hash)
      .time(row.created_at)
      .time(row.forgotten_at);
  user_.run();
}

void Tables::put(const Session& row) {
  session_.args().blob(row.token_hash).id(row.user).time(row.expires_at).boolean(row.ended);
  session_.run();
}

void Tables::put(const StaffKey& row) {
  staff_key_.args()
      .id(row.id)
      .blob(row.key_hash)
      .text(row.role)
      .text(row.name)
      .time(row.created_at)
      .time(row.revoked_at);
  staff_key_.run();
}

void Tables::put(const SigningKeyRow& row) {
  scratch_ = sealer_.seal(row.secret, signing_key_context(row));
  signing_key_.args()
      .text(row.id)
      .text(row.purpose)
      .blob(scratch_)
      .time(row.signs_from)
      .time(row.retired_at);
  signing_key_.run();
}

void Tables::put(const AuditEntry& row) {
  audit_.args()
      .id(row.id)
      .time(row.at)
      .id(row.staff_key)
      .text(row.action)
      .text(row.target)
      .text(row.reason)
      .text(row.detail);
  audit_.run();
}

void Tables::put(Rows<ShowVersion> rows) {
  show_versions_.put(rows, [](Args& args, const ShowVersion& row, RowText&) {
    args.id(row.show).integer(static_cast<std::int64_t>(row.version));
  });
}

void Tables::put(Rows<Queue> rows) {
  queues_.put(rows, [](Args& args, const Queue& row, RowText&) {
    args.integer(row.sale_no).integer(row.last_number).boolean(row.lobby_ended);
    args.integer(row.lobby_count).boolean(row.drawn).blob(row.draw_seed).blob(row.join_digest);
    args.integer(row.called_upto).time(row.called_at).time(row.bucket_at).integer(row.bucket);
    args.integer(row.missed).integer(row.admitted).integer(row.extended.ms);
    args.integer(static_cast<std::int64_t>(row.version));
  });
}

void Tables::put(Rows<Place> rows) {
  places_.put(rows, [](Args& args, const Place& row, RowText&) {
    args.integer(place_key(row.sale_no, row.number)).id(row.user).number(row.state);
    args.time(row.joined_at);
  });
}

void Tables::put(Rows<Entry> rows) {
  entries_.put(rows, [](Args& args, const Entry& row, RowText&) {
    args.id(row.id).integer(row.sale_no).integer(row.number).id(row.user).number(row.state);
    args.number(row.end).time(row.claimed_at).time(row.expires_at).time(row.bound);
    args.time(row.issued_at);
  });
}

void Tables::put(Rows<Order> rows) {
  orders_.put(rows, [](Args& args, const Order& row, RowText& text) {
    encode(text.first, row.seats);
    encode(text.second, row.tickets);
    args.id(row.id).number(row.status).time(row.hold_expires_at).id(row.show).id(row.concert);
    args.id(row.user).id(row.entry).blob(text.first).money(row.total).time(row.created_at);
    args.boolean(row.extended).boolean(row.complimentary).text(row.note).id(row.payment);
    args.time(row.paid_at).money(row.balance_after).blob(text.second).id(row.refund);
    args.time(row.ended_at).integer(static_cast<std::int64_t>(row.version));
  });
}

void Tables::put_users(Rows<Order> rows) {
  orders_of_users_.put(
      rows, [](Args& args, const Order& row, RowText&) { args.id(row.user).id(row.id); });
}

void Tables::put(Rows<Ticket> rows) {
  tickets_.put(rows, [](Args& args, const Ticket& row, RowText&) {
    args.blob(row.code).id(row.order).integer(row.ordinal).time(row.checked_in_at);
  });
}

void Tables::put(Rows<Transfer> rows) {
  transfers_.put(rows, [](Args& args, const Transfer& row, RowText&) {
    args.id(row.user).integer(static_cast<std::int64_t>(row.seq)).id(row.id).number(row.kind);
    args.money(row.amount).money(row.balance_after).id(row.order).time(row.at);
  });
}

// One by one: a statement of many rows that has an index to keep right keeps copies of its pages.
void Tables::put(Rows<KeptAnswer> rows) {
  for (const KeptAnswer* row : rows) {
    Args args = kept_answer_.args();
    args.id(row->caller).text(row->key).blob(row->request_hash).integer(row->status);
    args.text(row->body).time(row->at);
    kept_answer_.run();
  }
}

bool has_direct_rows(const Changes& changes) {
  return !(changes.concerts.empty() && changes.shows.empty() && changes.users.empty() &&
           changes.sessions.empty() && changes.staff_keys.empty() && changes.signing_keys.empty() &&
           changes.audit.empty());
}

void put_direct_rows(Tables& tables, const Changes& changes) {
  put_all(tables, changes.concerts);
  put_all(tables, changes.shows);
  put_all(tables, changes.users);
  put_all(tables, changes.sessions);
  put_all(tables, changes.staff_keys);
  put_all(tables, changes.signing_keys);
  for (const AuditEntry& row : changes.audit) tables.put(row);
}

}  // namespace frontrow::sqlite
