#include "adapters/postgresql/server_facts.h"

#include <algorithm>

#include "adapters/postgresql/connection.h"
#include "adapters/postgresql/locks.h"
#include "adapters/postgresql/migrations.h"

namespace frontrow::postgresql {
namespace {

constexpr int kClockLooks = 5;

// Only what the server has: an older one does not know them all.
constexpr char kSettingsSql[] = R"(
  select name, current_setting(name) from pg_settings where name in (
    'fsync', 'full_page_writes', 'synchronous_commit', 'synchronous_standby_names',
    'data_sync_retry', 'data_checksums', 'autovacuum', 'transaction_timeout',
    'idle_session_timeout', 'client_connection_check_interval', 'max_connections',
    'superuser_reserved_connections'))";
// A role without pg_read_all_stats sees that there is a standby, and nothing about it.
constexpr char kSeesSql[] = "select pg_has_role(current_user, 'pg_read_all_stats', 'usage')";
constexpr char kStandbysSql[] = R"(
  select application_name, coalesce(state, ''), coalesce(sync_state, ''),
    coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), flush_lsn), 0)::bigint
  from pg_stat_replication order by application_name)";
constexpr char kIdleSlotsSql[] = R"(
  select slot_name::text,
    coalesce(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn), 0)::bigint
  from pg_replication_slots where not active order by slot_name)";
constexpr char kConnectionsSql[] = R"(
  select count(*) from pg_stat_activity where backend_type is null
    or backend_type in ('client backend', 'walsender'))";
constexpr char kClockSql[] = "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
constexpr char kIsThereSql[] = "select to_regclass('installation') is not null";
constexpr char kFingerprintSql[] = "select fingerprint from installation";

template <class Take>
void each(Connection& connection, const char* sql, Take take) {
  const Rows rows = connection.run_once(sql, {});
  for (int i = 0; i < PQntuples(rows.get()); ++i) {
    Columns row(rows.get(), i);
    take(row);
  }
}

void look_at_settings(Connection& connection, ServerFacts& facts) {
  facts.version = PQserverVersion(connection.handle());
  const char* text = PQparameterStatus(connection.handle(), "server_version");
  facts.version_text = text ? text : "";
  each(connection, kSettingsSql, [&](Columns& row) {
    std::string name = row.text();
    facts.settings[std::move(name)] = row.text();
  });
  each(connection, kConnectionsSql, [&](Columns& row) { facts.connections = row.integer(); });
}

void look_at_standbys(Connection& connection, ServerFacts& facts) {
  each(connection, kSeesSql, [&](Columns& row) { facts.sees_standbys = row.boolean(); });
  each(connection, kStandbysSql, [&](Columns& row) {
    StandbyFacts standby;
    standby.name = row.text();
    standby.state = row.text();
    standby.sync_state = row.text();
    standby.behind_bytes = row.integer();
    facts.standbys.push_back(std::move(standby));
  });
  each(connection, kIdleSlotsSql, [&](Columns& row) {
    std::string name = row.text();
    facts.idle_slots.push_back({std::move(name), row.integer()});
  });
}

// The quickest of a few questions says most: its answer is from the middle of the shortest time.
void look_at_clock(Connection& connection, Time (*wall_clock)(), ServerFacts& facts) {
  Duration shortest{INT64_MAX};
  for (int i = 0; i < kClockLooks; ++i) {
    const Time before = wall_clock();
    Time there;
    each(connection, kClockSql, [&](Columns& row) { there = row.time(); });
    const Duration took = wall_clock() - before;
    if (took >= shortest) continue;
    shortest = took;
    facts.clock_ahead = there - (before + Duration{took.ms / 2});
  }
}

void look_at_schema(Connection& connection, ServerFacts& facts) {
  try {
    facts.migrations = static_cast<std::int64_t>(count_migrations(connection));
    facts.schema = facts.migrations == 0 ? SchemaState::empty
                   : facts.migrations < static_cast<std::int64_t>(kMigrations.size())
                       ? SchemaState::older
                       : SchemaState::current;
  } catch (const Failure& failure) {
    if (failure.kind != Failure::Kind::broken) throw;
    facts.schema = SchemaState::refused;
    facts.schema_fault = failure.what;
  }
  bool is_there = false;
  each(connection, kIsThereSql, [&](Columns& row) { is_there = row.boolean(); });
  if (is_there)
    each(connection, kFingerprintSql, [&](Columns& row) { facts.fingerprint = row.text(); });
}

}  // namespace

Result<ServerFacts> look_at_server(const std::string& conninfo, Time (*wall_clock)()) {
  return guarded([&] {
    ServerFacts facts;
    Connection connection(conninfo, Target::primary, "set client_min_messages = warning");
    look_at_settings(connection, facts);
    look_at_standbys(connection, facts);
    look_at_clock(connection, wall_clock, facts);
    look_at_schema(connection, facts);
    Connection as_a_node(conninfo, Target::primary, kSettings);
    each(as_a_node, "select current_setting('synchronous_commit')",
         [&](Columns& row) { facts.nodes_synchronous_commit = row.text(); });
    return facts;
  });
}

}  // namespace frontrow::postgresql
