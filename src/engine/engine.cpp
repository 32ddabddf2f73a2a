#include "engine/engine.h"

#include <pthread.h>

#include <algorithm>
#include <chrono>

namespace frontrow {
namespace {

// Commands that must get through when the house is full: they free room, or end what has been
// begun.
bool is_privileged(const Command& command) {
  return !std::holds_alternative<JoinQueue>(command) &&
         !std::holds_alternative<HoldSeats>(command) && !std::holds_alternative<TopUp>(command) &&
         !std::holds_alternative<CreateUser>(command) &&
         !std::holds_alternative<CreateSession>(command);
}

// A batch this large shows that many act at once, and that those just answered will be back soon.
constexpr std::size_t kCrowd = 4;

constexpr std::int64_t kStaleMs = 2000;
constexpr Duration kPauseAfterFailure = milliseconds(50);

std::int64_t steady_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

Time next_multiple(Time now, std::int64_t ms) {
  return Time{(now.ms / ms + 1) * ms};
}

}  // namespace

Engine::Engine(Store& store, const Clock& clock, Random& random, EngineOptions options)
    : store_(store),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      committer_(store, views_, random, metrics_, committer_options()) {}

Engine::~Engine() {
  stop();
}

// A batch follows where commands wait, unless something slow comes first: a shared store would keep
// the lock of all nodes meanwhile.
CommitterOptions Engine::committer_options() {
  CommitterOptions options = options_.committer;
  if (options.shared) options.clock_now = [this] { return clock_now(); };
  options.another_follows = [this] {
    return !keeps_house_ && metrics_.queue_length.load(std::memory_order_relaxed) > 0;
  };
  return options;
}

Result<Done> Engine::restore() {
  if (auto restored = committer_.restore(clock_.now()); !restored) return restored;
  ahead_ms_ = std::max<std::int64_t>(0, (committer_.now() - clock_.now()).ms);
  heard_ms_ = steady_ms();
  auto reader = store_.open_reader();
  if (!reader) return reader.error();
  reader_ = std::move(*reader);
  auto sweep_reader = store_.open_reader();
  if (!sweep_reader) return sweep_reader.error();
  sweep_reader_ = std::move(*sweep_reader);
  last_now_ms_ = committer_.now().ms;
  next_tick_ = committer_.now();
  next_second_ = committer_.now();
  next_minute_ = next_multiple(committer_.now(), 60'000);
  return Done{};
}

void Engine::start() {
  if (options_.committer.shared) {
    ticking_ = false;  // until the store says so
    store_.set_wake([this] {
      {
        std::lock_guard lock(mutex_);
        news_ = true;
      }
      wake_.notify_one();
    });
  }
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "committer");
    run();
  });
}

void Engine::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  if (thread_.joinable()) thread_.join();
  if (options_.committer.shared) store_.set_wake({});
  sweeper_.stop();
}

Time Engine::now() const {
  return std::max(clock_now(), Time{last_now_ms_.load()});
}

void Engine::submit(Submission submission) {
  Reply refusal = Failure::overloaded;
  {
    std::unique_lock lock(mutex_);
    const std::size_t most =
        is_privileged(submission.command) ? options_.queue_most : options_.queue_most / 4 * 3;
    const bool key_under_way =
        submission.key &&
        !keys_under_way_.emplace(submission.key->caller, submission.key->key).second;
    if (!stopping_ && !key_under_way && queue_.size() < most) {
      if (submission.key) track_key(submission);
      queue_.push_back(std::move(submission));
      metrics_.queue_length.store(queue_.size(), std::memory_order_relaxed);
      const bool wake = queue_.size() >= wakes_at_;
      if (wake) wakes_at_ = kAwake;
      lock.unlock();
      if (wake) wake_.notify_one();
      return;
    }
    if (key_under_way) {
      refusal = refuse(RefusalCode::idempotency_in_progress);
    } else {
      if (submission.key) keys_under_way_.erase({submission.key->caller, submission.key->key});
      if (stopping_)
        refusal = Failure::shutting_down;
      else
        ++metrics_.refused_full;
    }
  }
  submission.done(std::move(refusal));
}

void Engine::track_key(Submission& submission) {
  submission.done = [this, name = KeyName(submission.key->caller, submission.key->key),
                     done = std::move(submission.done)](Reply&& reply) {
    {
      std::lock_guard lock(mutex_);
      keys_under_way_.erase(name);
    }
    done(std::move(reply));
  };
}

