// Writes the head of an answer. Pure; allocates nothing but what the string needs to grow.
#pragma once

#include <string>
#include <string_view>

#include "http/response.h"

namespace frontrow::http {

struct AnswerFraming {
  std::string_view date_line;   // "Date: …\r\n" or empty
  std::string_view request_id;  // visible characters
  // What is said about the connection: nothing is said where HTTP/1.1 goes on.
  enum class Connection { unsaid, keep_alive, close } connection = Connection::unsaid;
  // Whether Content-Length is given; where not, the body ends with the connection.
  bool has_length = true;
};

// Statuses whose answers never have a body (RFC 9110, 6.4.1).
constexpr bool has_no_content(int status) {
  return status == 204 || status == 304;
}

// False where a name or value would break the head apart: it holds a control character.
bool is_writable(const Response& response);

// Appends status line and headers with the empty line that ends them. Requires: is_writable.
void append_head(std::string& out, const Response& response, const AnswerFraming& framing);

}  // namespace frontrow::http
