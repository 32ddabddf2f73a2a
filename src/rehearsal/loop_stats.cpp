#include "rehearsal/loop_stats.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::array<std::string_view, kPhases> kPhaseNames{"before the opening", "opening rush",
                                                            "selling", "sold out"};
constexpr std::array<std::string_view, kStages> kStageNames{
    "outside",  "lobby", "waiting", "inside",      "holding", "bought",
    "sold out", "left",  "missed",  "turned away", "watched"};

void add_counts(LoopStats& to, const LoopStats& from) {
  for (std::size_t phase = 0; phase < kPhases; ++phase)
    for (std::size_t action = 0; action < kActions; ++action)
      to.latency[phase][action].add(from.latency[phase][action]);
  for (std::size_t action = 0; action < kActions; ++action)
    for (std::size_t outcome = 0; outcome < kOutcomes; ++outcome)
      to.outcomes[action][outcome] += from.outcomes[action][outcome];
  to.answers += from.answers;
}

}  // namespace

std::string_view to_text(Phase phase) {
  return kPhaseNames[static_cast<std::size_t>(phase)];
}

std::string_view to_text(Stage stage) {
  return kStageNames[static_cast<std::size_t>(stage)];
}

void LoopStats::add(const LoopStats& delta) {
  add_counts(*this, delta);
  stages = delta.stages;
  waiting_calls = delta.waiting_calls;
  places = delta.places;
  connects = delta.connects;
  bytes_in = delta.bytes_in;
}

void LoopStats::merge(const LoopStats& other) {
  add_counts(*this, other);
  for (std::size_t i = 0; i < kStages; ++i) stages[i] += other.stages[i];
  waiting_calls += other.waiting_calls;
  places += other.places;
  connects += other.connects;
  bytes_in += other.bytes_in;
}

void LoopStats::clear_counts() {
  for (auto& phase : latency)
    for (Histogram& one : phase)
      if (one.count() > 0) one.clear();
  outcomes = {};
  answers = 0;
}

}  // namespace frontrow::rehearsal
