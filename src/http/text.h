// Characters of targets and queries: hex digits and UTF-8, checked byte by byte without allocation.
#pragma once

#include <string_view>

namespace frontrow::http {

// -1 for anything but a hex digit.
constexpr int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The character that the escape "%XX" at text[at] stands for, -1 where it is none.
constexpr int escape_at(std::string_view text, std::size_t at) {
  if (at + 2 >= text.size()) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

// Is given bytes and knows whether they are UTF-8 (RFC 3629: no overlong forms, no surrogates,
// nothing above U+10FFFF).
class Utf8Check {
 public:
  // False where the bytes so far cannot begin a UTF-8 text.
  bool take(unsigned char c) {
    if (missing_ > 0) {
      if (c < low_ || c > high_) return false;
      low_ = 0x80;
      high_ = 0xbf;
      --missing_;
      return true;
    }
    if (c < 0x80) return true;
    if (c < 0xc2 || c > 0xf4) return false;
    missing_ = c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    if (c == 0xe0) low_ = 0xa0;
    if (c == 0xed) high_ = 0x9f;
    if (c == 0xf0) low_ = 0x90;
    if (c == 0xf4) high_ = 0x8f;
    return true;
  }
  bool is_complete() const { return missing_ == 0; }

 private:
  int missing_ = 0;
  unsigned char low_ = 0x80;
  unsigned char high_ = 0xbf;
};

}  // namespace frontrow::http
