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

#include "store/filling.h"
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

// Reads from a standby where `conninfo` names one that answers, so that the primary need not keep
// old rows meanwhile, else from whatever server it names. Without a sealer secrets stay zero, else
// the opening of one fails that another key sealed. Requires: the sealer outlives the reader.
Result<std::unique_ptr<Reader>> open_postgresql_reader(const std::string& conninfo,
                                                       const SecretSealer* sealer = nullptr);

// The primary at rest: no node can commit while this lives.
class RestingStore {
 public:
  virtual ~RestingStore() = default;
  // As Reader::scan, secrets too.
  virtual Result<Time> scan(RowSink& sink) = 0;
};

// Null where somebody else of ours is connected to the database. Requires: the sealer outlives it.
Result<std::unique_ptr<RestingStore>> open_at_rest(const std::string& conninfo,
                                                   const SecretSealer& sealer);

// Fills a database that is empty, in one transaction, and binds it to the master key of this
// fingerprint. Brings the schema up to date first. Null where something is in the database already.
// Requires: the sealer outlives it.
Result<std::unique_ptr<Filling>> open_postgresql_filling(const std::string& conninfo,
                                                         const SecretSealer& sealer,
                                                         const std::string& fingerprint);

// Applies the migrations that are missing, as opening a store does.
Result<Done> migrate(const std::string& conninfo);

// Binds the database to a master key, the first time, and gives the fingerprint that it is bound
// to.
Result<std::string> bind_installation(const std::string& conninfo, const std::string& fingerprint);

// That fingerprint, empty where the database is not bound. Reads what open_postgresql_reader does.
Result<std::string> bound_installation(const std::string& conninfo);

}  // namespace frontrow::postgresql
