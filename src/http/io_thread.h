// What the connections of one io thread share: their deadlines in one table that one timer sweeps,
// the clock and the Date header, the counters, and the settings of the whole server.
//
// All functions are for the io thread itself, but those marked "any thread".
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "http/io_loop.h"
#include "http/server.h"

namespace frontrow::http {

class Connection;

// Settings and counts that all io threads of a server read.
struct ServerShared {
  ServerOptions options;
  Handler handler;
  ErrorBody error_body;
  BodyLimit body_limit;
  std::size_t max_streams = 0;
  std::atomic<std::size_t> connections =
      0;  // those over the limit that wait for their 503 included
  std::atomic<std::size_t> streams = 0;
  std::atomic<bool> draining = false;
};

// Written by one io thread, read by all: no locked instruction is needed to add.
class Counter {
 public:
  void add(std::uint64_t n = 1) {
    value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
  }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_ = 0;
};

struct ThreadCounters {
  Counter accepted, over_limit, streams_cut, requests, bytes_in, bytes_out, accept_pauses;
  std::array<Counter, 6> refused;  // in the order of ServerCounters::refused
};

// What is logged at most once a second.
enum class LogCause : std::uint8_t { handler_failed, bad_answer, accept_paused, kCount };

class IoThread : public std::enable_shared_from_this<IoThread> {
 public:
  IoThread(std::shared_ptr<ServerShared> shared, std::size_t index);
  ~IoThread();

  // Life cycle, for the server: the timers begin with start; shut_down (posted) closes everything.
  void start(std::function<void(std::size_t)> tick, Duration tick_interval);
  void join();
  void shut_down();
  void begin_drain();

  // Serves an accepted, non-blocking descriptor.
  void adopt(int descriptor, const IpAddress& peer, bool over_limit);

  ServerShared& shared() { return *shared_; }
  const ServerOptions& options() const { return shared_->options; }
  IoLoop& loop() { return loop_; }  // its post: any thread
  std::size_t index() const { return index_; }
  bool is_current() const { return std::this_thread::get_id() == thread_.get_id(); }
  bool is_draining() const { return shared_->draining.load(std::memory_order_relaxed); }
  ThreadCounters& counters() { return counters_; }  // reading: any thread
  void count_refused(int status);
  void log(LogCause cause, std::string_view line);

  // Milliseconds of the steady clock, a few behind: for deadlines.
  static std::int64_t now();
  static constexpr std::int64_t kNever = INT64_MAX;
  void set_deadline(std::size_t slot, std::int64_t deadline) { slots_[slot].deadline = deadline; }
  // Closed connections leave the table.
  void release(std::size_t slot);

  std::string_view date_line() const { return date_line_; }
  // Writes a new id to `out`, which has room for kRequestIdBytes; its size.
  std::size_t make_request_id(char* out);
  static constexpr std::size_t kRequestIdBytes = 40;
  // Where answers are put together; empty between uses.
  std::string& scratch() { return scratch_; }

 private:
  struct Slot {
    std::int64_t deadline;
    std::shared_ptr<Connection> connection;
  };
  void sweep();
  void update_date();
  Duration sweep_interval() const;

  std::shared_ptr<ServerShared> shared_;
  std::size_t index_;
  IoLoop loop_;
  std::thread thread_;
  std::vector<Slot> slots_;
  ThreadCounters counters_;
  std::string date_line_;
  std::int64_t date_second_ = -1;
  std::string request_id_prefix_;
  std::uint64_t request_ids_ = 0;
  std::string scratch_;
  std::array<std::int64_t, static_cast<std::size_t>(LogCause::kCount)> logged_at_{};
};

}  // namespace frontrow::http
