#include "api/history.h"

#include <algorithm>
#include <numeric>

namespace frontrow::api {
namespace {

constexpr std::size_t kWindow = 11;  // samples of the node: ten seconds lie between

std::uint64_t sum(const AnswerTimes& times) {
  return std::accumulate(times.counts.begin(), times.counts.end(), std::uint64_t{0});
}

}  // namespace

std::uint32_t p99_between(const AnswerTimes& before, const AnswerTimes& after) {
  const double all = static_cast<double>(sum(after) - sum(before));
  if (all == 0) return 0;
  const double wanted = all * 0.99;
  double below = 0;
  for (std::size_t i = 0; i < AnswerTimes::kBounds.size(); ++i) {
    const double here = static_cast<double>(after.counts[i] - before.counts[i]);
    if (here > 0 && below + here >= wanted) {
      const double low = i == 0 ? 0 : AnswerTimes::kBounds[i - 1];
      const double seconds =
          low + (AnswerTimes::kBounds[i] - low) * std::max(0.0, wanted - below) / here;
      return static_cast<std::uint32_t>(seconds * 1e6);
    }
    below += here;
  }
  return static_cast<std::uint32_t>(AnswerTimes::kBounds.back() * 1e6);
}

bool History::is_due(Time now) {
  std::lock_guard lock(mutex_);
  const std::int64_t second = now.ms / 1000;
  if (second <= last_second_) return false;
  last_second_ = second;
  return true;
}

void History::sample_node(Time now, const AnswerTimes& times) {
  std::lock_guard lock(mutex_);
  times_.emplace_back(now, times);
  while (times_.size() > kWindow) times_.pop_front();
  const auto& [since, before] = times_.front();
  health_.p99_us = p99_between(before, times);
  const double took = static_cast<double>((now - since).ms) / 1000;
  health_.answers_per_second = took > 0 ? static_cast<double>(sum(times) - sum(before)) / took : 0;
  forget_old(now);
}

void History::sample(ConcertId concert, SalePoint point) {
  std::lock_guard lock(mutex_);
  point.p99_us = health_.p99_us;
  Sale& sale = sales_[concert];
  sale.by_second.push_back(point);
  if (sale.by_second.size() > kSecondsKept) sale.by_second.pop_front();
  const auto ten = [](Time at) { return at.ms / 10'000; };
  if (!sale.by_ten.empty() && ten(sale.by_ten.back().at) == ten(point.at)) return;
  sale.by_ten.push_back(point);
  if (sale.by_ten.size() > kTensKept) sale.by_ten.pop_front();
}

void History::forget_old(Time now) {
  std::erase_if(
      sales_, [&](const auto& item) { return item.second.by_second.back().at + kAfterEnd <= now; });
  while (sales_.size() > kSalesKept) sales_.erase(sales_.begin());
}

NodeHealth History::health() const {
  std::lock_guard lock(mutex_);
  return health_;
}

std::vector<SalePoint> History::points(ConcertId concert, int step) const {
  std::lock_guard lock(mutex_);
  const auto found = sales_.find(concert);
  if (found == sales_.end()) return {};
  const auto& kept = step == 1 ? found->second.by_second : found->second.by_ten;
  std::vector<SalePoint> out;
  out.reserve(kept.size());
  const std::int64_t width = step == 60 ? 60'000 : 1;
  for (const SalePoint& point : kept)
    if (out.empty() || out.back().at.ms / width != point.at.ms / width) out.push_back(point);
  return out;
}

}  // namespace frontrow::api
