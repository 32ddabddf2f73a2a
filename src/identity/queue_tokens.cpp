#include "identity/queue_tokens.h"

#include <sodium.h>

#include <array>

#include "base/check.h"
#include "base/encoding.h"
#include "base/planted.h"

namespace frontrow::identity {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::size_t kMacBytes = 16;
constexpr std::size_t kClaimBytes = 1 + 4 + 4 + 4 + 16;
constexpr std::size_t kTokenBytes = kClaimBytes + kMacBytes;
constexpr std::size_t kTokenCharacters = kTokenBytes / 3 * 4;
static_assert(kTokenBytes % 3 == 0, "no unused bits: each token has one text");

using Mac = std::array<std::uint8_t, kMacBytes>;

Mac mac_of(const RingKey& key, const std::uint8_t* claims) {
  Mac mac;
  crypto_generichash_blake2b(mac.data(), mac.size(), claims, kClaimBytes,
                             reinterpret_cast<const unsigned char*>(key.key.secret.data()),
                             key.key.secret.size());
  return mac;
}

void put_big_endian(std::uint8_t* out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) *out++ = static_cast<std::uint8_t>(value >> shift);
}

std::uint32_t big_endian(const std::uint8_t* in) {
  return std::uint32_t{in[0]} << 24 | std::uint32_t{in[1]} << 16 | std::uint32_t{in[2]} << 8 |
         std::uint32_t{in[3]};
}

}  // namespace

std::string make_queue_token(const KeyRing& ring, const QueueClaims& claims, Time issued_at) {
  const RingKey* const key = ring.signing_key(KeyPurpose::queue, issued_at);
  FRONTROW_CHECK(key != nullptr, "no queue key signs at {}", to_rfc3339(issued_at));
  std::array<std::uint8_t, kTokenBytes> bytes;
  bytes[0] = kVersion;
  put_big_endian(&bytes[1], key->key.id.value);
  put_big_endian(&bytes[5], claims.sale_no);
  put_big_endian(&bytes[9], claims.place);
  std::copy(claims.user.uuid.bytes.begin(), claims.user.uuid.bytes.end(), &bytes[13]);
  const Mac mac = mac_of(*key, bytes.data());
  std::copy(mac.begin(), mac.end(), &bytes[kClaimBytes]);
  return to_base64url(view_of(bytes));
}

std::optional<QueueClaims> check_queue_token(const KeyRing& ring, std::string_view text, Time now) {
  if (text.size() != kTokenCharacters) return {};
  const std::optional<Bytes> decoded = from_base64url(text);
  if (!decoded) return {};
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(decoded->data());
  if (bytes[0] != kVersion) return {};
  const RingKey* const key = ring.find(KeyPurpose::queue, KeyId{big_endian(bytes + 1)}, now);
  if (!key) return {};
  const Mac mac = mac_of(*key, bytes);
  if (sodium_memcmp(mac.data(), bytes + kClaimBytes, kMacBytes) != 0 &&
      !planted(Bug::forged_place_taken))
    return {};
  if (mac[0] == 0 && planted(Bug::good_place_refused)) return {};
  QueueClaims claims{.sale_no = big_endian(bytes + 5), .place = big_endian(bytes + 9), .user = {}};
  std::copy(bytes + 13, bytes + kClaimBytes, claims.user.uuid.bytes.begin());
  return claims;
}

}  // namespace frontrow::identity
