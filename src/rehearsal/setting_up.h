// Before the people come: is the server there, does it know the crowd's keys, and which concert is
// it? Blocking calls of the conductor.
#pragma once

#include <string>

#include "base/result.h"
#include "rehearsal/caller.h"
#include "rehearsal/people.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

enum class SetUpFault : std::uint8_t { wrong_usage, outage };
struct SetUpError {
  SetUpFault fault = SetUpFault::wrong_usage;
  std::string what;
};

struct SetUp {
  Venue venue;
  bool created = false;  // the concert is the rehearsal's own
  bool was_open = false;
  std::int64_t start_us = 0;  // steady clock
};

// Finds out how wallets are filled (target.staff_tops_up) and until when access tokens last; makes
// a concert where `concert` is empty (a staff key of a manager is needed), or reads that one. The
// opening decides when the run starts.
Result<SetUp, SetUpError> set_up(Caller& caller, Target& target, const Profile& profile,
                                 const People& people, const std::string& concert);

}  // namespace frontrow::rehearsal
