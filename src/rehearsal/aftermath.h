// After the run: what is stored now, read from outside. With a staff key from the lists of staff,
// without one from the buyers' own.
#pragma once

#include "rehearsal/bearer.h"
#include "rehearsal/caller.h"
#include "rehearsal/checker.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

// The number by which the checker knows a user.
std::uint64_t user_fingerprint(const UserId& user);

// The sale's figures now: from staff's statistics, or from the public queue. Empty where the server
// does not answer.
std::optional<SaleSample> read_sample(Caller& caller, const Plan& plan);

// Everything that the checker compares with. Reads at most `profile.wallets_read` wallets, those of
// buyers first. Ends at the first read that fails, and says which in `unread`.
Aftermath read_aftermath(Caller& caller, const Plan& plan,
                         const std::vector<const History*>& histories);

}  // namespace frontrow::rehearsal
