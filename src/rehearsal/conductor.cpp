#include "rehearsal/conductor.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "rehearsal/bearer.h"
#include "rehearsal/process_figures.h"
#include "rehearsal/waits.h"
#include "rehearsal/words.h"

namespace frontrow::rehearsal {
namespace {

constexpr auto kStep = std::chrono::milliseconds(50);
constexpr double kMomentSeconds = 1;
constexpr auto kSamplePatience = std::chrono::seconds(1);
constexpr double kAwaySeconds = 30;  // without one answer to calls that were sent: an outage

}  // namespace

Conductor::Conductor(Plan& plan, const SetUp& up, OwnServer* own, std::vector<int> pids, View& view,
                     Story& story, Interrupts& interrupts, std::filesystem::path folder)
    : plan_(plan),
      up_(up),
      own_(own),
      server_(own ? std::vector<int>{own->pid()} : std::move(pids)),
      view_(view),
      story_(story),
      interrupts_(interrupts),
      folder_(std::move(folder)),
      caller_(plan.target),
      sampler_(plan.target, kSamplePatience),
      crowd_(plan, folder_) {}

double Conductor::second() const {
  return static_cast<double>(steady_us() - plan_.start_us) / 1e6;
}

void Conductor::conduct() {
  story_.opened_second = up_.was_open ? 0 : static_cast<double>(plan_.people.opens_ms()) / 1000;
  view_.begin(story_);
  run();
  view_.note(fmt::format("The crowd has gone after {}. Reading what is stored …",
                         clock_text(story_.seconds)));
  prove();
}

void Conductor::run() {
  const NodeWatch watch(plan_.target, plan_.nodes);
  first_server_cpu_ = last_server_cpu_ = server_.read().cpu_seconds;
  first_crowd_cpu_ = last_crowd_cpu_ = read_process(getpid()).cpu_seconds;
  crowd_.start();
  while (!crowd_.is_over()) {
    std::this_thread::sleep_for(kStep);
    kill_when_due();
    if (second() - last_second_ >= kMomentSeconds) take_moment();
    if (second() > static_cast<double>(plan_.profile.seconds_max) || is_away()) plan_.stop = true;
  }
  crowd_.join();
  interrupts_.release();
  take_moment();
  story_.seconds = second();
  if (!crowd_.has_whole_history())
    story_.outage = "the history of calls cannot be written to " + folder_.string();
  for (const auto& loop : crowd_.loops()) unfinished_ += loop->script().unfinished();
}

void Conductor::kill_when_due() {
  if (!own_ || story_.kills >= plan_.profile.kills) return;
  const double due = static_cast<double>(plan_.profile.kill_after_seconds) +
                     static_cast<double>(plan_.profile.kill_every_seconds) * story_.kills;
  if (second() < due) return;
  ++story_.kills;
  server_.read();
  if (!own_->kill_and_restart()) {
    story_.outage = "the server did not come back after it was killed";
    plan_.stop = true;
  }
  server_.add(own_->pid());
}

// Nothing was answered for long though calls went out.
bool Conductor::is_away() {
  if (!story_.outage.empty()) return true;
  if (interrupts_.came())
    story_.outage = kInterrupted;
  else if (own_ && !own_->is_running())
    story_.outage = fmt::format("the server ended; its log: {}", own_->log().string());
  else if (second() - last_answer_second_ > kAwaySeconds && story_.calls > 0)
    story_.outage = fmt::format("the server has answered nothing for {} s", kAwaySeconds);
  return !story_.outage.empty();
}

void Conductor::take_moment() {
  Moment moment;
  moment.second = second();
  const double span = std::max(0.001, moment.second - last_second_);
  story_.stats = crowd_.stats();
  const LoopStats& stats = story_.stats;
  moment.stages = stats.stages;
  moment.waiting_calls = stats.waiting_calls;
  for (const auto& codes : stats.outcomes)
    for (std::size_t code = 0; code < kOutcomes; ++code) {
      const auto outcome = static_cast<Outcome>(code);
      (is_unknown(outcome) ? moment.unknown : moment.refusals) +=
          is_done(outcome) ? 0 : codes[code];
    }
  const Histogram recent = crowd_.take_recent();
  moment.answers_per_second =
      static_cast<std::uint64_t>(static_cast<double>(stats.answers - last_answers_) / span);
  // People who are all waiting for their next poll send nothing: that is no outage.
  if (recent.count() > 0 || stats.answers == last_answers_) last_answer_second_ = moment.second;
  last_answers_ = stats.answers;
  story_.calls = stats.answers;
  moment.p50_us = recent.at(0.5);
  moment.p99_us = recent.at(0.99);
  moment.p999_us = recent.at(0.999);
  if (!samples_.empty()) moment.sale = samples_.back();  // where none comes in time
  if (const auto sample = read_sample(sampler_, plan_)) {
    moment.sale = *sample;
    samples_.push_back(*sample);
  }
  moment.nodes_there = plan_.nodes.there();
  const ProcessFigures server = server_.read(), crowd = read_process(getpid());
  moment.server_cores = std::max(0.0, server.cpu_seconds - last_server_cpu_) / span;
  moment.crowd_cores = (crowd.cpu_seconds - last_crowd_cpu_) / span;
  moment.server_bytes = server.resident_bytes;
  moment.crowd_bytes = crowd.resident_bytes;
  last_server_cpu_ = server.cpu_seconds;
  last_crowd_cpu_ = crowd.cpu_seconds;
  last_second_ = moment.second;
  story_.moments.push_back(moment);
  note_sold_out();
  view_.show(story_);
}

void Conductor::note_sold_out() {
  const Moment& moment = story_.moments.back();
  const bool is_told = moment.sale.sold > 0 && moment.sale.available + moment.sale.held == 0;
  if (story_.sold_out_second == 0 && (is_told || plan_.sold_out))
    story_.sold_out_second = moment.second;
}

void Conductor::prove() {
  const std::int64_t begin = steady_us();
  const ProcessFigures server = server_.read(), crowd = read_process(getpid());
  story_.server_cpu_seconds = server.cpu_seconds - first_server_cpu_;
  story_.crowd_cpu_seconds = crowd.cpu_seconds - first_crowd_cpu_;
  story_.server_peak_bytes = server.peak_bytes;
  story_.server_measured = !server_.empty();
  if (own_) story_.server_disk_bytes = bytes_below(own_->data());

  Evidence evidence;
  evidence.rules = plan_.venue.rules;
  evidence.seats_total = plan_.venue.seats;
  evidence.own_concert = up_.created;
  evidence.nodes = plan_.nodes.count();
  evidence.histories = crowd_.histories();
  evidence.account_of = [this](std::uint32_t actor) { return plan_.people.account_of(actor); };
  const Bearer bearer(plan_.target);
  evidence.user_of = [&bearer](std::uint32_t account) {
    return user_fingerprint(bearer.user_id(account));
  };
  evidence.seats = &plan_.seats;
  evidence.samples = samples_;
  // After an interruption the server is still there to be asked.
  if (story_.outage.empty() || story_.outage == kInterrupted) {
    evidence.after = read_aftermath(caller_, plan_, evidence.histories);
    if (!evidence.after.unread.empty())
      story_.outage = evidence.after.unread + " could not be read afterwards";
  }
  evidence.after.unfinished = story_.outage.empty() ? unfinished_ : 0;
  // A part of the calls would accuse the server of what stands in the rest.
  if (crowd_.has_whole_history()) story_.findings = check(evidence);
  story_.waits = waits_in_line(evidence.histories, plan_.people.actors(), plan_.people.opens_ms());
  story_.crowd_peak_bytes = read_process(getpid()).peak_bytes;  // the proof's memory counts
  story_.after = evidence.after;
  story_.paid_orders = evidence.after.paid.size();
  story_.after.paid.clear();
  story_.after.balances.clear();
  for (const History* history : evidence.histories)
    story_.history_bytes += history->size() * sizeof(Call);
  if (!plan_.target.staff_key.empty()) note_sold_out();
  story_.proof_seconds = static_cast<double>(steady_us() - begin) / 1e6;
  if (story_.findings.total_broken() > 0)
    story_.verdict = Verdict::broken;
  else if (!story_.outage.empty())
    story_.verdict = Verdict::outage;
}

}  // namespace frontrow::rehearsal
