#include "rehearsal/crowd.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace frontrow::rehearsal {
namespace {

constexpr std::int64_t kPublishUs = 250'000;
constexpr std::int64_t kLongestWaitUs = 20'000;
constexpr std::int64_t kOpeningRushUs = 30'000'000;
constexpr std::int64_t kLastWordsUs = 1'000'000;  // for answers that are under way at the stop

}  // namespace

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

CrowdLoop::CrowdLoop(Plan& plan, unsigned loop, unsigned loops,
                     const std::filesystem::path& history_file)
    : plan_(plan),
      history_(history_file),
      script_(plan, history_, loop, loops),
      connections_(
          plan.target,
          std::max<std::size_t>(1, static_cast<std::size_t>(plan.profile.connections) / loops),
          loop * 64),
      under_way_(connections_.size()),
      waiting_(plan.nodes.count()) {}

void CrowdLoop::run() {
  const auto handler = [this](const Connections::Ending& ending) { end(ending); };
  const std::int64_t patience = plan_.profile.timeout_seconds * 1'000'000;
  while (!plan_.stop) {
    const std::int64_t now = steady_us();
    script_.advance(to_ms(now));
    take_outbox(now);
    send_waiting();
    if (script_.unfinished() == 0 && connections_.busy() == 0 && waiting() == 0) break;
    const std::int64_t next_timer =
        plan_.start_us + std::int64_t{script_.next_timer_ms()} * 1000 - steady_us();
    connections_.wait(std::clamp<std::int64_t>(next_timer, 0, kLongestWaitUs), handler);
    take_outbox(steady_us());
    send_waiting();
    if (now >= next_publish_us_) {
      connections_.give_up(now - patience, handler);
      publish(now);
      if (!history_.is_whole()) plan_.stop = true;
    }
  }
  end_calls(handler);
  publish(steady_us());
  history_.flush();
}

// A call that is still under way at a stop may act: it is written down, as answered or unknown.
void CrowdLoop::end_calls(const Connections::Handler& handler) {
  const std::int64_t until = steady_us() + kLastWordsUs;
  while (connections_.busy() > 0 && steady_us() < until) connections_.wait(kLongestWaitUs, handler);
  connections_.give_up(INT64_MAX, handler);
}

// The intended time of a call that a timer asked for is that of the timer.
void CrowdLoop::take_outbox(std::int64_t intended_us) {
  for (Request& request : script_.outbox()) {
    const std::int64_t due =
        plan_.start_us + std::int64_t{script_.actor(request.actor).due_ms} * 1000;
    wait_at_its_node({std::move(request), std::min(intended_us, due)});
  }
  script_.outbox().clear();
}

void CrowdLoop::wait_at_its_node(Waiting waiting) {
  const std::size_t node = plan_.nodes.of(script_.route_of(waiting.request));
  waiting_[node].push_back(std::move(waiting));
}

std::size_t CrowdLoop::waiting() const {
  std::size_t sum = 0;
  for (const auto& line : waiting_) sum += line.size();
  return sum;
}

void CrowdLoop::send_waiting() {
  for (std::size_t node = 0; node < waiting_.size(); ++node) {
    if (plan_.nodes.is_away(node))
      for (Waiting& one : std::exchange(waiting_[node], {})) wait_at_its_node(std::move(one));
    send_waiting(node);
  }
}

void CrowdLoop::send_waiting(std::size_t node) {
  auto& line = waiting_[node];
  while (!line.empty() && connections_.has_free(node)) {
    Waiting next = std::move(line.front());
    line.pop_front();
    const std::string& text = script_.write(next.request);
    const std::int64_t now = steady_us();
    const std::uint32_t connection = connections_.send(node, text, now);
    script_.sent(next.request, to_ms(now));
    under_way_[connection] = {std::move(next.request), next.intended_us, now, node};
  }
}

