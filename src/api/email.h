// E-mail addresses as they are compared. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace frontrow::api {

// Case is folded, as the contract wants, for ASCII letters.
inline std::string email_key(std::string_view email) {
  std::string out(email);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 32);
  return out;
}

}  // namespace frontrow::api
