// The schema's migrations: numbered, forward only, part of the program. A database remembers which
// of them it has, with their checksums.
#pragma once

#include <span>
#include <string_view>

#include "adapters/postgresql/connection.h"

namespace frontrow::postgresql {

struct Migration {
  int number;  // from 1, without gaps
  std::string_view name;
  std::string_view sql;
  std::string_view checksum;  // SHA-256 of `sql` in hex
};

extern const std::span<const Migration> kMigrations;

// Applies what is missing, each in a transaction of its own, under a lock that lets nodes which
// start at once wait for each other. A Failure where the database is another program's, has a
// migration that this program does not know (a newer one wrote it), or one whose checksum differs.
void apply_migrations(Connection& connection, std::span<const Migration> migrations = kMigrations);

// How many of them the database has; changes nothing. A Failure as above.
std::size_t count_migrations(Connection& connection,
                             std::span<const Migration> migrations = kMigrations);

}  // namespace frontrow::postgresql
