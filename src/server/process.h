// What the process asks of its operating system before it serves: descriptors, signals, modes.
#pragma once

#include <cstdint>

#include "base/time.h"

namespace frontrow::server {

// Files and sockets are made for this user alone; a client that has gone is an error code, no
// signal; the signals that end a server wait for EndSignals. Requires: no thread was started yet.
void prepare_process();

// Raises the limit of open files to its hard limit, and says what it is then.
std::int64_t raise_open_files();
// How many a server with so many connections needs.
std::int64_t open_files_needed(std::int64_t connections);

// SIGTERM, SIGINT and SIGHUP. One thread, after prepare_process.
class EndSignals {
 public:
  void wait();              // until one comes
  bool wait_for(Duration);  // whether one came within the time
};

}  // namespace frontrow::server
