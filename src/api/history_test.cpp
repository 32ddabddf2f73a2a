#include "api/history.h"

#include <gtest/gtest.h>

namespace frontrow::api {
namespace {

ConcertId concert(std::uint8_t n) {
  ConcertId id;
  id.uuid.bytes[0] = n;
  return id;
}

Time at(std::int64_t second) {
  return Time{1'800'000'000'000 + second * 1000};
}

// Samples every second of a sale whose `waiting` is the second.
void run(History& history, ConcertId id, std::int64_t from, std::int64_t to) {
  for (std::int64_t second = from; second < to; ++second) {
    history.sample_node(at(second), {});
    SalePoint point;
    point.at = at(second);
    point.waiting = static_cast<std::uint32_t>(second);
    history.sample(id, point);
  }
}

TEST(History, KeepsTenMinutesBySecondsAndADayByTens) {
  History history;
  run(history, concert(1), 0, 90'000);
  const auto fine = history.points(concert(1), 1);
  ASSERT_EQ(fine.size(), 600u);
  EXPECT_EQ(fine.front().waiting, 89'400u);
  EXPECT_EQ(fine.back().waiting, 89'999u);
  const auto coarse = history.points(concert(1), 10);
  ASSERT_EQ(coarse.size(), 8640u);
  EXPECT_EQ(coarse.front().waiting, 90'000u - 86'400u);
  EXPECT_EQ(history.points(concert(1), 60).size(), 1440u);
}

TEST(History, KnowsNothingOfAnotherConcert) {
  History history;
  run(history, concert(1), 0, 5);
  EXPECT_TRUE(history.points(concert(2), 1).empty());
}

TEST(History, ForgetsTheOldestSalesBeyondItsBound) {
  History history;
  for (std::uint8_t n = 1; n <= 101; ++n) run(history, concert(n), 0, 1);
  history.sample_node(at(1), {});
  EXPECT_TRUE(history.points(concert(1), 1).empty());
  EXPECT_FALSE(history.points(concert(2), 1).empty());
  EXPECT_FALSE(history.points(concert(101), 1).empty());
}

TEST(History, ForgetsASaleADayAfterItsLastPoint) {
  History history;
  run(history, concert(1), 0, 10);
  history.sample_node(at(9 + 24 * 3600 - 1), {});
  EXPECT_FALSE(history.points(concert(1), 1).empty());
  history.sample_node(at(9 + 24 * 3600), {});
  EXPECT_TRUE(history.points(concert(1), 1).empty());
}

TEST(History, IsDueOnceASecond) {
  History history;
  EXPECT_TRUE(history.is_due(at(5)));
  EXPECT_FALSE(history.is_due(at(5) + milliseconds(999)));
  EXPECT_TRUE(history.is_due(at(6)));
  EXPECT_FALSE(history.is_due(at(4)));
}

TEST(AnswerTimes, ThePercentileLiesInItsBucket) {
  AnswerTimes before, after;
  EXPECT_EQ(p99_between(before, after), 0u);
  after.counts[0] = 100;
  EXPECT_EQ(p99_between(before, after), 495u);
  after.counts[2] = 100;  // between 1 and 5 ms
  EXPECT_EQ(p99_between(before, after), 4920u);
  before = after;
  after.counts[8] = 3;
  EXPECT_EQ(p99_between(before, after), 1'000'000u);
}

TEST(History, TheHealthIsOfTheLastTenSeconds) {
  History history;
  AnswerTimes times;
  for (int second = 0; second < 30; ++second) {
    times.counts[second < 15 ? 6 : 0] += 20;
    history.sample_node(at(second), times);
  }
  EXPECT_EQ(history.health().p99_us, 495u);
  EXPECT_DOUBLE_EQ(history.health().answers_per_second, 20);
}

}  // namespace
}  // namespace frontrow::api
