// Fills an empty database in one transaction, so that the server takes back whatever was not kept.
#pragma once

#include <memory>
#include <string>

#include "adapters/postgresql/connection.h"
#include "store/filling.h"

namespace frontrow::postgresql {

// Null where a node was started on the database or it has rows. Throws a Failure.
std::unique_ptr<Filling> make_filling(const std::string& conninfo, const SecretSealer& sealer,
                                      const std::string& fingerprint);

}  // namespace frontrow::postgresql
