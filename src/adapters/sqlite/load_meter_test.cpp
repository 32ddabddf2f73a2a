#include "adapters/sqlite/load_meter.h"

#include <gtest/gtest.h>

namespace frontrow::sqlite {
namespace {

TEST(LoadMeter, ManyRowsInASecondAreNotLowUntilTheNextSecondIsOver) {
  LoadMeter meter;
  EXPECT_TRUE(meter.is_low());
  meter.note(1999, Time{10'000});
  EXPECT_TRUE(meter.is_low());
  meter.note(1, Time{10'999});
  EXPECT_FALSE(meter.is_low());
  meter.note(1, Time{11'000});
  EXPECT_FALSE(meter.is_low());
  meter.note(1, Time{12'000});
  EXPECT_TRUE(meter.is_low());
}

TEST(LoadMeter, APauseEndsTheLoad) {
  LoadMeter meter;
  meter.note(5000, Time{10'000});
  meter.note(1, Time{13'000});
  EXPECT_TRUE(meter.is_low());
}

}  // namespace
}  // namespace frontrow::sqlite
