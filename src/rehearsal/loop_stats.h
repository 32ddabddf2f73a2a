// Figures of one event loop. The loop fills one of its own and adds it to a published one several
// times a second; the conductor reads that under the lock.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>

#include "rehearsal/actor.h"
#include "rehearsal/histogram.h"

namespace frontrow::rehearsal {

enum class Phase : std::uint8_t { before, opening, selling, sold_out };
inline constexpr std::size_t kPhases = 4;
std::string_view to_text(Phase phase);

struct LoopStats {
  // Latency from the intended time to the whole answer, or until nobody waited any more.
  std::array<std::array<Histogram, kActions>, kPhases> latency{};
  std::array<std::array<std::uint64_t, kOutcomes>, kActions> outcomes{};
  std::array<std::uint32_t, kStages> stages{};  // people, as of now
  std::uint64_t answers = 0;
  std::uint64_t connects = 0;       // so far
  std::uint64_t bytes_in = 0;       // so far
  std::uint32_t waiting_calls = 0;  // for a connection, as of now
  std::uint32_t places = 0;         // accounts that have had one

  // Adds the counts of `delta`, and takes its present figures as they are.
  void add(const LoopStats& delta);
  // For several loops: present figures are added too.
  void merge(const LoopStats& other);
  void clear_counts();
};

class PublishedStats {
 public:
  void add(LoopStats& delta) {
    const std::lock_guard lock(mutex_);
    stats_.add(delta);
    for (const auto& phase : delta.latency)
      for (const Histogram& one : phase) recent_.add(one);
    delta.clear_counts();
  }
  // What was answered since it was last asked for.
  void take_recent(Histogram& sum) {
    const std::lock_guard lock(mutex_);
    sum.add(recent_);
    recent_.clear();
  }
  void merge_into(LoopStats& sum) const {
    const std::lock_guard lock(mutex_);
    sum.merge(stats_);
  }

 private:
  mutable std::mutex mutex_;
  LoopStats stats_;
  Histogram recent_;
};

}  // namespace frontrow::rehearsal
