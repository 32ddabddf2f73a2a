// Owners of seats, the length of holds, entries, limits and keys: from the facts of orders.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "rehearsal/checker.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::int64_t kSlackMs = 30;  // for what a batch may take between its clock and its answer
constexpr std::int64_t kForever = INT64_MAX;

// The time by the server's clock in which an order surely owned its seats.
struct Span {
  std::int64_t from = 0;
  std::int64_t to = 0;
  const OrderFact* order = nullptr;
};

std::string name_of(const OrderFact& order) {
  return fmt::format("{} of actor {}", to_text(order.id), order.actor);
}

bool is_paid(const OrderFact& order) {
  return order.pay_answered_ms != kNever;
}

// From the hold's own time until it was paid for good, given back, or shown to end.
Span owned_span(const OrderFact& order, const ClockBounds& clock) {
  if (is_paid(order)) return {order.held_ms, kForever, &order};
  std::int64_t to = order.expires_ms;
  if (order.ended_sent_ms != kNever)
    to = std::min(to, std::int64_t{order.ended_sent_ms} + clock.least - kSlackMs);
  return {order.held_ms, to, &order};
}

void compare_owners(const Evidence& evidence, std::uint32_t seat, std::vector<Span>& spans,
                    Findings& findings) {
  std::sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) {
    return a.from != b.from ? a.from < b.from : a.order->id < b.order->id;
  });
  const Span* last = nullptr;
  for (const Span& span : spans) {
    findings.checked(Rule::one_owner_a_seat);
    if (last && span.from < last->to && span.order->id != last->order->id) {
      const bool both_paid = is_paid(*last->order) && is_paid(*span.order);
      findings.broken(
          Rule::one_owner_a_seat,
          fmt::format("seat {} {}: {} from {} ms, {} from {} ms", evidence.seats->name(seat),
                      both_paid ? "was paid twice" : "was held twice", name_of(*last->order),
                      last->from, name_of(*span.order), span.from));
    }
    if (!last || span.to > last->to) last = &span;
  }
}

void check_owners(const Evidence& evidence, const ClockBounds& clock, Findings& findings) {
  std::unordered_map<std::uint32_t, std::vector<Span>> by_seat;
  for (const History* history : evidence.histories)
    for (const OrderFact& order : history->orders()) {
      if (order.flags & kRepeat) continue;
      for (std::size_t i = 0; i < order.seat_count; ++i)
        by_seat[order.seats[i]].push_back(owned_span(order, clock));
    }
  for (auto& [seat, spans] : by_seat) compare_owners(evidence, seat, spans, findings);
}

void check_entry(const OrderFact& order, Findings& findings) {
  findings.checked(Rule::entry_needed);
  const auto broken = [&](std::string_view how) {
    findings.broken(Rule::entry_needed, fmt::format("order {} was held at {} ms {}", name_of(order),
                                                    order.held_ms, how));
  };
  if (order.flags & kForged) return broken("with a forged entry");
  if (order.flags & kBorrowed) return broken("with the entry of somebody else");
  if (order.flags & kNoEntry) return broken("without an entry");
  if (order.flags & kUsedEntry) return broken("with an entry that was used up");
  if (order.held_ms > order.entry_expires_ms + kSlackMs && !(order.flags & kReplayed))
    broken(fmt::format("with an entry that ended at {} ms", order.entry_expires_ms));
}

// Payments around the end of their holds.
void check_hold_times(const Evidence& evidence, const ClockBounds& clock, Findings& findings) {
  for (const History* history : evidence.histories) {
    history->for_each([&](const Call& call) {
      if (call.action != Action::pay || call.value == kNoOrder || call.flags & kRepeat) return;
      const OrderFact& order = history->orders()[call.value];
      // The latest and the earliest time by the server's clock at which it can have been decided.
      const std::int64_t latest = call.answered_ms() + clock.most + kSlackMs;
      const std::int64_t earliest = call.sent_ms + clock.least - kSlackMs;
      findings.checked(Rule::holds_last);
      if (call.outcome == Outcome::hold_expired && latest < order.expires_ms)
        findings.broken(Rule::holds_last,
                        fmt::format("order {} was shown to last until {} ms; a payment answered by "
                                    "{} ms was refused: hold_expired",
                                    name_of(order), order.expires_ms, latest));
      findings.checked(Rule::no_payment_after_the_hold);
      const bool is_first =
          order.pay_answered_ms == call.answered_ms() && order.pay_sent_ms == call.sent_ms;
      if (call.outcome == Outcome::created && is_first && earliest > order.expires_ms)
        findings.broken(Rule::no_payment_after_the_hold,
                        fmt::format("order {} ended at {} ms; a payment sent after {} ms was taken",
                                    name_of(order), order.expires_ms, earliest));
    });
  }
}

// What one account owns at a time.
void check_limits(const Evidence& evidence, const ClockBounds& clock, Findings& findings) {
  std::unordered_map<std::uint32_t, std::vector<Span>> by_account;
  for (const History* history : evidence.histories)
    for (const OrderFact& order : history->orders())
      if (!(order.flags & kRepeat))
        by_account[evidence.account_of(order.actor)].push_back(owned_span(order, clock));
  for (const auto& [account, spans] : by_account) {
    findings.checked(Rule::seat_limit_kept);
    for (const Span& at : spans) {
      std::int64_t seats = 0;
      for (const Span& other : spans)
        if (other.from <= at.from && at.from < other.to) seats += other.order->seat_count;
      if (seats <= evidence.rules.max_seats_per_user) continue;
      findings.broken(
          Rule::seat_limit_kept,
          fmt::format("account {} had {} seats at {} ms with {}; the limit is {}", account, seats,
                      at.from, name_of(*at.order), evidence.rules.max_seats_per_user));
      break;
    }
  }
}

void check_keys(const Evidence& evidence, Findings& findings) {
  std::map<std::pair<std::uint32_t, std::uint16_t>, const OrderFact*> by_key;
  for (const History* history : evidence.histories)
    for (const OrderFact& order : history->orders()) {
      const auto [at, is_new] = by_key.try_emplace({order.actor, order.attempt}, &order);
      if (is_new) continue;
      findings.checked(Rule::retries_act_once);
      if (at->second->id != order.id)
        findings.broken(Rule::retries_act_once, fmt::format("one key gave {} and {}",
                                                            name_of(*at->second), name_of(order)));
    }
}

void check_codes(const Evidence& evidence, Findings& findings) {
  std::vector<std::uint64_t> codes;
  for (const History* history : evidence.histories)
    codes.insert(codes.end(), history->ticket_codes().begin(), history->ticket_codes().end());
  std::sort(codes.begin(), codes.end());
  findings.checked(Rule::tickets_are_unique, codes.size());
  for (std::size_t i = 1; i < codes.size(); ++i)
    if (codes[i] == codes[i - 1])
      findings.broken(
          Rule::tickets_are_unique,
          fmt::format("two tickets have the code with the fingerprint {:016x}", codes[i]));
}

}  // namespace

void check_seats(const Evidence& evidence, const ClockBounds& clock, Findings& findings) {
  check_owners(evidence, clock, findings);
  for (const History* history : evidence.histories)
    for (const OrderFact& order : history->orders())
      if (!(order.flags & kRepeat)) check_entry(order, findings);
  check_hold_times(evidence, clock, findings);
  check_limits(evidence, clock, findings);
  check_keys(evidence, findings);
  check_codes(evidence, findings);
}

}  // namespace frontrow::rehearsal
