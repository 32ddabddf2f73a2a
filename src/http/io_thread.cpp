#include "http/io_thread.h"

#include <fmt/format.h>
#include <pthread.h>
#include <time.h>

#include <algorithm>
#include <charconv>

#include "http/connection.h"

namespace frontrow::http {
namespace {

constexpr std::int64_t kLongestSweepMs = 250;
constexpr std::int64_t kShortestSweepMs = 5;
constexpr std::int64_t kLogIntervalMs = 1000;
constexpr std::size_t kScratchBytes = 64 * 1024;  // more is given back after use

}  // namespace

IoThread::IoThread(std::shared_ptr<ServerShared> shared, std::size_t index)
    : shared_(std::move(shared)),
      index_(index),
      request_id_prefix_(fmt::format("{:016x}-{:x}-", shared_->options.instance, index)) {
  logged_at_.fill(INT64_MIN / 2);
}

IoThread::~IoThread() = default;

void IoThread::start(std::function<void(std::size_t)> tick, Duration tick_interval) {
  update_date();
  loop_.every(sweep_interval(), [this] { sweep(); });
  if (tick) loop_.every(tick_interval, [tick = std::move(tick), this] { tick(index_); });
  thread_ = std::thread([this] {
    pthread_setname_np(pthread_self(), "io");
    loop_.run();
  });
}

void IoThread::join() {
  if (thread_.joinable()) thread_.join();
}

void IoThread::shut_down() {
  while (!slots_.empty()) {
    const auto connection = slots_.back().connection;
    connection->shut();
  }
  loop_.close();
}

void IoThread::begin_drain() {
  for (std::size_t i = slots_.size(); i-- > 0;) slots_[i].connection->begin_drain();
}

void IoThread::adopt(int descriptor, const IpAddress& peer, bool over_limit) {
  counters_.accepted.add();
  if (over_limit) counters_.over_limit.add();
  auto connection = std::make_shared<Connection>(shared_from_this(), descriptor, peer, over_limit);
  slots_.push_back({kNever, connection});
  connection->start(slots_.size() - 1);
}

void IoThread::release(std::size_t slot) {
  if (slot + 1 != slots_.size()) {
    std::swap(slots_[slot], slots_.back());
    slots_[slot].connection->moved_to(slot);
  }
  slots_.pop_back();
  shared_->connections.fetch_sub(1, std::memory_order_relaxed);
}

std::int64_t IoThread::now() {
  timespec time;
  clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
  return static_cast<std::int64_t>(time.tv_sec) * 1000 + time.tv_nsec / 1'000'000;
}

// Fine enough for the shortest timeout, coarse enough to cost nothing.
Duration IoThread::sweep_interval() const {
  const auto& o = options();
  const auto shortest = std::min({o.head_timeout.ms, o.body_timeout.ms, o.write_progress_timeout.ms,
                                  o.idle_timeout.ms, o.linger_timeout.ms, o.drain_idle_timeout.ms});
  return milliseconds(std::clamp(shortest / 4, kShortestSweepMs, kLongestSweepMs));
}

void IoThread::sweep() {
  update_date();
  const std::int64_t current = now();
  // Backwards: who is released swaps places with one that was looked at already.
  for (std::size_t i = slots_.size(); i-- > 0;) {
    if (i >= slots_.size() || slots_[i].deadline > current) continue;
    const auto connection = slots_[i].connection;
    connection->on_deadline();
  }
  if (scratch_.capacity() > kScratchBytes) std::string().swap(scratch_);
}

// "Date: Sat, 21 Nov 2026 11:00:00 GMT" (RFC 9110, 5.6.7).
void IoThread::update_date() {
  if (options().clock == nullptr) return;
  const std::int64_t second = options().clock->now().ms / 1000;
  if (second == date_second_) return;
  date_second_ = second;
  const auto time = static_cast<time_t>(second);
  tm parts{};
  gmtime_r(&time, &parts);
  constexpr std::string_view kDays = "SunMonTueWedThuFriSat";
  constexpr std::string_view kMonths = "JanFebMarAprMayJunJulAugSepOctNovDec";
  date_line_ =
      fmt::format("Date: {}, {:02} {} {:04} {:02}:{:02}:{:02} GMT\r\n",
                  kDays.substr(static_cast<std::size_t>(parts.tm_wday) * 3, 3), parts.tm_mday,
                  kMonths.substr(static_cast<std::size_t>(parts.tm_mon) * 3, 3),
                  parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

std::size_t IoThread::make_request_id(char* out) {
  const std::size_t prefix = request_id_prefix_.copy(out, kRequestIdBytes);
  const auto end = std::to_chars(out + prefix, out + kRequestIdBytes, ++request_ids_, 16).ptr;
  return static_cast<std::size_t>(end - out);
}

void IoThread::count_refused(int status) {
  const ServerCounters names;
  for (std::size_t i = 0; i < names.refused.size(); ++i)
    if (names.refused[i].status == status) counters_.refused[i].add();
}

void IoThread::log(LogCause cause, std::string_view line) {
  auto& logged_at = logged_at_[static_cast<std::size_t>(cause)];
  if (!options().log || now() - logged_at < kLogIntervalMs) return;
  logged_at = now();
  options().log(line);
}

}  // namespace frontrow::http
