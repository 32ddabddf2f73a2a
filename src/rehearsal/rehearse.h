// `frontrow rehearse`: sends a crowd through a server, shows what happens, proves the promises and
// writes the report.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rehearsal/profile.h"

namespace frontrow::rehearsal {

struct RehearseOptions {
  std::string profile = "standard";  // a name or a TOML file
  std::vector<ProfileFlag> flags;    // --set, --people, …
  // HOST:PORT of the nodes of a running one; empty: one of its own.
  std::vector<std::string> servers;
  std::string concert;    // id; empty: one is created
  std::string staff_key;  // or from the environment's FRONTROW_STAFF_KEY
  std::filesystem::path provider_key_file;
  std::string issuer = "rehearsal";
  std::string audience = "frontrow";
  std::vector<int> server_pids;  // measured, where they run on this machine
  std::filesystem::path folder;  // for its own server and the history; empty: a temporary one
  bool keep = false;             // the folder, when all is done
  std::filesystem::path report;  // HTML; empty: none
  bool json = false;
  bool quiet = false;
};

enum class RehearseEnd : int { kept = 0, broken = 1, usage = 2, outage = 3 };

// Prints to standard output; what went wrong goes to `error` (a sentence, for usage and outage).
RehearseEnd rehearse(const RehearseOptions& options, std::string& error);

}  // namespace frontrow::rehearsal
