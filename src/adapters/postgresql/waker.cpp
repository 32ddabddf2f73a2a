#include "adapters/postgresql/waker.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "adapters/postgresql/locks.h"

namespace frontrow::postgresql {
namespace {

using namespace std::chrono_literals;

constexpr auto kToldEvery = 20ms;
constexpr auto kRetryEvery = 250ms;
constexpr auto kLongestWait = 1000ms;
constexpr Milliseconds kBound{1000};

// A role that may not see the standbys' state gets nulls.
const Statement kStandbys{"standbys", R"(
  select current_setting('synchronous_standby_names') <> '',
    count(*) filter (where sync_state in ('sync', 'quorum')),
    count(*) filter (where sync_state is null)
  from pg_stat_replication)"};

}  // namespace

Waker::Waker(std::shared_ptr<Timeline> timeline, StoreMetrics& metrics)
    : timeline_(std::move(timeline)),
      metrics_(metrics),
      event_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      thread_([this] { run(); }) {}

Waker::~Waker() {
  ending_ = true;
  ::eventfd_write(event_, 1);
  thread_.join();
  ::close(event_);
}

void Waker::set(std::function<void()> wake) {
  const std::lock_guard lock(mutex_);
  wake_ = std::move(wake);
}

void Waker::notify() {
  if (!has_news_.exchange(true)) ::eventfd_write(event_, 1);
}

void Waker::run() {
  while (!ending_) {
    try {
      if (!connection_ || !timeline_->is_newest(*connection_)) connect();
      wait();
      tell();
      look_at_standbys();
      hear();
    } catch (const Failure&) {
      connection_.reset();
      metrics_.standbys = -1;
      if (!ending_) std::this_thread::sleep_for(kRetryEvery);
    }
  }
}

void Waker::connect() {
  connection_.reset();
  connection_ = timeline_->connect(kSettings);
  connection_->script("listen frontrow", kBound);
  ++metrics_.news_connections;
  wake();
}

void Waker::wait() {
  Milliseconds longest = kLongestWait;
  if (has_news_)
    longest = std::max(std::chrono::ceil<Milliseconds>(told_at_ + kToldEvery - Clock::now()),
                       Milliseconds(0));
  pollfd waited[] = {{event_, POLLIN, 0}, {PQsocket(connection_->handle()), POLLIN, 0}};
  ::poll(waited, 2, static_cast<int>(longest.count()));
  eventfd_t ignored;
  ::eventfd_read(event_, &ignored);
}

void Waker::tell() {
  if (!has_news_ || Clock::now() < told_at_ + kToldEvery) return;
  has_news_ = false;
  told_at_ = Clock::now();
  connection_->script("notify frontrow", kBound);
  ++metrics_.notifications_sent;
}

void Waker::look_at_standbys() {
  if (Clock::now() < looked_at_ + kLongestWait) return;
  looked_at_ = Clock::now();
  const Rows rows = connection_->run(kStandbys);
  Columns row(rows.get(), 0);
  const bool are_wanted = row.boolean();
  const std::int64_t there = row.integer(), unseen = row.integer();
  metrics_.standbys = unseen > 0 ? -1 : there;
  metrics_.standby_lost = are_wanted && there == 0 && unseen == 0;
}

void Waker::hear() {
  PGconn* handle = connection_->handle();
  if (!PQconsumeInput(handle))
    throw Failure{Failure::Kind::lost, "postgresql: the listening connection is lost"};
  bool is_foreign = false;
  while (PGnotify* heard = PQnotifies(handle)) {
    if (heard->be_pid != PQbackendPID(handle)) {
      is_foreign = true;
      ++metrics_.notifications_heard;
    }
    PQfreemem(heard);
  }
  if (is_foreign) wake();
}

void Waker::wake() {
  const std::lock_guard lock(mutex_);
  if (wake_) wake_();
}

}  // namespace frontrow::postgresql
