#include "rehearsal/histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/random.h"

namespace frontrow::rehearsal {
namespace {

TEST(Histogram, AnEmptyOneHasNoPercentiles) {
  EXPECT_EQ(Histogram().at(0.99), 0u);
  EXPECT_EQ(Histogram().count(), 0u);
}

TEST(Histogram, PercentilesAreRightWithinThreePercent) {
  SeededRandom random(11);
  for (const std::uint64_t scale : {100ull, 10'000ull, 1'000'000ull, 3'000'000'000ull}) {
    Histogram histogram;
    std::vector<std::uint64_t> values;
    for (int i = 0; i < 20'000; ++i) {
      values.push_back(random.below(scale));
      histogram.add(values.back());
    }
    std::sort(values.begin(), values.end());
    for (const double part : {0.5, 0.9, 0.99, 0.999}) {
      const auto index = static_cast<std::size_t>(std::ceil(part * 20'000)) - 1;
      const auto exact = static_cast<double>(values[index]);
      EXPECT_GE(static_cast<double>(histogram.at(part)), exact);
      EXPECT_LE(static_cast<double>(histogram.at(part)), exact * 1.035 + 1) << scale << " " << part;
    }
    EXPECT_EQ(histogram.max(), values.back());
    EXPECT_EQ(histogram.at(1), values.back());
  }
}

TEST(Histogram, SumsAreAsIfOneHadSeenAll) {
  Histogram one, two, both;
  for (std::uint64_t value : {3u, 40u, 500u, 6'000u}) one.add(value), both.add(value);
  for (std::uint64_t value : {70'000u, 800'000u}) two.add(value), both.add(value);
  one.add(two);
  EXPECT_EQ(one.count(), both.count());
  for (const double part : {0.1, 0.5, 0.9, 1.0}) EXPECT_EQ(one.at(part), both.at(part));
}

TEST(Histogram, ALongTimeCountsAsAnHour) {
  Histogram histogram;
  histogram.add(UINT64_MAX);
  EXPECT_EQ(histogram.at(0.5), 3'600'000'000u);
}

}  // namespace
}  // namespace frontrow::rehearsal
