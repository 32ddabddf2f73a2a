// The subcommands `staff-key …` and `keys …`. Each asks the server that holds the data folder, or
// where none runs opens the store itself under the lock. They give the exit code.
#pragma once

#include <string>

#include "server/settings.h"

namespace frontrow::server {

// Prints the new key alone on standard output; it cannot be shown again.
int create_staff_key(const Settings& settings, const std::string& role, const std::string& name);
// A line for each key: id, role, name, when it was made, whether it was revoked.
int list_staff_keys(const Settings& settings);
int revoke_staff_key(const Settings& settings, const std::string& id);
// New signing keys that sign after a minute; the old ones verify until their last token ended.
int rotate_keys(const Settings& settings);

}  // namespace frontrow::server
