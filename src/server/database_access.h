// What subcommands ask of the database file beside a running server and the store's port does not
// offer. Takes no lock, writes nothing to the database.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/store.h"

namespace frontrow::server {

// Like sqlite::open_sqlite_reader, but what it scans has its secrets. Their opening fails where
// they were sealed with another key. Requires: the sealer outlives the reader.
Result<std::unique_ptr<Reader>> open_reader_with_secrets(const std::filesystem::path& data,
                                                         const SecretSealer& sealer);

struct SqliteFacts {
  std::string version;        // of the library that is loaded
  std::string built_version;  // of the one that the program was built with
  std::string journal_mode;   // of the database file
  std::int64_t page_size = 0;
  std::int64_t log_bytes = 0;  // how long the file of the write-ahead log is
  // What a file opened in this folder as the server opens its own gets: both belong to the
  // connection, not to the file, and a file system may refuse the first.
  std::string writer_journal_mode;
  std::int64_t writer_synchronous = 0;  // 0 off, 1 normal, 2 full, 3 extra
};

// Makes a small database in the folder and removes it.
Result<SqliteFacts> look_at_sqlite(const std::filesystem::path& data);

}  // namespace frontrow::server
