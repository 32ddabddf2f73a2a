#include "server/broken_batch.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

namespace frontrow::server {
namespace {

constexpr Time kAt{1'795'258'800'000};

class BrokenBatch : public testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(data_); }
  void TearDown() override { std::filesystem::remove_all(data_); }
  const std::filesystem::path data_ =
      std::filesystem::path(testing::TempDir()) / ("broken_" + std::to_string(::getpid()));
};

TEST_F(BrokenBatch, WhatItNamesIsRefusedForAMinuteAfterTheNextStart) {
  const Fatal fatal{70, "A seat has one owner: A-1-1", {"HoldSeats"}, {"show_x", "concert_y"}};
  ASSERT_TRUE(write_broken_batch(data_, fatal, kAt).ok());
  const Time start = kAt + seconds(5);
  const auto quarantine = read_quarantine(data_, start);
  ASSERT_EQ(quarantine.size(), 2u);
  EXPECT_EQ(quarantine.at("show_x"), start + kQuarantine);
  EXPECT_EQ(quarantine.at("concert_y"), start + kQuarantine);
}

TEST_F(BrokenBatch, AnOldOneIsHistory) {
  ASSERT_TRUE(write_broken_batch(data_, {70, "law", {}, {"show_x"}}, kAt).ok());
  EXPECT_EQ(read_quarantine(data_, kAt + seconds(59)).size(), 1u);
  EXPECT_TRUE(read_quarantine(data_, kAt + seconds(60)).empty());
}

TEST_F(BrokenBatch, ABrokenLawEndsTheProcessWith70AndLeavesItsEvidence) {
  const Fatal fatal{70, "A seat has one owner: A-1-1", {"HoldSeats"}, {"show_x"}};
  EXPECT_EXIT(end_after(fatal, data_, kAt), testing::ExitedWithCode(70), "");
  EXPECT_EQ(read_quarantine(data_, kAt).count("show_x"), 1u);
}

TEST_F(BrokenBatch, AFailedStoreEndsItWith3AndAccusesNobody) {
  EXPECT_EXIT(end_after({3, "the store failed in a commit", {}, {}}, data_, kAt),
              testing::ExitedWithCode(3), "");
  EXPECT_TRUE(std::filesystem::is_empty(data_));
}

TEST_F(BrokenBatch, AFileThatCannotBeReadStopsNothing) {
  std::ofstream(data_ / "broken-batch-x.json") << "{\"at\": 5";
  std::ofstream(data_ / "broken-batch-y.json") << R"({"at": "yesterday", "aggregates": ["a"]})";
  EXPECT_TRUE(read_quarantine(data_, kAt).empty());
  EXPECT_TRUE(read_quarantine(data_ / "missing", kAt).empty());
}

}  // namespace
}  // namespace frontrow::server
