// Access tokens of the crowd's accounts: JWTs with HS256, as the configured identity provider would
// issue them. The same account gives the same text, so that the server may know it again.
// Thread-safe after construction.
#pragma once

#include <sodium.h>

#include <cstdint>
#include <string>

#include "base/uuid.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

class Bearer {
 public:
  // Requires: sodium_init() was called.
  explicit Bearer(const Target& target);
  void append_token(std::string& out, std::uint32_t account) const;
  // The id by which the server knows the account.
  UserId user_id(std::uint32_t account) const;

 private:
  std::string subject(std::uint32_t account) const;

  const Target& target_;
  crypto_auth_hmacsha256_state keyed_;
  std::string header_;
};

}  // namespace frontrow::rehearsal
