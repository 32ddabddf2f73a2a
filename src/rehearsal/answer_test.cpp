#include "rehearsal/answer.h"

#include <gtest/gtest.h>

#include "rehearsal/connections.h"
#include "rehearsal/timers.h"
#include "rehearsal/words.h"

namespace frontrow::rehearsal {
namespace {

TEST(Answers, AreWholeWhenTheirBodyIs) {
  const std::string text =
      "HTTP/1.1 201 Created\r\ncontent-type: application/json\r\nContent-Length: 4\r\n"
      "Idempotent-Replayed: true\r\n\r\n{\"\"}";
  Answer answer;
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_EQ(read_answer(std::string_view(text).substr(0, size), answer), 0u) << size;
  EXPECT_EQ(read_answer(text, answer), text.size());
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.body, "{\"\"}");
  EXPECT_TRUE(answer.replayed);
}

TEST(Answers, FieldsAreFoundByName) {
  const std::string_view body =
      R"({"status":"waiting","position":41,"eta":null,"at":"2026-01-01T00:00:01.500Z","x":{"total":7}})";
  EXPECT_EQ(field(body, "status"), "waiting");
  EXPECT_EQ(place_status(body), PlaceStatus::waiting);
  EXPECT_EQ(number_field(body, "position"), 41);
  EXPECT_EQ(number_field(body, "total"), 7);
  EXPECT_EQ(number_field(body, "none", -1), -1);
  EXPECT_EQ(number_field(body, "eta", -1), -1);
  EXPECT_EQ(time_field(body, "at"), 1'767'225'601'500);
  EXPECT_FALSE(time_field(body, "status"));
}

TEST(Answers, EveryCodeIsKnownByItsName) {
  for (std::size_t i = static_cast<std::size_t>(Outcome::malformed_json); i < kOutcomes; ++i) {
    const auto outcome = static_cast<Outcome>(i);
    const std::string body = "{\"code\":\"" + std::string(to_text(outcome)) + "\"}";
    EXPECT_EQ(outcome_of({409, body}), outcome) << body;
  }
  EXPECT_EQ(outcome_of({500, "{}"}), Outcome::unexpected);
  EXPECT_EQ(outcome_of({204, ""}), Outcome::ok);
}

TEST(Timers, FireInTheirMillisecondAlsoAfterManyRounds) {
  std::vector<Actor> actors(4);
  Timers timers(actors);
  timers.set(0, 5);
  timers.set(1, 70'000);
  timers.set(2, 200'000);
  timers.set(3, 5);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> fired;
  for (std::uint32_t now = 0; now < 210'000; now += 7)
    timers.advance(now, [&](std::uint32_t index) {
      fired.emplace_back(index, now);
      if (index == 3 && fired.size() < 3) timers.set(3, 1);  // the past is due at once
    });
  ASSERT_EQ(fired.size(), 5u);
  EXPECT_EQ(fired[0].second, 7u);
  EXPECT_EQ(fired[2].first, 3u);
  EXPECT_EQ(fired[3], std::make_pair(1u, 70'000u));
  EXPECT_EQ(fired[4].first, 2u);
  EXPECT_NEAR(fired[4].second, 200'000, 7);
}

TEST(Words, NumbersAreReadable) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1'234'567), "1,234,567");
  EXPECT_EQ(milliseconds_text(1'234), "1.23 ms");
  EXPECT_EQ(milliseconds_text(2'500'000), "2.5 s");
  EXPECT_EQ(clock_text(187.4), "3:07");
}

}  // namespace
}  // namespace frontrow::rehearsal
