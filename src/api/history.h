// What this process remembers of the figures of its sales and of its own health: a point a second
// for ten minutes, a point each ten seconds for a day. In memory alone: it begins anew with the
// process, and says since when it knows.
//
// `sample` is called by one thread, once a second; everything else by any.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

#include "base/time.h"
#include "base/uuid.h"

namespace frontrow::api {

struct SalePoint {
  Time at;
  std::int64_t revenue = 0;
  std::uint32_t waiting = 0, called = 0, admitted = 0, missed = 0, holds = 0, sold = 0;
  std::uint32_t joined = 0, entered = 0, orders_paid = 0;  // in the minute before
  std::uint32_t p99_us = 0;  // of this process, in the ten seconds before
};

// How long answers took, as a histogram that only grows.
struct AnswerTimes {
  static constexpr std::array<double, 8> kBounds{0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1};
  std::array<std::uint64_t, kBounds.size() + 1> counts{};  // the last: longer than all bounds
};
// The time in microseconds that 99 of 100 of the answers between the two did not exceed, between
// the bounds of its bucket in proportion; 0 where there was none; at most the last bound.
std::uint32_t p99_between(const AnswerTimes& before, const AnswerTimes& after);

// Of this process, over the last ten seconds.
struct NodeHealth {
  std::uint32_t p99_us = 0;
  double answers_per_second = 0;
};

class History {
 public:
  static constexpr std::size_t kSecondsKept = 600;
  static constexpr std::size_t kTensKept = 8640;
  // Beyond so many sales the oldest ones are forgotten: 600 KB each at most.
  static constexpr std::size_t kSalesKept = 100;
  // A sale that is sampled no more is forgotten after a day.
  static constexpr Duration kAfterEnd = seconds(24 * 3600);

  // True where a second has passed since the last sample: then call the other two.
  bool is_due(Time now);
  void sample_node(Time now, const AnswerTimes& times);
  void sample(ConcertId concert, SalePoint point);

  NodeHealth health() const;
  // Each `step` seconds one point, oldest first. Requires: step is 1, 10 or 60. 1 reaches back ten
  // minutes, the others a day.
  std::vector<SalePoint> points(ConcertId concert, int step) const;

 private:
  struct Sale {
    std::deque<SalePoint> by_second, by_ten;
  };
  void forget_old(Time now);

  mutable std::mutex mutex_;
  std::map<ConcertId, Sale> sales_;  // ids grow with time, so the first is the oldest
  std::deque<std::pair<Time, AnswerTimes>> times_;
  NodeHealth health_;
  std::int64_t last_second_ = 0;
};

}  // namespace frontrow::api
