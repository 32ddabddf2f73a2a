#include "store/journal_codec.h"

#include <bit>
#include <concepts>
#include <cstring>
#include <type_traits>

#include "base/encoding.h"

namespace frontrow {
namespace {

static_assert(std::endian::native == std::endian::little, "the bytes are written as they lie");

constexpr char kVersion = 1;

// Numbers are never reused: they stand in journals.
enum class Kind : std::uint8_t {
  show_version = 1,
  queue = 2,
  place = 3,
  entry = 4,
  order = 5,
  ticket = 6,
  transfer = 7,
  kept_answer = 8,
  show = 9,
  session = 10,
  sealed = 11,  // blocks of the kinds below, in one text
  concert = 12,
  staff_key = 13,
  signing_key = 14,
  forgotten_user = 15,
};

template <class Field>
inline constexpr bool kIsOptional = false;
template <class Value>
inline constexpr bool kIsOptional<std::optional<Value>> = true;

template <class Field>
concept Plain = std::is_trivially_copyable_v<Field> && !std::is_pointer_v<Field> &&
                !kIsOptional<std::remove_const_t<Field>>;

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  template <Plain Field>
  void operator()(const Field& field) {
    static_assert(std::has_unique_object_representations_v<Field>);
    out_.append(reinterpret_cast<const char*>(&field), sizeof field);
  }
  template <class Value>
  void operator()(const std::optional<Value>& value) {
    (*this)(static_cast<std::uint8_t>(value.has_value()));
    if (value) (*this)(*value);
  }
  void operator()(const std::vector<bool>& flags) {
    size(flags.size());
    for (const bool flag : flags) (*this)(static_cast<std::uint8_t>(flag));
  }
  void operator()(const std::string& text) {
    size(text.size());
    out_.append(text);
  }
  template <class Item>
  void operator()(const std::vector<Item>& items) {
    size(items.size());
    for (const Item& item : items) fields(*this, item);
  }
  void size(std::size_t count) { (*this)(static_cast<std::uint32_t>(count)); }

 private:
  std::string& out_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view bytes) : bytes_(bytes) {}

  template <Plain Field>
  void operator()(Field& field) {
    const std::string_view data = take(sizeof field);
    if (data.size() == sizeof field) std::memcpy(&field, data.data(), sizeof field);
  }
  // Any byte but 0 and 1 in a bool is undefined behaviour.
  void operator()(bool& field) {
    std::uint8_t byte = 0;
    (*this)(byte);
    field = byte != 0;
  }
  template <class Value>
  void operator()(std::optional<Value>& value) {
    bool there = false;
    (*this)(there);
    value.reset();
    if (there) (*this)(value.emplace());
  }
  void operator()(std::vector<bool>& flags) {
    flags.clear();
    for (const char flag : take(size())) flags.push_back(flag != 0);
  }
  void operator()(std::string& text) { text = take(size()); }
  template <class Item>
  void operator()(std::vector<Item>& items) {
    const std::size_t count = size();
    items.clear();
    for (std::size_t i = 0; i < count && good_; ++i) fields(*this, items.emplace_back());
  }
  std::size_t size() {
    std::uint32_t count = 0;
    (*this)(count);
    return count;
  }
  bool good() const { return good_; }
  bool at_end() const { return bytes_.empty(); }

 private:
  std::string_view take(std::size_t size) {
    if (!good_ || size > bytes_.size()) return good_ = false, std::string_view();
    const std::string_view data = bytes_.substr(0, size);
    bytes_.remove_prefix(size);
    return data;
  }
  std::string_view bytes_;
  bool good_ = true;
};

// One list of fields a row, for both directions.
template <class Row, class Of>
concept RowOf = std::same_as<std::remove_const_t<Row>, Of>;

