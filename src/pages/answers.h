// What all answers of pages have in common: security headers, validators. Pure; any thread.
#pragma once

#include <string>
#include <string_view>

#include "http/request.h"
#include "http/response.h"

namespace frontrow::pages {

// Only files of this site, no inline script or style, no foreign frame.
inline constexpr std::string_view kContentSecurityPolicy =
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src "
    "'none'";

void add_security_headers(http::Response& response);

// Whether the client has the answer of this ETag already (RFC 9110, 13.1.2).
bool has_already(const http::Request& request, std::string_view etag);

// A page: HTML that may be kept, but is asked for each time; 304 where it is unchanged.
http::Response html_page(const http::Request& request, int status, std::string html);

}  // namespace frontrow::pages
