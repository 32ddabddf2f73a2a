#include "http/parser.h"

#include <algorithm>
#include <cstring>

#include "http/text.h"

namespace frontrow::http {
namespace {

constexpr std::size_t kRequestLineRoom = kMaxMethodBytes + 32;  // beside the target
constexpr std::size_t kMaxChunkDigits = 16;
constexpr std::size_t kMaxExtensionBytes = 1024;  // of all chunks of a body together

enum CharClass : std::uint8_t {
  kToken = 1,       // RFC 9110, 5.6.2
  kMethod = 2,      // what registered methods are made of
  kPathChar = 4,    // RFC 3986 pchar and "/", without "%"
  kQueryChar = 8,   // pchar, "/", "?", and what browsers leave unescaped
  kForbidden = 16,  // in a line: controls but the tab
  kHostChar = 32,   // of a registered name
};

constexpr std::array<std::uint8_t, 256> make_classes() {
  std::array<std::uint8_t, 256> classes{};
  const auto mark = [&](std::string_view characters, int bits) {
    for (const char c : characters) {
      const auto i = static_cast<unsigned char>(c);
      classes[i] = static_cast<std::uint8_t>(classes[i] | bits);
    }
  };
  mark("ABCDEFGHIJKLMNOPQRSTUVWXYZ", kToken | kMethod | kPathChar | kQueryChar | kHostChar);
  mark("abcdefghijklmnopqrstuvwxyz0123456789", kToken | kPathChar | kQueryChar | kHostChar);
  mark("-_", kMethod);
  mark("!#$%&'*+-.^_`|~", kToken);
  mark("-._~!$&'()*+,;=:@/", kPathChar | kQueryChar);
  mark("?[]{}|^`", kQueryChar);
  mark("-._~!$&'()*+,;=", kHostChar);
  for (int i = 0; i < 32; ++i) classes[static_cast<std::size_t>(i)] = kForbidden;
  classes['\t'] = 0;
  classes[0x7f] = kForbidden;
  return classes;
}
constexpr auto kClasses = make_classes();

bool is(char c, CharClass wanted) {
  return (kClasses[static_cast<unsigned char>(c)] & wanted) != 0;
}

bool all(std::string_view text, CharClass wanted) {
  for (const char c : text)
    if (!is(c, wanted)) return false;
  return true;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

std::string_view trim_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Where the first forbidden character is, `size` where there is none. Eight bytes at a time: a byte
// below 0x20 or equal to 0x7f sets its high bit in the sum; the few words that hold one (or a tab)
// are looked at byte by byte.
std::size_t find_forbidden(const char* text, std::size_t size) {
  constexpr std::uint64_t kOnes = 0x0101010101010101ULL;
  constexpr std::uint64_t kHigh = 0x8080808080808080ULL;
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t word;
    std::memcpy(&word, text + i, 8);
    const std::uint64_t below_space = (word - kOnes * 0x20) & ~word & kHigh;
    const std::uint64_t del = word ^ (kOnes * 0x7f);
    const std::uint64_t is_del = (del - kOnes) & ~del & kHigh;
    if ((below_space | is_del) == 0) continue;
    for (std::size_t j = i; j < i + 8; ++j)
      if (is(text[j], kForbidden)) return j;
  }
  for (; i < size; ++i)
    if (is(text[i], kForbidden)) return i;
  return size;
}

Method method_of(std::string_view name) {
  switch (name.size()) {
    case 3:
      if (name == "GET") return Method::get;
      if (name == "PUT") return Method::put;
      break;
    case 4:
      if (name == "POST") return Method::post;
      if (name == "HEAD") return Method::head;
      break;
    case 5:
      if (name == "PATCH") return Method::patch;
      break;
    case 6:
      if (name == "DELETE") return Method::delete_;
      break;
    case 7:
      if (name == "OPTIONS") return Method::options;
      break;
    default:
      break;
  }
  return Method::other;
}

bool is_dot_segment(std::size_t size, std::size_t dots) {
  return size == dots && (size == 1 || size == 2);
}

// A path is good where every server would route it alike: its escapes are well-formed, decode to
// UTF-8 without controls, slashes or backslashes, and no segment is "." or "..".
bool is_good_path(std::string_view path, bool& has_escape) {
  if (path.empty() || path.front() != '/') return false;
  Utf8Check utf8;
  std::size_t segment = 0;
  std::size_t dots = 0;
  for (std::size_t i = 1; i < path.size(); ++i) {
    char c = path[i];
    if (c == '/') {
      if (is_dot_segment(segment, dots) || !utf8.is_complete()) return false;
      segment = dots = 0;
      continue;
    }
    if (c == '%') {
      const int value = escape_at(path, i);
      if (value < 0x20 || value == 0x7f || value == '/' || value == '\\') return false;
      c = static_cast<char>(value);
      has_escape = true;
      i += 2;
    } else if (!is(c, kPathChar)) {
      return false;
    }
    if (!utf8.take(static_cast<unsigned char>(c))) return false;
    ++segment;
    if (c == '.') ++dots;
  }
  return !is_dot_segment(segment, dots) && utf8.is_complete();
}

bool is_good_query(std::string_view query) {
  for (std::size_t i = 0; i < query.size(); ++i) {
    if (query[i] == '%') {
      if (escape_at(query, i) <= 0) return false;
      i += 2;
    } else if (!is(query[i], kQueryChar)) {
      return false;
    }
  }
  return true;
}

bool is_good_port(std::string_view port) {
  if (port.empty() || port.size() > 5) return false;
  unsigned value = 0;
  for (const char c : port) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<unsigned>(c - '0');
  }
  return value <= 65535;
}

// uri-host [":" port] (RFC 9110, 7.2), without percent escapes and without an empty host or port.
bool is_good_host(std::string_view host) {
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    for (const char c : host.substr(1, end - 1))
      if (hex_value(c) < 0 && c != ':' && c != '.') return false;
    host.remove_prefix(end + 1);
    return host.empty() || (host.front() == ':' && is_good_port(host.substr(1)));
  }
  const std::size_t colon = host.find(':');
  if (colon != std::string_view::npos && !is_good_port(host.substr(colon + 1))) return false;
  const std::string_view name = host.substr(0, colon);
  return !name.empty() && all(name, kHostChar);
}

