#include "api/service.h"

namespace frontrow::api {
namespace {

constexpr std::int64_t kAccountTriesPerMinute = 5;

}  // namespace

std::optional<Session> SessionCache::find(const Digest& hash) {
  Shard& shard = shards_[hash[31] % kShards];
  std::lock_guard lock(shard.mutex);
  const auto found = shard.sessions.find(hash);
  if (found == shard.sessions.end()) return {};
  return found->second;
}

void SessionCache::put(const Session& session) {
  Shard& shard = shards_[session.token_hash[31] % kShards];
  std::lock_guard lock(shard.mutex);
  {
    std::lock_guard forgotten(forgotten_mutex_);
    if (forgotten_.contains(session.user)) return;
  }
  if (shard.sessions.size() >= kPerShard) shard.sessions.clear();
  shard.sessions.insert_or_assign(session.token_hash, session);
}

void SessionCache::drop(const Digest& hash) {
  Shard& shard = shards_[hash[31] % kShards];
  std::lock_guard lock(shard.mutex);
  shard.sessions.erase(hash);
}

void SessionCache::forget(UserId user) {
  {
    std::lock_guard forgotten(forgotten_mutex_);
    forgotten_.insert(user);
  }
  for (Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    std::erase_if(shard.sessions, [user](const auto& item) { return item.second.user == user; });
  }
}

Service::Service(ApiParts given_parts, ApiOptions given_options, std::size_t io_threads)
    : parts(std::move(given_parts)),
      options(std::move(given_options)),
      tokens(parts.engine.views()),
      sign_ups(options.sign_up_per_second * 60, options.sign_up_per_second * 5),
      sign_ins(options.sign_in_per_second * 60, options.sign_in_per_second * 5),
      joins(options.join_per_second * 60, options.join_per_second * 2),
      account_tries(kAccountTriesPerMinute, kAccountTriesPerMinute),
      streams(io_threads),
      openapi_json(std::make_shared<const std::string>(options.openapi_json)),
      docs(make_docs_page(options.openapi_json)),
      pending(io_threads) {
  for (std::size_t i = 0; i < io_threads; ++i) outboxes.push_back(std::make_unique<Outbox>());
}

void Service::send_reply(CallPtr call, Reply&& reply) {
  const std::size_t thread = call->exchange->thread_index();
  Outbox& outbox = *outboxes[thread];
  const auto exchange = call->exchange;
  bool wake = false;
  {
    std::lock_guard lock(outbox.mutex);
    wake = outbox.waiting.empty();
    outbox.waiting.emplace_back(std::move(call), std::move(reply));
  }
  if (wake) exchange->post([this, thread] { deliver_replies(thread); });
}

void Service::deliver_replies(std::size_t thread) {
  std::vector<std::pair<CallPtr, Reply>> ready;
  {
    std::lock_guard lock(outboxes[thread]->mutex);
    ready.swap(outboxes[thread]->waiting);
  }
  for (auto& [call, reply] : ready) call->take_reply(std::move(reply));
}

std::uint64_t Service::jitter() {
  static thread_local std::uint64_t state = reinterpret_cast<std::uintptr_t>(&state);
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

}  // namespace frontrow::api
