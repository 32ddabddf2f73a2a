// Tells the other nodes that there is news, and hears it from them: LISTEN and NOTIFY on a
// connection of its own. Inside a batch a NOTIFY would make all nodes' commits wait for each other.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "adapters/postgresql/timeline.h"

namespace frontrow::postgresql {

class Waker {
 public:
  explicit Waker(std::shared_ptr<Timeline> timeline);
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
  void hear();
  void wake();

  std::shared_ptr<Timeline> timeline_;
  int event_;                               // wakes the thread
  std::unique_ptr<Connection> connection_;  // of the thread
  Clock::time_point told_at_;               // of the thread
  std::atomic<bool> ending_{false}, has_news_{false};
  std::mutex mutex_;
  std::function<void()> wake_;
  std::thread thread_;
};

}  // namespace frontrow::postgresql
