// The keys that sign queue tokens, entry tokens and tickets. A key's life:
//
//   published ──signs_from──▶ signs ──retired_at──▶ verifies only ──ends_at──▶ gone
//
// A new key signs 60 s after it was made, so that every node and every cache of the JWKS knows it
// first. Which key signs is decided by a time alone, and all signatures here are deterministic: so
// whatever was issued at a time can be made again, byte for byte, from the same claims.
//
// A KeyRing never changes after it was made, and is safe on any thread; a rotation makes a new one.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/random.h"
#include "base/time.h"

namespace frontrow::identity {

enum class KeyPurpose : std::uint8_t { queue, entry, ticket };
inline constexpr std::array kKeyPurposes{KeyPurpose::queue, KeyPurpose::entry, KeyPurpose::ticket};

// "queue", "entry" or "ticket"; empty for any other text.
std::string_view to_text(KeyPurpose purpose);
std::optional<KeyPurpose> parse_key_purpose(std::string_view text);

struct KeyId {
  std::uint32_t value = 0;
  auto operator<=>(const KeyId&) const = default;
};
// 8 lower-case hex digits; empty for any other text.
std::string to_text(KeyId id);
std::optional<KeyId> parse_key_id(std::string_view text);

struct SigningKey {
  KeyId id;
  KeyPurpose purpose = KeyPurpose::queue;
  Bytes secret;  // 32 bytes: the MAC key, or the Ed25519 seed; sealed wherever it is stored
  Time signs_from;
  std::optional<Time> retired_at = {};
};

// From what a store keeps. Empty where the id, the purpose or the secret's length is not one of
// ours.
std::optional<SigningKey> make_signing_key(std::string_view id, std::string_view purpose,
                                           Bytes secret, Time signs_from,
                                           std::optional<Time> retired_at);

// When the last of what the key signed has ended; empty while it has not been retired.
std::optional<Time> ends_at(const SigningKey& key);

// A key with all that is computed from it once.
struct RingKey {
  SigningKey key;
  std::array<std::uint8_t, 32> public_key{};   // Ed25519; zeros for a MAC key
  std::array<std::uint8_t, 64> private_key{};  // Ed25519, as libsodium wants it
  std::string entry_header;                    // the first part of its JWTs
};

class KeyRing {
 public:
  KeyRing() = default;
  // Requires: the ids differ, and each secret has 32 bytes.
  explicit KeyRing(const std::vector<SigningKey>& keys);

  // The key that signs what is issued at `at`: of those that sign from then or before and are not
  // retired by then the newest. Null where there is none.
  const RingKey* signing_key(KeyPurpose purpose, Time at) const;

  // The key that a token names, to verify it; null where it is unknown, serves another purpose, or
  // its end has come.
  const RingKey* find(KeyPurpose purpose, KeyId id, Time now) const;

  const std::vector<RingKey>& keys() const { return keys_; }

  // The JWK set (RFC 7517) of the keys that verify entry tokens and tickets (RFC 8037: OKP,
  // Ed25519), told apart by `use`: "entry" or "ticket". Keys that do not sign yet are in it, ended
  // ones are not.
  std::string jwks(Time now) const;

 private:
  std::vector<RingKey> keys_;
};

inline constexpr Duration kRotationDelay = seconds(60);

// One key a purpose that signs from `now`: for a database without keys.
std::vector<SigningKey> make_first_keys(Time now, Random& random);

struct Rotation {
  std::vector<SigningKey> added;    // one a purpose; sign from now + 60 s
  std::vector<SigningKey> retired;  // those that are replaced, with their `retired_at` set to then
};
Rotation rotate(const KeyRing& ring, Time now, Random& random);

}  // namespace frontrow::identity
