// What goes into the engine and what comes out of it.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>

#include "domain/commands.h"

namespace frontrow {

// The caller's Idempotency-Key and a hash of method, path and body.
struct IdempotencyKey {
  CallerId caller;
  std::string key;
  std::array<std::uint8_t, 16> request_hash{};
};

// An answer as it is kept for retries: status and body. A token in the body stands as a reference
// between two bytes 0x01, which JSON text never contains; the API puts the token in its place, for
// the first answer and for every replay alike.
struct Rendered {
  int status = 200;
  std::string body;
};
using Renderer = Rendered (*)(const Answer&);

struct KeptReply {
  Rendered rendered;
  bool replayed = false;
};

// The store did not take the batch, or may have: never told as done.
enum class Failure : std::uint8_t { overloaded, shutting_down, outcome_unknown };

using Reply = std::variant<Answer, Refusal, KeptReply, Failure>;

struct Submission {
  Command command;
  std::optional<IdempotencyKey> key = {};
  std::function<void(Reply&&)> done = {};  // called once, on the committer's thread
};

}  // namespace frontrow
