// What `frontrow doctor` says of a server of PostgreSQL. Pure functions.
#pragma once

#include <vector>

#include "adapters/postgresql/server_facts.h"
#include "server/doctor.h"

namespace frontrow::server {

// A finding for version, settings, standbys, connections, clock and schema. What is not as the
// nodes need it says what is lost by it, and when.
std::vector<Finding> judge(const postgresql::ServerFacts& facts);

// Whether the nodes' master key is the one that the database is bound to.
Finding judge_master_key(const postgresql::ServerFacts& facts, const std::string& fingerprint);

}  // namespace frontrow::server
