// Entry tokens: the right to shop for one concert until they expire. JWTs (RFC 7519) signed with
// Ed25519 (RFC 8037), in exactly one form:
//
//   header   {"alg":"EdDSA","kid":"<key id>","typ":"entry+jwt"}
//   payload  {"aud":"concert_…","exp":<seconds>,"iat":<seconds>,"jti":"entry_…","sub":"user_…"}
//
// NumericDates are whole seconds: `iat` rounded down, `exp` rounded up, so that no token ends
// before the entry does (a hold and a payment look at the entry itself, to the millisecond). The
// same claims give the same bytes again. Safe on any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "identity/key_ring.h"
#include "identity/token_cache.h"

namespace frontrow::identity {

struct EntryClaims {
  KeyId key = {};
  EntryId entry = {};
  ConcertId concert = {};
  UserId user = {};
  Time issued_at = {};
  Time expires_at = {};
  auto operator<=>(const EntryClaims&) const = default;
};

enum class TokenFault : std::uint8_t {
  invalid,  // not one of ours, or changed, or its key has ended
  expired,  // one of ours, and its time is over
};

using EntryTokenCache = TokenCache<EntryClaims>;

// The id of the key that signs what is issued at `issued_at`; empty where the ring has none.
std::optional<KeyId> entry_key_at(const KeyRing& ring, Time issued_at);

// The token of these claims, about 13 µs. Where a cache is given it knows the token from then on.
// Requires: the ring has the key `claims.key`; both times lie in the years 1970 to 9999.
std::string sign_entry_token(const KeyRing& ring, const EntryClaims& claims,
                             EntryTokenCache* cache = nullptr);

// What a check of the token of these claims answers: its times are whole seconds.
EntryClaims as_read(EntryClaims claims);

// The claims of a token that a key of the ring has signed (36 µs, or 1 µs where the cache knows
// it). The times in them are those of the token: whole seconds. At `expires_at` it is expired.
// Whose token it is, for which concert, and whether the entry lives, is for the caller to see.
Result<EntryClaims, TokenFault> check_entry_token(const KeyRing& ring, std::string_view text,
                                                  Time now, EntryTokenCache* cache = nullptr);

}  // namespace frontrow::identity
