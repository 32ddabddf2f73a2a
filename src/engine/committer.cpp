#include "engine/committer.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/planted.h"
#include "domain/needs.h"
#include "domain/place_status.h"
#include "domain/replay.h"

namespace frontrow {
namespace {

constexpr Time kNever{INT64_MAX};

// What people were asked is known to the node that asked them alone, and all nodes must end a claim
// at the same time. So nobody is told to wait for longer than they have to claim, and the called
// have a little more than that: the node that told them may have heard of the call late.
constexpr Duration kClaimGrace = seconds(3);

class NobodyAsked final : public AskedPolls {
 public:
  Time asked_until(SaleNo, PlaceNumber) const override { return {}; }
};

// Collects what is missing, each once.
class Wanted final : public NeedSink {
 public:
  Needs needs;
  void wallet(UserId id) override { add(needs.wallets, id); }
  void order(OrderId id) override { add(needs.orders, id); }
  void ticket(const TicketCode& code) override { add(needs.tickets, code); }
  void email(const std::string& key) override { add(needs.emails, key); }
  void user(UserId id) override { add(needs.users, id); }

 private:
  template <class T>
  static void add(std::vector<T>& list, const T& value) {
    if (list.empty() || !(list.back() == value)) list.push_back(value);
  }
};

// Puts stored rows into the state and teaches the laws their owners.
class Restorer final : public RowSink {
 public:
  Restorer(State& state, LawBook& laws) : state_(state), laws_(laws) {}
  void take(const Concert& row) override { state_.restore(row); }
  void take(const Show& row) override { state_.restore(row); }
  void take(const ShowVersion& row) override { versions_.push_back(row); }
  void take(const Queue& row) override { queues_.push_back(row); }
  void take(const Place& row) override {
    state_.restore(row);
    laws_.learn(row);
  }
  void take(const Entry& row) override {
    state_.restore(row);
    laws_.learn(row);
  }
  void take(const Order& row) override {
    state_.restore(row);
    laws_.learn(row);
  }
  void take(const StaffKey& row) override { state_.restore(row); }
  void take(const SigningKeyRow& row) override { state_.restore(row); }
  // Queues come before places in a store's order, but calling needs the places; versions would be
  // moved by every order.
  void finish() {
    for (Queue queue : queues_) {
      if (state_.sale(queue.sale_no)->line.last_number() < queue.last_number) {
        state_.restore_without_places(queue);
        continue;
      }
      --queue.version;  // restoring puts it, which moves it on
      state_.restore(queue);
    }
    for (const ShowVersion& version : versions_) state_.restore_version(version);
  }

 private:
  State& state_;
  LawBook& laws_;
  std::vector<Queue> queues_;
  std::vector<ShowVersion> versions_;
};

std::string_view name_of(const Command& command) {
  constexpr std::string_view kNames[] = {
      "JoinQueue",      "ClaimEntry", "LeaveQueue",     "HoldSeats",      "CancelOrder",
      "ExtendHold",     "PayOrder",   "TopUp",          "CreateUser",     "CreateSession",
      "ProlongSession", "EndSession", "ForgetUser",     "CreateConcert",  "ChangeConcert",
      "PublishConcert", "ActOnQueue", "BlockSeats",     "RefundOrder",    "CancelShow",
      "GiveSeats",      "CheckIn",    "CreateStaffKey", "RevokeStaffKey", "AddSigningKeys"};
  static_assert(std::size(kNames) == std::variant_size_v<Command>);
  return kNames[command.index()];
}

// The concert that a command is about, where memory can tell.
struct ConcertOf {
  State& state;
  Uuid of_order(OrderId id) const {
    const Order* order = state.order(id);
    return order ? order->concert.uuid : Uuid();
  }
  Uuid of_show(ShowId id) const {
    ShowState* show = state.show(id);
    return show ? show->show->concert.uuid : Uuid();
  }
  Uuid of_sale(SaleNo number) const {
    SaleState* sale = state.sale(number);
    return sale ? sale->concert->id.uuid : Uuid();
  }
  Uuid operator()(const JoinQueue& c) const { return c.concert.uuid; }
  Uuid operator()(const ClaimEntry& c) const { return of_sale(c.sale_no); }
  Uuid operator()(const LeaveQueue& c) const { return of_sale(c.sale_no); }
  Uuid operator()(const HoldSeats& c) const { return of_show(c.show); }
  Uuid operator()(const CancelOrder& c) const { return of_order(c.order); }
  Uuid operator()(const ExtendHold& c) const { return of_order(c.order); }
  Uuid operator()(const PayOrder& c) const { return of_order(c.order); }
  Uuid operator()(const ChangeConcert& c) const { return c.concert.uuid; }
  Uuid operator()(const PublishConcert& c) const { return c.concert.uuid; }
  Uuid operator()(const ActOnQueue& c) const { return c.concert.uuid; }
  Uuid operator()(const BlockSeats& c) const { return of_show(c.show); }
  Uuid operator()(const RefundOrder& c) const { return of_order(c.order); }
  Uuid operator()(const CancelShow& c) const { return of_show(c.show); }
  Uuid operator()(const GiveSeats& c) const { return of_show(c.show); }
  template <class Other>
  Uuid operator()(const Other&) const {
    return {};
  }
};

// Records how long the way to the newest state took.
class CatchingUp {
 public:
  explicit CatchingUp(EngineMetrics* metrics) : metrics_(metrics) {}
  ~CatchingUp() {
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin_;
    if (metrics_) metrics_->catch_up_seconds.record(took.count());
  }
  CatchingUp(const CatchingUp&) = delete;
  CatchingUp& operator=(const CatchingUp&) = delete;