// A node that takes no connection is gone, until the watch finds it again; the call was not made.
bool CrowdLoop::goes_elsewhere(const Connections::Ending& ending) {
  UnderWay& unmade = under_way_[ending.connection];
  if (!ending.unsent || plan_.stop || plan_.nodes.count() == 1) return false;
  plan_.nodes.set_away(unmade.node, true);
  if (plan_.nodes.there() == 0) return false;
  wait_at_its_node({std::move(unmade.request), unmade.intended_us});
  return true;
}

void CrowdLoop::end(const Connections::Ending& ending) {
  if (goes_elsewhere(ending)) return;
  const UnderWay done = std::move(under_way_[ending.connection]);
  const std::int64_t now = steady_us();
  Call call;
  call.actor = done.request.actor;
  call.action = done.request.action;
  call.flags = done.request.flags;
  call.attempt = done.request.attempt;
  call.node = static_cast<std::uint8_t>(done.node & 15);
  call.sent_ms = to_ms(done.sent_us);
  // Rounded up, so that the answer was there at `answered_ms`.
  call.took_ms = static_cast<std::uint16_t>(
      std::min<std::int64_t>((now - done.sent_us) / 1000 + 1, UINT16_MAX));
  call.outcome = ending.outcome == Outcome::ok ? outcome_of(ending.answer) : ending.outcome;
  const auto action = static_cast<std::size_t>(call.action);
  ++delta_.outcomes[action][static_cast<std::size_t>(call.outcome)];
  ++delta_.answers;
  // A call that was given up took at least so long.
  if (ending.outcome == Outcome::ok || (ending.outcome == Outcome::timed_out && !plan_.stop))
    delta_.latency[static_cast<std::size_t>(phase(now))][action].add(
        static_cast<std::uint64_t>(now - done.intended_us));
  script_.take(call, ending.answer, to_ms(now));
}

Phase CrowdLoop::phase(std::int64_t now_us) const {
  if (plan_.sold_out.load(std::memory_order_relaxed)) return Phase::sold_out;
  const std::int64_t since = now_us - plan_.start_us - std::int64_t{plan_.people.opens_ms()} * 1000;
  if (since < 0) return Phase::before;
  const std::int64_t rush = std::min(kOpeningRushUs, plan_.profile.spike_seconds * 1'000'000);
  return since < rush ? Phase::opening : Phase::selling;
}

void CrowdLoop::publish(std::int64_t now_us) {
  next_publish_us_ = now_us + kPublishUs;
  delta_.stages = script_.stages();
  delta_.places = script_.places();
  delta_.waiting_calls = static_cast<std::uint32_t>(waiting());
  delta_.connects = connections_.opened();
  delta_.bytes_in = connections_.bytes_in();
  published_.add(delta_);
}

Crowd::Crowd(Plan& plan, const std::filesystem::path& folder) : plan_(plan) {
  const auto count = static_cast<unsigned>(plan.profile.threads);
  for (unsigned loop = 0; loop < count; ++loop)
    loops_.push_back(
        std::make_unique<CrowdLoop>(plan, loop, count, folder / fmt::format("calls-{}.bin", loop)));
}

Crowd::~Crowd() {
  plan_.stop = true;
  join();
}

void Crowd::start() {
  running_ = static_cast<int>(loops_.size());
  for (const auto& loop : loops_)
    threads_.emplace_back([this, &one = *loop] {
      one.run();
      --running_;
    });
}

void Crowd::join() {
  for (std::thread& thread : threads_)
    if (thread.joinable()) thread.join();
}

LoopStats Crowd::stats() const {
  LoopStats sum;
  for (const auto& loop : loops_) loop->published().merge_into(sum);
  return sum;
}

Histogram Crowd::take_recent() {
  Histogram sum;
  for (const auto& loop : loops_) loop->published().take_recent(sum);
  return sum;
}

bool Crowd::has_whole_history() const {
  return std::ranges::all_of(loops_, [](const auto& loop) { return loop->history().is_whole(); });
}

std::vector<const History*> Crowd::histories() const {
  std::vector<const History*> all;
  for (const auto& loop : loops_) all.push_back(&loop->history());
  return all;
}

}  // namespace frontrow::rehearsal
