#include "identity/access_tokens.h"

#include <sodium.h>

#include <cctype>

#include "base/encoding.h"

namespace frontrow::identity {
namespace {

constexpr std::string_view kAccessPrefix = "fra_";
constexpr std::string_view kStaffPrefix = "frs_";
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kSecretCharacters = 43;  // of base64url
constexpr std::size_t kCodeCharacters = 26;
constexpr std::string_view kCodeAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

std::string make_token(std::string_view prefix, Random& random) {
  std::array<std::uint8_t, kSecretBytes> secret;
  random.fill(secret.data(), secret.size());
  return std::string(prefix) + to_base64url(view_of(secret));
}

// The digit that a person may have meant (Crockford's base32).
char normal_digit(char typed) {
  const char upper = static_cast<char>(std::toupper(static_cast<unsigned char>(typed)));
  if (upper == 'O') return '0';
  if (upper == 'I' || upper == 'L') return '1';
  return upper;
}

}  // namespace

std::string make_access_token(Random& random) {
  return make_token(kAccessPrefix, random);
}

std::string make_staff_key(Random& random) {
  return make_token(kStaffPrefix, random);
}

std::optional<TokenKind> kind_of_token(std::string_view text) {
  if (text.size() != kAccessPrefix.size() + kSecretCharacters) return {};
  if (!from_base64url(text.substr(kAccessPrefix.size()))) return {};
  if (text.starts_with(kAccessPrefix)) return TokenKind::access;
  if (text.starts_with(kStaffPrefix)) return TokenKind::staff;
  return {};
}

TokenHash token_hash(std::string_view text) {
  TokenHash hash;
  crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return hash;
}

std::string make_ticket_code(Random& random) {
  std::array<std::uint8_t, 17> bytes;  // 136 bits, of which 26 characters take 130
  random.fill(bytes.data(), bytes.size());
  return to_base32(view_of(bytes)).substr(0, kCodeCharacters);
}

std::optional<std::string> parse_ticket_code(std::string_view typed) {
  std::string code;
  for (const char c : typed) {
    if (c == ' ' || c == '-') continue;
    const char digit = normal_digit(c);
    if (kCodeAlphabet.find(digit) == std::string_view::npos) return {};
    if (code.size() == kCodeCharacters) return {};
    code += digit;
  }
  if (code.size() != kCodeCharacters) return {};
  return code;
}

}  // namespace frontrow::identity
