// Refusals: what the program answers to a command that the rules do not allow. A refusal is a
// value, never an exception, and it has changed nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace frontrow {

// The numbers are stored and never reused; the names are the contract's `code`s. The HTTP status of
// each is in one table (api/problem.cpp).
enum class RefusalCode : std::uint8_t {
  malformed_json = 1,
  bad_request = 2,
  unauthenticated = 3,
  bad_credentials = 4,
  insufficient_balance = 5,
  queue_token_required = 6,
  queue_token_invalid = 7,
  entry_token_required = 8,
  entry_token_invalid = 9,
  entry_token_expired = 10,
  forbidden = 11,
  not_found = 12,
  method_not_allowed = 13,
  not_acceptable = 14,
  request_timeout = 15,
  payload_too_large = 16,
  uri_too_long = 17,
  unsupported_media_type = 18,
  headers_too_large = 19,
  seat_taken = 20,
  not_enough_seats = 21,
  seat_limit_reached = 22,
  order_not_payable = 23,
  order_not_cancellable = 24,
  order_not_extendable = 25,
  email_taken = 26,
  queue_closed = 27,
  sale_not_open = 28,
  ticket_void = 29,
  idempotency_in_progress = 30,
  already_refunded = 31,
  hold_expired = 32,
  precondition_failed = 33,
  precondition_required = 34,
  validation_failed = 35,
  idempotency_key_reused = 36,
  rate_limited = 37,
  overloaded = 38,
  shutting_down = 39,
  outcome_unknown = 40,
};

// One broken rule of a body: a JSON pointer (RFC 6901) to the field, and the rule in words.
struct FieldError {
  std::string pointer;
  std::string message;
};

struct Refusal {
  RefusalCode code = RefusalCode::bad_request;
  std::string detail = {};                     // a sentence for this case; empty: the code's own
  std::vector<FieldError> errors = {};         // validation_failed
  std::vector<std::string> seats = {};         // seat_taken: the labels that are gone
  std::optional<std::int64_t> available = {};  // not_enough_seats
  std::optional<std::int64_t> limit = {};      // seat_limit_reached
  std::string order_status = {};               // order_not_payable
  std::optional<std::int64_t> balance = {};    // insufficient_balance
  std::optional<std::int64_t> required = {};   // insufficient_balance
};

inline Refusal refuse(RefusalCode code, std::string detail = {}) {
  return {.code = code, .detail = std::move(detail)};
}
inline Refusal refuse_field(std::string pointer, std::string message) {
  Refusal refusal{.code = RefusalCode::validation_failed};
  refusal.errors.push_back({std::move(pointer), std::move(message)});
  return refusal;
}

}  // namespace frontrow
