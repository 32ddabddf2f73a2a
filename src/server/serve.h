// `frontrow serve`: the server's life, from the first check of its settings to the last answer.
#pragma once

#include "server/settings.h"

namespace frontrow::server {

// Serves until SIGTERM, SIGINT or SIGHUP. Then /readyz fails while new connections are still taken
// for drain_seconds; what was accepted is answered, streams end, and the process ends within 7 s
// more. A second signal ends it at once. Gives the exit code.
int serve(const Settings& settings);

}  // namespace frontrow::server
