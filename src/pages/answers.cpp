#include "pages/answers.h"

#include <utility>

#include "pages/own_asset.h"

namespace frontrow::pages {

void add_security_headers(http::Response& response) {
  response.headers.emplace_back("Content-Security-Policy", kContentSecurityPolicy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "same-origin");
  response.headers.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
}

bool has_already(const http::Request& request, std::string_view etag) {
  std::string_view rest = request.header("If-None-Match").value_or("");
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    std::string_view one = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == etag || one == "*") return true;
  }
  return false;
}

http::Response html_page(const http::Request& request, int status, std::string html) {
  http::Response response;
  const std::string etag = '"' + fingerprint(html) + '"';
  response.headers.emplace_back("Cache-Control", "no-cache");
  // That there is nothing a page tells to people alone.
  response.headers.emplace_back(
      "Vary", status == 404 ? "Accept, Accept-Language, Cookie" : "Accept-Language, Cookie");
  response.headers.emplace_back("ETag", etag);
  add_security_headers(response);
  if (status == 200 && has_already(request, etag)) {
    response.status = 304;
    return response;
  }
  response.status = status;
  response.content_type = "text/html; charset=utf-8";
  response.body = std::move(html);
  return response;
}

}  // namespace frontrow::pages
