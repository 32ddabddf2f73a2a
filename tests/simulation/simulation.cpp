#include "simulation.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/place_status.h"
#include "laws/snapshot.h"

namespace frontrow::simulation {
namespace {

constexpr Time kBeginning{1'800'000'000'000};

// Answers that the committer rendered for keeping, in their order: the renderer is a plain
// function.
thread_local std::vector<Answer>* rendered_answers = nullptr;

}  // namespace

Simulation::Simulation(Options options)
    : options_(options),
      choices_(options.seed * 2),
      bytes_(options.seed * 2 + 1),
      clock_(kBeginning),
      people_(auditor_.model(), choices_),
      disk_(memory::make_disk()),
      nodes_(static_cast<std::size_t>(options.nodes > 0 ? options.nodes : 1 + options.seed % 3)) {
  if (is_shared()) auditor_.claims_last_longer(seconds(3));
}

Rendered Simulation::render(const Answer& answer) {
  rendered_answers->push_back(answer);
  return {200, fmt::format("answer {} of kind {}", rendered_answers->size(), answer.index())};
}

void Simulation::trace(const std::string& line) const {
  if (options_.trace) fmt::print("{}\n", line);
}

std::optional<std::string> Simulation::run() {
  try {
    start();
    run_batch({{people_.new_concert(false), {}}}, true, {});
    run_batch({{people_.new_concert(true), {}}}, true, {});
    while (tally_.operations < options_.operations) step();
    check_stored();
  } catch (const Complaint& complaint) {
    return complaint.what();
  }
  return {};
}

// --- the program ---------------------------------------------------------------------------------

memory::Faults Simulation::store_faults() {
  memory::Faults faults;
  faults.append = [this](const Changes& changes, const BatchMark&) {
    batch_->appended = true;
    for (const KeptAnswer& kept : changes.kept_answers)
      batch_->kept.push_back({{kept.caller, kept.key}, kept.body});
    // What is stored with an unknown outcome must be known to the auditor all the same: from the
    // answers that were kept, or, of several nodes, from those that come in the end.
    if (faults_.append == memory::AppendFate::unknown_committed && !is_shared())
      for (const Submission& submission : batch_->submissions)
        if (!submission.key) return memory::AppendFate::unknown_not_committed;
    return faults_.append;
  };
  faults.begin_fails = [this] {
    return batch_->failed |= faults_.begin_fails, faults_.begin_fails;
  };
  faults.find_fails = [this] { return batch_->failed |= faults_.find_fails, faults_.find_fails; };
  if (is_shared()) faults.clock = [this] { return store_now_; };
  return faults;
}

void Simulation::start() {
  for (Node& each : nodes_) start(each);
}

void Simulation::start(Node& node) {
  node.committer.reset();
  node.store = is_shared() ? memory::open_shared_memory_store(disk_, store_faults())
                           : memory::open_memory_store(disk_, store_faults());
  node.views = std::make_unique<Views>();
  node.metrics = std::make_unique<EngineMetrics>();
  CommitterOptions options;
  options.render = render;
  options.shared = is_shared();
  options.fatal = [this](const Fatal& fatal) {
    if (fatal.exit_code == 70) fatal_ = fatal.message;
    crashed_ = true;
  };
  node.committer = std::make_unique<Committer>(*node.store, *node.views, bytes_, *node.metrics,
                                               std::move(options));
  crashed_ = false;
  if (is_shared())
    node.clock_error = seconds(static_cast<std::int64_t>(choices_.below(7200)) - 3600);
  store_now_ = std::max(store_now_, clock_.now());
  if (!node.committer->restore(is_shared() ? store_now_ : clock_.now()))
    throw Complaint("the state could not be restored");
}

void Simulation::restart() {
  ++tally_.restarts;
  trace("-- restart");
  start();
  auditor_.restarted(is_shared() ? store_now_ : clock_.now());
  for (const Node& each : nodes_) {
    auditor_.compare(each.committer->state());
    auditor_.compare(*each.views);
  }
  check_stored();
}

// A node that starts now would leave its places in the store, others have them in memory.
bool Simulation::is_long_over(const Node& node, const SaleState& sale) const {
  if (sale.queue.last_number == 0) return false;
  return std::all_of(sale.shows.begin(), sale.shows.end(), [&](const ShowId& id) {
    return node.committer->state().show(id)->show->starts_at < store_now_ - seconds(24 * 3600);
  });
}

// A node is killed and another starts in its place while the others go on. Not while somebody is
// called: the new node would give them the full time once more, the others would not.
void Simulation::replace_a_node() {
  Node& one = nodes_[choices_.below(nodes_.size())];
  catch_up(one);
  for (const auto& sale : one.committer->state().sales())
    if (!sale->claim_until.empty() || (!sale->is_over && is_long_over(one, *sale))) return;
  ++tally_.replaced;
  trace("-- a node is replaced");
  start(one);
  auditor_.compare(one.committer->state());
  auditor_.compare(*one.views);
}

// What a node knows without a batch is what every other knows.
void Simulation::catch_up(Node& node) {
  if (!node.committer->catch_up(clock_.now() + node.clock_error))
    throw Complaint("the news could not be read");
  auditor_.compare(node.committer->state());
  node.committer->state().set_now(node.committer->now());
  node.views->refresh(node.committer->state());
  auditor_.compare(*node.views);
}

// --- a step --------------------------------------------------------------------------------------

Simulation::Faults Simulation::any_faults() {
  Faults faults;
  const std::uint64_t dice = choices_.below(100);
  if (dice == 0) faults.begin_fails = true;
  if (dice == 1) faults.find_fails = true;
  if (dice >= 2 && dice < 5) faults.append = memory::AppendFate::not_committed;
  if (dice == 5) faults.append = memory::AppendFate::unknown_committed;
  if (dice == 6) faults.append = memory::AppendFate::unknown_not_committed;
  return faults;
}

void Simulation::step() {
  clock_.advance(people_.pause());
  std::vector<Act> acts;
  for (std::uint64_t i = choices_.below(6); i > 0; --i) {
    acts.push_back(people_.next());
    // Bots send the same twice at once.
    if (people_.one_in(20)) acts.push_back(acts.back());
  }
  tally_.operations += static_cast<int>(acts.size()) + 1;
  run_batch(std::move(acts), people_.one_in(2), any_faults());
  if (people_.one_in(150)) restart();
  if (!is_shared()) return;
  if (people_.one_in(10))
    for (Node& each : nodes_) catch_up(each);
  if (people_.one_in(50)) replace_a_node();
}

void Simulation::run_batch(std::vector<Act> acts, bool tick, Faults faults) {
  Batch batch;
  batch.tick = tick;
  batch.replies.resize(acts.size());
  for (std::size_t i = 0; i < acts.size(); ++i)
    batch.submissions.push_back(
        {std::move(acts[i].command), std::move(acts[i].key),
         [&batch, i](Reply&& reply) { batch.replies[i] = std::move(reply); }});
  const std::vector<Submission> asked = batch.submissions;
  batch_ = &batch;
  faults_ = faults;
  rendered_answers = &batch.rendered;
  ++tally_.batches;
  if (is_shared()) at_ = choices_.below(nodes_.size());
  store_now_ = std::max(store_now_, clock_.now());
  const Time now = is_shared() ? store_now_ : clock_.now();
  trace(fmt::format("-- batch {} at {} on node {} {}", tally_.batches, to_rfc3339(now), at_,
                    tick ? "tick" : ""));
  committer().run_batch(batch.submissions, now + node().clock_error, tick);
  if (fatal_) throw Complaint("a law is broken: " + *fatal_);
  batch.submissions = asked;
  if (crashed_) return judge_unknown(batch);
  if (committer().has_unresolved()) return resolve(batch, now);
  const bool lost =
      batch.failed || (batch.appended && faults_.append != memory::AppendFate::committed);
  lost ? judge_lost(batch, now) : judge_stored(batch, now);
}

void Simulation::judge_lost(const Batch& batch, Time now) {
  ++tally_.lost_batches;
  for (const auto& reply : batch.replies)
    if (!reply || !std::holds_alternative<Failure>(*reply) ||
        std::get<Failure>(*reply) != Failure::overloaded)
      throw Complaint("a batch that was not stored is told as done");
  if (is_shared() && !committer().catch_up(now)) throw Complaint("the news could not be read");
  auditor_.not_stored(now, committer().state());
  auditor_.compare(committer().state());
  if (!is_shared()) auditor_.compare(views());  // whose clock is not set by news alone
}

void Simulation::judge_stored(const Batch& batch, Time now) {
  auditor_.time_passed(now, batch.tick);
  judge(batch);
  if (batch.appended) auditor_.stored();
  auditor_.compare(committer().state());
  views().refresh(committer().state());
  auditor_.compare(views());
  for (std::uint64_t i = choices_.below(4); i > 0; --i) poll();
}

// The answer of the store was lost. Nobody is told anything until the node has found out, which may
// take it several tries, and then each is told what is true.
void Simulation::resolve(const Batch& batch, Time now) {
  ++tally_.unknown_batches;
  const bool committed = faults_.append == memory::AppendFate::unknown_committed;
  for (const auto& reply : batch.replies)
    if (reply) throw Complaint("a batch of unknown outcome is answered");
  trace(fmt::format("-- unknown outcome, {}", committed ? "stored" : "lost"));
  Batch later;
  batch_ = &later;
  for (bool lost = false; lost || committer().has_unresolved();) {
    faults_ = {};
    faults_.begin_fails = people_.one_in(3);
    if (people_.one_in(3)) faults_.append = memory::AppendFate::not_committed;
    later = Batch();
    std::vector<Submission> none;
    committer().run_batch(none, now + node().clock_error, false);
    lost = later.failed || (later.appended && faults_.append != memory::AppendFate::committed);
  }
  batch_ = const_cast<Batch*>(&batch);
  if (committed) {
    auditor_.time_passed(now, batch.tick);
    judge(batch);
    auditor_.stored();
  } else {
    ++tally_.lost_batches;
    for (const auto& reply : batch.replies)
      if (!reply || !std::holds_alternative<Failure>(*reply))
        throw Complaint("a batch that was not stored is told as done");
  }
  judge_stored(later, now);  // the one that found out: what time has ended by then
}

// --- answers -------------------------------------------------------------------------------------

Seen Simulation::seen_of(Reply& reply, std::size_t& rendered) const {
  Seen seen;
  if (auto* answer = std::get_if<Answer>(&reply)) seen.what = std::move(*answer);
  if (auto* refusal = std::get_if<Refusal>(&reply)) seen.what = std::move(*refusal);
  if (auto* kept = std::get_if<KeptReply>(&reply)) {
    seen.replayed = kept->replayed;
    seen.kept = !kept->replayed;
    seen.body = kept->rendered.body;
    if (seen.kept) seen.what = batch_->rendered.at(rendered++);
  }
  if (std::holds_alternative<Failure>(reply))
    throw Complaint("a batch that is stored is told as failed");
  return seen;
}

void Simulation::judge(const Batch& batch) {
  std::size_t rendered = 0;
  for (std::size_t i = 0; i < batch.submissions.size(); ++i) {
    if (!batch.replies[i]) throw Complaint("a command was not answered");
    Reply reply = *batch.replies[i];
    const Seen seen = seen_of(reply, rendered);
    const auto& command = batch.submissions[i].command;
    const auto* refusal = std::get_if<Refusal>(&seen.what);
    trace(fmt::format("   command {} key {} -> {}{}", command.index(),
                      batch.submissions[i].key ? batch.submissions[i].key->key : "none",
                      refusal ? fmt::format("refusal {}", static_cast<int>(refusal->code))
                              : std::string("answer"),
                      seen.replayed ? " again" : ""));
    ++(refusal ? tally_.refusals : seen.replayed ? tally_.replays : tally_.answers);
    try {
      auditor_.judge(command, batch.submissions[i].key, seen);
    } catch (const Complaint& complaint) {
      throw Complaint(
          fmt::format("command {} of kind {}: {}", i + 1, command.index(), complaint.what()));
    }
    if (const auto* answer = std::get_if<Answer>(&seen.what))
      if (const auto* place = std::get_if<QueueAnswer>(answer); place && !people_.one_in(4))
        ask_again(place->sale_no, place->number, place->status);
  }
}

// The outcome was told as unknown and the process began anew. What was kept says what was done.
void Simulation::judge_unknown(const Batch& batch) {
  ++tally_.unknown_batches;
  for (const auto& reply : batch.replies)
    if (!reply || !std::holds_alternative<Failure>(*reply) ||
        std::get<Failure>(*reply) != Failure::outcome_unknown)
      throw Complaint("a batch of unknown outcome is told as something else");
  const bool committed =
      faults_.append == memory::AppendFate::unknown_committed &&
      std::all_of(batch.submissions.begin(), batch.submissions.end(),
                  [](const Submission& submission) { return submission.key.has_value(); });
  trace(fmt::format("-- unknown outcome, {}", committed ? "stored" : "lost"));
  if (committed) {
    auditor_.time_passed(clock_.now(), batch.tick);
    std::size_t next = 0;
    for (const Submission& submission : batch.submissions) {
      if (next == batch.kept.size()) break;
      if (batch.kept[next].first != std::pair(submission.key->caller, submission.key->key))
        continue;
      Seen seen;
      seen.kept = true;
      seen.what = batch.rendered.at(next);
      seen.body = batch.kept[next].second;
      auditor_.judge(submission.command, submission.key, seen);
      ++next;
    }
    auditor_.stored();
  }
  restart();
}

// --- polls ---------------------------------------------------------------------------------------

void Simulation::poll() {
  const auto place = people_.any_place();
  if (!place || auditor_.model().sales[place->first - 1].over) return;
  ++tally_.polls;
  const SaleView* view = views().sale(place->first);
  if (!view) throw Complaint("the sale is published to readers");
  const auto status = view->describe(place->second, committer().now(), choices_.next());
  if (!status) throw Complaint("the place is published to readers");
  auditor_.polled(place->first, place->second, *status, committer().now());
  if (people_.one_in(2)) ask_again(place->first, place->second, *status);
}

// Those who wait are told when to come again, which may be later than a call.
void Simulation::ask_again(SaleNo sale, PlaceNumber number, const PlaceStatus& status) {
  if (status.kind != PlaceKind::waiting && status.kind != PlaceKind::lobby) return;
  const Time until{(status.server_time + status.poll_after).ms / 1000 * 1000 + 1000};
  for (Node& each : nodes_)
    if (SaleView* view = each.views->sale(sale)) view->asked(number, until);
  auditor_.asked(sale, number, until);
}

void Simulation::check_stored() {
  SnapshotCheck check;
  const auto reader = memory::open_memory_reader(disk_);
  if (!reader->scan(check)) throw Complaint("the store cannot be read");
  const SnapshotReport report = check.finish();
  if (!report.ok())
    throw Complaint("the store breaks a law: " + report.violations[0].law + ": " +
                    report.violations[0].text);
  auditor_.compare(report.counts);
}

}  // namespace frontrow::simulation
