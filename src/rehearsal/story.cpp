#include "rehearsal/story.h"

namespace frontrow::rehearsal {

Histogram Story::all_latency() const {
  Histogram sum;
  for (const auto& phase : stats.latency)
    for (const Histogram& one : phase) sum.add(one);
  return sum;
}

Strain Story::strain() const {
  Strain strain;
  strain.p99_us = all_latency().at(0.99);
  for (const auto& codes : stats.outcomes)
    for (const Outcome outcome : {Outcome::lost, Outcome::timed_out, Outcome::outcome_unknown,
                                  Outcome::overloaded, Outcome::request_timeout})
      strain.unheard += codes[static_cast<std::size_t>(outcome)];
  strain.share = calls == 0 ? 0 : static_cast<double>(strain.unheard) / static_cast<double>(calls);
  return strain;
}

std::size_t Story::untested() const {
  std::size_t count = 0;
  for (std::size_t i = 0; i < kRules; ++i) count += findings.at(static_cast<Rule>(i)).checked == 0;
  return count;
}

}  // namespace frontrow::rehearsal
