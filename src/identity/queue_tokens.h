// Queue tokens: proof of a place in one sale's queue. 60 characters of base64url over 45 bytes:
//
//   1 version (1) | 4 key id | 4 sale | 4 place | 16 user | 16 MAC     integers big endian
//
// The MAC is keyed BLAKE2b-128 over the 29 bytes before it. A check takes less than 0.5 µs and
// allocates nothing that outlives it. Pure functions, safe on any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/uuid.h"
#include "identity/key_ring.h"

namespace frontrow::identity {

struct QueueClaims {
  std::uint32_t sale_no = 0;
  std::uint32_t place = 0;
  UserId user;
  auto operator<=>(const QueueClaims&) const = default;
};

// The token as issued at `issued_at`: the same claims and time give the same text again.
// Requires: the ring has a queue key that signs at that time.
std::string make_queue_token(const KeyRing& ring, const QueueClaims& claims, Time issued_at);

// The claims of a token that a key of the ring has signed; empty for every other text. Whether the
// place lives, and whether the caller is its user, is for the caller to see.
std::optional<QueueClaims> check_queue_token(const KeyRing& ring, std::string_view text, Time now);

}  // namespace frontrow::identity
