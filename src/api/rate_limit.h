// Token buckets by key (a client's address, an account). Safe on any thread.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "base/time.h"

namespace frontrow::api {

class RateLimiter {
 public:
  // `per_minute` tokens flow in, at most `burst` are kept. 0 per minute: no limit.
  RateLimiter(std::int64_t per_minute, std::int64_t burst)
      : per_minute_(per_minute), burst_(burst) {}

  // Takes a token; false where there is none.
  bool admit(std::uint64_t key, Time now) {
    if (per_minute_ == 0) return true;
    Shard& shard = shards_[key * 0x9E3779B97F4A7C15ULL >> 60];
    std::lock_guard lock(shard.mutex);
    if (shard.buckets.size() >= kPerShard) forget_full(shard, now);
    auto [at, is_new] = shard.buckets.try_emplace(key, Bucket{now, burst_ * kUnits});
    Bucket& bucket = at->second;
    bucket.level = level(bucket, now);
    bucket.at = now;
    if (bucket.level < kUnits) return false;
    bucket.level -= kUnits;
    return true;
  }

 private:
  static constexpr std::int64_t kUnits = 60'000;  // of a token: per_minute × milliseconds
  static constexpr std::size_t kPerShard = 16'384;
  struct Bucket {
    Time at;
    std::int64_t level;
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<std::uint64_t, Bucket> buckets;
  };
  std::int64_t level(const Bucket& bucket, Time now) const {
    const std::int64_t elapsed = std::max<std::int64_t>(0, (now - bucket.at).ms);
    if (elapsed > 3'600'000) return burst_ * kUnits;
    return std::min(burst_ * kUnits, bucket.level + per_minute_ * elapsed);
  }
  // Full buckets say nothing; where a flood of keys leaves none, all are forgotten rather than
  // memory eaten.
  void forget_full(Shard& shard, Time now) {
    std::erase_if(shard.buckets,
                  [&](const auto& item) { return level(item.second, now) >= burst_ * kUnits; });
    if (shard.buckets.size() >= kPerShard) shard.buckets.clear();
  }

  const std::int64_t per_minute_;
  const std::int64_t burst_;
  std::array<Shard, 16> shards_;
};

}  // namespace frontrow::api
