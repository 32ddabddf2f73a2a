// The crowd at work: event loops, each on a thread of its own with its own share of the people, its
// own connections, history and figures. Loops meet in the plan's atomics and the published figures
// alone.
//
// Load is open: a call's time is when its person meant to make it, whatever became of the calls
// before; where connections are short, calls wait in line and their latency counts the wait.
//
// Of several nodes a call goes to the one that a proxy would choose, and to another where that one
// does not take a connection. A call that was sent and lost is the person's to repeat.
#pragma once

#include <algorithm>
#include <deque>
#include <filesystem>
#include <memory>
#include <thread>
#include <vector>

#include "rehearsal/connections.h"
#include "rehearsal/history.h"
#include "rehearsal/loop_stats.h"
#include "rehearsal/script.h"

namespace frontrow::rehearsal {

// One event loop. `run` belongs to its thread; `published` may be read by any.
class CrowdLoop {
 public:
  CrowdLoop(Plan& plan, unsigned loop, unsigned loops, const std::filesystem::path& history_file);

  // Until all are finished and nothing is under way, or the plan says stop; what is under way then
  // may still be answered for a second, and is unknown after that.
  void run();

  PublishedStats& published() { return published_; }
  // Both after the end of `run`.
  const History& history() const { return history_; }
  const Script& script() const { return script_; }

 private:
  struct Waiting {
    Request request;
    std::int64_t intended_us = 0;
  };
  struct UnderWay {
    Request request;
    std::int64_t intended_us = 0;
    std::int64_t sent_us = 0;
    std::size_t node = 0;
  };

  void take_outbox(std::int64_t intended_us);
  void send_waiting();
  void send_waiting(std::size_t node);
  void wait_at_its_node(Waiting waiting);
  std::size_t waiting() const;
  bool goes_elsewhere(const Connections::Ending& ending);
  void end(const Connections::Ending& ending);
  void end_calls(const Connections::Handler& handler);
  void publish(std::int64_t now_us);
  Phase phase(std::int64_t now_us) const;
  std::uint32_t to_ms(std::int64_t now_us) const {
    // The run may begin a moment later.
    return static_cast<std::uint32_t>(std::max<std::int64_t>(0, now_us - plan_.start_us) / 1000);
  }

  Plan& plan_;
  History history_;
  Script script_;
  Connections connections_;
  std::vector<UnderWay> under_way_;           // by connection
  std::vector<std::deque<Waiting>> waiting_;  // by node
  LoopStats delta_;
  PublishedStats published_;
  std::int64_t next_publish_us_ = 0;
};

class Crowd {
 public:
  // History files are made in `folder`. Requires: the plan outlives the crowd.
  Crowd(Plan& plan, const std::filesystem::path& folder);
  ~Crowd();

  void start();
  bool is_over() const { return running_ == 0; }
  // Ends the loops early, or waits for their end.
  void join();

  LoopStats stats() const;
  // Latency of all calls answered since it was last asked for.
  Histogram take_recent();
  std::vector<const History*> histories() const;
  // Requires: join(). False: a disk did not take every call; the crowd has then ended early.
  bool has_whole_history() const;
  const std::vector<std::unique_ptr<CrowdLoop>>& loops() const { return loops_; }

 private:
  Plan& plan_;
  std::vector<std::unique_ptr<CrowdLoop>> loops_;
  std::vector<std::thread> threads_;
  std::atomic<int> running_ = 0;
};

}  // namespace frontrow::rehearsal
