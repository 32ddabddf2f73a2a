#include "base/encoding.h"

namespace frontrow {
namespace {

constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::string_view kBase64Url =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kBase32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::array<std::int8_t, 256> make_base64_values() {
  std::array<std::int8_t, 256> values{};
  for (auto& value : values) value = -1;
  for (std::size_t i = 0; i < kBase64Url.size(); ++i)
    values[static_cast<unsigned char>(kBase64Url[i])] = static_cast<std::int8_t>(i);
  return values;
}
constexpr auto kBase64Values = make_base64_values();

// Cuts the bytes into groups of `bits` from the most significant on; the last is filled with zeros.
std::string encode_bits(BytesView bytes, int bits, std::string_view alphabet) {
  std::string out(
      (bytes.size() * 8 + static_cast<std::size_t>(bits) - 1) / static_cast<std::size_t>(bits),
      '\0');
  char* at = out.data();
  const unsigned mask = (1u << bits) - 1;
  unsigned buffer = 0;
  int held = 0;
  for (const char c : bytes) {
    buffer = buffer << 8 | static_cast<unsigned char>(c);
    held += 8;
    for (; held >= bits; *at++ = alphabet[buffer >> held & mask]) held -= bits;
  }
  if (held > 0) *at = alphabet[buffer << (bits - held) & mask];
  return out;
}

}  // namespace

std::string to_hex(BytesView bytes) {
  return encode_bits(bytes, 4, kHex);
}

std::optional<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return {};
  Bytes out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const int high = hex_value(text[i]);
    const int low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return {};
    out += static_cast<char>(high << 4 | low);
  }
  return out;
}

std::string to_base64url(BytesView bytes) {
  return encode_bits(bytes, 6, kBase64Url);
}

std::optional<Bytes> from_base64url(std::string_view text) {
  if (text.size() % 4 == 1) return {};
  Bytes out(text.size() * 3 / 4, '\0');
  char* at = out.data();
  unsigned buffer = 0;
  int held = 0;
  for (const char c : text) {
    const std::int8_t value = kBase64Values[static_cast<unsigned char>(c)];
    if (value < 0) return {};
    buffer = buffer << 6 | static_cast<unsigned>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      *at++ = static_cast<char>(buffer >> held & 0xFF);
    }
  }
  if ((buffer & ((1u << held) - 1)) != 0) return {};
  return out;
}

std::string to_base32(BytesView bytes) {
  return encode_bits(bytes, 5, kBase32);
}

std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  return out;
}

}  // namespace frontrow
