#include "server/system_clock.h"

#include <sys/timex.h>

#include <chrono>

namespace frontrow::server {
namespace {

template <class Of>
std::int64_t read_ms() {
  using std::chrono::duration_cast;
  return duration_cast<std::chrono::milliseconds>(Of::now().time_since_epoch()).count();
}

}  // namespace

SystemClock::SystemClock()
    : SystemClock(&read_ms<std::chrono::system_clock>, &read_ms<std::chrono::steady_clock>) {}

SystemClock::SystemClock(Source wall, Source steady)
    : steady_(steady), offset_ms_(wall() - steady()), last_ms_(INT64_MIN) {}

Time SystemClock::now() const {
  const std::int64_t read = steady_() + offset_ms_;
  std::int64_t last = last_ms_.load(std::memory_order_relaxed);
  while (last < read && !last_ms_.compare_exchange_weak(last, read, std::memory_order_relaxed)) {
  }
  return Time{last < read ? read : last};
}

Time wall_clock() {
  return Time{read_ms<std::chrono::system_clock>()};
}

bool wall_clock_is_synchronised() {
  timex query{};
  return adjtimex(&query) != TIME_ERROR;
}

}  // namespace frontrow::server
