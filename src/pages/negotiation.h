// What of a request's wishes decides the form of a page: encoding, language, colours. Pure; any
// thread.
#pragma once

#include <string_view>

#include "http/request.h"

namespace frontrow::pages {

enum class Coding { plain, gzip, brotli };

// The best of the codings that Accept-Encoding takes (RFC 9110, 12.5.3): brotli, gzip, plain.
Coding parse_accept_encoding(std::string_view header);

// The value of a cookie; empty where it was not sent.
std::string_view cookie_of(const http::Request& request, std::string_view name);

// "ko" or "en": the switch's cookie, else what Accept-Language likes better, else "en".
std::string_view language_of(const http::Request& request);
// "light", "dark" or "system", from the switch's cookie.
std::string_view theme_of(const http::Request& request);

}  // namespace frontrow::pages
