// The port's Reader on a connection of its own, which it opens anew when it is lost.
#pragma once

#include <memory>
#include <string>

#include "adapters/postgresql/connection.h"
#include "store/store.h"

namespace frontrow::postgresql {

// Secrets stay zero without a sealer. A Failure where there is no server.
std::unique_ptr<Reader> make_reader(const std::string& conninfo, Target target,
                                    const SecretSealer* sealer);

}  // namespace frontrow::postgresql
