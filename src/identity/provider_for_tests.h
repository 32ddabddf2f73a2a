// An identity provider as tests need one: keys made when the tests start, and signatures over any
// header and payload, however wrong. Included by tests and microbenchmarks alone.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <array>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/encoding.h"

namespace frontrow::identity {

inline std::string encoded(std::string_view header, std::string_view payload) {
  return to_base64url(header) + '.' + to_base64url(payload);
}

inline std::string hs256_signed(std::string_view secret, std::string_view header,
                                std::string_view payload) {
  const std::string message = encoded(header, payload);
  std::array<unsigned char, 32> mac;
  std::size_t size = 0;
  FRONTROW_CHECK(EVP_Q_mac(nullptr, "HMAC", nullptr, "SHA256", nullptr, secret.data(),
                           secret.size(), reinterpret_cast<const unsigned char*>(message.data()),
                           message.size(), mac.data(), mac.size(), &size));
  return message + '.' + to_base64url(view_of(mac));
}

// An RSA key of `bits`, or an Ed25519 key where `bits` is 0.
class TestKey {
 public:
  explicit TestKey(unsigned bits)
      : key_(bits > 0 ? EVP_RSA_gen(bits) : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519")),
        is_rsa_(bits > 0) {}
  ~TestKey() { EVP_PKEY_free(key_); }
  TestKey(const TestKey&) = delete;
  TestKey& operator=(const TestKey&) = delete;

  std::string sign(std::string_view header, std::string_view payload) const {
    const std::string message = encoded(header, payload);
    std::string signature(1024, '\0');
    std::size_t size = signature.size();
    EVP_MD_CTX* const context = EVP_MD_CTX_new();
    FRONTROW_CHECK(
        EVP_DigestSignInit(context, nullptr, is_rsa_ ? EVP_sha256() : nullptr, nullptr, key_) == 1);
    FRONTROW_CHECK(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(signature.data()),
                                  &size, reinterpret_cast<const unsigned char*>(message.data()),
                                  message.size()) == 1);
    EVP_MD_CTX_free(context);
    return message + '.' + to_base64url(std::string_view(signature).substr(0, size));
  }

  std::string pem() const {
    BIO* const memory = BIO_new(BIO_s_mem());
    FRONTROW_CHECK(PEM_write_bio_PUBKEY(memory, key_) == 1);
    char* text = nullptr;
    const long size = BIO_get_mem_data(memory, &text);
    std::string out(text, static_cast<std::size_t>(size));
    BIO_free(memory);
    return out;
  }

  // A member of a JWK set; `more` is appended, as in R"(,"use":"enc")".
  std::string jwk(std::string_view kid, std::string_view more = "") const {
    std::string out = is_rsa_ ? R"({"kty":"RSA","n":")" + number("n") + R"(","e":")" + number("e")
                              : R"({"kty":"OKP","crv":"Ed25519","x":")" + raw_public();
    out += '"';
    if (!kid.empty()) out += fmt::format(R"(,"kid":"{}")", kid);
    return out.append(more) + '}';
  }

 private:
  std::string number(const char* name) const {
    BIGNUM* value = nullptr;
    FRONTROW_CHECK(EVP_PKEY_get_bn_param(key_, name, &value) == 1);
    std::string bytes(static_cast<std::size_t>(BN_num_bytes(value)), '\0');
    BN_bn2bin(value, reinterpret_cast<unsigned char*>(bytes.data()));
    BN_free(value);
    return to_base64url(bytes);
  }
  std::string raw_public() const {
    std::string bytes(32, '\0');
    std::size_t size = bytes.size();
    FRONTROW_CHECK(EVP_PKEY_get_raw_public_key(key_, reinterpret_cast<unsigned char*>(bytes.data()),
                                               &size) == 1);
    return to_base64url(bytes);
  }

  EVP_PKEY* const key_;
  const bool is_rsa_;
};

inline const TestKey& rsa_key() {
  static const TestKey key(2048);
  return key;
}
inline const TestKey& ed25519_key() {
  static const TestKey key(0);
  return key;
}
inline const TestKey& stranger_rsa_key() {
  static const TestKey key(2048);
  return key;
}

}  // namespace frontrow::identity
