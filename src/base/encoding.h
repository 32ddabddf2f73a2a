// Bytes as text: hex, base64url (RFC 4648, section 5, no padding) and Crockford base32; text as
// HTML. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frontrow {

using Bytes = std::string;  // raw bytes; std::string because every library here takes it
using BytesView = std::string_view;

std::string to_hex(BytesView bytes);
// Lower or upper case; empty for anything but an even number of hex digits.
std::optional<Bytes> from_hex(std::string_view text);

std::string to_base64url(BytesView bytes);
// Refuses padding, foreign characters and non-zero unused bits: each byte string has one text.
std::optional<Bytes> from_base64url(std::string_view text);

// Crockford base32 in upper case, 5 bits a character, most significant first.
std::string to_base32(BytesView bytes);

// The text as it stands between tags and in quoted attributes, of either quote.
std::string escape_html(std::string_view text);

template <std::size_t N>
BytesView view_of(const std::array<std::uint8_t, N>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), N};
}

}  // namespace frontrow
