#include "rehearsal/histogram.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace frontrow::rehearsal {

std::size_t Histogram::bucket_of(std::uint64_t value) {
  if (value < 1u << kSubBits) return value;
  const unsigned shift = static_cast<unsigned>(std::bit_width(value)) - 1 - kSubBits;
  return (std::size_t{shift} << kSubBits) + (value >> shift);
}

std::uint64_t Histogram::upper_edge(std::size_t bucket) {
  if (bucket < 1u << kSubBits) return bucket;
  const std::size_t shift = (bucket >> kSubBits) - 1;
  const std::uint64_t first = (bucket & ((1u << kSubBits) - 1)) + (1u << kSubBits);
  return ((first + 1) << shift) - 1;
}

void Histogram::add(std::uint64_t microseconds) {
  const std::uint64_t value = std::min(microseconds, kLargest);
  ++counts_[bucket_of(value)];
  ++count_;
  max_ = std::max(max_, value);
}

void Histogram::add(const Histogram& other) {
  if (other.count_ == 0) return;
  for (std::size_t i = 0; i < kBuckets; ++i) counts_[i] += other.counts_[i];
  count_ += other.count_;
  max_ = std::max(max_, other.max_);
}

std::uint64_t Histogram::at(double part) const {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts_[i];
    if (seen >= std::max<std::uint64_t>(wanted, 1)) return std::min(upper_edge(i), max_);
  }
  return max_;
}

}  // namespace frontrow::rehearsal
