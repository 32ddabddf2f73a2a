// How long calls took: counts in buckets that grow with the value, 32 to each doubling, so that
// every percentile is right within 3 % from a microsecond to an hour, in 3.5 KiB. Not thread-safe:
// each loop fills its own, and they are added up.
#pragma once

#include <array>
#include <cstdint>

namespace frontrow::rehearsal {

class Histogram {
 public:
  void add(std::uint64_t microseconds);
  void add(const Histogram& other);

  std::uint64_t count() const { return count_; }
  std::uint64_t max() const { return max_; }
  // The upper edge of the bucket that holds the value at `part` (0.99) of all; 0 where there is
  // none. Never above max().
  std::uint64_t at(double part) const;
  void clear() { *this = {}; }

 private:
  static constexpr unsigned kSubBits = 5;
  static constexpr std::uint64_t kLargest = 3'600'000'000;  // an hour; longer ones count as one
  static constexpr std::size_t kBuckets = (32 - kSubBits + 1) << kSubBits;
  static std::size_t bucket_of(std::uint64_t value);
  static std::uint64_t upper_edge(std::size_t bucket);

  std::array<std::uint32_t, kBuckets> counts_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace frontrow::rehearsal
