// The subcommands that look at a data folder or copy it. `check` and `backup` take no lock and
// change nothing, so they work beside a running server. Each gives the exit code.
#pragma once

#include <filesystem>

#include "server/settings.h"

namespace frontrow::server {

// Whether every law holds over all that is stored. With `json` one object on standard output.
int check_data(const Settings& settings, bool json);

// Brings the schema of a database on PostgreSQL up to date, as the first node to start would.
int migrate_data(const Settings& settings);

// One snapshot of the database into a new file, and the master key beside it (FILE.master.key)
// unless `without_key`.
int backup_data(const Settings& settings, const std::filesystem::path& to, bool without_key);

// A backup into a folder that has no database, with the master key that lies beside the backup or
// at `key`. Never writes over data.
int restore_data(const Settings& settings, const std::filesystem::path& from,
                 const std::filesystem::path& key);

}  // namespace frontrow::server
