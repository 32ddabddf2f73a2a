#include "identity/token_cache.h"

#include <sodium.h>

#include "identity/system_random.h"

namespace frontrow::identity {

TokenHasher::TokenHasher() {
  initialize_crypto();
  randombytes_buf(key_.data(), key_.size());
}

TokenFingerprint TokenHasher::operator()(std::string_view token) const {
  TokenFingerprint fingerprint;
  static_assert(sizeof key_ == crypto_shorthash_siphashx24_KEYBYTES &&
                sizeof fingerprint.bytes == crypto_shorthash_siphashx24_BYTES);
  crypto_shorthash_siphashx24(fingerprint.bytes.data(),
                              reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                              key_.data());
  return fingerprint;
}

}  // namespace frontrow::identity
