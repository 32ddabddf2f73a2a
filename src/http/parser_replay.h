// Reads one message in pieces, as a connection does: for the tests and the fuzz target, which
// demand the same outcome for every way to cut the bytes.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "http/parser.h"

namespace frontrow::http {

struct Outcome {
  ParseState state = ParseState::incomplete;
  int status = 0;                // where refused
  std::size_t message_size = 0;  // where complete: with the raw body
  Head head;
  std::string body;
};

inline bool same_span(Span a, Span b) {
  return a.offset == b.offset && a.size == b.size;
}

inline bool same_outcome(const Outcome& a, const Outcome& b) {
  if (a.state != b.state || a.status != b.status) return false;
  if (a.state != ParseState::complete) return true;
  if (a.message_size != b.message_size || a.body != b.body) return false;
  if (a.head.size != b.head.size || a.head.field_count != b.head.field_count) return false;
  for (std::size_t i = 0; i < a.head.field_count; ++i) {
    const Field& x = a.head.fields[i];
    const Field& y = b.head.fields[i];
    if (!same_span(x.name, y.name) || !same_span(x.value, y.value)) return false;
  }
  return a.head.method == b.head.method && a.head.http_1_1 == b.head.http_1_1 &&
         a.head.keep_alive == b.head.keep_alive && a.head.chunked == b.head.chunked &&
         a.head.expect_continue == b.head.expect_continue &&
         a.head.content_length == b.head.content_length &&
         same_span(a.head.authority, b.head.authority) && same_span(a.head.target, b.head.target) &&
         same_span(a.head.path, b.head.path) && same_span(a.head.query, b.head.query) &&
         same_span(a.head.host, b.head.host);
}

class Replay {
 public:
  Replay(std::string_view message, std::size_t head_bytes, std::size_t body_bytes)
      : message_(message), parser_(head_bytes), chunks_(body_bytes), body_bytes_(body_bytes) {}

  // Gives the bytes up to `end`. Requires: `end` grows from call to call.
  void give(std::size_t end) {
    if (outcome_.state != ParseState::incomplete) return;
    // A copy of the exact size, so that a read beyond the end is found by the sanitizer.
    const std::vector<char> received(message_.begin(), message_.begin() + static_cast<long>(end));
    if (!head_done_) {
      const ParseState state = parser_.feed(received.data(), received.size());
      if (state == ParseState::refused) return refuse(parser_.refusal());
      outcome_.head = parser_.head();
      if (state == ParseState::incomplete) return;
      head_done_ = true;
      taken_ = outcome_.head.size;
      if (outcome_.head.content_length > body_bytes_) return refuse(refusal_of(413, ""));
    }
    outcome_.head.chunked ? give_chunks(received) : give_plain(received);
  }

  const Outcome& outcome() const { return outcome_; }

 private:
  void refuse(const Refusal& refusal) {
    outcome_.state = ParseState::refused;
    outcome_.status = refusal.status;
  }
  void complete(std::size_t size) {
    outcome_.state = ParseState::complete;
    outcome_.message_size = size;
  }
  void give_plain(const std::vector<char>& received) {
    const std::size_t size = outcome_.head.size + outcome_.head.content_length;
    if (received.size() < size) return;
    outcome_.body.assign(received.data() + outcome_.head.size, outcome_.head.content_length);
    complete(size);
  }
  void give_chunks(const std::vector<char>& received) {
    std::vector<char> piece(received.begin() + static_cast<long>(taken_), received.end());
    const auto step = chunks_.feed(piece.data(), piece.size(), piece.data());
    outcome_.body.append(piece.data(), step.produced);
    taken_ += step.consumed;
    if (step.state == ParseState::refused) return refuse(chunks_.refusal());
    if (step.state == ParseState::complete) complete(taken_);
  }

  std::string_view message_;
  HeadParser parser_;
  ChunkDecoder chunks_;
  std::size_t body_bytes_;
  std::size_t taken_ = 0;
  bool head_done_ = false;
  Outcome outcome_;
};

// Reads the message cut at these places (sorted, within it).
inline Outcome read_message(std::string_view message, const std::vector<std::size_t>& cuts = {},
                            std::size_t head_bytes = 16 * 1024,
                            std::size_t body_bytes = 64 * 1024) {
  Replay replay(message, head_bytes, body_bytes);
  for (const std::size_t cut : cuts) replay.give(cut);
  replay.give(message.size());
  return replay.outcome();
}

}  // namespace frontrow::http
