// What the routes share: the engine, the views, the keys, the caches and the limits.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <unordered_map>
#include <vector>

#include "api/api.h"
#include "api/call.h"
#include "api/docs_page.h"
#include "api/history.h"
#include "api/rate_limit.h"
#include "api/streams.h"
#include "api/token_desk.h"

namespace frontrow::api {

// Counts of answers by route and status.
struct RouteCounts {
  std::array<std::atomic<std::uint64_t>, 6> by_class{};  // index: status / 100
  Histogram<8> seconds{AnswerTimes::kBounds};
};

// Access tokens that were looked up in the store lately.
class SessionCache {
 public:
  std::optional<Session> find(const Digest& hash);
  void put(const Session& session);
  void drop(const Digest& hash);
  // Drops the sessions of a person who is forgotten, and takes none of theirs any more.
  void forget(UserId user);

 private:
  static constexpr std::size_t kShards = 16;
  static constexpr std::size_t kPerShard = 8192;
  struct HashOfHash {
    std::size_t operator()(const Digest& hash) const {
      std::size_t value;
      std::memcpy(&value, hash.data(), sizeof value);
      return value;
    }
  };
  struct Shard {
    std::mutex mutex;
    std::unordered_map<Digest, Session, HashOfHash> sessions;
  };
  std::array<Shard, kShards> shards_;
  std::mutex forgotten_mutex_;  // taken after a shard's
  std::set<UserId> forgotten_;  // since the start
};

struct Service {
  Service(ApiParts given_parts, ApiOptions given_options, std::size_t io_threads);

  ApiParts parts;
  ApiOptions options;
  TokenDesk tokens;
  SessionCache sessions;
  RateLimiter sign_ups, sign_ins, joins;
  RateLimiter account_tries;  // sign-ins of one account
  StreamHub streams;
  History history;  // of the sales' figures, since this process started
  std::shared_ptr<const std::string> openapi_json;
  DocsPage docs;  // made of it once
  std::atomic<bool> draining{false};
  std::atomic<bool> refusing{false};                             // the drain is over
  std::map<std::string, RouteCounts, std::less<>> route_counts;  // filled at start, by route
  std::array<std::atomic<std::uint64_t>, 64> problems{};         // by RefusalCode

  struct PendingCall {
    std::weak_ptr<Call> call;
    std::chrono::steady_clock::time_point deadline;
  };
  std::vector<std::deque<PendingCall>> pending;  // by io thread; touched on that thread alone

  // Answers of the engine on their way to an io thread: a batch's worth wakes it once.
  struct Outbox {
    std::mutex mutex;
    std::vector<std::pair<CallPtr, Reply>> waiting;
  };
  std::vector<std::unique_ptr<Outbox>> outboxes;  // by io thread
  void send_reply(CallPtr call, Reply&& reply);   // any thread
  void deliver_replies(std::size_t thread);       // on that io thread

  Views& views() { return parts.engine.views(); }
  Time now() const { return parts.engine.now(); }
  // Well mixed, cheap, never for secrets.
  std::uint64_t jitter();
};

template <class Read, class Then>
void Call::read(Read read, Then then) {
  auto self = shared_from_this();
  const bool taken = service.parts.readers.submit(
      [self, read = std::move(read), then = std::move(then)](Reader& reader) mutable {
        auto result = std::make_shared<decltype(read(reader))>(read(reader));
        self->later([result, then = std::move(then)](Call& call) mutable {
          if (!*result) return call.refuse(RefusalCode::overloaded, "the store cannot be read now");
          then(call, std::move(**result));
        });
      });
  if (!taken) refuse(RefusalCode::overloaded);
}

}  // namespace frontrow::api
