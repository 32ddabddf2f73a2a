// When the demonstration's shows begin: on evenings that a hall would choose, whatever the hour at
// which the demonstration was made. Pure; any thread.
#pragma once

#include "base/time.h"

namespace frontrow::server {

enum class Weekday { sunday, monday, tuesday, wednesday, thursday, friday, saturday };

// Of Seoul, where the demonstration's halls are: +09:00 all the year.
struct LocalTime {
  Weekday day = Weekday::saturday;
  int hour = 19;
  int minute = 0;
};

// The first such time that is at least so many days after `now`; less than a week later.
Time next_in_seoul(Time now, int days, LocalTime wanted);

}  // namespace frontrow::server
