#include "rehearsal/bearer.h"

#include <fmt/format.h>

#include <array>

#include "base/encoding.h"
#include "identity/provider_jwt.h"

namespace frontrow::rehearsal {

Bearer::Bearer(const Target& target)
    : target_(target), header_(to_base64url(R"({"alg":"HS256","typ":"JWT"})") + ".") {
  crypto_auth_hmacsha256_init(&keyed_,
                              reinterpret_cast<const unsigned char*>(target.provider_key.data()),
                              target.provider_key.size());
}

std::string Bearer::subject(std::uint32_t account) const {
  return fmt::format("rehearsal-{}-{}", target_.run, account);
}

UserId Bearer::user_id(std::uint32_t account) const {
  return identity::provider_user_id(target_.issuer, subject(account));
}

void Bearer::append_token(std::string& out, std::uint32_t account) const {
  const std::size_t start = out.size();
  out += header_;
  out +=
      to_base64url(fmt::format(R"({{"iss":"{}","aud":"{}","sub":"{}","exp":{}}})", target_.issuer,
                               target_.audience, subject(account), target_.token_expires));
  crypto_auth_hmacsha256_state state = keyed_;
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(out.data()) + start,
                                out.size() - start);
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> mac;
  crypto_auth_hmacsha256_final(&state, mac.data());
  out += '.';
  out += to_base64url(view_of(mac));
}

}  // namespace frontrow::rehearsal
