#include "identity/verification_key.h"

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>
#include <atomic>

#include "base/check.h"
#include "identity/strict_json.h"

namespace frontrow::identity {
namespace {

namespace json = boost::json;
constexpr std::array<std::string_view, 3> kNames{"HS256", "RS256", "EdDSA"};
constexpr std::size_t kEd25519Bytes = 32;
constexpr std::size_t kEd25519SignatureBytes = 64;

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* pointer) const {
    Free(pointer);
  }
};
using PublicKey = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using MacContext = std::unique_ptr<EVP_MAC_CTX, Freed<EVP_MAC_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using BigNumber = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free>>;

const unsigned char* bytes_of(BytesView text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

class MacKey final : public VerificationKey {
 public:
  explicit MacKey(BytesView secret) : id_(++last_id) {
    const std::unique_ptr<EVP_MAC, Freed<EVP_MAC_free>> hmac(
        EVP_MAC_fetch(nullptr, "HMAC", nullptr));
    keyed_.reset(EVP_MAC_CTX_new(hmac.get()));
    std::string digest = "SHA256";
    const OSSL_PARAM parameters[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest.data(), 0),
        OSSL_PARAM_construct_end()};
    const bool made = EVP_MAC_init(keyed_.get(), bytes_of(secret), secret.size(), parameters) == 1;
    FRONTROW_CHECK(made, "HMAC with SHA-256 cannot be had from OpenSSL");
  }

  bool verifies(std::string_view message, BytesView signature) const override {
    EVP_MAC_CTX* const context = of_this_thread();
    std::array<unsigned char, 32> mac;
    std::size_t size = 0;
    // Without a key: begins anew with the one that it has.
    return context && EVP_MAC_init(context, nullptr, 0, nullptr) == 1 &&
           EVP_MAC_update(context, bytes_of(message), message.size()) == 1 &&
           EVP_MAC_final(context, mac.data(), &size, mac.size()) == 1 && size == mac.size() &&
           signature.size() == size && CRYPTO_memcmp(mac.data(), signature.data(), size) == 0;
  }

 private:
  // Each thread keeps a copy of the key that it used last: making one costs twice the MAC.
  EVP_MAC_CTX* of_this_thread() const {
    thread_local std::uint64_t owner = 0;
    thread_local MacContext copy;
    if (owner != id_) {
      copy.reset(EVP_MAC_CTX_dup(keyed_.get()));
      owner = id_;
    }
    return copy.get();
  }

  static inline std::atomic<std::uint64_t> last_id = 0;
  const std::uint64_t id_;
  MacContext keyed_;
};

class SignatureKey final : public VerificationKey {
 public:
  // Requires: an RSA key (PKCS #1 v1.5 with SHA-256) or an Ed25519 key.
  explicit SignatureKey(PublicKey key)
      : key_(std::move(key)), is_rsa_(EVP_PKEY_is_a(key_.get(), "RSA") == 1) {}

  bool verifies(std::string_view message, BytesView signature) const override {
    const auto expected =
        is_rsa_ ? static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())) : kEd25519SignatureBytes;
    if (signature.size() != expected) return false;
    const DigestContext context(EVP_MD_CTX_new());
    return context &&
           EVP_DigestVerifyInit(context.get(), nullptr, is_rsa_ ? EVP_sha256() : nullptr, nullptr,
                                key_.get()) == 1 &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                            message.size()) == 1;
  }

 private:
  const PublicKey key_;
  const bool is_rsa_;
};

std::optional<BytesView> text_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (!value || !value->is_string()) return {};
  return BytesView(value->get_string().data(), value->get_string().size());
}

std::optional<Bytes> bytes_member(const json::object& object, std::string_view name) {
  const auto text = text_member(object, name);
  if (!text) return {};
  return from_base64url(*text);
}

// RFC 7518, 6.3.1.
PublicKey rsa_from_jwk(const json::object& jwk) {
  const auto modulus = bytes_member(jwk, "n"), exponent = bytes_member(jwk, "e");
  if (!modulus || !exponent) return nullptr;
  const BigNumber n(BN_bin2bn(bytes_of(*modulus), static_cast<int>(modulus->size()), nullptr));
  const BigNumber e(BN_bin2bn(bytes_of(*exponent), static_cast<int>(exponent->size()), nullptr));
  const ParameterBuilder builder(OSSL_PARAM_BLD_new());
  if (!n || !e || !builder ||
      !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) ||
      !OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()))
    return nullptr;
  const Parameters parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return PublicKey(key);
}