template <class Coder, RowOf<SeatIndex> Row>
void fields(Coder& coder, Row& row) {
  coder(row);
}
template <class Coder, RowOf<IssuedTicket> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.code);
}
template <class Coder, RowOf<Section> Row>
void fields(Coder& coder, Row& row) {
  coder(row.name), coder(row.price), coder(row.rows), coder(row.seats_per_row);
}
template <class Coder, RowOf<ShowVersion> Row>
void fields(Coder& coder, Row& row) {
  coder(row.show), coder(row.version);
}
template <class Coder, RowOf<Queue> Row>
void fields(Coder& coder, Row& row) {
  coder(row.sale_no), coder(row.last_number), coder(row.lobby_ended), coder(row.lobby_count);
  coder(row.drawn), coder(row.draw_seed), coder(row.join_digest), coder(row.called_upto);
  coder(row.called_at), coder(row.bucket_at), coder(row.bucket), coder(row.missed);
  coder(row.admitted), coder(row.extended.ms), coder(row.version);
}
template <class Coder, RowOf<Place> Row>
void fields(Coder& coder, Row& row) {
  coder(row.sale_no), coder(row.number), coder(row.user), coder(row.state), coder(row.joined_at);
}
template <class Coder, RowOf<Entry> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.sale_no), coder(row.number), coder(row.user), coder(row.state);
  coder(row.end), coder(row.claimed_at), coder(row.expires_at), coder(row.bound);
  coder(row.issued_at);
}
template <class Coder, RowOf<Order> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.show), coder(row.concert), coder(row.user), coder(row.entry);
  coder(row.seats), coder(row.total), coder(row.status), coder(row.created_at);
  coder(row.hold_expires_at), coder(row.extended), coder(row.complimentary), coder(row.note);
  coder(row.version), coder(row.ended_at);
  // A hold has none of the rest.
  if (row.status == OrderStatus::held) return;
  coder(row.payment), coder(row.paid_at), coder(row.balance_after), coder(row.tickets);
  coder(row.refund);
}
template <class Coder, RowOf<Ticket> Row>
void fields(Coder& coder, Row& row) {
  coder(row.code), coder(row.order), coder(row.ordinal), coder(row.checked_in_at);
}
template <class Coder, RowOf<Transfer> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.user), coder(row.seq), coder(row.kind), coder(row.amount);
  coder(row.balance_after), coder(row.order), coder(row.at);
}
template <class Coder, RowOf<KeptAnswer> Row>
void fields(Coder& coder, Row& row) {
  coder(row.caller), coder(row.key), coder(row.request_hash), coder(row.status), coder(row.body);
  coder(row.at);
}

template <class Coder, RowOf<SaleSettings> Row>
void fields(Coder& coder, Row& row) {
  coder(row.opens_at), coder(row.lobby_opens_at), coder(row.closes_at), coder(row.draw);
  coder(row.capacity), coder(row.entries_per_minute), coder(row.people_per_seat);
  coder(row.entry_seconds), coder(row.claim_seconds), coder(row.hold_seconds);
  coder(row.max_seats_per_user);
}
template <class Coder, RowOf<Concert> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.sale_no), coder(row.title), coder(row.artist), coder(row.venue);
  coder(row.time_zone), coder(row.description), coder(row.published), fields(coder, row.sale);
  coder(row.message), coder(row.paused), coder(row.closed), coder(row.draw_secret);
  coder(row.member_key), coder(row.public_input), coder(row.created_at), coder(row.version);
}
template <class Coder, RowOf<Show> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.concert), coder(row.starts_at), coder(row.doors_at);
  coder(row.sections), coder(row.cancelled), coder(row.blocked);
}
template <class Coder, RowOf<Session> Row>
void fields(Coder& coder, Row& row) {
  coder(row.token_hash), coder(row.user), coder(row.expires_at), coder(row.ended);
}
// Of a person who is forgotten there is nothing else.
template <class Coder, RowOf<User> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.created_at), coder(row.forgotten_at);
}
template <class Coder, RowOf<Wallet> Row>
void fields(Coder& coder, Row& row) {
  coder(row.user), coder(row.balance), coder(row.last_seq);
}
template <class Coder, RowOf<AuditEntry> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.at), coder(row.staff_key), coder(row.action), coder(row.target);
  coder(row.reason), coder(row.detail);
}
template <class Coder, RowOf<StaffKey> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.key_hash), coder(row.role), coder(row.name), coder(row.created_at);
  coder(row.revoked_at);
}
template <class Coder, RowOf<SigningKeyRow> Row>
void fields(Coder& coder, Row& row) {
  coder(row.id), coder(row.purpose), coder(row.secret), coder(row.signs_from);
  coder(row.retired_at);
}

template <class Row>
const Row& value_of(const Change<Row>& change) {
  return change.after;
}
template <class Row>
const Row& value_of(const Row& row) {
  return row;
}

