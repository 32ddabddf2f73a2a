// Money, and that what was acknowledged is there: what people were told against what is stored.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "rehearsal/checker.h"

namespace frontrow::rehearsal {
namespace {

// What an account's calls say about its wallet. A call whose fate was never known may have acted.
struct Ledger {
  std::int64_t topped_up = 0;
  std::int64_t maybe_topped_up = 0;
  std::int64_t paid = 0;
  std::int64_t maybe_paid = 0;
};
using Ledgers = std::unordered_map<std::uint32_t, Ledger>;

// Top-ups that ended without an answer: the last word of each key counts.
void add_top_ups(const Evidence& evidence, const History& history, Ledgers& ledgers) {
  std::unordered_map<std::uint64_t, std::int64_t> open;  // by actor and attempt
  history.for_each([&](const Call& call) {
    if (call.action != Action::top_up || call.flags & kRepeat) return;
    const std::uint64_t key = std::uint64_t{call.actor} << 16 | call.attempt;
    if (is_unknown(call.outcome)) open[key] = call.value;
    if (!is_done(call.outcome)) return;
    open.erase(key);
    ledgers[evidence.account_of(call.actor)].topped_up += call.value;
  });
  for (const auto& [key, amount] : open)
    ledgers[evidence.account_of(static_cast<std::uint32_t>(key >> 16))].maybe_topped_up += amount;
}

Ledgers ledgers_of(const Evidence& evidence) {
  Ledgers ledgers;
  for (const History* history : evidence.histories) {
    add_top_ups(evidence, *history, ledgers);
    for (const OrderFact& order : history->orders()) {
      if (order.flags & kRepeat || order.pay_sent_ms == kNever) continue;
      Ledger& ledger = ledgers[evidence.account_of(order.actor)];
      const bool is_acknowledged = order.pay_answered_ms != kNever;
      (is_acknowledged ? ledger.paid : ledger.maybe_paid) += order.total;
    }
  }
  return ledgers;
}

void check_wallets(const Evidence& evidence, Findings& findings) {
  const Ledgers ledgers = ledgers_of(evidence);
  for (const auto& [account, ledger] : ledgers) {
    findings.checked(Rule::points_needed);
    if (ledger.paid > ledger.topped_up + ledger.maybe_topped_up)
      findings.broken(Rule::points_needed, fmt::format("account {} topped up {} and paid {}",
                                                       account, ledger.topped_up, ledger.paid));
  }
  for (const auto& [account, balance] : evidence.after.balances) {
    findings.checked(Rule::wallets_add_up);
    const auto at = ledgers.find(account);
    const Ledger ledger = at == ledgers.end() ? Ledger() : at->second;
    const std::int64_t least = ledger.topped_up - ledger.paid - ledger.maybe_paid;
    const std::int64_t most = ledger.topped_up + ledger.maybe_topped_up - ledger.paid;
    if (balance < least || balance > most || balance < 0)
      findings.broken(
          Rule::wallets_add_up,
          fmt::format("account {} topped up {} and paid {}; its wallet holds {}, not {}", account,
                      ledger.topped_up, ledger.paid, balance, least));
  }
}

struct Asked {
  const OrderFact* order = nullptr;
  bool acknowledged = false;
};

std::map<OrderId, Asked> payments_asked(const Evidence& evidence) {
  std::map<OrderId, Asked> asked;
  for (const History* history : evidence.histories)
    for (const OrderFact& order : history->orders())
      if (order.pay_sent_ms != kNever) asked[order.id] = {&order, order.pay_answered_ms != kNever};
  return asked;
}

bool is_same(const Evidence& evidence, const OrderFact& order, const StoredOrder& stored) {
  std::vector<std::uint32_t> told(order.seats.begin(), order.seats.begin() + order.seat_count);
  std::vector<std::uint32_t> kept = stored.seats;
  std::sort(told.begin(), told.end());
  std::sort(kept.begin(), kept.end());
  return stored.amount == order.total && told == kept &&
         stored.user == evidence.user_of(evidence.account_of(order.actor));
}

void check_payments(const Evidence& evidence, Findings& findings) {
  const auto asked = payments_asked(evidence);
  for (const auto& [id, one] : asked) {
    if (!one.acknowledged) continue;
    findings.checked(Rule::payments_are_there);
    const auto stored = evidence.after.paid.find(id);
    if (stored == evidence.after.paid.end())
      findings.broken(
          Rule::payments_are_there,
          fmt::format("{} of actor {} was paid ({} points, answered at {} ms) and is not "
                      "among the paid orders",
                      to_text(id), one.order->actor, one.order->total, one.order->pay_answered_ms));
    else if (!is_same(evidence, *one.order, stored->second))
      findings.broken(Rule::payments_are_there,
                      fmt::format("{} of actor {} is stored with another buyer, amount or seats",
                                  to_text(id), one.order->actor));
  }
  if (!evidence.own_concert) return;
  for (const auto& [id, stored] : evidence.after.paid) {
    findings.checked(Rule::nothing_paid_unasked);
    if (!asked.contains(id))
      findings.broken(Rule::nothing_paid_unasked,
                      fmt::format("{} is paid ({} points), and nobody asked for it", to_text(id),
                                  stored.amount));
  }
}

// Seats and points of the house against the list of paid orders.
void check_house(const Evidence& evidence, Findings& findings) {
  const Aftermath& after = evidence.after;
  std::int64_t seats = 0, points = 0;
  for (const auto& [id, stored] : after.paid) {
    seats += static_cast<std::int64_t>(stored.seats.size());
    points += stored.amount;
  }
  findings.checked(Rule::house_adds_up, 2);
  if (seats != after.sold)
    findings.broken(Rule::house_adds_up,
                    fmt::format("{} seats are sold, the paid orders have {}", after.sold, seats));
  if (points != after.revenue)
    findings.broken(Rule::house_adds_up, fmt::format("the revenue is {}, the paid orders make {}",
                                                     after.revenue, points));
  for (const SaleSample& sample : evidence.samples) {
    if (sample.available + sample.held + sample.sold == 0) continue;  // not told
    findings.checked(Rule::house_adds_up);
    if (sample.sold > evidence.seats_total)
      findings.broken(Rule::house_adds_up,
                      fmt::format("at {} ms {} seats were sold of {}", sample.server_ms,
                                  sample.sold, evidence.seats_total));
  }
}

}  // namespace

void check_money(const Evidence& evidence, Findings& findings) {
  check_wallets(evidence, findings);
  if (evidence.after.orders_read) check_payments(evidence, findings);
  if (evidence.after.orders_read && evidence.after.stats_read && evidence.own_concert)
    check_house(evidence, findings);
}

}  // namespace frontrow::rehearsal
