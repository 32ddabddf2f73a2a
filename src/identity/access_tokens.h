// Opaque secrets that people carry: access tokens of signed-in users, keys of staff, codes of
// tickets. The store keeps only the hash of the first two, and finds them by it, so that neither a
// copy of the store nor the timing of a comparison gives one away. Pure functions, safe on any
// thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"

namespace frontrow::identity {

using TokenHash = std::array<std::uint8_t, 32>;

enum class TokenKind : std::uint8_t { access, staff };

// "fra_" and 256 random bits in base64url: 47 characters.
std::string make_access_token(Random& random);
// "frs_" and 256 random bits in base64url: 47 characters.
std::string make_staff_key(Random& random);

// What a text claims to be by its shape alone; empty where it can be neither, so that no store need
// be asked. A JWT of an identity provider is neither.
std::optional<TokenKind> kind_of_token(std::string_view text);

// SHA-256 of the whole text. The text has 256 random bits, so no salt and no slowness is needed.
TokenHash token_hash(std::string_view text);

// 26 random characters of Crockford base32 in upper case: 130 bits.
std::string make_ticket_code(Random& random);
// A code as a person types it (any case, O for 0, I and L for 1, spaces and hyphens between) in its
// one form; empty where it can be no code.
std::optional<std::string> parse_ticket_code(std::string_view typed);

}  // namespace frontrow::identity
