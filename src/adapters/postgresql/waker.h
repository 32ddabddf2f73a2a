// Tells the other nodes that there is news, and hears it from them: LISTEN and NOTIFY on a
// connection of its own. Inside a batch a NOTIFY would make all nodes' commits wait for each other.
// The same thread looks each second whether the standby that commits wait for is there.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "adapters/postgresql/timeline.h"
#include "store/store_metrics.h"

namespace frontrow::postgresql {

class Waker {
 public:
  Waker(std::shared_ptr<Timeline> timeline, StoreMetrics& metrics);
  ~Waker();  // after it nothing is called
  Waker(const Waker&) = delete;
  Waker& operator=(const Waker&) = delete;

  // Called on the waker's thread when another node tells that it committed, and after the
  // connection was opened, as something may have been missed.
  void set(std::function<void()> wake);
  // This node committed. Any thread; never waits. Told at most every 20 ms.
  void notify();

 private:
  using Clock = std::chrono::steady_clock;
  void run();
  void connect();
  void wait();
  void tell();
  void look_at_standbys();
  void hear();
  void wake();

  std::shared_ptr<Timeline> timeline_;
  StoreMetrics& metrics_;
  int event_;                               // wakes the thread
  std::unique_ptr<Connection> connection_;  // of the thread
  Clock::time_point told_at_, looked_at_;   // of the thread
  std::atomic<bool> ending_{false}, has_news_{false};
  std::mutex mutex_;
  std::function<void()> wake_;
  std::thread thread_;
};

}  // namespace frontrow::postgresql
