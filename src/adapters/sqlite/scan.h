// Reads whole tables, each merged with the rows that the journal still holds.
#pragma once

#include <optional>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/pending.h"
#include "store/store.h"

namespace frontrow::sqlite {

// Adds the journal's rows to `pending`, oldest first.
void load_journal(Connection& connection, Pending& pending);

// A transaction for reading: one snapshot until its end.
class ReadTransaction {
 public:
  explicit ReadTransaction(Connection& connection) : connection_(connection) {
    connection_.run("begin");
  }
  ~ReadTransaction() { sqlite3_exec(connection_.handle(), "rollback", nullptr, nullptr, nullptr); }
  ReadTransaction(const ReadTransaction&) = delete;
  ReadTransaction& operator=(const ReadTransaction&) = delete;

 private:
  Connection& connection_;
};

// Everything, as Reader::scan promises. Secrets stay zero without a sealer.
Time scan_all(Connection& connection, const SecretSealer* sealer, RowSink& sink);

// What Store::restore promises; the answer is the greatest batch time.
Time scan_for_restore(Connection& connection, const SecretSealer& sealer, RowSink& sink,
                      Time over_before);

}  // namespace frontrow::sqlite
