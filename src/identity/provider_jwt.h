// JWTs of the identity providers that the operator configured: JWS compact form (RFC 7515, 7519)
// with the one algorithm of the provider, read as strictly as RFC 8725 advises. Safe on any thread;
// what was checked once is known by its bytes from then on.
//
//   auto providers = ProviderJwts::make(settings);
//   if (!providers) return usage_error(providers.error());
//   const auto user = (*providers)->check(bearer, now);
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "base/result.h"
#include "base/time.h"
#include "base/uuid.h"
#include "identity/token_cache.h"
#include "identity/verification_key.h"

namespace frontrow::identity {

struct Provider {
  std::string issuer;
  std::string audience;
  JwtAlgorithm algorithm = JwtAlgorithm::rs256;
  Bytes key;  // HS256: the secret's bytes, at least 32; else a PEM public key or a JWK set
  std::int64_t leeway_seconds = 0;
};

enum class JwtFault : std::uint8_t {
  malformed,        // not three parts of canonical base64url over JSON objects, or too long
  wrong_algorithm,  // not the provider's
  unsupported,  // `crit`, encryption, compression, or a type that is no access or identity token
  unknown_issuer,
  unknown_key,  // the key set has no such `kid`
  bad_signature,
  bad_claims,  // a claim is missing or has a wrong type or an impossible value
  wrong_audience,
  not_yet_valid,
  expired,
};
std::string_view to_text(JwtFault fault);

struct ProviderUser {
  UserId user;
  Time not_before;  // both with the provider's leeway
  Time expires_at;
  auto operator<=>(const ProviderUser&) const = default;
};

// The user of a provider: UUID version 5 (RFC 9562, 5.5) in the name space of URLs,
// 6ba7b811-9dad-11d1-80b4-00c04fd430c8, over `iss`, a zero byte and `sub`.
UserId provider_user_id(std::string_view issuer, std::string_view subject);

inline constexpr std::size_t kProviderJwtBytesMax = 8192;
inline constexpr std::size_t kSubjectBytesMax = 255;  // OpenID Connect Core, section 2
inline constexpr Duration kIssuedAheadMax =
    seconds(300);  // `iat` beyond it: a wrong clock or a lie

class ProviderJwts {
 public:
  // The error is a sentence for the person who starts the program: which issuer, what is wrong with
  // its key, or that an issuer is there twice.
  static Result<std::shared_ptr<ProviderJwts>, std::string> make(std::vector<Provider> providers);
  ~ProviderJwts();

  Result<ProviderUser, JwtFault> check(std::string_view token, Time now);

  bool empty() const;

 private:
  struct Parts;
  explicit ProviderJwts(std::unique_ptr<Parts> parts);
  // A token that is not known yet: all but its times.
  Result<ProviderUser, JwtFault> read(std::string_view token, Time now) const;

  const std::unique_ptr<Parts> parts_;
};

// Whether a bearer text has the shape of a JWT: so the caller knows whom to ask.
bool looks_like_jwt(std::string_view text);

}  // namespace frontrow::identity
