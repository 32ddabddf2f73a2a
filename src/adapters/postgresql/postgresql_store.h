// The store that any number of equal nodes share: a database of PostgreSQL 15 or later. The batches
// of all nodes have one order, that of the journal, which every node follows. See the README.
//
//   auto store = postgresql::open_postgresql_store(conninfo, {.sealer = &sealer});
//   if (!store) return outage(store.error());
//
// `conninfo` is what libpq takes: "postgresql://user@host1,host2/frontrow". The committer's thread
// calls the store, each reader belongs to one thread.
#pragma once

#include <memory>
#include <string>

#include "store/store.h"

namespace frontrow::postgresql {

struct PostgresqlOptions {
  const SecretSealer* sealer = nullptr;  // outlives the store and its readers
  // So long a node may be away and still follow; after that it has to start again.
  Duration journal_kept = seconds(3600);
};

// Brings the schema up to date. The error is retryable where the server cannot be reached or is no
// primary. Requires: a sealer.
Result<std::unique_ptr<Store>> open_postgresql_store(const std::string& conninfo,
                                                     const PostgresqlOptions& options);

// Reads from whatever server `conninfo` names first, a standby too. Secrets stay zero.
Result<std::unique_ptr<Reader>> open_postgresql_reader(const std::string& conninfo);

// Applies the migrations that are missing, as opening a store does.
Result<Done> migrate(const std::string& conninfo);

// Binds the database to a master key, the first time, and gives the fingerprint that it is bound
// to.
Result<std::string> bind_installation(const std::string& conninfo, const std::string& fingerprint);

}  // namespace frontrow::postgresql