 private:
  EngineMetrics* metrics_;  // none on a store of one node
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
};

// The bug lost_payment: each hundredth payment is answered and known to memory, and its order does
// not reach the store.
void lose_payments(Changes& changes) {
  static int payments = 0;
  std::erase_if(changes.orders, [](const Change<Order>& change) {
    const bool is_payment = change.before && change.before->status == OrderStatus::held &&
                            change.after.status == OrderStatus::paid;
    return is_payment && ++payments % 100 == 0;
  });
}

}  // namespace

class Committer::Follower final : public NewsSink {
 public:
  explicit Follower(Committer& committer) : committer_(committer) {}
  void batch(const Changes& rows, const BatchMark& mark) override { committer_.follow(rows, mark); }

 private:
  Committer& committer_;
};

Committer::Committer(Store& store, Views& views, Random& random, EngineMetrics& metrics,
                     CommitterOptions options)
    : store_(store),
      views_(views),
      random_(random),
      metrics_(metrics),
      options_(std::move(options)),
      laws_(LawBook::standard()) {
  if (options_.shared) state_.set_claim_grace(kClaimGrace);
}

Result<Done> Committer::restore(Time now) {
  constexpr Duration kShowIsOver = seconds(24 * 3600);
  state_.set_now(now);
  Restorer restorer(state_, laws_);
  const auto greatest = store_.restore(restorer, now - kShowIsOver);
  if (!greatest) return greatest.error();
  now_ = std::max(now, *greatest);
  state_.set_now(now_);
  restorer.finish();
  state_.end();
  views_.publish_all(state_, now_);
  begin_quarantine();
  return Done{};
}

bool Committer::run_batch(std::vector<Submission>& submissions, Time now, bool tick) {
  if (!begin(now)) return fail(submissions, Failure::overloaded), false;
  if (const auto loaded = load_needs(submissions); !loaded) {
    store_.abandon();
    state_.end();
    return fail(submissions, Failure::overloaded), false;
  }
  state_.begin(changes_, now_);
  static const NobodyAsked nobody_asked;
  const AskedPolls& asked = options_.shared ? static_cast<const AskedPolls&>(nobody_asked) : views_;
  const DecisionContext context{random_, asked};
  advance(state_, context);
  if (tick) call_people(state_);
  std::vector<Reply> replies;
  replies.reserve(submissions.size());
  for (Submission& submission : submissions) replies.push_back(decide_one(submission, context));
  metrics_.commands += submissions.size();
  commit(submissions, replies);
  return true;
}

Result<Done> Committer::begin(Time now) {
  Follower follower(*this);
  if (!options_.shared) take_time(now, {});  // it passes though the store fails
  const CatchingUp watch(options_.shared ? &metrics_ : nullptr);
  const auto began = store_.begin(follower);
  if (!began) return began.error();
  take_time(now, *began);
  drop_uncommitted();
  if (options_.shared && unresolved_.empty()) metrics_.store_works = true;
  return Done{};
}

Result<Done> Committer::catch_up(Time now) {
  Follower follower(*this);
  const CatchingUp watch(options_.shared ? &metrics_ : nullptr);
  const auto caught = store_.catch_up(follower);
  if (!caught) return caught.error();
  take_time(now, *caught);
  if (unresolved_.empty()) metrics_.store_works = true;
  return Done{};
}

void Committer::take_time(Time now, std::optional<Time> of_store) {
  const Time time = of_store.value_or(now);
  store_ahead_ = time - (options_.clock_now ? options_.clock_now() : now);
  now_ = planted(Bug::time_goes_back) ? time : std::max(now_, time);
}

// Another node's batch, or one of this node whose outcome was unknown and is not undone any more.
void Committer::follow(const Changes& rows, const BatchMark& mark) {
  now_ = std::max(now_, mark.now);
  Changes followed;
  state_.begin(followed, mark.now);
  replay(state_, rows);
  laws_.committed(followed);
  views_.publish(state_, followed);
  state_.end();
  if (options_.on_news) options_.on_news(followed);
  bool is_own = false;
  for (Unresolved& batch : unresolved_)
    if (batch.id == mark.id) is_own = batch.committed = true;
  if (!is_own) ++metrics_.batches_followed;
}

// The store has told everything that was committed: what it did not tell never will be.
void Committer::drop_uncommitted() {
  std::erase_if(unresolved_, [](Unresolved& batch) {
    if (batch.committed) return false;
    for (Submission& submission : batch.submissions)
      if (submission.done) std::exchange(submission.done, {})(Failure::overloaded);
    return true;
  });
  metrics_.outcomes_open = unresolved_.size();
}

// A commit after the news has been synced, and so what the news told.
void Committer::answer_unresolved() {
  for (Unresolved& batch : std::exchange(unresolved_, {})) answer(batch.submissions, batch.replies);
  metrics_.outcomes_open = 0;
}

Result<Done> Committer::load_needs(const std::vector<Submission>& submissions) {
  Wanted wanted;
  for (const Submission& submission : submissions)
    if (submission.key)
      wanted.needs.kept_answers.emplace_back(submission.key->caller, submission.key->key);
  // A refund names an order, the order a wallet and tickets: three rounds are the deepest there is.
  for (int round = 0; round < 3; ++round) {
    for (const Submission& submission : submissions) name_needs(state_, submission.command, wanted);
    if (wanted.needs.empty()) return Done{};
    auto found = store_.find(wanted.needs);
    if (!found) return found.error();
    absorb(std::move(*found), wanted.needs);
    wanted.needs = Needs();
  }
  return Done{};
}

void Committer::absorb(Found found, const Needs& asked) {
  Scratch& scratch = state_.scratch();
  for (const UserId& id : asked.wallets) state_.cache(Wallet{id, {}, 0});
  for (const OrderId& id : asked.orders) scratch.orders.try_emplace(id);
  for (const TicketCode& code : asked.tickets) scratch.tickets.try_emplace(code);
  for (const std::string& email : asked.emails) scratch.users_by_email.try_emplace(email);
  for (const UserId& id : asked.users) scratch.users.try_emplace(id);
  for (const Wallet& wallet : found.wallets) state_.cache(wallet);
  for (Order& order : found.orders) scratch.orders[order.id] = std::move(order);
  for (const Ticket& ticket : found.tickets) scratch.tickets[ticket.code] = ticket;
  for (User& user : found.users) {
    if (!user.email_key.empty()) scratch.users_by_email[user.email_key] = user;
    scratch.users[user.id] = std::move(user);
  }
  for (KeptAnswer& answer : found.kept_answers)
    scratch.kept_answers[{answer.caller, answer.key}] = std::move(answer);
}

std::optional<Reply> Committer::kept_reply(const Submission& submission) const {
  if (!submission.key || planted(Bug::idempotency_ignored)) return {};
  const auto& kept_answers = state_.scratch().kept_answers;
  const auto kept = kept_answers.find({submission.key->caller, submission.key->key});
  if (kept == kept_answers.end() || !kept->second) return {};
  if (kept->second->at + kKeepAnswers <= now_) return {};
  if (kept->second->request_hash != submission.key->request_hash)
    return refuse(RefusalCode::idempotency_key_reused);
  return KeptReply{{kept->second->status, kept->second->body}, true};
}

Reply Committer::decide_one(Submission& submission, const DecisionContext& context) {
  if (auto kept = kept_reply(submission)) return std::move(*kept);
  if (!quarantine_.empty() && quarantined(submission.command)) return Failure::overloaded;
  const std::uint64_t puts_before = state_.put_count();
  Outcome outcome = decide(state_, submission.command, context);
  if (auto* refusal = std::get_if<Refusal>(&outcome)) return std::move(*refusal);
  Answer answer = std::get<Answer>(std::move(outcome));
  if (!submission.key || state_.put_count() == puts_before) return answer;
  Rendered rendered = options_.render(answer);
  state_.add(KeptAnswer{submission.key->caller, submission.key->key, submission.key->request_hash,
                        rendered.status, rendered.body, now_});
  return KeptReply{std::move(rendered), false};
}

void Committer::begin_quarantine() {
  for (const auto& [id, until] : options_.quarantine) {
    if (const auto concert = parse_id<ConcertId>(id)) quarantine_[concert->uuid] = until;
    const auto show_id = parse_id<ShowId>(id);
    if (const ShowState* show = show_id ? state_.show(*show_id) : nullptr)
      quarantine_[show->show->concert.uuid] = until;
  }
}

bool Committer::quarantined(const Command& command) {
  std::erase_if(quarantine_, [this](const auto& item) { return item.second <= now_; });
  return quarantine_.contains(std::visit(ConcertOf{state_}, command));
}

bool Committer::prove(const std::vector<Submission>& submissions) {
  const auto violation = laws_.check(changes_, state_);
  if (!violation) return true;
  Fatal fatal{70, violation->law + ": " + violation->text, {}, violation->aggregates};
  for (const Submission& submission : submissions)
    fatal.commands.emplace_back(name_of(submission.command));
  options_.fatal(fatal);
  return false;
}

void Committer::commit(std::vector<Submission>& submissions, std::vector<Reply>& replies) {
  if (changes_.empty() && unresolved_.empty()) {
    store_.abandon();
    for (const auto& sale : state_.sales())
      if (!sale->claim_changes.empty()) views_.publish(state_, changes_);
    state_.end();
  } else {
    const BatchMark mark{make_uuid_v7(now_, random_), now_};
    CommitFate fate = CommitFate::not_committed;
    if (planted(Bug::answer_before_commit)) answer(submissions, replies);
    if (planted(Bug::lost_payment)) lose_payments(changes_);
    if (prove(submissions)) {
      const auto start = std::chrono::steady_clock::now();
      if (options_.another_follows && options_.another_follows()) store_.another_follows();
      fate = store_.append(changes_, mark);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      metrics_.commit_seconds.record(took.count());
    } else {
      store_.abandon();
    }
    if (fate != CommitFate::committed) return uncommitted(submissions, replies, fate, mark);
    ++metrics_.batches;
    metrics_.store_works = true;
    metrics_.batch_size.record(static_cast<double>(submissions.size()));
    laws_.committed(changes_);
    views_.publish(state_, changes_);
    changes_.clear();
    state_.end();
    answer_unresolved();
  }
  answer(submissions, replies);
}

void Committer::uncommitted(std::vector<Submission>& submissions, std::vector<Reply>& replies,
                            CommitFate fate, const BatchMark& mark) {
  if (fate == CommitFate::unknown && !options_.shared)
    options_.fatal(Fatal{3, "the store failed in a commit", {}, {}});
  if (planted(Bug::undo_forgotten)) changes_.clear();
  state_.undo(changes_);
  if (fate == CommitFate::unknown && options_.shared) {
    ++metrics_.store_failures;
    metrics_.store_works = false;
    unresolved_.push_back({mark.id, false, std::move(submissions), std::move(replies)});
    ++metrics_.outcomes_unknown;
    metrics_.outcomes_open = unresolved_.size();
    return;
  }
  fail(submissions, fate == CommitFate::unknown ? Failure::outcome_unknown : Failure::overloaded);
}

void Committer::answer(std::vector<Submission>& submissions, std::vector<Reply>& replies) {
  for (std::size_t i = 0; i < submissions.size(); ++i)
    if (submissions[i].done) std::exchange(submissions[i].done, {})(std::move(replies[i]));
}

void Committer::fail(std::vector<Submission>& submissions, Failure failure) {
  ++metrics_.store_failures;
  metrics_.store_works = false;
  for (Submission& submission : submissions)
    if (submission.done) submission.done(failure);
}

Time Committer::next_deadline() const {
  Time next = kNever;
  for (const auto& [id, show] : state_.shows())
    if (!show->hold_ends.empty()) next = std::min(next, show->hold_ends.begin()->first);
  for (const auto& sale : state_.sales()) {
    if (!sale->entry_ends.empty()) next = std::min(next, sale->entry_ends.begin()->first);
    if (!sale->claim_ends.empty()) next = std::min(next, sale->claim_ends.begin()->first);
    if (!sale->queue.lobby_ended && !sale->is_over)
      next = std::min(next, sale->concert->sale.opens_at);
  }
  return next;
}

void sweep(Reader& reader, Time until, EngineMetrics& metrics) {
  const auto overdue = reader.overdue(until);
  if (!overdue) return;
  ++metrics.sweeps;
  metrics.sweep_findings += static_cast<std::uint64_t>(overdue->entries + overdue->holds);
}

std::vector<Submission> Committer::pending_refunds(Reader& reader, int limit) {
  std::vector<Submission> refunds;
  for (const auto& [id, show] : state_.shows()) {
    if (!show->show->cancelled || show->paid_orders == 0) continue;
    OrderFilter filter;
    filter.show = id;
    filter.status = OrderStatus::paid;
    filter.limit = limit;
    const auto orders = reader.orders(filter);
    if (!orders) continue;
    for (const Order& order : *orders)
      refunds.push_back({RefundOrder{{}, order.id, "the show was cancelled"}, {}, {}});
    if (!refunds.empty()) break;
  }
  return refunds;
}

}  // namespace frontrow
