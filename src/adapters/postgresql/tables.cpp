#include "adapters/postgresql/tables.h"

#include <map>
#include <set>

#include "base/encoding.h"
#include "store/journal_codec.h"

namespace frontrow::postgresql {
namespace {

constexpr Type kBytes = Type::bytes, kInteger = Type::integer, kText = Type::text,
               kBoolean = Type::boolean;

template <class Row>
const Row& value_of(const Change<Row>& change) {
  return change.after;
}
template <class Row>
const Row& value_of(const Row& row) {
  return row;
}

auto key_of(const Concert& row) {
  return row.sale_no;
}
auto key_of(const ShowVersion& row) {
  return row.show;
}
auto key_of(const Queue& row) {
  return row.sale_no;
}
auto key_of(const Place& row) {
  return std::pair(row.sale_no, row.number);
}
auto key_of(const Ticket& row) {
  return row.code;
}
auto key_of(const Wallet& row) {
  return row.user;
}
auto key_of(const Session& row) {
  return row.token_hash;
}
auto key_of(const KeptAnswer& row) {
  return std::pair(row.caller, row.key);
}
template <class Row>
auto key_of(const Row& row) {
  return row.id;
}

// The rows that a list ends with, one a key, in the order in which the keys came first. The server
// refuses to write a row twice in one statement.
template <class Changed>
auto last_values(const Changed& changes) {
  using Row = std::remove_cvref_t<decltype(value_of(changes.front()))>;
  std::vector<const Row*> rows;
  std::map<decltype(key_of(std::declval<Row>())), std::size_t> at;
  for (const auto& change : changes) {
    const Row& row = value_of(change);
    const auto [known, is_new] = at.emplace(key_of(row), rows.size());
    if (is_new)
      rows.push_back(&row);
    else
      rows[known->second] = &row;
  }
  return rows;
}

template <class Row>
auto keys_of_new(const std::vector<Change<Row>>& changes) {
  std::set<decltype(key_of(std::declval<Row>()))> keys;
  for (const auto& change : changes)
    if (!change.before) keys.insert(key_of(change.after));
  return keys;
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

Tables::Tables(const SecretSealer& sealer)
    : sealer_(sealer),
      concerts_("concert",
                {{"sale_no", kInteger},
                 {"id", kBytes},
                 {"title", kText},
                 {"artist", kText},
                 {"venue", kText},
                 {"time_zone", kText},
                 {"description", kText},
                 {"published", kBoolean},
                 {"opens_at", kInteger},
                 {"lobby_opens_at", kInteger},
                 {"closes_at", kInteger},
                 {"draw", kBoolean},
                 {"capacity", kInteger},
                 {"entries_per_minute", kInteger},
                 {"people_per_seat", kInteger},
                 {"entry_seconds", kInteger},
                 {"claim_seconds", kInteger},
                 {"hold_seconds", kInteger},
                 {"max_seats_per_user", kInteger},
                 {"message", kText},
                 {"paused", kBoolean},
                 {"closed", kBoolean},
                 {"draw_secret", kBytes},
                 {"member_key", kBytes},
                 {"public_input", kText},
                 {"created_at", kInteger},
                 {"version", kInteger}},
                1),
      shows_("show",
             {{"id", kBytes},
              {"concert", kBytes},
              {"starts_at", kInteger},
              {"doors_at", kInteger},
              {"cancelled", kBoolean},
              {"sections", kBytes},
              {"blocked", kBytes}},
             1),
      show_versions_("show_version", {{"show", kBytes}, {"version", kInteger}}, 1),
      queues_("queue",
              {{"sale_no", kInteger},
               {"last_number", kInteger},
               {"lobby_ended", kBoolean},
               {"lobby_count", kInteger},
               {"drawn", kBoolean},
               {"draw_seed", kBytes},
               {"join_digest", kBytes},
               {"called_upto", kInteger},
               {"called_at", kInteger},
               {"bucket_at", kInteger},
               {"bucket", kInteger},
               {"missed", kInteger},
               {"admitted", kInteger},
               {"extended", kInteger},
               {"version", kInteger}},
              1),
      places_("place",
              {{"sale_no", kInteger},
               {"number", kInteger},
               {"user_id", kBytes},
               {"state", kInteger},
               {"joined_at", kInteger}},
              2),
      entries_("entry",
               {{"id", kBytes},
                {"sale_no", kInteger},
                {"number", kInteger},
                {"user_id", kBytes},
                {"state", kInteger},
                {"ending", kInteger},
                {"claimed_at", kInteger},
                {"expires_at", kInteger},
                {"bound", kInteger},
                {"issued_at", kInteger}},
               1),
      orders_("orders",
              {{"id", kBytes},
               {"status", kInteger},
               {"hold_expires_at", kInteger},
               {"show", kBytes},
               {"concert", kBytes},
               {"user_id", kBytes},
               {"entry", kBytes},
               {"seats", kBytes},
               {"total", kInteger},
               {"created_at", kInteger},
               {"extended", kBoolean},
               {"complimentary", kBoolean},
               {"note", kText},
               {"payment", kBytes},
               {"paid_at", kInteger},
               {"balance_after", kInteger},
               {"tickets", kBytes},
               {"refund", kBytes},
               {"ended_at", kInteger},
               {"version", kInteger}},
              1),
      tickets_("ticket",
               {{"code", kBytes},
                {"order_id", kBytes},
                {"ordinal", kInteger},
                {"checked_in_at", kInteger}},
               1),
      wallets_("wallet", {{"user_id", kBytes}, {"balance", kInteger}, {"last_seq", kInteger}}, 1),
      transfers_("transfer",
                 {{"user_id", kBytes},
                  {"seq", kInteger},
                  {"id", kBytes},
                  {"kind", kInteger},
                  {"amount", kInteger},
                  {"balance_after", kInteger},
                  {"order_id", kBytes},
                  {"at", kInteger}},
                 2),
      users_("users",
             {{"id", kBytes},
              {"email", kText},
              {"email_key", kText},
              {"name", kText},
              {"password_hash", kText},
              {"created_at", kInteger},
              {"forgotten_at", kInteger}},
             1),
      sessions_("session",
                {{"token_hash", kBytes},
                 {"user_id", kBytes},
                 {"expires_at", kInteger},
                 {"ended", kBoolean}},
                1),
      staff_keys_("staff_key",
                  {{"id", kBytes},
                   {"key_hash", kBytes},
                   {"role", kText},
                   {"name", kText},
                   {"created_at", kInteger},
                   {"revoked_at", kInteger}},
                  1),
      signing_keys_("signing_key",
                    {{"id", kText},
                     {"purpose", kText},
                     {"secret", kBytes},
                     {"signs_from", kInteger},
                     {"retired_at", kInteger}},
                    1),
      audit_("audit",
             {{"id", kBytes},
              {"at", kInteger},
              {"staff_key", kBytes},
              {"action", kText},
              {"target", kText},
              {"reason", kText},
              {"detail", kText}},
             1),
      kept_answers_("kept_answer",
                    {{"caller", kBytes},
                     {"key", kText},
                     {"request_hash", kBytes},
                     {"status", kInteger},
                     {"body", kText},
                     {"at", kInteger}},
                    2) {}

template <class Changed>
void Tables::put_last(Pipeline& pipeline, RowSet& set, const Changed& changes) {
  if (changes.empty()) return;
  set.clear();
  for (const auto* row : last_values(changes)) put(*row);
  set.put(pipeline);
}

// A new row is inserted: that is quicker, and a row that is there already fails the batch.
template <class Changed>
void Tables::put_new_apart(Pipeline& pipeline, RowSet& set, const Changed& changes) {
  if (changes.empty()) return;
  const auto news = keys_of_new(changes);
  const auto rows = last_values(changes);
  for (const bool is_new : {true, false}) {
    set.clear();
    for (const auto* row : rows)
      if (news.contains(key_of(*row)) == is_new) put(*row);
    if (set.empty()) continue;
    is_new ? set.insert(pipeline) : set.put(pipeline);
  }
}

template <class Row>
void Tables::insert_all(Pipeline& pipeline, RowSet& set, const std::vector<Row>& rows) {
  if (rows.empty()) return;
  set.clear();
  for (const Row& row : rows) put(row);
  set.insert(pipeline);
}

void Tables::add_to(Pipeline& pipeline, const Changes& changes) {
  put_last(pipeline, concerts_, changes.concerts);
  put_last(pipeline, shows_, changes.shows);
  put_last(pipeline, show_versions_, changes.show_versions);
  put_last(pipeline, queues_, changes.queues);
  put_new_apart(pipeline, places_, changes.places);
  put_new_apart(pipeline, entries_, changes.entries);
  put_new_apart(pipeline, orders_, changes.orders);
  put_last(pipeline, tickets_, changes.tickets);
  put_last(pipeline, wallets_, changes.wallets);
  insert_all(pipeline, transfers_, changes.transfers);
  put_last(pipeline, users_, changes.users);
  put_last(pipeline, sessions_, changes.sessions);
  put_last(pipeline, staff_keys_, changes.staff_keys);
  put_last(pipeline, signing_keys_, changes.signing_keys);
  insert_all(pipeline, audit_, changes.audit);
  put_last(pipeline, kept_answers_, changes.kept_answers);
}

void Tables::put(const Concert& row) {
  const SaleSettings& sale = row.sale;
  concerts_.integer(row.sale_no).id(row.id).text(row.title).text(row.artist).text(row.venue);
  concerts_.text(row.time_zone).text(row.description).boolean(row.published);
  concerts_.time(sale.opens_at).time(sale.lobby_opens_at).time(sale.closes_at).boolean(sale.draw);
  concerts_.integer(sale.capacity).integer(sale.entries_per_minute).integer(sale.people_per_seat);
  concerts_.integer(sale.entry_seconds).integer(sale.claim_seconds).integer(sale.hold_seconds);
  concerts_.integer(sale.max_seats_per_user).optional_text(row.message);
  concerts_.boolean(row.paused).boolean(row.closed);
  concerts_.bytes(sealer_.seal(view_of(row.draw_secret), draw_secret_context(row)));
  concerts_.bytes(sealer_.seal(view_of(row.member_key), member_key_context(row)));
  concerts_.text(row.public_input).time(row.created_at).number(row.version);
}

void Tables::put(const Show& row) {
  shows_.id(row.id).id(row.concert).time(row.starts_at).time(row.doors_at).boolean(row.cancelled);
  scratch_.clear();
  encode(scratch_, row.sections);
  shows_.bytes(scratch_);
  scratch_.clear();
  encode(scratch_, row.blocked);
  shows_.bytes(scratch_);
}

void Tables::put(const ShowVersion& row) {
  show_versions_.id(row.show).number(row.version);
}

void Tables::put(const Queue& row) {
  queues_.integer(row.sale_no).integer(row.last_number).boolean(row.lobby_ended);
  queues_.integer(row.lobby_count).boolean(row.drawn).bytes(row.draw_seed).bytes(row.join_digest);
  queues_.integer(row.called_upto).time(row.called_at).time(row.bucket_at).integer(row.bucket);
  queues_.integer(row.missed).integer(row.admitted).integer(row.extended.ms).number(row.version);
}

void Tables::put(const Place& row) {
  places_.integer(row.sale_no).integer(row.number).id(row.user).number(row.state);
  places_.time(row.joined_at);
}

void Tables::put(const Entry& row) {
  entries_.id(row.id).integer(row.sale_no).integer(row.number).id(row.user).number(row.state);
  entries_.number(row.end).time(row.claimed_at).time(row.expires_at).time(row.bound);
  entries_.time(row.issued_at);
}

void Tables::put(const Order& row) {
  orders_.id(row.id).number(row.status).time(row.hold_expires_at).id(row.show).id(row.concert);
  orders_.id(row.user).id(row.entry);
  scratch_.clear();
  encode(scratch_, row.seats);
  orders_.bytes(scratch_).money(row.total).time(row.created_at).boolean(row.extended);
  orders_.boolean(row.complimentary).text(row.note).id(row.payment).time(row.paid_at);
  scratch_.clear();
  encode(scratch_, row.tickets);
  orders_.money(row.balance_after).bytes(scratch_).id(row.refund).time(row.ended_at);
  orders_.number(row.version);
}

void Tables::put(const Ticket& row) {
  tickets_.bytes(to_text(row.code)).id(row.order).integer(row.ordinal).time(row.checked_in_at);
}

void Tables::put(const Wallet& row) {
  wallets_.id(row.user).money(row.balance).number(row.last_seq);
}

void Tables::put(const Transfer& row) {
  transfers_.id(row.user).number(row.seq).id(row.id).number(row.kind).money(row.amount);
  transfers_.money(row.balance_after).id(row.order).time(row.at);
}

void Tables::put(const User& row) {
  users_.id(row.id).text(row.email).text(row.email_key).text(row.name).text(row.password_hash);
  users_.time(row.created_at).time(row.forgotten_at);
}

void Tables::put(const Session& row) {
  sessions_.bytes(row.token_hash).id(row.user).time(row.expires_at).boolean(row.ended);
}

void Tables::put(const StaffKey& row) {
  staff_keys_.id(row.id).bytes(row.key_hash).text(row.role).text(row.name).time(row.created_at);
  staff_keys_.time(row.revoked_at);
}

void Tables::put(const SigningKeyRow& row) {
  signing_keys_.text(row.id).text(row.purpose);
  signing_keys_.bytes(sealer_.seal(row.secret, signing_key_context(row)));
  signing_keys_.time(row.signs_from).time(row.retired_at);
}

void Tables::put(const AuditEntry& row) {
  audit_.id(row.id).time(row.at).id(row.staff_key).text(row.action).text(row.target);
  audit_.text(row.reason).text(row.detail);
}

void Tables::put(const KeptAnswer& row) {
  kept_answers_.id(row.caller).text(row.key).bytes(row.request_hash).integer(row.status);
  kept_answers_.text(row.body).time(row.at);
}

}  // namespace frontrow::postgresql
