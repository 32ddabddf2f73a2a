// The committer on a thread of its own, with the bounded queue of commands before it.
//
//   Engine engine(store, clock, random, options);
//   engine.restore();
//   engine.start();
//   engine.submit({JoinQueue{user, concert}, {}, [](Reply&& reply) { … }});
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "engine/committer.h"
#include "engine/worker_pool.h"

namespace frontrow {

struct EngineOptions {
  CommitterOptions committer = {};
  std::size_t queue_most = 16'384;  // commands that wait; beyond it they are refused
  std::size_t batch_most = 512;     // commands in a batch; the rest waits for the next
  // In a crowd a batch waits a little for those who were just answered: a sync and its wake-ups
  // cost the same for 20 commands as for 60. Never for one who acts alone.
  std::size_t gather_most = 64;
  std::chrono::microseconds gather_time{800};
  Duration tick = milliseconds(100);
  Duration follow = milliseconds(200);  // a shared store is asked for news at least so often
};

class Engine {
 public:
  Engine(Store& store, const Clock& clock, Random& random, EngineOptions options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  Result<Done> restore();
  void start();
  // Decides what has been accepted, then ends the thread. Later submissions are refused.
  void stop();

  // Any thread. A quarter of the queue is kept for claims, payments, cancels and staff, so that
  // joins are refused first. `done` is called on the committer's thread, or here where the command
  // is refused: queue full, shutting down, or a command with the same idempotency key under way.
  void submit(Submission submission);

  Views& views() { return views_; }
  const Views& views() const { return views_; }
  EngineMetrics& metrics() { return metrics_; }
  // The batch's clock as readers should see it: never behind the last batch.
  Time now() const;
  // Whether the views may be wrong: nothing was heard from a shared store for 2 s.
  bool is_stale() const;
  // How long ago a shared store was heard last.
  Duration heard_ago() const;
  // How long the commit under way has taken so far; 0 where there is none.
  Duration commit_waits() const;
  // Of a shared store, else null.
  const StoreMetrics* store_metrics() const { return store_.metrics(); }
  // Whether the views may lack what another node committed a moment ago.
  bool is_shared() const { return options_.committer.shared; }
  // Whether this node calls people and ends what time ends.
  bool is_ticking() const { return ticking_.load(std::memory_order_relaxed); }

 private:
  using KeyName = std::pair<CallerId, std::string>;
  void run();
  CommitterOptions committer_options();
  std::vector<Submission> gather();
  void sleep(std::unique_lock<std::mutex>& lock, std::size_t commands,
             std::chrono::microseconds longest);
  void housekeeping(Time now);
  void take_turn(std::vector<Submission>& batch);
  Time clock_now() const { return clock_.now() + Duration{ahead_ms_.load()}; }
  void track_key(Submission& submission);

  Store& store_;
  const Clock& clock_;
  Random& random_;
  EngineOptions options_;
  EngineMetrics metrics_;
  Views views_;
  Committer committer_;
  std::unique_ptr<Reader> reader_;        // the committer's thread
  std::unique_ptr<Reader> sweep_reader_;  // the sweeper's
  WorkerPool sweeper_{1, 1};  // a sweep reads whole tables, which must not hold up a batch

  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Submission> queue_;
  std::set<KeyName> keys_under_way_;
  bool stopping_ = false;
  static constexpr std::size_t kAwake = SIZE_MAX;
  std::size_t wakes_at_ = kAwake;  // how many waiting commands wake the committer
  std::size_t last_batch_ = 0;     // commands in it
  std::atomic<std::int64_t> last_now_ms_{0};
  // How far the engine's clock is ahead of the machine's. A clock that is behind what is stored (it
  // had been ahead at an earlier start) goes on from there instead of standing still until it has
  // caught up; of a shared store the store's own clock is taken.
  std::atomic<std::int64_t> ahead_ms_{0};
  std::atomic<bool> ticking_{true};
  bool news_ = false;                      // the store has said so; under mutex_
  std::atomic<std::int64_t> heard_ms_{0};  // of the steady clock; of a shared store

  Time next_tick_;
  Time next_follow_;
  Time next_try_;  // not before: the store failed
  Time next_second_;
  Time next_minute_;
  bool keeps_house_ = false;  // after the batch under way
  std::thread thread_;
};

}  // namespace frontrow
