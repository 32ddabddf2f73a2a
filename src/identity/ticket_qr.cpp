#include "identity/ticket_qr.h"

#include <sodium.h>

#include "base/check.h"
#include "base/encoding.h"
#include "identity/access_tokens.h"

namespace frontrow::identity {
namespace {

constexpr std::string_view kPrefix = "FT1:";
constexpr std::string_view kLabel = "frontrow-ticket-1";
constexpr std::size_t kCodeCharacters = 26;
constexpr std::size_t kSeatBytesMax = 255;
constexpr std::size_t kFixedBytes = 4 + 16 + crypto_sign_BYTES;
constexpr std::size_t kTextBytesMax =
    kPrefix.size() + kCodeCharacters + 1 + (kFixedBytes + kSeatBytesMax) * 8 / 5 + 1;
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_code(std::string_view text) {
  return text.size() == kCodeCharacters &&
         text.find_first_not_of(kAlphabet) == std::string_view::npos;
}

bool is_seat(std::string_view seat) {
  return !seat.empty() && seat.size() <= kSeatBytesMax;
}

// Only the text that to_base32 writes: upper case, no superfluous character, unused bits zero.
std::optional<Bytes> from_base32(std::string_view text) {
  Bytes out;
  unsigned buffer = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return {};
    buffer = buffer << 5 | static_cast<unsigned>(digit);
    held += 5;
    if (held < 8) continue;
    held -= 8;
    out += static_cast<char>(buffer >> held & 0xFF);
    buffer &= (1u << held) - 1;
  }
  if (held >= 5 || buffer != 0) return {};
  return out;
}

std::string id_bytes(KeyId id) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(id.value >> shift);
  return out;
}

KeyId read_id(std::string_view bytes) {
  KeyId id;
  for (const char byte : bytes.substr(0, 4))
    id.value = id.value << 8 | static_cast<unsigned char>(byte);
  return id;
}

std::string signed_message(std::string_view code, std::string_view body) {
  return std::string(kLabel).append(code).append(body);
}

}  // namespace

std::string sign_ticket(const KeyRing& ring, const TicketClaims& claims, Time now) {
  const RingKey* const key = ring.signing_key(KeyPurpose::ticket, now);
  FRONTROW_CHECK(key != nullptr, "no ticket key signs at {}", to_rfc3339(now));
  FRONTROW_CHECK(is_code(claims.code) && is_seat(claims.seat), "seat \"{}\"", claims.seat);
  std::string body = id_bytes(key->key.id);
  body.append(view_of(claims.show.uuid.bytes)).append(claims.seat);
  const std::string message = signed_message(claims.code, body);
  std::array<std::uint8_t, crypto_sign_BYTES> signature;
  crypto_sign_ed25519_detached(signature.data(), nullptr, bytes_of(message), message.size(),
                               key->private_key.data());
  body.append(view_of(signature));
  return std::string(kPrefix).append(claims.code) + ':' + to_base32(body);
}

std::optional<TicketClaims> check_ticket(const KeyRing& ring, std::string_view text, Time now) {
  constexpr std::size_t kBodyAt = kPrefix.size() + kCodeCharacters + 1;
  if (text.size() <= kBodyAt || text.size() > kTextBytesMax || !text.starts_with(kPrefix) ||
      text[kBodyAt - 1] != ':')
    return {};
  const std::string_view code = text.substr(kPrefix.size(), kCodeCharacters);
  const std::optional<Bytes> decoded = from_base32(text.substr(kBodyAt));
  if (!is_code(code) || !decoded || decoded->size() <= kFixedBytes) return {};
  const BytesView body = BytesView(*decoded).substr(0, decoded->size() - crypto_sign_BYTES);
  const BytesView signature = BytesView(*decoded).substr(body.size());
  const RingKey* const key = ring.find(KeyPurpose::ticket, read_id(body), now);
  if (!key) return {};
  const std::string message = signed_message(code, body);
  if (crypto_sign_ed25519_verify_detached(bytes_of(signature), bytes_of(message), message.size(),
                                          key->public_key.data()) != 0)
    return {};
  TicketClaims claims{std::string(code), ShowId{}, std::string(body.substr(20))};
  body.copy(reinterpret_cast<char*>(claims.show.uuid.bytes.data()), 16, 4);
  return claims;
}

}  // namespace frontrow::identity
