// An answer, before it is written. A value; any thread may build one.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace frontrow::http {

struct Response {
  int status = 200;
  // Not to be given: Content-Length, Content-Type, Connection, Date, Transfer-Encoding,
  // X-Request-Id. An answer with a control character in a name or value is not sent: it becomes a
  // logged 500.
  std::vector<std::pair<std::string, std::string>> headers;
  std::string content_type;  // empty: no Content-Type
  std::string body;
  // Sent instead of `body` where set, without copying: for bytes that many answers share.
  std::shared_ptr<const std::string> shared_body;

  std::string_view content() const { return shared_body ? *shared_body : std::string_view(body); }
};

// The standard reason phrase (RFC 9110, section 15), "Status" for an unknown number.
std::string_view reason_phrase(int status);

}  // namespace frontrow::http
