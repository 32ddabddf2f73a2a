#include "adapters/postgresql/migrations.h"

#include <fmt/format.h>

#include "adapters/postgresql/locks.h"

namespace frontrow::postgresql {
namespace {

constexpr Milliseconds kLockBound{60'000}, kApplyBound{600'000}, kBound{5000};

constexpr char kIsForeign[] = R"(
  select to_regclass('migration') is null
    and exists (select from pg_tables where schemaname = current_schema()))";
constexpr char kMakeTable[] = R"(
  create table if not exists migration (
    number   integer primary key,
    name     text    not null,
    checksum text    not null
  ))";
const Statement kList{"list_migrations",
                      "select number, name, checksum from migration order by number"};

[[noreturn]] void refuse(std::string why) {
  throw Failure{Failure::Kind::broken, std::move(why)};
}

// The session's lock, freed at the end; a connection that is lost frees it too.
class MigrationLock {
 public:
  explicit MigrationLock(Connection& connection) : connection_(connection) {
    connection_.script("set lock_timeout = '60s'", kBound);
    connection_.script(fmt::format("select pg_advisory_lock({})", kMigrationLock), kLockBound);
  }
  ~MigrationLock() {
    try {
      connection_.script(fmt::format("select pg_advisory_unlock({})", kMigrationLock), kBound);
    } catch (const Failure&) {
      // The connection is lost, and the lock with it.
    }
  }
  MigrationLock(const MigrationLock&) = delete;
  MigrationLock& operator=(const MigrationLock&) = delete;

 private:
  Connection& connection_;
};

void refuse_foreign(Connection& connection) {
  const Rows foreign = connection.script(kIsForeign, kBound);
  if (PQgetvalue(foreign.get(), 0, 0)[0] == 't')
    refuse("the database belongs to another program: it has tables and no list of migrations");
}

// How many of the migrations the database has.
std::size_t count_applied(Connection& connection, std::span<const Migration> migrations) {
  const Rows rows = connection.run(kList);
  std::size_t count = 0;
  for (int i = 0; i < PQntuples(rows.get()); ++i) {
    Columns row(rows.get(), i);
    const auto number = row.integer();
    const std::string name = row.text();
    if (count == migrations.size())
      refuse(
          fmt::format("the database has migration {} ({}), which this version does not know: a "
                      "newer version wrote it",
                      number, name));
    const Migration& known = migrations[count++];
    if (number != known.number || row.text() != known.checksum)
      refuse(fmt::format("migration {} ({}) of the database is not the one of this version", number,
                         name));
  }
  return count;
}

void apply(Connection& connection, const Migration& migration) {
  try {
    connection.script(
        fmt::format("begin; {}\n; insert into migration values ({}, '{}', '{}'); commit",
                    migration.sql, migration.number, migration.name, migration.checksum),
        kApplyBound);
  } catch (const Failure&) {
    if (connection.is_usable()) connection.script("rollback", kBound);
    throw;
  }
}

}  // namespace

std::size_t count_migrations(Connection& connection, std::span<const Migration> migrations) {
  refuse_foreign(connection);
  const Rows empty = connection.script("select to_regclass('migration') is null", kBound);
  if (PQgetvalue(empty.get(), 0, 0)[0] == 't') return 0;
  return count_applied(connection, migrations);
}

void apply_migrations(Connection& connection, std::span<const Migration> migrations) {
  const MigrationLock lock(connection);
  refuse_foreign(connection);
  connection.script(kMakeTable, kBound);
  for (std::size_t i = count_applied(connection, migrations); i < migrations.size(); ++i)
    apply(connection, migrations[i]);
}

}  // namespace frontrow::postgresql
