#include "server/demo_dates.h"

namespace frontrow::server {
namespace {

constexpr std::int64_t kHourMs = 3'600'000, kDayMs = 24 * kHourMs;

TEST(DemoDates, AreTheEveningsThatTheCalendarSays) {
  struct Row {
    const char* now;
    int days;
    LocalTime wanted;
    const char* expected;
  };
  const Row rows[] = {
      // 2026-11-21 is a Saturday; 19:30 in Seoul is 10:30 in UTC, and 08:00 is of the day before.
      {"2026-11-21T17:30:00Z", 0, {Weekday::saturday, 19, 30}, "2026-11-28T10:30:00.000Z"},
      {"2026-11-21T10:30:00Z", 0, {Weekday::saturday, 19, 30}, "2026-11-21T10:30:00.000Z"},
      {"2026-11-21T10:30:00.001Z", 0, {Weekday::saturday, 19, 30}, "2026-11-28T10:30:00.000Z"},
      {"2026-11-21T17:30:00Z", 14, {Weekday::friday, 19, 30}, "2026-12-11T10:30:00.000Z"},
      {"2026-12-31T23:59:59Z", 30, {Weekday::sunday, 8, 0}, "2027-02-06T23:00:00.000Z"},
  };
  for (const Row& row : rows) {
    const Time found = next_in_seoul(*parse_rfc3339(row.now), row.days, row.wanted);
    EXPECT_EQ(to_rfc3339(found), row.expected) << row.now;
  }
}

TEST(DemoDates, AreInTheWeekThatFollowsAtEveryHourOfTheDay) {
  const Time start = *parse_rfc3339("2026-11-21T00:15:00Z");
  for (int hour = 0; hour < 8 * 24; ++hour) {
    const Time now = start + Duration{hour * kHourMs};
    const Time found = next_in_seoul(now, 14, {Weekday::friday, 19, 30});
    EXPECT_GE((found - now).ms, 14 * kDayMs) << hour;
    EXPECT_LT((found - now).ms, 21 * kDayMs) << hour;
    EXPECT_TRUE(to_rfc3339(found).ends_with("T10:30:00.000Z")) << to_rfc3339(found);
  }
}

}  // namespace
}  // namespace frontrow::server