// With what an absolute form begins; empty where the target does not.
std::string_view scheme_of(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (equal_without_case(target.substr(0, scheme.size()), scheme)) return scheme;
  return {};
}

}  // namespace

Refusal refusal_of(int status, std::string_view detail) {
  switch (status) {
    case 408:
      return {status, "request_timeout", detail};
    case 413:
      return {status, "payload_too_large", detail};
    case 414:
      return {status, "uri_too_long", detail};
    case 431:
      return {status, "headers_too_large", detail};
    case 500:
      return {status, "internal_error", detail};
    case 503:
      return {status, "overloaded", detail};
    default:
      return {status, "bad_request", detail};
  }
}

bool equal_without_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i] != b[i] && lower(a[i]) != lower(b[i])) return false;
  return true;
}

const Field* find_field(const Head& head, const char* base, std::string_view name) {
  for (std::size_t i = 0; i < head.field_count; ++i)
    if (equal_without_case(head.fields[i].name.in(base), name)) return &head.fields[i];
  return nullptr;
}

void HeadParser::reset() {
  line_start_ = checked_ = 0;
  skipped_empty_line_ = have_request_line_ = done_ = false;
  host_seen_ = content_length_seen_ = transfer_encoding_seen_ = expect_seen_ = false;
  close_seen_ = keep_alive_seen_ = false;
  head_.size = head_.field_count = 0;
  head_.method = Method::other;
  head_.chunked = head_.expect_continue = head_.path_has_escape = false;
  head_.content_length = 0;
  head_.host = head_.path = head_.query = head_.target = head_.authority = head_.method_name = {};
}

bool HeadParser::refuse(int status, std::string_view detail) {
  refusal_ = refusal_of(status, detail);
  return false;
}

bool HeadParser::refuse_overlong() {
  if (have_request_line_) return refuse(431, "The head of the request is too large.");
  return refuse(414, "The request line is too long.");
}

