#include "rehearsal/checker.h"

#include <fmt/format.h>

#include <algorithm>

namespace frontrow::rehearsal {
namespace {

constexpr std::size_t kEvidenceMax = 5;  // sentences for each rule

constexpr std::array<std::string_view, kRules> kRuleNames{
    "No seat has two owners",
    "Every acknowledged payment is there",
    "Nothing was paid that nobody asked for",
    "Every wallet holds what was topped up less what was paid",
    "The house has as many points and sold seats as the payments say",
    "People are let in in the order of the line",
    "Never more people inside than the capacity",
    "Never called faster than the rate",
    "A position never grows",
    "A hold lasts as long as was shown",
    "No payment is taken after its hold has ended",
    "Nobody shops without a valid entry",
    "Nobody is let in before the opening",
    "A retry with the same key never acts twice",
    "One account has one place",
    "Nobody has more seats than the limit",
    "Nobody pays with points that are not there",
    "Every ticket has a code of its own",
    "Every answer is one that the contract allows",
    "Everybody learns what became of them"};

}  // namespace

std::string_view to_text(Rule rule) {
  return kRuleNames[static_cast<std::size_t>(rule)];
}

void Findings::broken(Rule rule, std::string evidence) {
  Finding& finding = at(rule);
  if (++finding.broken <= kEvidenceMax) finding.evidence.push_back(std::move(evidence));
}

std::uint64_t Findings::total_broken() const {
  std::uint64_t total = 0;
  for (const Finding& finding : all_) total += finding.broken;
  return total;
}

// The server's time of an answer lies between the call's sending and its answer.
ClockBounds clock_bounds(const Evidence& evidence) {
  std::array<ClockBounds, kNodesMax> nodes;
  nodes.fill({INT32_MIN, INT32_MAX});
  for (const History* history : evidence.histories) {
    history->for_each([&](const Call& call) {
      if (call.server_ms == kNoTime || call.flags & kReplayed)
        return;  // a kept answer has an old one
      const std::int64_t server = call.server_ms;
      ClockBounds& bounds = nodes[call.node];
      // A view may be answered some milliseconds after its time was read: one more for rounding.
      bounds.least = std::max(bounds.least, server - call.answered_ms() - 1);
      bounds.most = std::min(bounds.most, server + 1 - std::int64_t{call.sent_ms});
    });
  }
  ClockBounds all{INT32_MAX, INT32_MIN};
  for (ClockBounds& bounds : nodes) {
    if (bounds.least == INT32_MIN) continue;  // it answered nothing
    if (bounds.least > bounds.most) std::swap(bounds.least, bounds.most);
    all.least = std::min(all.least, bounds.least);
    all.most = std::max(all.most, bounds.most);
  }
  if (evidence.nodes > 1) {  // each knows the store's clock nearly
    all.least -= kNodeClockMs;
    all.most += kNodeClockMs;
  }
  return all.least > all.most ? ClockBounds{INT32_MIN, INT32_MAX} : all;
}

Findings check(const Evidence& evidence) {
  Findings findings;
  const ClockBounds clock = clock_bounds(evidence);
  check_line(evidence, clock, findings);
  check_seats(evidence, clock, findings);
  check_money(evidence, findings);
  check_answers(evidence, findings);
  return findings;
}

}  // namespace frontrow::rehearsal
