// Points in time and spans, both in whole milliseconds. The wall clock itself is read in one file
// alone (server/system_clock.cpp); everything else is given a Time or a Clock.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frontrow {

// A span of time in milliseconds; may be negative.
struct Duration {
  std::int64_t ms = 0;
  auto operator<=>(const Duration&) const = default;
  constexpr Duration operator+(Duration other) const { return {ms + other.ms}; }
  constexpr Duration operator-(Duration other) const { return {ms - other.ms}; }
};
constexpr Duration milliseconds(std::int64_t n) {
  return {n};
}
constexpr Duration seconds(std::int64_t n) {
  return {n * 1000};
}

// Milliseconds since 1970-01-01T00:00:00Z.
struct Time {
  std::int64_t ms = 0;
  auto operator<=>(const Time&) const = default;
  constexpr Time operator+(Duration d) const { return {ms + d.ms}; }
  constexpr Time operator-(Duration d) const { return {ms - d.ms}; }
  constexpr Duration operator-(Time other) const { return {ms - other.ms}; }
};

// RFC 3339 in UTC with milliseconds: "2026-11-21T11:00:00.000Z".
std::string to_rfc3339(Time time);
void append_rfc3339(std::string& out, Time time);

// Reads RFC 3339 (section 5.6) with any offset and up to nine digits of fraction, which are cut to
// milliseconds. Empty for anything else, for impossible dates and for years outside 1970 to 9999.
std::optional<Time> parse_rfc3339(std::string_view text);

// Where `now` comes from. Implementations never go back.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
};

// A clock that tests and the simulation turn by hand.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Time start) : now_(start) {}
  Time now() const override { return now_; }
  void advance(Duration by) { now_ = now_ + by; }
  void set(Time to) { now_ = to; }

 private:
  Time now_;
};

}  // namespace frontrow
