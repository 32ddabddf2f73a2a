#include "identity/passwords.h"

#include <sodium.h>

#include <array>
#include <cstdint>

#include "identity/system_random.h"

namespace frontrow::identity {
namespace {

constexpr unsigned long long kPasses = 2;
constexpr std::size_t kMemoryBytes = 19 * 1024 * 1024;
constexpr std::string_view kParameters = "$argon2id$v=19$m=19456,t=2,p=1$";
constexpr std::size_t kHashBytes = 32;
using Salt = std::array<std::uint8_t, crypto_pwhash_SALTBYTES>;

// The base64 of the PHC string format: standard alphabet, no padding.
std::string to_phc_base64(const std::uint8_t* bytes, std::size_t size) {
  constexpr int kVariant = sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
  std::string out(sodium_base64_encoded_len(size, kVariant), '\0');
  sodium_bin2base64(out.data(), out.size(), bytes, size, kVariant);
  out.pop_back();  // the terminating zero
  return out;
}

}  // namespace

Result<std::string> hash_password(std::string_view password, Random& random) {
  initialize_crypto();
  Salt salt;
  random.fill(salt.data(), salt.size());
  std::array<std::uint8_t, kHashBytes> hash;
  if (crypto_pwhash(hash.data(), hash.size(), password.data(), password.size(), salt.data(),
                    kPasses, kMemoryBytes, crypto_pwhash_ALG_ARGON2ID13) != 0)
    return Outage{"not enough memory to hash a password", true};
  return std::string(kParameters) + to_phc_base64(salt.data(), salt.size()) + '$' +
         to_phc_base64(hash.data(), hash.size());
}

bool verify_password(std::string_view hash, std::string_view password) {
  initialize_crypto();
  if (hash.size() >= crypto_pwhash_STRBYTES) return false;
  std::array<char, crypto_pwhash_STRBYTES> text{};
  hash.copy(text.data(), hash.size());
  return crypto_pwhash_str_verify(text.data(), password.data(), password.size()) == 0;
}

std::string_view dummy_password_hash() {
  // Salt and hash are random bytes.
  return "$argon2id$v=19$m=19456,t=2,p=1$qE+9l1TMzZaQ9eIX2f7IVg$"
         "Ba/Q73LKS2VZgllBfzJgu5qCEZkcJYF1H6E6vpqqkDE";
}

bool is_outdated(std::string_view hash) {
  return !hash.starts_with(kParameters);
}

}  // namespace frontrow::identity
