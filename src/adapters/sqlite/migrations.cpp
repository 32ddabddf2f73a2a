#include "adapters/sqlite/migrations.h"

#include <fmt/format.h>

namespace frontrow::sqlite {
namespace {

constexpr std::int64_t kApplicationId = 0x46524F57;  // "FROW"

constexpr char kMakeMigrationTable[] = R"(
  create table if not exists migration (
    number   integer primary key,
    name     text    not null,
    checksum text    not null
  ))";
constexpr char kListMigrations[] = "select number, name, checksum from migration order by number";
constexpr char kAddMigration[] = "insert into migration values (?, ?, ?)";

[[noreturn]] void refuse(std::string why) {
  throw Failure{SQLITE_SCHEMA, std::move(why)};
}

void claim_file(Connection& connection) {
  const std::int64_t application = connection.integer("pragma application_id");
  if (application == kApplicationId) return;
  if (application != 0 || connection.integer("select count(*) from sqlite_schema") != 0)
    refuse("the database file belongs to another program");
  connection.run(fmt::format("pragma application_id = {}", kApplicationId).c_str());
}

// How many of the migrations the database has.
std::size_t count_applied(Connection& connection, std::span<const Migration> migrations) {
  Statement list(connection, kListMigrations);
  std::size_t count = 0;
  while (list.step()) {
    Columns row(list);
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
  connection.run("begin immediate");
  try {
    connection.run(std::string(migration.sql).c_str());
    Statement add(connection, kAddMigration);
    add.args().integer(migration.number).text(migration.name).text(migration.checksum);
    add.run();
    connection.run("commit");
  } catch (...) {
    sqlite3_exec(connection.handle(), "rollback", nullptr, nullptr, nullptr);
    throw;
  }
}

}  // namespace

void migrate(Connection& connection, std::span<const Migration> migrations) {
  claim_file(connection);
  connection.run(kMakeMigrationTable);
  for (std::size_t i = count_applied(connection, migrations); i < migrations.size(); ++i)
    apply(connection, migrations[i]);
}

std::size_t require_known_schema(Connection& connection, std::span<const Migration> migrations) {
  if (connection.integer("pragma application_id") != kApplicationId)
    refuse("the database file belongs to another program");
  return count_applied(connection, migrations);
}

void require_schema(Connection& connection, std::span<const Migration> migrations) {
  const std::size_t applied = require_known_schema(connection, migrations);
  if (applied != migrations.size())
    refuse(fmt::format("the database has {} of {} migrations: start the server on it once", applied,
                       migrations.size()));
}

}  // namespace frontrow::sqlite
