// What subcommands ask of the database file beside a running server and the store's port does not
// offer. Takes no lock, writes nothing to the database.
#pragma once

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "store/store.h"

namespace frontrow::server {

// Like sqlite::open_sqlite_reader, but what it scans has its secrets. Their opening fails where
// they were sealed with another key. Requires: the sealer outlives the reader.
Result<std::unique_ptr<Reader>> open_reader_with_secrets(const std::filesystem::path& data,
                                                         const SecretSealer& sealer);

}  // namespace frontrow::server