template <class Rows>
void encode_block(Encoder& encoder, Kind kind, const Rows& rows) {
  if (rows.empty()) return;
  encoder(kind);
  encoder.size(rows.size());
  for (const auto& row : rows) fields(encoder, value_of(row));
}

template <class Row>
void take(std::vector<Change<Row>>& changes, Row row) {
  changes.push_back({{}, std::move(row)});
}
template <class Row>
void take(std::vector<Row>& rows, Row row) {
  rows.push_back(std::move(row));
}
void after_decoding(Show& row) {
  number_seats(row.sections);
}
template <class Row>
void after_decoding(Row&) {}

template <class Row, class Rows>
bool decode_block(Decoder& decoder, Rows& rows) {
  const std::size_t count = decoder.size();
  for (std::size_t i = 0; i < count && decoder.good(); ++i) {
    Row row;
    fields(decoder, row);
    if (!decoder.good()) break;
    after_decoding(row);
    take(rows, std::move(row));
  }
  return decoder.good();
}

bool decode_block(Decoder& decoder, Kind kind, Changes& changes) {
  switch (kind) {
    case Kind::show_version:
      return decode_block<ShowVersion>(decoder, changes.show_versions);
    case Kind::queue:
      return decode_block<Queue>(decoder, changes.queues);
    case Kind::place:
      return decode_block<Place>(decoder, changes.places);
    case Kind::entry:
      return decode_block<Entry>(decoder, changes.entries);
    case Kind::order:
      return decode_block<Order>(decoder, changes.orders);
    case Kind::ticket:
      return decode_block<Ticket>(decoder, changes.tickets);
    case Kind::transfer:
      return decode_block<Transfer>(decoder, changes.transfers);
    case Kind::kept_answer:
      return decode_block<KeptAnswer>(decoder, changes.kept_answers);
    case Kind::show:
      return decode_block<Show>(decoder, changes.shows);
    case Kind::session:
      return decode_block<Session>(decoder, changes.sessions);
    case Kind::forgotten_user:
      return decode_block<User>(decoder, changes.users);
    case Kind::concert:
      return decode_block<Concert>(decoder, changes.concerts);
    case Kind::staff_key:
      return decode_block<StaffKey>(decoder, changes.staff_keys);
    case Kind::signing_key:
      return decode_block<SigningKeyRow>(decoder, changes.signing_keys);
    case Kind::sealed:
      break;  // who may have such a block opens it before
  }
  return false;
}

// What opens a sealed block, where there may be one.
struct Opener {
  const SecretSealer& sealer;
  std::string context;
};

bool decode_blocks(std::string_view bytes, Changes& changes, const Opener* opener) {
  Decoder decoder(bytes);
  while (decoder.good() && !decoder.at_end()) {
    Kind kind{};
    decoder(kind);
    if (kind != Kind::sealed || !opener) {
      if (!decode_block(decoder, kind, changes)) return false;
      continue;
    }
    std::string sealed;
    decoder(sealed);
    const auto plain = opener->sealer.open(sealed, opener->context);
    if (!plain || !decode_blocks(*plain, changes, nullptr)) return false;
  }
  return decoder.good();
}

bool decode_row(std::string_view bytes, Changes& changes, const Opener* opener) {
  if (bytes.empty() || bytes.front() != kVersion) return false;
  return decode_blocks(bytes.substr(1), changes, opener);
}

// What SQLite's journal and the news have in common.
void encode_common(Encoder& encoder, const Changes& changes) {
  encode_block(encoder, Kind::show_version, changes.show_versions);
  encode_block(encoder, Kind::queue, changes.queues);
  encode_block(encoder, Kind::place, changes.places);
  encode_block(encoder, Kind::entry, changes.entries);
  encode_block(encoder, Kind::order, changes.orders);
  encode_block(encoder, Kind::ticket, changes.tickets);
  encode_block(encoder, Kind::transfer, changes.transfers);
}

// Other nodes know sessions of theirs. Nothing else of a user is news.
void encode_forgotten(Encoder& encoder, const Changes& changes) {
  std::vector<User> forgotten;
  for (const auto& change : changes.users)
    if (change.after.forgotten_at) forgotten.push_back(change.after);
  encode_block(encoder, Kind::forgotten_user, forgotten);
}

