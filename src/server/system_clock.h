// The program's one clock, and the one file that reads the wall clock. The steady clock is anchored
// to the wall clock once, at construction: whatever happens to the wall clock afterwards, `now`
// goes on evenly and never back. Safe on any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "base/time.h"

namespace frontrow::server {

class SystemClock final : public Clock {
 public:
  // Milliseconds of a clock; tests bring their own.
  using Source = std::int64_t (*)();

  SystemClock();
  SystemClock(Source wall, Source steady);
  Time now() const override;

 private:
  Source steady_;
  std::int64_t offset_ms_;
  mutable std::atomic<std::int64_t> last_ms_;
};

// The wall clock as it stands, for what tells a person about it (`frontrow doctor`).
Time wall_clock();
// Whether the kernel knows of a source that keeps the wall clock right (adjtimex(2)).
bool wall_clock_is_synchronised();

}  // namespace frontrow::server