std::vector<Submission> Engine::gather() {
  const Time now = clock_now();
  Time wake_at = next_tick_;
  if (ticking_) wake_at = std::min(wake_at, committer_.next_deadline());
  if (options_.committer.shared) wake_at = std::min(wake_at, next_follow_);
  wake_at = std::max(wake_at, next_try_);
  std::unique_lock lock(mutex_);
  if (queue_.empty() && !stopping_ && !news_ && wake_at > now)
    sleep(lock, 1, std::chrono::milliseconds((wake_at - now).ms));
  const std::size_t expected = std::min(options_.gather_most, last_batch_ + queue_.size());
  if (last_batch_ >= kCrowd && queue_.size() < expected && !stopping_)
    sleep(lock, expected, options_.gather_time);
  std::vector<Submission> batch;
  if (queue_.size() <= options_.batch_most) {
    batch.swap(queue_);
  } else {
    const auto end = queue_.begin() + static_cast<std::ptrdiff_t>(options_.batch_most);
    batch.assign(std::make_move_iterator(queue_.begin()), std::make_move_iterator(end));
    queue_.erase(queue_.begin(), end);
  }
  last_batch_ = batch.size();
  news_ = false;
  metrics_.queue_length.store(queue_.size(), std::memory_order_relaxed);
  return batch;
}

// Until so many commands wait, for `longest` at most.
void Engine::sleep(std::unique_lock<std::mutex>& lock, std::size_t commands,
                   std::chrono::microseconds longest) {
  wakes_at_ = commands;
  wake_.wait_for(lock, longest,
                 [this, commands] { return queue_.size() >= commands || stopping_ || news_; });
  wakes_at_ = kAwake;
}

void Engine::run() {
  for (;;) {
    std::vector<Submission> batch = gather();
    const bool was_empty = batch.empty();
    take_turn(batch);
    if (was_empty) {
      std::lock_guard lock(mutex_);
      if (stopping_ && queue_.empty()) return;
    }
  }
}

// A batch, or where this node has nothing to decide and does not tick, the others' news.
void Engine::take_turn(std::vector<Submission>& batch) {
  const Time now = clock_now();
  const bool tick = now >= next_tick_;
  if (tick) {
    next_tick_ = now + options_.tick;
    ticking_ = store_.may_tick();
  }
  next_follow_ = now + options_.follow;
  keeps_house_ = now >= next_second_;
  const bool is_idle = batch.empty() && !ticking_ && !committer_.has_unresolved();
  const bool heard =
      is_idle ? committer_.catch_up(now).ok() : committer_.run_batch(batch, now, tick && ticking_);
  next_try_ = heard ? now : now + kPauseAfterFailure;
  if (!heard) return;
  heard_ms_ = steady_ms();
  if (options_.committer.shared) ahead_ms_ += committer_.take_store_ahead().ms;
  last_now_ms_.store(committer_.now().ms, std::memory_order_relaxed);
  // What fails here makes the next batch fail, which says so.
  if (tick && ticking_ && batch.empty()) (void)store_.tidy(now);
  housekeeping(now);
}

Duration Engine::heard_ago() const {
  return milliseconds(steady_ms() - heard_ms_.load());
}

Duration Engine::commit_waits() const {
  const StoreMetrics* const store = store_.metrics();
  const std::int64_t began = store ? store->commit_began_ms.load() : 0;
  return milliseconds(began == 0 ? 0 : steady_ms() - began);
}

bool Engine::is_stale() const {
  return options_.committer.shared && heard_ago().ms > kStaleMs;
}

void Engine::housekeeping(Time now) {
  if (!keeps_house_) return;
  next_second_ = now + seconds(1);
  committer_.state().set_now(committer_.now());
  views_.refresh(committer_.state());
  if (!ticking_) return;
  std::vector<Submission> refunds = committer_.pending_refunds(*reader_, 200);
  if (!refunds.empty()) {
    committer_.run_batch(refunds, now, false);
    next_second_ = now;  // go on with the next ones after the commands that wait
  }
  if (now < next_minute_) return;
  next_minute_ = next_multiple(now, 60'000);
  sweeper_.submit([this, until = committer_.now()] { sweep(*sweep_reader_, until, metrics_); });
  if (auto forgotten = store_.forget_kept_answers(now - kKeepAnswers, 10'000); !forgotten) return;
}

}  // namespace frontrow
