// Which refusals a person who follows the contract may meet, and that everybody is told an end.
#include <fmt/format.h>

#include <algorithm>
#include <initializer_list>

#include "rehearsal/checker.h"

namespace frontrow::rehearsal {
namespace {

using enum Outcome;

bool is_one_of(Outcome outcome, std::initializer_list<Outcome> list) {
  return std::find(list.begin(), list.end(), outcome) != list.end();
}

// What the contract allows for calls such as the crowd's, which are all well-formed.
bool is_allowed(const Call& call) {
  if (is_unknown(call.outcome) ||
      is_one_of(call.outcome, {overloaded, shutting_down, rate_limited, request_timeout}))
    return true;
  if ((call.flags & kRepeat) && call.outcome == idempotency_in_progress) return true;
  if (call.flags & kForged && call.action == Action::poll)
    return call.outcome == queue_token_invalid;
  switch (call.action) {
    case Action::top_up:
      return is_one_of(call.outcome, {created, idempotency_in_progress});
    case Action::join:
      return is_one_of(call.outcome, {ok, created, sale_not_open, queue_closed});
    case Action::poll:
    case Action::leave:
      return call.outcome == ok;
    case Action::shows:
    case Action::seats:
      return is_one_of(call.outcome, {ok, entry_token_expired});
    case Action::hold:
      return is_one_of(
          call.outcome,
          {created, seat_taken, not_enough_seats, seat_limit_reached, entry_token_expired,
           entry_token_invalid, entry_token_required, sale_not_open, idempotency_in_progress});
    case Action::pay:
      return is_one_of(call.outcome, {ok, created, insufficient_balance, hold_expired,
                                      entry_token_expired, idempotency_in_progress});
    case Action::cancel:
      return is_one_of(call.outcome, {ok, order_not_cancellable});
  }
  return false;
}

void check_bots(const Call& call, Findings& findings) {
  if (call.action == Action::poll && call.flags & kForged) {
    findings.checked(Rule::entry_needed);
    if (is_done(call.outcome))
      findings.broken(Rule::entry_needed,
                      fmt::format("actor {} polled at {} ms with a forged queue token and was told "
                                  "\"{}\"",
                                  call.actor, call.sent_ms, to_text(call.status)));
  }
}

}  // namespace

void check_answers(const Evidence& evidence, Findings& findings) {
  for (const History* history : evidence.histories) {
    history->for_each([&](const Call& call) {
      findings.checked(Rule::answers_follow_the_contract);
      check_bots(call, findings);
      const bool is_forged_poll_done =
          call.action == Action::poll && call.flags & kForged && is_done(call.outcome);
      if (!is_allowed(call) && !is_forged_poll_done)
        findings.broken(Rule::answers_follow_the_contract,
                        fmt::format("actor {} at {} ms: {} was answered \"{}\"", call.actor,
                                    call.sent_ms, to_text(call.action), to_text(call.outcome)));
    });
  }
  findings.checked(Rule::everybody_is_told);
  if (evidence.after.unfinished > 0)
    findings.broken(Rule::everybody_is_told,
                    fmt::format("{} people had no answer to the end when the time was over",
                                evidence.after.unfinished));
}

}  // namespace frontrow::rehearsal
