#include "base/json_writer.h"

#include <fmt/format.h>

#include <charconv>
#include <cstring>

namespace frontrow {
namespace {

constexpr std::uint64_t kOnes = 0x0101010101010101ULL;

// The top bit of each byte that is zero (and maybe of some above the first of them).
constexpr std::uint64_t zero_bytes(std::uint64_t word) {
  return (word - kOnes) & ~word & kOnes << 7;
}

// Whether eight bytes stand in JSON as they are: no control character, quote or backslash.
bool is_plain(const char* eight) {
  std::uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  const std::uint64_t control = (word - kOnes * 0x20) & ~word & kOnes << 7;
  return (control | zero_bytes(word ^ kOnes * '"') | zero_bytes(word ^ kOnes * '\\')) == 0;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out += '"';
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    while (text.size() - i > 8 && is_plain(text.data() + i)) i += 8;
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text, start, i - start);
    start = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        out += "\\u00";
        out += kHex[c >> 4];
        out += kHex[c & 15];
    }
  }
  out.append(text, start);
  out += '"';
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  comma();
  char text[24];
  const auto end = std::to_chars(text, text + sizeof text, value).ptr;
  out_.append(text, static_cast<std::size_t>(end - text));
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  comma();
  fmt::format_to(std::back_inserter(out_), "{}", value);
  return *this;
}

}  // namespace frontrow
