// One node's store: DIR/frontrow.db. A commit is one row at the journal's end, synced; the rows
// that it carries wait in memory and are folded into their tables later, sorted and in slices.
// Reads see both. See the README for why.
//
//   auto store = sqlite::open_sqlite_store(data, {.sealer = &sealer});
//   if (!store) return outage(store.error());
//
// The committer's thread calls the store, each reader belongs to one thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "store/filling.h"
#include "store/store.h"

namespace frontrow::sqlite {

struct SqliteOptions {
  const SecretSealer* sealer = nullptr;  // outlives the store and its readers
  // Under load so many committed rows wait in memory before they are folded into their tables; up
  // to twice as many are there then, some 100 bytes each. Where there is little load none wait
  // long.
  std::size_t fold_rows = 262'144;
};

// For metrics. Counted since the store was opened.
struct SqliteFigures {
  std::int64_t log_pages = 0;     // in the write-ahead log now
  std::int64_t checkpoints = 0;   // of the log into the database file
  std::int64_t waiting_rows = 0;  // committed, not yet in their tables
};

class SqliteStore : public Store {
 public:
  virtual SqliteFigures figures() const = 0;  // any thread
};

// Takes the lock on the folder (made if missing), brings the schema up to date and reads the
// journal. The error is retryable where another process holds the lock; it then names the process.
// Requires: a sealer.
Result<std::unique_ptr<SqliteStore>> open_sqlite_store(const std::filesystem::path& folder,
                                                       const SqliteOptions& options);

// Reads without the lock and without ever writing, beside a running server, after a crash, or when
// nothing runs. Requires write permission on the folder, as the log's index is made there. Secrets
// stay zero.
Result<std::unique_ptr<Reader>> open_sqlite_reader(const std::filesystem::path& folder);

// Fills the folder's database, which appears when everything is in it; until then DIR/copy.part has
// what there is. Null where the folder has a database. Requires: the sealer outlives it.
Result<std::unique_ptr<Filling>> open_sqlite_filling(const std::filesystem::path& folder,
                                                     const SecretSealer& sealer);

// What SQLite itself finds wrong with the file; empty where all is well.
Result<std::string> quick_check(const std::filesystem::path& folder);

// Writes one snapshot to a new file, synced. Refuses to overwrite. The master key is not in it.
Result<Done> backup_sqlite(const std::filesystem::path& folder, const std::filesystem::path& file);

// Puts a backup into a folder that has no database, after checking it, under the folder's lock.
Result<Done> restore_sqlite(const std::filesystem::path& file, const std::filesystem::path& folder);

}  // namespace frontrow::sqlite
