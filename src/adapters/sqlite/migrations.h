// The schema's migrations: numbered, forward only, part of the program. A database remembers which
// of them it has, with their checksums.
#pragma once

#include <span>
#include <string_view>

#include "adapters/sqlite/connection.h"

namespace frontrow::sqlite {

struct Migration {
  int number;  // from 1, without gaps
  std::string_view name;
  std::string_view sql;
  std::string_view checksum;  // SHA-256 of `sql` in hex
};

extern const std::span<const Migration> kMigrations;

// Applies what is missing, each in a transaction of its own. A Failure where the file is another
// program's, has a migration that this program does not know (a newer one wrote it), or one whose
// checksum differs. Requires: the data folder's lock is held.
void migrate(Connection& connection, std::span<const Migration> migrations = kMigrations);

// A Failure where the database is not ours or has what this program does not know. Gives how many
// of the migrations it has.
std::size_t require_known_schema(Connection& connection,
                                 std::span<const Migration> migrations = kMigrations);

// A Failure where the database is not of exactly this schema.
void require_schema(Connection& connection, std::span<const Migration> migrations = kMigrations);

}  // namespace frontrow::sqlite
