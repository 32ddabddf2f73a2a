// Rows as the tables hold them. Each function reads all columns of its table (`select *`), in the
// order of schemas/migrations/postgresql; later migrations add columns at the end.
#pragma once

#include "adapters/postgresql/params.h"
#include "domain/changes.h"
#include "store/store.h"

namespace frontrow::postgresql {

// Without a sealer secrets stay zero, as for readers that need none.
Concert read_concert(Columns row, const SecretSealer* sealer);
Show read_show(Columns row);
ShowVersion read_show_version(Columns row);
Queue read_queue(Columns row);
Place read_place(Columns row);
Entry read_entry(Columns row);
Order read_order(Columns row);
Ticket read_ticket(Columns row);
Wallet read_wallet(Columns row);
Transfer read_transfer(Columns row);
User read_user(Columns row);
Session read_session(Columns row);
StaffKey read_staff_key(Columns row);
SigningKeyRow read_signing_key(Columns row, const SecretSealer* sealer);
AuditEntry read_audit_entry(Columns row);
KeptAnswer read_kept_answer(Columns row);

}  // namespace frontrow::postgresql
