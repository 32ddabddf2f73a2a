// What `frontrow doctor` asks of the server: how it is set, who copies it, what is in it. Reads
// alone, on a connection that keeps the server's own settings.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace frontrow::postgresql {

struct StandbyFacts {
  std::string name;        // application_name
  std::string state;       // streaming, catchup, …
  std::string sync_state;  // sync, quorum, potential, async
  std::int64_t behind_bytes = 0;
};

struct SlotFacts {
  std::string name;
  std::int64_t kept_bytes = 0;  // of the log, for whoever used it
};

enum class SchemaState { empty, older, current, refused };

struct ServerFacts {
  std::int64_t version = 0;                     // 150004
  std::string version_text = {};                // "15.4 (Debian …)"
  std::map<std::string, std::string> settings;  // as a session of the nodes' role begins
  std::string nodes_synchronous_commit = {};    // as the nodes set it for themselves
  bool sees_standbys = false;                   // the role may read their state
  std::vector<StandbyFacts> standbys = {};
  std::vector<SlotFacts> idle_slots = {};  // that nobody uses
  std::int64_t connections = 0;            // open now, of clients
  Duration clock_ahead;                    // of the `wall_clock` given
  SchemaState schema = SchemaState::empty;
  std::int64_t migrations = 0;                  // that the database has
  std::string schema_fault = {};                // why the schema is refused
  std::optional<std::string> fingerprint = {};  // of the master key that the database is bound to
};

// Of the primary that `conninfo` names. The error is retryable where there is none to be reached.
Result<ServerFacts> look_at_server(const std::string& conninfo, Time (*wall_clock)());

}  // namespace frontrow::postgresql
