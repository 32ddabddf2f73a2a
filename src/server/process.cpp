#include "server/process.h"

#include <malloc.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

namespace frontrow::server {
namespace {

// Of the store, its readers, the log, the control socket, event loops and their wake-ups.
constexpr std::int64_t kFilesBesideConnections = 128;

sigset_t end_signals() {
  sigset_t set;
  sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&set, number);
  return set;
}

}  // namespace

void prepare_process() {
  // Large blocks come from the system one by one and go back to it: left to itself the allocator
  // learns to keep them, and the tables of a growing line leave their outgrown halves behind.
  mallopt(M_MMAP_THRESHOLD, 1 << 20);
  ::umask(0077);
  ::signal(SIGPIPE, SIG_IGN);
  const sigset_t set = end_signals();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

std::int64_t raise_open_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  const rlimit raised{limit.rlim_max, limit.rlim_max};
  if (::setrlimit(RLIMIT_NOFILE, &raised) == 0) limit = raised;
  return static_cast<std::int64_t>(std::min<rlim_t>(limit.rlim_cur, INT64_MAX));
}

std::int64_t open_files_needed(std::int64_t connections) {
  return connections + kFilesBesideConnections;
}

void EndSignals::wait() {
  const sigset_t set = end_signals();
  int number = 0;
  while (::sigwait(&set, &number) != 0) {
  }
}

bool EndSignals::wait_for(Duration time) {
  const sigset_t set = end_signals();
  const timespec span{time.ms / 1000, time.ms % 1000 * 1'000'000};
  return time.ms > 0 && ::sigtimedwait(&set, nullptr, &span) > 0;
}

}  // namespace frontrow::server
