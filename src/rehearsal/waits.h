// How long people stood in the line, as they saw it: from their joining, or from the opening where
// they had joined before, until they were let in.
#pragma once

#include <cstdint>
#include <vector>

#include "rehearsal/histogram.h"
#include "rehearsal/history.h"

namespace frontrow::rehearsal {

// One value for each place that became an entry. `actors`: more than any actor's number;
// `opens_ms`: by the crowd's clock. Requires: every history is flushed.
Histogram waits_in_line(const std::vector<const History*>& histories, std::uint32_t actors,
                        std::uint32_t opens_ms);

}  // namespace frontrow::rehearsal
