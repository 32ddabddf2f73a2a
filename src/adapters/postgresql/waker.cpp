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

}  // namespace

Waker::Waker(std::shared_ptr<Timeline> timeline)
    : timeline_(std::move(timeline)),
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
      hear();
    } catch (const Failure&) {
      connection_.reset();
      if (!ending_) std::this_thread::sleep_for(kRetryEvery);
    }
  }
}

void Waker::connect() {
  connection_.reset();
  connection_ = timeline_->connect(kSettings);
  connection_->script("listen frontrow", kBound);
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
}

void Waker::hear() {
  PGconn* handle = connection_->handle();
  if (!PQconsumeInput(handle))
    throw Failure{Failure::Kind::lost, "postgresql: the listening connection is lost"};
  bool is_foreign = false;
  while (PGnotify* heard = PQnotifies(handle)) {
    is_foreign = is_foreign || heard->be_pid != PQbackendPID(handle);
    PQfreemem(heard);
  }
  if (is_foreign) wake();
}

void Waker::wake() {
  const std::lock_guard lock(mutex_);
  if (wake_) wake_();
}

}  // namespace frontrow::postgresql
