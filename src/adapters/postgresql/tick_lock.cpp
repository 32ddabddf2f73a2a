#include "adapters/postgresql/tick_lock.h"

#include "adapters/postgresql/locks.h"

namespace frontrow::postgresql {
namespace {

using namespace std::chrono_literals;

constexpr auto kEvery = 250ms;
constexpr auto kBelieved = 1300ms;  // after the last word to the server, which waits 1.5 s
constexpr auto kWanted = 1s;
constexpr Milliseconds kBound{1000};

const Statement kTry{"try_tick", "select pg_try_advisory_lock($1)"};
const Statement kPing{"ping", "select 1"};

Rows run_bounded(Connection& connection, const Statement& statement, const Params& params) {
  Pipeline pipeline(connection);
  pipeline.add(statement, params);
  return std::move(pipeline.run(kBound).front());
}

}  // namespace

TickLock::TickLock(std::shared_ptr<Timeline> timeline, StoreMetrics& metrics)
    : timeline_(std::move(timeline)), metrics_(metrics), thread_([this] { run(); }) {}

TickLock::~TickLock() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

bool TickLock::ask() {
  const bool was_wanted = is_wanted();
  asked_at_.store(Clock::now().time_since_epoch().count());
  if (!was_wanted) changed_.notify_all();
  return is_held();
}

bool TickLock::is_held() const {
  return Clock::now().time_since_epoch().count() < held_until_.load();
}

bool TickLock::is_wanted() const {
  const Clock::rep asked = asked_at_.load();
  return asked != 0 && Clock::now().time_since_epoch() - Clock::duration(asked) < kWanted;
}

void TickLock::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    lock.unlock();
    try {
      is_wanted() ? keep() : let_go();
    } catch (const Failure&) {
      let_go();
    }
    lock.lock();
    if (!ending_) changed_.wait_for(lock, kEvery);
  }
  let_go();
}

void TickLock::keep() {
  if (connection_ && !timeline_->is_newest(*connection_)) let_go();
  if (!connection_) {
    connection_ =
        timeline_->connect(std::string(kSettings) + "; set idle_session_timeout = '1500ms'");
    ++metrics_.tick_connections;
  }
  const Clock::time_point before = Clock::now();
  if (has_lock_)
    run_bounded(*connection_, kPing, {});
  else
    has_lock_ =
        Columns(run_bounded(*connection_, kTry, Params().integer(kTickLock)).get(), 0).boolean();
  if (has_lock_) held_until_.store((before + kBelieved).time_since_epoch().count());
}

void TickLock::let_go() {
  held_until_.store(0);
  has_lock_ = false;
  connection_.reset();
}

}  // namespace frontrow::postgresql
