#include "server/demo_dates.h"

namespace frontrow::server {
namespace {

constexpr std::int64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs, kDayMs = 24 * kHourMs;
constexpr std::int64_t kWeekMs = 7 * kDayMs;
constexpr std::int64_t kSeoulMs = 9 * kHourMs;
constexpr std::int64_t kFirstDay = 4;  // 1970-01-01 was a Thursday

}  // namespace

Time next_in_seoul(Time now, int days, LocalTime wanted) {
  const std::int64_t least = now.ms + kSeoulMs + days * kDayMs;
  // Weeks are counted from the Sunday before 1970-01-01.
  const std::int64_t in_week = static_cast<std::int64_t>(wanted.day) * kDayMs +
                               wanted.hour * kHourMs + wanted.minute * kMinuteMs;
  const std::int64_t from_sunday = least + kFirstDay * kDayMs - in_week;
  const std::int64_t weeks = (from_sunday + kWeekMs - 1) / kWeekMs;
  return Time{weeks * kWeekMs + in_week - kFirstDay * kDayMs - kSeoulMs};
}

}  // namespace frontrow::server
