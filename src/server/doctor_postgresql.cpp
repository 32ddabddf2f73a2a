#include "server/doctor_postgresql.h"

#include <fmt/format.h>

#include <cstdlib>

namespace frontrow::server {
namespace {

using postgresql::SchemaState;
using postgresql::ServerFacts;
using postgresql::StandbyFacts;
using Findings = std::vector<Finding>;

constexpr std::int64_t kMebibyte = 1024 * 1024;
constexpr std::int64_t kOldest = 150'000;             // what the nodes are tested with
constexpr std::int64_t kFarBehind = 16 * kMebibyte;   // a second's log, and more
constexpr std::int64_t kKeptMost = 1024 * kMebibyte;  // by a slot that nobody uses
constexpr std::int64_t kConnectionsOfANode = 12;      // with one to spare for `check`
constexpr Duration kClockMost = milliseconds(500);

std::string setting(const ServerFacts& facts, const std::string& name) {
  const auto found = facts.settings.find(name);
  return found == facts.settings.end() ? "" : found->second;
}

Finding version_of(const ServerFacts& facts) {
  if (facts.version >= kOldest) return {Health::good, "PostgreSQL", facts.version_text};
  return {Health::warning, "PostgreSQL",
          facts.version_text +
              ": nodes are written and tested for 15 and later, so what fails "
              "here is not known"};
}

// --- settings that are right in one state alone ---

struct Switch {
  const char* name;
  const char* wanted;
  Health otherwise;
  const char* cost;
};
constexpr Switch kSwitches[] = {
    {"fsync", "on", Health::warning,
     "nothing is on the disk when it is acknowledged: a crash of the machine loses purchases, and "
     "may leave a database that does not open; restore a backup after it"},
    {"full_page_writes", "on", Health::warning,
     "a page that a loss of power tore stays torn: rows that were acknowledged are gone or wrong, "
     "and nobody is told"},
    {"data_sync_retry", "off", Health::warning,
     "a sync that failed is tried again and may then succeed without the data: what is "
     "acknowledged after it may be gone with the next crash"},
    {"autovacuum", "on", Health::warning,
     "the tables of open sales, which are rewritten all the time, grow without end, and every "
     "batch gets slower"},
    {"data_checksums", "on", Health::note,
     "a disk that changes bytes is not noticed; pg_checksums switches them on while the server is "
     "stopped"},
};

void judge_switches(const ServerFacts& facts, Findings& findings) {
  for (const Switch& one : kSwitches) {
    const std::string value = setting(facts, one.name);
    const bool fine = value.empty() || value == one.wanted;
    findings.push_back({fine ? Health::good : one.otherwise, one.name,
                        fine ? one.wanted : fmt::format("{}: {}", value, one.cost)});
  }
}

Finding synchronous_commit_of(const ServerFacts& facts) {
  const std::string value = setting(facts, "synchronous_commit");
  if (facts.nodes_synchronous_commit != "on")
    return {Health::warning, "synchronous_commit",
            facts.nodes_synchronous_commit +
                " in the nodes' own sessions: a crash takes back what was acknowledged"};
  if (value == "on" || value == "remote_apply")
    return {Health::good, "synchronous_commit", "on, as the nodes set it for themselves"};
  return {Health::note, "synchronous_commit",
          value +
              ", though the nodes set it to on for themselves: what other programs write here "
              "(psql, a restore) may be gone after a crash"};
}

void judge_timeouts(const ServerFacts& facts, Findings& findings) {
  const auto is_set = [&](const char* name) {
    const std::string value = setting(facts, name);
    return !value.empty() && value != "0";
  };
  if (is_set("transaction_timeout"))
    findings.push_back(
        {Health::warning, "transaction_timeout",
         setting(facts, "transaction_timeout") +
             ": a commit that waits for the standby is ended while its outcome is open, and its "
             "callers get outcome_unknown; set it to 0 for the nodes' role"});
  if (is_set("idle_session_timeout"))
    findings.push_back({Health::note, "idle_session_timeout",
                        setting(facts, "idle_session_timeout") +
                            ": quiet connections of the nodes are ended and opened anew, so that "
                            "the first who ask after it wait a little longer"});
  if (!is_set("client_connection_check_interval"))
    findings.push_back({Health::note, "client_connection_check_interval",
                        "0: a statement of a node that is gone runs to its end before anybody "
                        "notices; 1s is right"});
}

Finding connections_of(const ServerFacts& facts) {
  const std::int64_t most = std::atoll(setting(facts, "max_connections").c_str()) -
                            std::atoll(setting(facts, "superuser_reserved_connections").c_str());
  const std::string text = fmt::format("{} open of {}", facts.connections, most);
  if (most - facts.connections >= kConnectionsOfANode) return {Health::good, "connections", text};
  return {Health::warning, "connections",
          fmt::format("{}: a node needs {}, so another one cannot start, and one that lost its "
                      "connections may not come back; raise max_connections",
                      text, kConnectionsOfANode)};
}

// --- standbys ---

Finding standby_of(const StandbyFacts& standby) {
  const std::string subject = "standby " + standby.name;
  const std::string behind =
      standby.behind_bytes < kMebibyte
          ? fmt::format("{} KiB behind", (standby.behind_bytes + 1023) / 1024)
          : fmt::format("{} MiB behind", standby.behind_bytes / kMebibyte);
  if (standby.sync_state != "sync" && standby.sync_state != "quorum")
    return {Health::note, subject,
            fmt::format("{}, {}: no commit waits for it; promoted, it lacks what it had not got, "
                        "acknowledged purchases too",
                        standby.sync_state, behind)};
  if (standby.state != "streaming" || standby.behind_bytes > kFarBehind)
    return {Health::warning, subject,
            fmt::format("synchronous, {}, {}: each commit waits until it has caught up, and "
                        "callers get outcome_unknown after 5 s",
                        standby.state, behind)};
  return {Health::good, subject, "synchronous, streaming, " + behind};
}

bool has_synchronous(const ServerFacts& facts) {
  for (const StandbyFacts& standby : facts.standbys)
    if (standby.sync_state == "sync" || standby.sync_state == "quorum") return true;
  return false;
}

void judge_standbys(const ServerFacts& facts, Findings& findings) {
  const std::string names = setting(facts, "synchronous_standby_names");
  if (names.empty())
    findings.push_back(
        {Health::warning, "synchronous_standby_names",
         "empty: no commit waits for a second copy. When this machine or its disk is lost, so are "
         "all purchases since the last backup or archived log"});
  else
    findings.push_back({Health::good, "synchronous_standby_names", names});
  if (!facts.sees_standbys) {
    findings.push_back({Health::note, "standbys",
                        "this role may not see them: GRANT pg_monitor TO it, and ask again"});
    return;
  }
  if (!names.empty() && !has_synchronous(facts))
    findings.push_back({Health::warning, "standbys",
                        "none is synchronous: every commit waits for one, and nothing can be "
                        "joined, held or paid until it is back"});
  for (const StandbyFacts& standby : facts.standbys) findings.push_back(standby_of(standby));
}

void judge_slots(const ServerFacts& facts, Findings& findings) {
  for (const auto& slot : facts.idle_slots)
    findings.push_back(
        {slot.kept_bytes > kKeptMost ? Health::warning : Health::note, "slot " + slot.name,
         fmt::format("nobody uses it, and {} MiB of the log are kept for it: when the disk is "
                     "full, nothing can be sold; drop it where its standby does not come back",
                     slot.kept_bytes / kMebibyte)});
}

// --- clock and schema ---

Finding clock_of(const ServerFacts& facts) {
  const std::int64_t ms = facts.clock_ahead.ms;
  const std::string text = fmt::format("the database's is {} ms {} this machine's", std::abs(ms),
                                       ms < 0 ? "behind" : "ahead of");
  if (std::abs(ms) <= kClockMost.ms) return {Health::good, "clocks", text};
  return {Health::warning, "clocks",
          text +
              ": nodes go by the database's, so if that one is wrong, sales open and entries "
              "end at the wrong time; after a promotion the standby's counts"};
}

Finding schema_of(const ServerFacts& facts) {
  switch (facts.schema) {
    case SchemaState::empty:
      return {Health::note, "schema", "the database is empty; `serve` or `migrate` makes it"};
    case SchemaState::older:
      return {Health::note, "schema",
              fmt::format("at migration {}, which this version brings up to date when it starts",
                          facts.migrations)};
    case SchemaState::refused:
      return {Health::warning, "schema", facts.schema_fault + ": this version does not start"};
    case SchemaState::current:
      break;
  }
  return {Health::good, "schema", fmt::format("at migration {}", facts.migrations)};
}

}  // namespace

Findings judge(const ServerFacts& facts) {
  Findings findings{version_of(facts)};
  judge_switches(facts, findings);
  findings.push_back(synchronous_commit_of(facts));
  judge_standbys(facts, findings);
  judge_slots(facts, findings);
  judge_timeouts(facts, findings);
  findings.push_back(connections_of(facts));
  findings.push_back(clock_of(facts));
  findings.push_back(schema_of(facts));
  return findings;
}

Finding judge_master_key(const ServerFacts& facts, const std::string& fingerprint) {
  if (facts.fingerprint && *facts.fingerprint != fingerprint)
    return {Health::warning, "master key",
            fmt::format("fingerprint {}, but the database is sealed with {}: this node does not "
                        "start; give it the other nodes' master_key_file",
                        fingerprint, *facts.fingerprint)};
  return {Health::good, "master key",
          fmt::format("fingerprint {}{}; a backup without a copy of it cannot be used", fingerprint,
                      facts.fingerprint ? ", the database's" : "")};
}

}  // namespace frontrow::server
