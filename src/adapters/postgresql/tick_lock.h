// Which node ticks: the one whose session holds a lock. A thread of its own takes and keeps it, so
// that nobody waits for the server. The server ends a session that says nothing for 1.5 s; this
// side stops believing before that.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "adapters/postgresql/timeline.h"
#include "store/store_metrics.h"

namespace frontrow::postgresql {

class TickLock {
 public:
  TickLock(std::shared_ptr<Timeline> timeline, StoreMetrics& metrics);
  ~TickLock();  // gives the lock back
  TickLock(const TickLock&) = delete;
  TickLock& operator=(const TickLock&) = delete;

  // Whether this node holds it. Any thread; never waits. Who does not ask for a second gives the
  // lock away: a node that hangs shall not keep it.
  bool ask();
  bool is_held() const;  // the same, without wanting it

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  void keep();
  void let_go();
  bool is_wanted() const;

  std::shared_ptr<Timeline> timeline_;
  StoreMetrics& metrics_;
  std::unique_ptr<Connection> connection_;  // of the thread
  bool has_lock_ = false;                   // of the thread
  std::atomic<Clock::rep> asked_at_{0}, held_until_{0};
  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace frontrow::postgresql
