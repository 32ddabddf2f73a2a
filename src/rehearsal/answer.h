// What the server said: the outcome of a call, in words of the contract, and the fields of a body.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frontrow::rehearsal {

// The calls that people make. `repeat` marks are in the history's flags.
enum class Action : std::uint8_t {
  top_up,
  join,
  poll,
  leave,
  shows,
  seats,
  hold,
  pay,
  cancel,
};
inline constexpr std::size_t kActions = 9;
std::string_view to_text(Action action);

// Refusals carry the contract's `code`. Three are ours: the connection was lost or time ran out
// (both: nobody knows what was done), and an answer that is none of the contract's.
enum class Outcome : std::uint8_t {
  ok,       // 200, 204
  created,  // 201
  lost,
  timed_out,
  unexpected,
  // Everything below is a refusal.
  malformed_json,
  bad_request,
  unauthenticated,
  insufficient_balance,
  queue_token_required,
  queue_token_invalid,
  entry_token_required,
  entry_token_invalid,
  entry_token_expired,
  forbidden,
  not_found,
  request_timeout,
  seat_taken,
  not_enough_seats,
  seat_limit_reached,
  order_not_payable,
  order_not_cancellable,
  queue_closed,
  sale_not_open,
  idempotency_in_progress,
  hold_expired,
  validation_failed,
  idempotency_key_reused,
  rate_limited,
  overloaded,
  shutting_down,
  outcome_unknown,
};
inline constexpr std::size_t kOutcomes = static_cast<std::size_t>(Outcome::outcome_unknown) + 1;
std::string_view to_text(Outcome outcome);
inline bool is_done(Outcome outcome) {
  return outcome == Outcome::ok || outcome == Outcome::created;
}
// Nobody knows whether it was done.
inline bool is_unknown(Outcome outcome) {
  return outcome == Outcome::lost || outcome == Outcome::timed_out ||
         outcome == Outcome::outcome_unknown;
}

// A place as polls tell it.
enum class PlaceStatus : std::uint8_t {
  none,
  lobby,
  waiting,
  called,
  admitted,
  missed,
  finished_purchased,
  finished_expired,
  finished_left,
  finished_sold_out,
  finished_closed,
};
std::string_view to_text(PlaceStatus status);

struct Answer {
  int status = 0;
  std::string_view body;
  bool replayed = false;  // Idempotent-Replayed: true
};

// Of a status and a problem's code.
Outcome outcome_of(const Answer& answer);

// The text of a member, found by its name alone at any depth: the server's answers hold no such
// name in a text. Strings come without their quotes, and still escaped.
std::string_view field(std::string_view body, std::string_view name);
std::int64_t number_field(std::string_view body, std::string_view name, std::int64_t fallback = 0);
PlaceStatus place_status(std::string_view body);
// Milliseconds since 1970 of a member that is a time; empty where it is missing.
std::optional<std::int64_t> time_field(std::string_view body, std::string_view name);

}  // namespace frontrow::rehearsal