// RFC 8037, 2.
PublicKey ed25519_from_jwk(const json::object& jwk) {
  const auto x = bytes_member(jwk, "x");
  if (text_member(jwk, "crv") != "Ed25519" || !x || x->size() != kEd25519Bytes) return nullptr;
  return PublicKey(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, bytes_of(*x), x->size()));
}

// A key set may hold keys for other uses and algorithms: those are passed over.
bool serves(const json::object& jwk, JwtAlgorithm algorithm) {
  const std::string_view type = algorithm == JwtAlgorithm::rs256 ? "RSA" : "OKP";
  return text_member(jwk, "kty") == type && text_member(jwk, "use").value_or("sig") == "sig" &&
         text_member(jwk, "alg").value_or(to_text(algorithm)) == to_text(algorithm) &&
         (type == "RSA" || text_member(jwk, "crv") == "Ed25519");
}

std::string weakness(const PublicKey& key, JwtAlgorithm algorithm) {
  const char* const type = algorithm == JwtAlgorithm::rs256 ? "RSA" : "ED25519";
  if (!key || EVP_PKEY_is_a(key.get(), type) != 1)
    return fmt::format("it is no {} public key", to_text(algorithm));
  if (algorithm == JwtAlgorithm::rs256 && EVP_PKEY_get_bits(key.get()) < kRsaBitsMin)
    return fmt::format("its RSA key has {} bits, fewer than {}", EVP_PKEY_get_bits(key.get()),
                       kRsaBitsMin);
  return "";
}

using Keys = Result<std::vector<NamedKey>, std::string>;

Keys keys_of_pem(JwtAlgorithm algorithm, BytesView text) {
  const Memory memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  PublicKey key(memory ? PEM_read_bio_PUBKEY(memory.get(), nullptr, nullptr, nullptr) : nullptr);
  if (std::string fault = weakness(key, algorithm); !fault.empty()) return fault;
  return std::vector<NamedKey>{{{}, std::make_shared<SignatureKey>(std::move(key))}};
}

Keys keys_of_set(JwtAlgorithm algorithm, BytesView text) {
  const auto document = parse_strict_json(text);
  const json::value* const members =
      document && document->is_object() ? document->get_object().if_contains("keys") : nullptr;
  if (!members || !members->is_array()) return std::string("it is no JWK set");
  std::vector<NamedKey> keys;
  for (const json::value& member : members->get_array()) {
    if (!member.is_object() || !serves(member.get_object(), algorithm)) continue;
    const json::object& jwk = member.get_object();
    PublicKey key = algorithm == JwtAlgorithm::rs256 ? rsa_from_jwk(jwk) : ed25519_from_jwk(jwk);
    if (std::string fault = weakness(key, algorithm); !fault.empty()) return fault;
    NamedKey named{{}, std::make_shared<SignatureKey>(std::move(key))};
    if (const auto kid = text_member(jwk, "kid")) named.kid.emplace(*kid);
    for (const NamedKey& other : keys)
      if (other.kid == named.kid) return std::string("two of its keys have the same kid, or none");
    keys.push_back(std::move(named));
  }
  if (keys.empty()) return fmt::format("it has no {} key", to_text(algorithm));
  return keys;
}

Keys keys_of_secret(BytesView secret) {
  if (secret.size() < kMacSecretBytesMin)
    return fmt::format("the secret has {} bytes, fewer than {}", secret.size(), kMacSecretBytesMin);
  if (secret.find("-----BEGIN") != BytesView::npos)
    return std::string("it is a PEM file; HS256 needs a secret that nobody else knows");
  return std::vector<NamedKey>{{{}, std::make_shared<MacKey>(secret)}};
}

}  // namespace

std::string_view to_text(JwtAlgorithm algorithm) {
  return kNames[static_cast<std::size_t>(algorithm)];
}

std::optional<JwtAlgorithm> parse_jwt_algorithm(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == text) return static_cast<JwtAlgorithm>(i);
  return {};
}

Keys read_verification_keys(JwtAlgorithm algorithm, BytesView text) {
  if (algorithm == JwtAlgorithm::hs256) return keys_of_secret(text);
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start != BytesView::npos && text[start] == '{') return keys_of_set(algorithm, text);
  return keys_of_pem(algorithm, text);
}

}  // namespace frontrow::identity
