// What `frontrow doctor` says of SQLite's settings. A pure function.
#pragma once

#include <vector>

#include "server/database_access.h"
#include "server/doctor.h"

namespace frontrow::server {

// A finding for each: version, journal mode, synchronisation, page size, the log's size. What is
// not as the program sets it says what it costs and what to do.
std::vector<Finding> judge(const SqliteFacts& facts);

}  // namespace frontrow::server
