// The rows that a batch's commands need, in one round trip.
#pragma once

#include "adapters/postgresql/connection.h"
#include "store/store.h"

namespace frontrow::postgresql {

// In the order in which they are asked for, kind by kind.
Found find_rows(Connection& connection, const Needs& needs);

}  // namespace frontrow::postgresql
