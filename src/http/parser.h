// Reads the head of a request and chunked bodies (RFC 9112), strictly: whatever two parsers could
// read differently is refused with 400, and a refused message ends its connection. Pure and
// allocation-free; the result never depends on how the bytes were split on their way.
//
//   HeadParser parser(limits);
//   switch (parser.feed(data, size)) {       // again with more bytes while incomplete
//     case ParseState::complete: use(parser.head()); body begins at data + parser.head().size;
//     case ParseState::refused:  answer(parser.refusal());
//     case ParseState::incomplete: read more; }
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/request.h"

namespace frontrow::http {

inline constexpr std::size_t kMaxFields = 100;            // beyond: 431
inline constexpr std::size_t kMaxTargetBytes = 8 * 1024;  // beyond: 414
inline constexpr std::size_t kMaxMethodBytes = 32;        // beyond: 400
inline constexpr std::size_t kMaxHeadBytes = 65'000;      // what head_bytes may be set to at most

enum class ParseState : std::uint8_t { incomplete, complete, refused };

// Why a message was refused: the status and the contract's code of the answer.
struct Refusal {
  int status = 0;
  std::string_view code;
  std::string_view detail;
};
Refusal refusal_of(int status, std::string_view detail);

// A piece of the head: bytes from the message's first byte on.
struct Span {
  std::uint16_t offset = 0;
  std::uint16_t size = 0;
  std::string_view in(const char* base) const { return {base + offset, size}; }
};

struct Field {
  Span name;
  Span value;  // without surrounding blanks
};

struct Head {
  std::uint16_t size = 0;  // with the empty line that ends it
  std::uint16_t field_count = 0;
  Method method = Method::other;
  bool http_1_1 = true;
  bool keep_alive = true;        // what version and Connection ask for
  bool chunked = false;          // the body comes in chunks
  bool expect_continue = false;  // the client waits for "100 Continue" before it sends the body
  bool path_has_escape = false;
  Span method_name;
  Span authority;  // of the absolute form, where it equals host; empty in the usual one
  Span target;     // path and query as sent, without the authority
  Span path;       // raw; checked: decodes to UTF-8 without controls, slashes or dot segments
  Span query;      // raw, without "?"
  Span host;       // empty only for HTTP/1.0
  std::uint64_t content_length = 0;  // 0 where chunked or not given
  std::array<Field, kMaxFields> fields;

  bool has_body() const { return chunked || content_length > 0; }
};

// Names of fields, methods of comparison and protocol tokens are ASCII without case.
bool equal_without_case(std::string_view a, std::string_view b);
// The first field of this name, null where there is none.
const Field* find_field(const Head& head, const char* base, std::string_view name);

class HeadParser {
 public:
  // Requires: head_bytes <= kMaxHeadBytes.
  explicit HeadParser(std::size_t head_bytes) : head_bytes_(head_bytes) {}

  // `data` is everything received since the message's first byte, what was given before included.
  ParseState feed(const char* data, std::size_t size);

  // Complete once feed said so; before, the lines read so far.
  const Head& head() const { return head_; }
  // Requires: feed said refused.
  const Refusal& refusal() const { return refusal_; }
  // Whether the request line was read, so that head().method is known.
  bool knows_method() const { return have_request_line_; }

  // Forgets the message.
  void reset();

 private:
  bool refuse(int status, std::string_view detail);
  bool refuse_overlong();
  bool check_characters(const char* line, std::size_t size);
  bool take_line(const char* data, std::size_t size);
  bool read_request_line(const char* data, std::string_view line);
  bool take_authority(const char* data, std::string_view method, std::string_view& target);
  bool read_field(const char* data, std::string_view line);
  bool read_known_field(const char* data, const Field& field);
  bool read_host(const Field& field, std::string_view value);
  bool read_content_length(std::string_view value);
  bool read_transfer_encoding(std::string_view value);
  bool read_connection(std::string_view value);
  bool read_expect(std::string_view value);
  bool finish(const char* data, std::size_t head_size);
  Span span_of(const char* data, std::string_view text) const;

  std::size_t head_bytes_;
  std::size_t line_start_ = 0;  // where the line begins that is not complete
  std::size_t checked_ = 0;     // up to here that line holds no forbidden character
  bool skipped_empty_line_ = false;
  bool have_request_line_ = false;
  bool done_ = false;
  bool host_seen_ = false;
  bool content_length_seen_ = false;
  bool transfer_encoding_seen_ = false;
  bool expect_seen_ = false;
  bool close_seen_ = false;
  bool keep_alive_seen_ = false;
  Refusal refusal_;
  Head head_;
};

// Takes the chunk framing off a body, in place. Trailers are refused, short and
// well-formed extensions ignored.
class ChunkDecoder {
 public:
  // Bodies beyond `body_bytes` are refused with 413.
  explicit ChunkDecoder(std::size_t body_bytes = 0) : room_(body_bytes) {}

  struct Step {
    ParseState state = ParseState::incomplete;
    std::size_t consumed = 0;  // all of the input unless the body ended (or was refused) in it
    std::size_t produced = 0;
  };
  // Decodes `size` bytes at `in` to `out`. Requires: out <= in in the same buffer, or apart.
  Step feed(const char* in, std::size_t size, char* out);
  const Refusal& refusal() const { return refusal_; }

 private:
  // clang-format off
  enum class At : std::uint8_t {
    size_first, size, name_first, name, value_first, value, quoted, quoted_end, size_lf,
    data, data_cr, data_lf, end_cr, end_lf, done, refused
  };
  // clang-format on
  void take_framing(char c);
  void take_size_digit(char c);
  void take_extension(char c);
  void end_extension(char c);
  void refuse(int status, std::string_view detail);

  std::size_t room_;       // body bytes that are still allowed
  std::size_t chunk_ = 0;  // bytes of the current chunk that are still to come
  std::size_t extensions_ = 0;
  std::uint8_t digits_ = 0;
  At at_ = At::size_first;
  Refusal refusal_;
};

}  // namespace frontrow::http
