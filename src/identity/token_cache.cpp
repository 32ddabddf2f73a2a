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
  crypto_generichash_blake2b(fingerprint.bytes.data(), fingerprint.bytes.size(),
                             reinterpret_cast<const unsigned char*>(token.data()), token.size(),
                             key_.data(), key_.size());
  return fingerprint;
}

}  // namespace frontrow::identity
