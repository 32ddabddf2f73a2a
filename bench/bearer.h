// Access tokens of an identity provider (JWT, HS256: RFC 7519, RFC 7515), made as fast as a load
// tool needs them: a user exists as soon as somebody signs its name. One thread.
#pragma once

#include <sodium.h>

#include <cstdint>
#include <string>

namespace frontrow::bench {

class Bearer {
 public:
  // `expires`: seconds since 1970. Equal arguments give equal tokens.
  Bearer(const std::string& key, std::int64_t expires);
  // Appends the token of the user with `sub` = "u<number>".
  void append_token(std::string& out, std::uint64_t number) const;

 private:
  crypto_auth_hmacsha256_state keyed_;  // the state after the key, copied for each token
  std::int64_t expires_;
  std::string header_;
};

}  // namespace frontrow::bench
