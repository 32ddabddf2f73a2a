#include "rehearsal/history.h"

#include <gtest/gtest.h>

namespace frontrow::rehearsal {
namespace {

constexpr int kMoreThanIsBuffered = 20'000;

TEST(History, AFullDiskIsRemembered) {
  History history("/dev/full");
  EXPECT_TRUE(history.is_whole());
  for (int i = 0; i < kMoreThanIsBuffered; ++i) history.add(Call());
  EXPECT_FALSE(history.is_whole());
  EXPECT_FALSE(history.flush()) << "nothing is left to write, and yet calls are missing";
}

TEST(History, AFileThatCannotBeMadeIsRemembered) {
  EXPECT_FALSE(History("/dev/null/calls.bin").is_whole());
}

TEST(History, WithoutAFileItIsWhole) {
  History history;
  history.add(Call());
  EXPECT_TRUE(history.flush());
}

}  // namespace
}  // namespace frontrow::rehearsal
