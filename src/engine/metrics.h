// Counters of the engine, read by any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

namespace frontrow {

// A histogram with fixed upper bounds; the last bucket has none.
template <std::size_t N>
class Histogram {
 public:
  explicit Histogram(const std::array<double, N>& bounds) : bounds_(bounds) {}
  void record(double value) {
    std::size_t i = 0;
    while (i < N && value > bounds_[i]) ++i;
    counts_[i].fetch_add(1, std::memory_order_relaxed);
    count_.fetch_add(1, std::memory_order_relaxed);
    sum_micros_.fetch_add(static_cast<std::uint64_t>(value * 1e6), std::memory_order_relaxed);
  }
  const std::array<double, N>& bounds() const { return bounds_; }
  std::uint64_t bucket(std::size_t i) const { return counts_[i].load(std::memory_order_relaxed); }
  std::uint64_t count() const { return count_.load(std::memory_order_relaxed); }
  double sum() const {
    return static_cast<double>(sum_micros_.load(std::memory_order_relaxed)) / 1e6;
  }

 private:
  std::array<double, N> bounds_;
  std::array<std::atomic<std::uint64_t>, N + 1> counts_{};
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint64_t> sum_micros_{0};
};

struct EngineMetrics {
  std::atomic<std::uint64_t> batches{0};
  std::atomic<std::uint64_t> commands{0};
  std::atomic<std::uint64_t> refused_full{0};  // commands that found the queue full
  std::atomic<std::uint64_t> queue_length{0};
  std::atomic<std::uint64_t> store_failures{0};  // batches that the store did not take
  std::atomic<bool> store_works{true};           // as of the last batch that asked it for something
  std::atomic<std::uint64_t> sweeps{0};
  std::atomic<std::uint64_t> sweep_findings{0};  // always 0, or it is a bug
  // Of a store that nodes share.
  std::atomic<std::uint64_t> batches_followed{0};  // that other nodes committed
  std::atomic<std::uint64_t> outcomes_unknown{0};  // commits whose answer was lost
  std::atomic<std::uint64_t> outcomes_open{0};     // those of them that are not resolved yet
  Histogram<10> catch_up_seconds{{0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10}};
  Histogram<10> batch_size{{1, 2, 4, 8, 16, 32, 64, 128, 256, 512}};
  Histogram<10> commit_seconds{{0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3}};
};

}  // namespace frontrow
