#include "rehearsal/answer.h"

#include <array>
#include <charconv>

#include "base/time.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::array<std::string_view, kActions> kActionNames{
    "top-up", "join", "poll", "leave", "shows", "seats", "hold", "pay", "cancel"};

constexpr std::array<std::string_view, kOutcomes> kOutcomeNames{"ok",
                                                                "created",
                                                                "lost",
                                                                "timed_out",
                                                                "unexpected",
                                                                "malformed_json",
                                                                "bad_request",
                                                                "unauthenticated",
                                                                "insufficient_balance",
                                                                "queue_token_required",
                                                                "queue_token_invalid",
                                                                "entry_token_required",
                                                                "entry_token_invalid",
                                                                "entry_token_expired",
                                                                "forbidden",
                                                                "not_found",
                                                                "request_timeout",
                                                                "seat_taken",
                                                                "not_enough_seats",
                                                                "seat_limit_reached",
                                                                "order_not_payable",
                                                                "order_not_cancellable",
                                                                "queue_closed",
                                                                "sale_not_open",
                                                                "idempotency_in_progress",
                                                                "hold_expired",
                                                                "validation_failed",
                                                                "idempotency_key_reused",
                                                                "rate_limited",
                                                                "overloaded",
                                                                "shutting_down",
                                                                "outcome_unknown"};

constexpr std::array<std::string_view, 11> kPlaceNames{"none",
                                                       "lobby",
                                                       "waiting",
                                                       "called",
                                                       "admitted",
                                                       "missed",
                                                       "finished, purchased",
                                                       "finished, expired",
                                                       "finished, left",
                                                       "finished, sold out",
                                                       "finished, closed"};

constexpr auto kFirstRefusal = static_cast<std::size_t>(Outcome::malformed_json);

PlaceStatus finished(std::string_view reason) {
  if (reason == "purchased") return PlaceStatus::finished_purchased;
  if (reason == "expired") return PlaceStatus::finished_expired;
  if (reason == "left") return PlaceStatus::finished_left;
  if (reason == "sold_out") return PlaceStatus::finished_sold_out;
  return reason == "closed" ? PlaceStatus::finished_closed : PlaceStatus::none;
}

}  // namespace

std::string_view to_text(Action action) {
  return kActionNames[static_cast<std::size_t>(action)];
}

std::string_view to_text(Outcome outcome) {
  return kOutcomeNames[static_cast<std::size_t>(outcome)];
}

std::string_view to_text(PlaceStatus status) {
  return kPlaceNames[static_cast<std::size_t>(status)];
}

Outcome outcome_of(const Answer& answer) {
  if (answer.status == 201) return Outcome::created;
  if (answer.status == 200 || answer.status == 204) return Outcome::ok;
  const std::string_view code = field(answer.body, "code");
  for (std::size_t i = kFirstRefusal; i < kOutcomes; ++i)
    if (kOutcomeNames[i] == code) return static_cast<Outcome>(i);
  return Outcome::unexpected;
}

std::string_view field(std::string_view body, std::string_view name) {
  std::size_t at = 0;
  while ((at = body.find(name, at)) != std::string_view::npos) {
    const std::size_t end = at + name.size();
    if (at > 0 && body[at - 1] == '"' && body.substr(end).starts_with("\":")) {
      const std::string_view value = body.substr(end + 2);
      if (!value.starts_with('"')) return value.substr(0, value.find_first_of(",}]"));
      return value.substr(1, value.find('"', 1) - 1);
    }
    at = end;
  }
  return {};
}

std::int64_t number_field(std::string_view body, std::string_view name, std::int64_t fallback) {
  const std::string_view text = field(body, name);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() ? value : fallback;
}

PlaceStatus place_status(std::string_view body) {
  const std::string_view status = field(body, "status");
  if (status == "waiting") return PlaceStatus::waiting;
  if (status == "lobby") return PlaceStatus::lobby;
  if (status == "admitted") return PlaceStatus::admitted;
  if (status == "called") return PlaceStatus::called;
  if (status == "missed") return PlaceStatus::missed;
  return status == "finished" ? finished(field(body, "reason")) : PlaceStatus::none;
}

std::optional<std::int64_t> time_field(std::string_view body, std::string_view name) {
  const auto time = parse_rfc3339(field(body, name));
  if (!time) return {};
  return time->ms;
}

}  // namespace frontrow::rehearsal
