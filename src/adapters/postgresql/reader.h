// The port's Reader on a connection of its own, which it opens anew when it is lost.
#pragma once

#include <memory>
#include <string>

#include "adapters/postgresql/timeline.h"
#include "store/store.h"

namespace frontrow::postgresql {

// To a standby where the address names one that takes it, else to whatever server it names.
std::unique_ptr<Connection> connect_to_read(const std::string& conninfo,
                                            const std::string& settings);

// Reads the primary of the newest history that the node knows. A Failure where there is none.
std::unique_ptr<Reader> make_reader(std::shared_ptr<Timeline> timeline, const SecretSealer* sealer);

// Reads a standby, where the address names one that answers, else whatever server it names. Secrets
// stay zero without a sealer.
std::unique_ptr<Reader> make_reader(const std::string& conninfo, const SecretSealer* sealer);

}  // namespace frontrow::postgresql
