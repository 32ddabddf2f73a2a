// UUIDs (RFC 9562) and the strong id types made of them: an OrderId never meets a ShowId by
// accident.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/time.h"

namespace frontrow {

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  auto operator<=>(const Uuid&) const = default;
  bool is_nil() const { return *this == Uuid{}; }
};

// Version 7 (RFC 9562, 5.7): 48 bits of milliseconds, then random bits, so that ids made later sort
// later and indexes grow at their end.
Uuid make_uuid_v7(Time now, Random& random);

// The UUID that follows in the order of bytes; the greatest is its own.
Uuid next_uuid(Uuid uuid);

// A TypeID's suffix (typeid spec 0.3): 26 characters of Crockford base32, lower case.
void append_typeid_suffix(std::string& out, const Uuid& uuid);
// Empty where the text is not 26 lower-case base32 characters of at most 128 bits.
std::optional<Uuid> parse_typeid_suffix(std::string_view text);

// An id of one kind of thing. `Tag::kPrefix` is the prefix of its text form.
template <class Tag>
struct Id {
  Uuid uuid;
  auto operator<=>(const Id&) const = default;
  bool is_nil() const { return uuid.is_nil(); }
};

// "order_01h455vb4pex5vsknk084sn02q"
template <class Tag>
void append_id(std::string& out, const Id<Tag>& id) {
  out += Tag::kPrefix;
  out += '_';
  append_typeid_suffix(out, id.uuid);
}

template <class Tag>
std::string to_text(const Id<Tag>& id) {
  std::string out;
  append_id(out, id);
  return out;
}

template <class IdType>
std::optional<IdType> parse_id(std::string_view text);

template <class IdType>
IdType make_id(Time now, Random& random) {
  return IdType{make_uuid_v7(now, random)};
}

#define FRONTROW_ID(Name, prefix)                       \
  struct Name##Tag {                                    \
    static constexpr std::string_view kPrefix = prefix; \
  };                                                    \
  using Name = Id<Name##Tag>

FRONTROW_ID(UserId, "user");
FRONTROW_ID(ConcertId, "concert");
FRONTROW_ID(ShowId, "show");
FRONTROW_ID(OrderId, "order");
FRONTROW_ID(PaymentId, "payment");
FRONTROW_ID(TicketId, "ticket");
FRONTROW_ID(TopupId, "topup");
FRONTROW_ID(EntryId, "entry");
FRONTROW_ID(RefundId, "refund");
FRONTROW_ID(StaffKeyId, "staffkey");
FRONTROW_ID(AuditId, "audit");
#undef FRONTROW_ID

template <class Tag>
std::optional<Id<Tag>> parse_id_of(std::string_view text, Id<Tag>*) {
  constexpr std::string_view prefix = Tag::kPrefix;
  if (text.size() != prefix.size() + 27 || !text.starts_with(prefix) || text[prefix.size()] != '_')
    return {};
  const auto uuid = parse_typeid_suffix(text.substr(prefix.size() + 1));
  if (!uuid) return {};
  return Id<Tag>{*uuid};
}

template <class IdType>
std::optional<IdType> parse_id(std::string_view text) {
  return parse_id_of(text, static_cast<IdType*>(nullptr));
}

// Ids hold enough random bits in their last eight bytes to be their own hash.
struct UuidHash {
  using is_avalanching = void;
  std::size_t operator()(const Uuid& uuid) const {
    std::uint64_t low, high;
    std::memcpy(&high, uuid.bytes.data(), 8);
    std::memcpy(&low, uuid.bytes.data() + 8, 8);
    return (low ^ (high * 0x9E3779B97F4A7C15ULL)) * 0xD6E8FEB86659FD93ULL;
  }
  template <class Tag>
  std::size_t operator()(const Id<Tag>& id) const {
    return (*this)(id.uuid);
  }
};

}  // namespace frontrow

template <>
struct std::hash<frontrow::Uuid> : frontrow::UuidHash {};
template <class Tag>
struct std::hash<frontrow::Id<Tag>> : frontrow::UuidHash {};