ParseState HeadParser::feed(const char* data, std::size_t size) {
  while (!done_ && line_start_ < size) {
    const std::size_t from = std::max(line_start_, checked_);
    const void* found = std::memchr(data + from, '\n', size - from);
    const bool has_line = found != nullptr;
    const std::size_t end =
        has_line ? static_cast<std::size_t>(static_cast<const char*>(found) - data) : size;
    // The line without its end; a CR at the end of what there is may be half of it.
    std::size_t length = end - line_start_;
    const bool has_cr = length > 0 && data[end - 1] == '\r';
    if (has_cr) --length;
    if (!check_characters(data, length)) return ParseState::refused;
    if (!has_line) return ParseState::incomplete;
    if (!has_cr) return refuse(400, "A line must end with CR LF."), ParseState::refused;
    if (!take_line(data, length)) return ParseState::refused;
    if (!done_) line_start_ = checked_ = end + 1;
  }
  return done_ ? ParseState::complete : ParseState::incomplete;
}

// Refuses the line that begins at line_start_ where it is too long or holds a forbidden character,
// whichever comes first in it: so the answer is the same for every split of the bytes.
bool HeadParser::check_characters(const char* data, std::size_t length) {
  if (line_start_ + 2 > head_bytes_) return refuse_overlong();
  std::size_t allowed = head_bytes_ - line_start_ - 2;
  if (!have_request_line_) allowed = std::min(allowed, kMaxTargetBytes + kRequestLineRoom);
  const std::size_t looked_at = line_start_ + std::min(length, allowed + 1);
  if (checked_ < line_start_) checked_ = line_start_;
  if (checked_ < looked_at) {
    const std::size_t count = looked_at - checked_;
    if (find_forbidden(data + checked_, count) != count)
      return refuse(400, "A control character in the head of the request.");
    checked_ = looked_at;
  }
  return length <= allowed || refuse_overlong();
}

bool HeadParser::take_line(const char* data, std::size_t length) {
  const std::string_view line(data + line_start_, length);
  if (!have_request_line_) {
    if (!line.empty()) return read_request_line(data, line);
    // One empty line before a request is forgiven (RFC 9112, 2.2).
    if (skipped_empty_line_) return refuse(400, "Empty lines before the request.");
    return skipped_empty_line_ = true;
  }
  if (line.empty()) return finish(data, line_start_ + 2);
  return read_field(data, line);
}

Span HeadParser::span_of(const char* data, std::string_view text) const {
  return {static_cast<std::uint16_t>(text.data() - data), static_cast<std::uint16_t>(text.size())};
}

bool HeadParser::read_request_line(const char* data, std::string_view line) {
  const std::size_t first = line.find(' ');
  if (first == std::string_view::npos) return refuse(400, "The request line is malformed.");
  const std::string_view method = line.substr(0, first);
  if (method.empty() || method.size() > kMaxMethodBytes || !all(method, kMethod))
    return refuse(400, "The method is malformed.");

  const std::size_t second = line.find(' ', first + 1);
  if (second == std::string_view::npos) return refuse(400, "The request line has no version.");
  std::string_view target = line.substr(first + 1, second - first - 1);
  const std::string_view version = line.substr(second + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0")
    return refuse(400, "The version must be HTTP/1.1 or HTTP/1.0.");
  if (target.size() > kMaxTargetBytes) return refuse(414, "The request target is too long.");

  if (!target.starts_with('/') && !take_authority(data, method, target))
    return refuse(400, "The request target must be a path, or http:// or https:// with a host.");
  const std::size_t mark = target.find('?');
  // Nothing before the query is the path "/", and a slash stands before every authority.
  const std::string_view path =
      mark == 0 ? std::string_view(data + head_.authority.offset - 1, 1) : target.substr(0, mark);
  const std::string_view query =
      mark == std::string_view::npos ? std::string_view() : target.substr(mark + 1);
  if (!is_good_path(path, head_.path_has_escape) || !is_good_query(query))
    return refuse(400, "The request target must be a well-formed path and query.");

  head_.method = method_of(method);
  head_.http_1_1 = version.back() == '1';
  head_.method_name = span_of(data, method);
  head_.target = span_of(data, target);
  head_.path = span_of(data, path);
  head_.query = query.empty() ? Span{} : span_of(data, query);
  return have_request_line_ = true;
}

// The absolute form (RFC 9112, 3.2.2): leaves "/…", "?…" or, where nothing follows the authority,
// the slash before it. Whether the authority is the Host is known at the head's end.
bool HeadParser::take_authority(const char* data, std::string_view method,
                                std::string_view& target) {
  const std::size_t begin = scheme_of(target).size();
  if (begin == 0 || method == "CONNECT") return false;
  const std::size_t end = std::min(target.find_first_of("/?", begin), target.size());
  const std::string_view authority = target.substr(begin, end - begin);
  if (!is_good_host(authority)) return false;
  head_.authority = span_of(data, authority);
  if (end < target.size()) return target.remove_prefix(end), true;
  target = target.substr(begin - 1, 1);
  return method != "OPTIONS";  // that would be the asterisk form (3.2.4)
}

bool HeadParser::read_field(const char* data, std::string_view line) {
  if (line.front() == ' ' || line.front() == '\t')
    return refuse(400, "A header line must not begin with a blank.");
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0)
    return refuse(400, "A header line has no name.");
  const std::string_view name = line.substr(0, colon);
  if (!all(name, kToken)) return refuse(400, "The name of a header field is malformed.");
  if (head_.field_count == kMaxFields) return refuse(431, "Too many header fields.");
  Field& field = head_.fields[head_.field_count];
  field.name = span_of(data, name);
  field.value = span_of(data, trim_blanks(line.substr(colon + 1)));
  ++head_.field_count;
  return read_known_field(data, field);
}

