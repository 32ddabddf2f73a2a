#include "adapters/sqlite/journal_codec.h"

#include <bit>
#include <concepts>
#include <cstring>
#include <type_traits>

namespace frontrow::sqlite {
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
};

template <class Field>
concept Plain = std::is_trivially_copyable_v<Field> && !std::is_pointer_v<Field>;

class Encoder {
 public:
  explicit Encoder(std::string& out) : out_(out) {}

  template <Plain Field>
  void operator()(const Field& field) {
    static_assert(std::has_unique_object_representations_v<Field>);
    out_.append(reinterpret_cast<const char*>(&field), sizeof field);
  }
  void operator()(const std::optional<Time>& time) {
    (*this)(static_cast<std::uint8_t>(time.has_value()));
    if (time) (*this)(*time);
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
  void operator()(std::optional<Time>& time) {
    bool there = false;
    (*this)(there);
    time.reset();
    if (there) (*this)(time.emplace());
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
  coder(row.admitted), coder(row.version);
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
void decode_block(Decoder& decoder, Pending& pending) {
  const std::size_t count = decoder.size();
  for (std::size_t i = 0; i < count && decoder.good(); ++i) {
    Row row;
    fields(decoder, row);
    if (decoder.good()) pending.put(row);
  }
}

bool decode_block(Decoder& decoder, Kind kind, Pending& pending) {
  switch (kind) {
    case Kind::show_version:
      decode_block<ShowVersion>(decoder, pending);
      return true;
    case Kind::queue:
      decode_block<Queue>(decoder, pending);
      return true;
    case Kind::place:
      decode_block<Place>(decoder, pending);
      return true;
    case Kind::entry:
      decode_block<Entry>(decoder, pending);
      return true;
    case Kind::order:
      decode_block<Order>(decoder, pending);
      return true;
    case Kind::ticket:
      decode_block<Ticket>(decoder, pending);
      return true;
    case Kind::transfer:
      decode_block<Transfer>(decoder, pending);
      return true;
    case Kind::kept_answer:
      decode_block<KeptAnswer>(decoder, pending);
      return true;
  }
  return false;
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
  encode_block(encoder, Kind::show_version, changes.show_versions);
  encode_block(encoder, Kind::queue, changes.queues);
  encode_block(encoder, Kind::place, changes.places);
  encode_block(encoder, Kind::entry, changes.entries);
  encode_block(encoder, Kind::order, changes.orders);
  encode_block(encoder, Kind::ticket, changes.tickets);
  encode_block(encoder, Kind::transfer, changes.transfers);
  encode_block(encoder, Kind::kept_answer, changes.kept_answers);
}

bool decode(std::string_view bytes, Pending& pending) {
  Decoder decoder(bytes);
  char version = 0;
  decoder(version);
  if (!decoder.good() || version != kVersion) return false;
  while (decoder.good() && !decoder.at_end()) {
    Kind kind{};
    decoder(kind);
    if (!decode_block(decoder, kind, pending)) return false;
  }
  return decoder.good();
}

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

}  // namespace frontrow::sqlite