std::string encode_secret_rows(const Changes& changes) {
  std::string out;
  Encoder encoder(out);
  encode_block(encoder, Kind::concert, changes.concerts);
  encode_block(encoder, Kind::staff_key, changes.staff_keys);
  encode_block(encoder, Kind::signing_key, changes.signing_keys);
  return out;
}

std::string news_context(const Uuid& batch) {
  return "journal.rows:" + to_hex(view_of(batch.bytes));
}

// A list of rows alone, until the end of the bytes.
template <class Item>
bool decode_list(std::string_view bytes, std::vector<Item>& items) {
  Decoder decoder(bytes);
  items.clear();
  while (decoder.good() && !decoder.at_end()) fields(decoder, items.emplace_back());
  return decoder.good();
}

template <class Item>
void encode_list(std::string& out, const std::vector<Item>& items) {
  Encoder encoder(out);
  for (const Item& item : items) fields(encoder, item);
}

}  // namespace

void encode(std::string& out, const Changes& changes) {
  Encoder encoder(out);
  encoder(kVersion);
  encode_common(encoder, changes);
  encode_block(encoder, Kind::kept_answer, changes.kept_answers);
}

bool decode(std::string_view bytes, Changes& changes) {
  return decode_row(bytes, changes, nullptr);
}

void encode_news(std::string& out, const Changes& changes, const SecretSealer& sealer,
                 const Uuid& batch) {
  Encoder encoder(out);
  encoder(kVersion);
  if (const std::string secret = encode_secret_rows(changes); !secret.empty()) {
    encoder(Kind::sealed);
    encoder(sealer.seal(secret, news_context(batch)));
  }
  encode_block(encoder, Kind::show, changes.shows);
  encode_common(encoder, changes);
  encode_block(encoder, Kind::session, changes.sessions);
  encode_forgotten(encoder, changes);
}

bool decode_news(std::string_view bytes, Changes& changes, const SecretSealer& sealer,
                 const Uuid& batch) {
  const Opener opener{sealer, news_context(batch)};
  return decode_row(bytes, changes, &opener);
}

template <class Row>
void append_fields(std::string& out, const Row& row) {
  Encoder encoder(out);
  fields(encoder, row);
  if constexpr (std::same_as<Row, User>)
    encoder(row.email), encoder(row.email_key), encoder(row.name), encoder(row.password_hash);
}
template void append_fields(std::string&, const Concert&);
template void append_fields(std::string&, const Show&);
template void append_fields(std::string&, const ShowVersion&);
template void append_fields(std::string&, const Queue&);
template void append_fields(std::string&, const Place&);
template void append_fields(std::string&, const Entry&);
template void append_fields(std::string&, const Order&);
template void append_fields(std::string&, const Ticket&);
template void append_fields(std::string&, const Wallet&);
template void append_fields(std::string&, const Transfer&);
template void append_fields(std::string&, const User&);
template void append_fields(std::string&, const Session&);
template void append_fields(std::string&, const StaffKey&);
template void append_fields(std::string&, const SigningKeyRow&);
template void append_fields(std::string&, const AuditEntry&);
template void append_fields(std::string&, const KeptAnswer&);

void encode(std::string& out, const std::vector<SeatIndex>& seats) {
  encode_list(out, seats);
}
bool decode(std::string_view bytes, std::vector<SeatIndex>& seats) {
  return decode_list(bytes, seats);
}
void encode(std::string& out, const std::vector<IssuedTicket>& tickets) {
  encode_list(out, tickets);
}
bool decode(std::string_view bytes, std::vector<IssuedTicket>& tickets) {
  return decode_list(bytes, tickets);
}
void encode(std::string& out, const std::vector<Section>& sections) {
  encode_list(out, sections);
}
bool decode(std::string_view bytes, std::vector<Section>& sections) {
  const bool good = decode_list(bytes, sections);
  number_seats(sections);
  return good;
}

void encode(std::string& out, const std::vector<bool>& blocked) {
  for (const bool seat : blocked) out += seat ? '\1' : '\0';
}
bool decode(std::string_view bytes, std::vector<bool>& blocked) {
  blocked.clear();
  for (const char seat : bytes) blocked.push_back(seat != 0);
  return true;
}

}  // namespace frontrow
