#include "server/system_clock.h"

#include <gtest/gtest.h>

namespace frontrow::server {
namespace {

std::int64_t wall_ms = 0;
std::int64_t steady_ms = 0;
std::int64_t read_wall() {
  return wall_ms;
}
std::int64_t read_steady() {
  return steady_ms;
}

TEST(SystemClock, StartsAtTheWallClock) {
  wall_ms = 1'800'000'000'000;
  steady_ms = 5'000;
  const SystemClock clock(read_wall, read_steady);
  EXPECT_EQ(clock.now(), Time{1'800'000'000'000});
}

TEST(SystemClock, GoesOnWithTheSteadyClockWhateverTheWallClockDoes) {
  wall_ms = 1'000'000;
  steady_ms = 0;
  const SystemClock clock(read_wall, read_steady);
  for (const std::int64_t jump : {-900'000, 5'000'000, 0}) {
    wall_ms = 1'000'000 + jump;
    steady_ms += 250;
    EXPECT_EQ(clock.now(), Time{1'000'000 + steady_ms});
  }
}

TEST(SystemClock, NeverGoesBack) {
  wall_ms = 1'000;
  steady_ms = 100;
  const SystemClock clock(read_wall, read_steady);
  EXPECT_EQ(clock.now(), Time{1'000});
  steady_ms = 40;  // no steady clock does this; a virtual machine's may
  EXPECT_EQ(clock.now(), Time{1'000});
  steady_ms = 101;
  EXPECT_EQ(clock.now(), Time{1'001});
}

TEST(SystemClock, TheRealOneIsTheWallClock) {
  const SystemClock clock;
  const Duration apart = clock.now() - wall_clock();
  EXPECT_LT(apart.ms, 1'000);
  EXPECT_GT(apart.ms, -1'000);
}

}  // namespace
}  // namespace frontrow::server
