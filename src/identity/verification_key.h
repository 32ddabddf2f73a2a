// A key that verifies the JWTs of an identity provider, and reading such keys from what an operator
// configures. Values that never change, safe on any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/result.h"

namespace frontrow::identity {

enum class JwtAlgorithm : std::uint8_t { hs256, rs256, eddsa };
// "HS256", "RS256" or "EdDSA".
std::string_view to_text(JwtAlgorithm algorithm);
// Empty for any other text.
std::optional<JwtAlgorithm> parse_jwt_algorithm(std::string_view text);

class VerificationKey {
 public:
  virtual ~VerificationKey() = default;
  // Whether `signature` is that of `message`. Takes constant time for a MAC.
  virtual bool verifies(std::string_view message, BytesView signature) const = 0;
};

struct NamedKey {
  std::optional<std::string> kid;  // of a key set's member that has one
  std::shared_ptr<const VerificationKey> key;
};

inline constexpr std::size_t kMacSecretBytesMin = 32;  // RFC 7518, 3.2
inline constexpr int kRsaBitsMin = 2048;               // RFC 7518, 3.3

// HS256: `text` is the secret's bytes, all of them. RS256 and EdDSA (Ed25519): a public key in PEM,
// or a JWK set, of which the members for this algorithm are taken. The error is half a sentence
// that says what is wrong; it holds nothing of the key.
Result<std::vector<NamedKey>, std::string> read_verification_keys(JwtAlgorithm algorithm,
                                                                  BytesView text);

}  // namespace frontrow::identity
