#include "bearer.h"

#include <fmt/format.h>

#include <array>

#include "base/encoding.h"

namespace frontrow::bench {

Bearer::Bearer(const std::string& key, std::int64_t expires)
    : expires_(expires), header_(to_base64url(R"({"alg":"HS256","typ":"JWT"})") + ".") {
  crypto_auth_hmacsha256_init(&keyed_, reinterpret_cast<const unsigned char*>(key.data()),
                              key.size());
}

void Bearer::append_token(std::string& out, std::uint64_t number) const {
  const std::size_t start = out.size();
  out += header_;
  out += to_base64url(
      fmt::format(R"({{"iss":"bench","aud":"frontrow","sub":"u{}","exp":{}}})", number, expires_));
  crypto_auth_hmacsha256_state state = keyed_;
  crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(out.data()) + start,
                                out.size() - start);
  std::array<std::uint8_t, crypto_auth_hmacsha256_BYTES> mac;
  crypto_auth_hmacsha256_final(&state, mac.data());
  out += '.';
  out += to_base64url(view_of(mac));
}

}  // namespace frontrow::bench
