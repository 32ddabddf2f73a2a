// `frontrow copy --from … --to …`: the rows of a stopped installation into an empty store of the
// other kind, all or nothing. The source is only read, and locked meanwhile.
#pragma once

#include <string>

#include "server/settings.h"

namespace frontrow::server {

// `from` and `to` are sqlite:DIR and a URL of PostgreSQL, or the other way round. Reads and proves
// the source while it is copied, then the target before it is kept, and prints both. Exit code: 0
// copied and equal; 1 the source is in use or breaks a law, or the target is not empty; 2 wrong
// usage, no such source, or its master key is missing or another; 3 an outage. After all but 0 the
// target is empty or, where the answer to the last commit was lost, whole.
int copy_data(const Settings& settings, const std::string& from, const std::string& to, bool json);

}  // namespace frontrow::server
