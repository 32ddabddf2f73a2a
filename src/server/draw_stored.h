// `frontrow draw verify --data DIR --concert ID`, or with `--store`: checks a draw from the rows of
// a store, beside running servers or without one. Writes nothing.
#pragma once

#include <string>

#include "server/settings.h"

namespace frontrow::server {

// Opens the draw's secret and the key of the tags with the master key, reads what it
// consists of in one snapshot, and prints the finding. Exit code: 0 right, 1 wrong or no such
// concert, 2 wrong usage, a draw that has not been held, or a missing or other master key, 3 an
// outage.
int verify_stored_draw(const Settings& settings, const std::string& concert, bool print_ranks);

}  // namespace frontrow::server
