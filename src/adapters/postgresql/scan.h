// Reads whole tables, each call in one snapshot and with bounded memory.
#pragma once

#include "adapters/postgresql/connection.h"
#include "adapters/postgresql/journal.h"
#include "store/store.h"

namespace frontrow::postgresql {

enum class ScanBound { on_primary, none };

// Everything, as Reader::scan promises. Secrets stay zero without a sealer. With a bound a Failure
// after 5 min on a primary: so long it cannot clear away what was changed.
Time scan_all(Connection& connection, const SecretSealer* sealer, RowSink& sink,
              ScanBound bound = ScanBound::on_primary);

// The same in the transaction that is open, its own rows included.
void scan_transaction(Connection& connection, const SecretSealer& sealer, RowSink& sink);

// What Store::restore promises; the answer is the journal's end in the same snapshot.
JournalPlace scan_for_restore(Connection& connection, const SecretSealer& sealer, RowSink& sink,
                              Time over_before);

}  // namespace frontrow::postgresql
