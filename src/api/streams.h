// Server-sent events. Each io thread keeps its streams and looks at all of them on its tick: what
// has changed since the last event is sent, a heartbeat goes out each 15 s, and at a drain every
// stream ends with a `retry:` of its own, so that a crowd does not come back in one moment.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "http/exchange.h"

namespace frontrow::api {

// One event: `id:` where not empty, `event:` where not empty, `data:`.
std::string format_event(std::string_view id, std::string_view event, std::string_view data);

class StreamHub {
 public:
  // Gives the next events, already formatted, or an empty text; sets `over` to end the stream.
  using Source = std::function<std::string(Time now, bool& over)>;

  explicit StreamHub(std::size_t io_threads) : threads_(io_threads) {}

  // On the stream's io thread. At most two streams a `group`, whatever their threads: the newest
  // win. `interval` is the least time between two looks.
  void add(std::shared_ptr<http::Stream> stream, std::string group, Duration interval,
           Source source, Time now);
  void tick(std::size_t thread, Time now, std::uint64_t jitter);
  void begin_drain() { draining_ = true; }

 private:
  struct Entry {
    std::shared_ptr<http::Stream> stream;
    std::string group;
    std::shared_ptr<std::atomic<bool>>
        replaced;  // set by a newer stream of the group, on any thread
    Duration interval;
    Source source;
    Time next_look;
    Time next_heartbeat;
  };
  static constexpr Duration kHeartbeat = seconds(15);
  bool look(Entry& entry, Time now);
  std::shared_ptr<std::atomic<bool>> enter_group(const std::string& group);
  void leave_group(const Entry& entry);

  std::vector<std::vector<Entry>> threads_;
  std::mutex groups_mutex_;
  std::unordered_map<std::string, std::vector<std::shared_ptr<std::atomic<bool>>>> groups_;
  std::atomic<bool> draining_{false};
};

}  // namespace frontrow::api