// The fields that decide where a message ends and what becomes of the connection.
bool HeadParser::read_known_field(const char* data, const Field& field) {
  const std::string_view name = field.name.in(data);
  const std::string_view value = field.value.in(data);
  switch (name.size()) {
    case 4:
      return !equal_without_case(name, "host") || read_host(field, value);
    case 6:
      return !equal_without_case(name, "expect") || read_expect(value);
    case 10:
      return !equal_without_case(name, "connection") || read_connection(value);
    case 14:
      return !equal_without_case(name, "content-length") || read_content_length(value);
    case 17:
      return !equal_without_case(name, "transfer-encoding") || read_transfer_encoding(value);
    default:
      return true;
  }
}

bool HeadParser::read_host(const Field& field, std::string_view value) {
  if (host_seen_) return refuse(400, "More than one Host.");
  if (!is_good_host(value)) return refuse(400, "Host is malformed.");
  head_.host = field.value;
  return host_seen_ = true;
}

// One number without sign, list or leading zero, which some would read as octal.
bool HeadParser::read_content_length(std::string_view value) {
  if (content_length_seen_) return refuse(400, "More than one Content-Length.");
  content_length_seen_ = true;
  if (value.empty() || value.size() > 18 || (value.size() > 1 && value.front() == '0'))
    return refuse(400, "Content-Length is malformed.");
  std::uint64_t length = 0;
  for (const char c : value) {
    if (c < '0' || c > '9') return refuse(400, "Content-Length is malformed.");
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  head_.content_length = length;
  return true;
}

bool HeadParser::read_transfer_encoding(std::string_view value) {
  if (transfer_encoding_seen_) return refuse(400, "More than one Transfer-Encoding.");
  transfer_encoding_seen_ = true;
  if (!equal_without_case(value, "chunked"))
    return refuse(400, "The only transfer coding accepted is chunked.");
  return head_.chunked = true;
}

bool HeadParser::read_connection(std::string_view value) {
  while (!value.empty()) {
    const std::size_t comma = value.find(',');
    const std::string_view option = trim_blanks(value.substr(0, comma));
    if (!all(option, kToken)) return refuse(400, "Connection is malformed.");
    if (equal_without_case(option, "close")) close_seen_ = true;
    if (equal_without_case(option, "keep-alive")) keep_alive_seen_ = true;
    value = comma == std::string_view::npos ? std::string_view() : value.substr(comma + 1);
  }
  return true;
}

bool HeadParser::read_expect(std::string_view value) {
  if (expect_seen_ || !equal_without_case(value, "100-continue"))
    return refuse(400, "The only expectation accepted is 100-continue.");
  return expect_seen_ = true;
}

bool HeadParser::finish(const char* data, std::size_t head_size) {
  if (head_.http_1_1 && !host_seen_) return refuse(400, "Host is missing.");
  if (head_.authority.size > 0 &&
      !equal_without_case(head_.authority.in(data), head_.host.in(data)))
    return refuse(400, "The request target names another host than Host.");
  if (transfer_encoding_seen_ && content_length_seen_)
    return refuse(400, "Both Transfer-Encoding and Content-Length.");
  if (transfer_encoding_seen_ && !head_.http_1_1)
    return refuse(400, "Transfer-Encoding in HTTP/1.0.");
  if (head_.has_body() && (head_.method == Method::get || head_.method == Method::head))
    return refuse(400, "GET and HEAD have no body.");
  head_.keep_alive = !close_seen_ && (head_.http_1_1 || keep_alive_seen_);
  head_.expect_continue = expect_seen_ && head_.http_1_1;  // RFC 9110, 10.1.1: not in HTTP/1.0
  head_.size = static_cast<std::uint16_t>(head_size);
  return done_ = true;
}

ChunkDecoder::Step ChunkDecoder::feed(const char* in, std::size_t size, char* out) {
  Step step;
  while (step.consumed < size && at_ != At::done && at_ != At::refused) {
    if (at_ != At::data) {
      take_framing(in[step.consumed++]);
      continue;
    }
    const std::size_t count = std::min(chunk_, size - step.consumed);
    std::memmove(out + step.produced, in + step.consumed, count);
    step.consumed += count;
    step.produced += count;
    chunk_ -= count;
    if (chunk_ == 0) at_ = At::data_cr;
  }
  if (at_ == At::done) step.state = ParseState::complete;
  if (at_ == At::refused) step.state = ParseState::refused;
  return step;
}

void ChunkDecoder::refuse(int status, std::string_view detail) {
  at_ = At::refused;
  refusal_ = refusal_of(status, detail);
}

void ChunkDecoder::take_size_digit(char c) {
  const int digit = hex_value(c);
  if (digit < 0 || ++digits_ > kMaxChunkDigits)
    return refuse(400, "The size of a chunk is malformed.");
  chunk_ = chunk_ * 16 + static_cast<std::size_t>(digit);
  if (chunk_ > room_) return refuse(413, "The body of the request is too large.");
  at_ = At::size;
}

void ChunkDecoder::take_framing(char c) {
  switch (at_) {
    case At::size_first:
      chunk_ = digits_ = 0;
      return take_size_digit(c);
    case At::size:
      return c == '\r' || c == ';' ? end_extension(c) : take_size_digit(c);
    case At::size_lf:
      if (c != '\n') return refuse(400, "A line must end with CR LF.");
      room_ -= chunk_;
      at_ = chunk_ == 0 ? At::end_cr : At::data;
      return;
    case At::data_cr:
    case At::data_lf:
      if (c != (at_ == At::data_cr ? '\r' : '\n'))
        return refuse(400, "A chunk does not end where it should.");
      at_ = at_ == At::data_cr ? At::data_lf : At::size_first;
      return;
    case At::end_cr:
    case At::end_lf:
      if (c != (at_ == At::end_cr ? '\r' : '\n'))
        return refuse(400, "Trailer fields are not accepted.");
      at_ = at_ == At::end_cr ? At::end_lf : At::done;
      return;
    default:
      return take_extension(c);
  }
}

// Extensions are ignored, but only well-formed ones (RFC 9112, 7.1.1), without blanks or escapes:
// *( ";" token [ "=" ( token / quoted-string ) ] ).
void ChunkDecoder::take_extension(char c) {
  const bool is_token = is(c, kToken);
  const bool is_end = c == '\r' || c == ';';
  if (++extensions_ > kMaxExtensionBytes)
    return refuse(400, "The extensions of chunks are too long.");
  switch (at_) {
    case At::name_first:
      if (is_token) return void(at_ = At::name);
      break;
    case At::name:
      if (is_token) return;
      if (is_end) return end_extension(c);
      if (c == '=') return void(at_ = At::value_first);
      break;
    case At::value_first:
      if (is_token) return void(at_ = At::value);
      if (c == '"') return void(at_ = At::quoted);
      break;
    case At::value:
      if (is_token) return;
      if (is_end) return end_extension(c);
      break;
    case At::quoted:
      if (c == '"') return void(at_ = At::quoted_end);
      if (c >= ' ' && c <= '~' && c != '\\') return;
      break;
    default:
      if (is_end) return end_extension(c);
      break;
  }
  refuse(400, "The extension of a chunk is malformed.");
}

void ChunkDecoder::end_extension(char c) {
  at_ = c == '\r' ? At::size_lf : At::name_first;
}

}  // namespace frontrow::http
