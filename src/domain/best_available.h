// Chooses seats for a party. The same state always gives the same seats.
//
// Preference: one row and adjacent; then the price that serves most, that is the section order as
// the concert lists it; then the row nearest to the section's front third, then the block nearest
// to the row's middle; and no single seat left over beside the block where another choice exists.
// Where no row can seat the party together it is parted into the largest blocks that there are,
// unless `together`.
#pragma once

#include <optional>
#include <vector>

#include "domain/commands.h"
#include "domain/state.h"

namespace frontrow {

// Empty where there are too few seats that fit. Requires: the section, if named, exists; count
// >= 1.
std::vector<SeatIndex> choose_best_available(const ShowState& show, const BestAvailable& wish);

// How many seats fit the wish's section and price at all.
std::int64_t count_fitting(const ShowState& show, const BestAvailable& wish);

}  // namespace frontrow
