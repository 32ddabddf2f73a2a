#include "http/head_writer.h"

#include <algorithm>
#include <charconv>

namespace frontrow::http {
namespace {

void append_number(std::string& out, std::size_t value) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

bool is_clean(std::string_view text) {
  return std::none_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
  });
}

void append_status_line(std::string& out, int status) {
  if (status == 200) {
    out += "HTTP/1.1 200 OK\r\n";
    return;
  }
  out += "HTTP/1.1 ";
  append_number(out, static_cast<std::size_t>(status));
  out += ' ';
  out += reason_phrase(status);
  out += "\r\n";
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  out += ": ";
  out += value;
  out += "\r\n";
}

}  // namespace

bool is_writable(const Response& response) {
  if (response.status < 200 || response.status > 599 || !is_clean(response.content_type))
    return false;
  return std::all_of(response.headers.begin(), response.headers.end(), [](const auto& header) {
    return !header.first.empty() && is_clean(header.first) && is_clean(header.second);
  });
}

void append_head(std::string& out, const Response& response, const AnswerFraming& framing) {
  append_status_line(out, response.status);
  out += framing.date_line;
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  if (framing.has_length && !has_no_content(response.status)) {
    out += "Content-Length: ";
    append_number(out, response.content().size());
    out += "\r\n";
  }
  append_field(out, "X-Request-Id", framing.request_id);
  out += "X-Content-Type-Options: nosniff\r\n";  // no browser guesses what an answer is
  for (const auto& [name, value] : response.headers) append_field(out, name, value);
  if (framing.connection == AnswerFraming::Connection::close) out += "Connection: close\r\n";
  if (framing.connection == AnswerFraming::Connection::keep_alive)
    out += "Connection: keep-alive\r\n";
  out += "\r\n";
}

}  // namespace frontrow::http
