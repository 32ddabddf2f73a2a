// The connection for batches: to the primary, and never to one of an older history than was seen.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "adapters/postgresql/timeline.h"

namespace frontrow::postgresql {

class Primary {
 public:
  // Counts the connections that it opens in `opened`.
  Primary(std::shared_ptr<Timeline> timeline, std::atomic<std::uint64_t>& opened)
      : timeline_(std::move(timeline)), opened_(opened) {}

  // A connection without a transaction. While the server cannot be reached, tries at most every
  // 250 ms and repeats the last Failure in between. Invalidates what it gave before.
  Connection& connect();
  Connection& connection() { return *connection_; }  // Requires: connect() succeeded
  bool is_connected() const { return connection_ && connection_->is_usable(); }
  // Ends the transaction, or the connection where that is not possible. Never fails.
  void roll_back();
  void disconnect() { connection_.reset(); }

  // Runs `work`, which may be done twice: a connection that was lost while nothing was done is
  // noticed only by using it.
  template <class Work>
  auto with(Work work) -> decltype(work(std::declval<Connection&>())) {
    const bool was_connected = is_connected();
    try {
      return work(connect());
    } catch (const Failure& failure) {
      if (!was_connected || failure.kind == Failure::Kind::timed_out || is_connected()) {
        roll_back();
        throw;
      }
    }
    try {
      return work(connect());
    } catch (const Failure&) {
      roll_back();
      throw;
    }
  }

 private:
  std::shared_ptr<Timeline> timeline_;
  std::atomic<std::uint64_t>& opened_;
  std::unique_ptr<Connection> connection_;
  std::optional<Failure> last_failure_;
  std::chrono::steady_clock::time_point failed_at_;
};

}  // namespace frontrow::postgresql
