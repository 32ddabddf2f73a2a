#include "adapters/sqlite/rows.h"

#include "adapters/sqlite/tables.h"
#include "store/journal_codec.h"

namespace frontrow::sqlite {
namespace {

void require(bool good, const char* what) {
  if (!good) throw Failure{SQLITE_CORRUPT, what};
}

std::string unseal(const SecretSealer& sealer, std::string_view sealed,
                   const std::string& context) {
  auto plain = sealer.open(sealed, context);
  if (!plain)
    throw Failure{
        SQLITE_AUTH,
        "a stored secret does not open: was it sealed with another master key? (" + context + ")"};
  return std::move(*plain);
}

Digest unseal_digest(const SecretSealer& sealer, std::string_view sealed,
                     const std::string& context) {
  const std::string plain = unseal(sealer, sealed, context);
  Digest digest;
  require(plain.size() == digest.size(), "sqlite: a secret of wrong size");
  std::memcpy(digest.data(), plain.data(), digest.size());
  return digest;
}

}  // namespace

Concert read_concert(Columns row, const SecretSealer* sealer) {
  Concert out;
  out.sale_no = row.number<SaleNo>();
  out.id = row.id<ConcertId>();
  for (std::string* text : {&out.title, &out.artist, &out.venue, &out.time_zone, &out.description})
    *text = row.text();
  out.published = row.boolean();
  SaleSettings& sale = out.sale;
  sale.opens_at = row.time();
  sale.lobby_opens_at = row.time();
  sale.closes_at = row.optional_time();
  sale.draw = row.boolean();
  for (std::int64_t* number :
       {&sale.capacity, &sale.entries_per_minute, &sale.people_per_seat, &sale.entry_seconds,
        &sale.claim_seconds, &sale.hold_seconds, &sale.max_seats_per_user})
    *number = row.integer();
  if (row.is_null())
    row.skip();
  else
    out.message = row.text();
  out.paused = row.boolean();
  out.closed = row.boolean();
  const std::string_view draw_secret = row.blob();
  const std::string_view member_key = row.blob();
  if (sealer) {
    out.draw_secret = unseal_digest(*sealer, draw_secret, draw_secret_context(out));
    out.member_key = unseal_digest(*sealer, member_key, member_key_context(out));
  }
  out.public_input = row.text();
  out.created_at = row.time();
  out.version = row.number<std::uint64_t>();
  return out;
}

Show read_show(Columns row) {
  Show out;
  row.skip();  // position
  out.id = row.id<ShowId>();
  out.concert = row.id<ConcertId>();
  out.starts_at = row.time();
  out.doors_at = row.optional_time();
  out.cancelled = row.boolean();
  require(decode(row.blob(), out.sections), "sqlite: a show's sections are damaged");
  require(decode(row.blob(), out.blocked), "sqlite: a show's blocked seats are damaged");
  return out;
}

ShowVersion read_show_version(Columns row) {
  ShowVersion out;
  out.show = row.id<ShowId>();
  out.version = row.number<std::uint64_t>();
  return out;
}

Queue read_queue(Columns row) {
  Queue out;
  out.sale_no = row.number<SaleNo>();
  out.last_number = row.number<PlaceNumber>();
  out.lobby_ended = row.boolean();
  out.lobby_count = row.number<PlaceNumber>();
  out.drawn = row.boolean();
  out.draw_seed = row.bytes<Digest>();
  out.join_digest = row.bytes<Digest>();
  out.called_upto = row.number<Rank>();
  out.called_at = row.time();
  out.bucket_at = row.time();
  out.bucket = row.integer();
  out.missed = row.integer();
  out.admitted = row.integer();
  out.extended = Duration{row.integer()};
  out.version = row.number<std::uint64_t>();
  return out;
}

Place read_place(Columns row) {
  Place out;
  const std::int64_t key = row.integer();
  out.sale_no = sale_of_key(key);
  out.number = number_of_key(key);
  out.user = row.id<UserId>();
  out.state = row.number<PlaceState>();
  out.joined_at = row.time();
  return out;
}

Entry read_entry(Columns row) {
  Entry out;
  out.id = row.id<EntryId>();
  out.sale_no = row.number<SaleNo>();
  out.number = row.number<PlaceNumber>();
  out.user = row.id<UserId>();
  out.state = row.number<EntryState>();
  out.end = row.number<EntryEnd>();
  out.claimed_at = row.time();
  out.expires_at = row.time();
  out.bound = row.time();
  out.issued_at = row.time();
  return out;
}

Order read_order(Columns row) {
  Order out;
  out.id = row.id<OrderId>();
  out.status = row.number<OrderStatus>();
  out.hold_expires_at = row.time();
  out.show = row.id<ShowId>();
  out.concert = row.id<ConcertId>();
  out.user = row.id<UserId>();
  out.entry = row.id<EntryId>();
  require(decode(row.blob(), out.seats), "sqlite: an order's seats are damaged");
  out.total = row.money();
  out.created_at = row.time();
  out.extended = row.boolean();
  out.complimentary = row.boolean();
  out.note = row.text();
  out.payment = row.id<PaymentId>();
  out.paid_at = row.time();
  out.balance_after = row.money();
  require(decode(row.blob(), out.tickets), "sqlite: an order's tickets are damaged");
  out.refund = row.id<RefundId>();
  out.ended_at = row.time();
  out.version = row.number<std::uint64_t>();
  return out;
}

Ticket read_ticket(Columns row) {
  Ticket out;
  out.code = row.bytes<TicketCode>();
  out.order = row.id<OrderId>();
  out.ordinal = row.number<std::uint32_t>();
  out.checked_in_at = row.optional_time();
  return out;
}

Wallet read_wallet(Columns row) {
  Wallet out;
  out.user = row.id<UserId>();
  out.balance = row.money();
  out.last_seq = row.number<std::uint64_t>();
  return out;
}

Transfer read_transfer(Columns row) {
  Transfer out;
  out.user = row.id<UserId>();
  out.seq = row.number<std::uint64_t>();
  out.id = row.uuid();
  out.kind = row.number<TransferKind>();
  out.amount = row.money();
  out.balance_after = row.money();
  out.order = row.id<OrderId>();
  out.at = row.time();
  return out;
}

User read_user(Columns row) {
  User out;
  out.id = row.id<UserId>();
  for (std::string* text : {&out.email, &out.email_key, &out.name, &out.password_hash})
    *text = row.text();
  out.created_at = row.time();
  out.forgotten_at = row.optional_time();
  return out;
}

Session read_session(Columns row) {
  Session out;
  out.token_hash = row.bytes<Digest>();
  out.user = row.id<UserId>();
  out.expires_at = row.time();
  out.ended = row.boolean();
  return out;
}

StaffKey read_staff_key(Columns row) {
  StaffKey out;
  out.id = row.id<StaffKeyId>();
  out.key_hash = row.bytes<Digest>();
  out.role = row.text();
  out.name = row.text();
  out.created_at = row.time();
  out.revoked_at = row.optional_time();
  return out;
}

SigningKeyRow read_signing_key(Columns row, const SecretSealer* sealer) {
  SigningKeyRow out;
  out.id = row.text();
  out.purpose = row.text();
  const std::string_view sealed = row.blob();
  if (sealer) out.secret = unseal(*sealer, sealed, signing_key_context(out));
  out.signs_from = row.time();
  out.retired_at = row.optional_time();
  return out;
}

AuditEntry read_audit_entry(Columns row) {
  AuditEntry out;
  out.id = row.id<AuditId>();
  out.at = row.time();
  out.staff_key = row.id<StaffKeyId>();
  for (std::string* text : {&out.action, &out.target, &out.reason, &out.detail}) *text = row.text();
  return out;
}

KeptAnswer read_kept_answer(Columns row) {
  KeptAnswer out;
  row.skip();  // number
  out.caller = row.uuid();
  out.key = row.text();
  out.request_hash = row.bytes<std::array<std::uint8_t, 16>>();
  out.status = row.number<int>();
  out.body = row.text();
  out.at = row.time();
  return out;
}

}  // namespace frontrow::sqlite
