#include "api/streams.h"

#include <algorithm>

namespace frontrow::api {

std::string format_event(std::string_view id, std::string_view event, std::string_view data) {
  std::string out;
  if (!id.empty()) out.append("id: ").append(id).append("\n");
  if (!event.empty()) out.append("event: ").append(event).append("\n");
  out.append("data: ").append(data).append("\n\n");
  return out;
}

std::shared_ptr<std::atomic<bool>> StreamHub::enter_group(const std::string& group) {
  constexpr std::size_t kStreamsAGroup = 2;
  auto replaced = std::make_shared<std::atomic<bool>>(false);
  if (group.empty()) return replaced;
  std::lock_guard lock(groups_mutex_);
  auto& members = groups_[group];
  if (members.size() >= kStreamsAGroup) {
    *members.front() = true;
    members.erase(members.begin());
  }
  members.push_back(replaced);
  return replaced;
}

void StreamHub::leave_group(const Entry& entry) {
  std::lock_guard lock(groups_mutex_);
  const auto members = groups_.find(entry.group);
  if (members == groups_.end()) return;
  std::erase(members->second, entry.replaced);
  if (members->second.empty()) groups_.erase(members);
}

void StreamHub::add(std::shared_ptr<http::Stream> stream, std::string group, Duration interval,
                    Source source, Time now) {
  auto& list = threads_[stream->thread_index()];
  auto replaced = enter_group(group);
  Entry entry{std::move(stream), std::move(group),  std::move(replaced),
              interval,          std::move(source), now,
              now + kHeartbeat};
  look(entry, now);
  list.push_back(std::move(entry));
}

bool StreamHub::look(Entry& entry, Time now) {
  entry.next_look = now + entry.interval;
  bool over = false;
  const std::string events = entry.source(now, over);
  if (!events.empty()) {
    entry.stream->send(events);
    entry.next_heartbeat = now + kHeartbeat;
  }
  if (over) entry.stream->close();
  return !over;
}

void StreamHub::tick(std::size_t thread, Time now, std::uint64_t jitter) {
  auto& list = threads_[thread];
  for (Entry& entry : list) {
    if (!entry.stream->is_open()) continue;
    if (*entry.replaced) {
      entry.stream->close();
      continue;
    }
    if (draining_) {
      jitter = jitter * 6364136223846793005ULL + 1442695040888963407ULL;
      entry.stream->send("retry: " + std::to_string(1000 + (jitter >> 33) % 9000) + "\n\n");
      entry.stream->close();
      continue;
    }
    if (now >= entry.next_look && !look(entry, now)) continue;
    if (now >= entry.next_heartbeat) {
      entry.stream->send(": heartbeat\n\n");
      entry.next_heartbeat = now + kHeartbeat;
    }
  }
  std::erase_if(list, [this](const Entry& entry) {
    if (entry.stream->is_open()) return false;
    leave_group(entry);
    return true;
  });
}

}  // namespace frontrow::api
