#include "rehearsal/script.h"

#include <algorithm>

#include "rehearsal/chance.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::uint32_t kShortestBackoffMs = 200;
constexpr std::uint32_t kLongestBackoffMs = 4'000;

}  // namespace

Script::Script(Plan& plan, History& history, unsigned loop, unsigned loops)
    : plan_(plan), history_(history), requests_(plan), timers_(actors_) {
  const People& people = plan.people;
  for (std::uint32_t actor = 0; actor < people.actors(); ++actor)
    if (people.account_of(actor) % loops == loop) numbers_.push_back(actor);
  actors_.resize(numbers_.size());
  for (std::uint32_t index = 0; index < actors_.size(); ++index) begin(index);
}

void Script::begin(std::uint32_t index) {
  const Traits t = traits(index);
  Actor& actor = actors_[index];
  actor.kind = t.kind;
  ++stages_[static_cast<std::size_t>(Stage::outside)];
  ++unfinished_;
  const bool fills_wallet =
      t.topping_up == ToppingUp::before && (t.kind == Kind::buyer || t.kind == Kind::scalper);
  plan_next(index, fills_wallet ? Action::top_up : Action::join,
            fills_wallet ? t.tops_up_ms : t.arrives_ms);
}

std::uint64_t Script::bits(std::uint32_t index, Question question, std::uint32_t turn) const {
  return chance(static_cast<std::uint64_t>(plan_.profile.seed), numbers_[index], question, turn);
}

std::uint32_t Script::thinking(std::uint32_t index, std::uint32_t turn) const {
  if (actors_[index].kind == Kind::scalper) return 0;
  const auto least = static_cast<std::uint32_t>(plan_.profile.think_ms_min);
  const auto most = static_cast<std::uint32_t>(plan_.profile.think_ms_max);
  return least + below(bits(index, Question::think, turn), most - least + 1);
}

void Script::plan_next(std::uint32_t index, Action action, std::uint32_t due_ms,
                       std::uint8_t flags) {
  Actor& actor = actors_[index];
  actor.action = action;
  actor.flags = flags;
  actor.retries = 0;
  ++actor.attempt;
  timers_.set(index, due_ms);
}

void Script::ask_now(std::uint32_t index, Action action, std::uint8_t flags) {
  Actor& actor = actors_[index];
  actor.action = action;
  actor.flags = flags;
  actor.retries = 0;
  outbox_.push_back({index, action, flags, ++actor.attempt});
}

// The same call with the same key, later and later.
void Script::ask_again(std::uint32_t index, std::uint32_t now_ms) {
  Actor& actor = actors_[index];
  const std::uint32_t longest =
      std::min(kLongestBackoffMs, kShortestBackoffMs << std::min<std::uint8_t>(actor.retries, 5));
  if (actor.retries < UINT8_MAX) ++actor.retries;
  timers_.set(index, now_ms + longest / 2 +
                         below(bits(index, Question::backoff, actor.retries), longest / 2 + 1));
}

// Once more beside the call under way, or after its answer: the same bytes.
void Script::repeat(std::uint32_t index) {
  const Actor& actor = actors_[index];
  std::string text = write({index, actor.action, actor.flags, actor.attempt});
  outbox_.push_back({index, actor.action, static_cast<std::uint8_t>(actor.flags | kRepeat),
                     actor.attempt, std::move(text)});
}

// Once more as if the answer had been lost; the next answer decides.
void Script::ask_same(std::uint32_t index) {
  const Actor& actor = actors_[index];
  outbox_.push_back({index, actor.action, actor.flags, actor.attempt});
}

void Script::move(std::uint32_t index, Stage stage) {
  --stages_[static_cast<std::size_t>(actors_[index].stage)];
  ++stages_[static_cast<std::size_t>(stage)];
  actors_[index].stage = stage;
}

void Script::finish(std::uint32_t index, Stage stage) {
  end_visit(index);
  move(index, actors_[index].kind == Kind::device ? Stage::watched : stage);
  --unfinished_;
}

void Script::advance(std::uint32_t now_ms) {
  timers_.advance(now_ms, [this](std::uint32_t index) {
    const Actor& actor = actors_[index];
    outbox_.push_back({index, actor.action, actor.flags, actor.attempt});
    const bool can_double = actor.retries == 0 && actor.flags == 0 &&
                            (actor.action == Action::hold || actor.action == Action::pay);
    if (can_double && actor.kind == Kind::buyer && traits(index).double_clicks) repeat(index);
  });
}

const std::string& Script::write(const Request& request) {
  if (!request.text.empty()) return text_ = request.text;
  const Actor& actor = actors_[request.actor];
  const Request numbered{numbers_[request.actor], request.action, request.flags, request.attempt};
  requests_.write(text_, numbered, actor, actor.visit == kNoVisit ? nullptr : &visits_[actor.visit],
                  lent_entry_);
  return text_;
}

std::uint64_t Script::route_of(const Request& request) const {
  const bool shows_place = request.action == Action::poll || request.action == Action::leave;
  if (shows_place) return hash_of(view_of(actors_[request.actor].queue_token));
  return plan_.people.account_of(numbers_[request.actor]);
}

void Script::sent(const Request& request, std::uint32_t now_ms) {
  const std::uint32_t at = actors_[request.actor].visit;
  if (at == kNoVisit) return;
  const auto ends = [&](std::uint32_t order) {
    OrderFact& fact = history_.order(order);
    fact.ended_sent_ms = std::min(fact.ended_sent_ms, now_ms);
  };
  const std::uint32_t order = visits_[at].order_index;
  if (request.action == Action::leave)
    std::for_each(visits_[at].holds.begin(), visits_[at].holds.end(), ends);
  if (request.action == Action::cancel && order != kNoOrder) ends(order);
  if (request.action != Action::pay || order == kNoOrder) return;
  OrderFact& fact = history_.order(order);
  fact.pay_sent_ms = std::min(fact.pay_sent_ms, now_ms);
}

bool Script::is_again(Outcome outcome) const {
  return is_unknown(outcome) || outcome == Outcome::overloaded ||
         outcome == Outcome::shutting_down || outcome == Outcome::rate_limited ||
         outcome == Outcome::idempotency_in_progress || outcome == Outcome::request_timeout;
}

std::int32_t Script::server_ms(const Answer& answer, std::string_view name) const {
  const auto time = time_field(answer.body, name);
  if (!time) return kNoTime;
  return static_cast<std::int32_t>(*time - plan_.venue.server_base_ms);
}

void Script::take(Call call, const Answer& answer, std::uint32_t now_ms) {
  const std::uint32_t index = call.actor;
  call.actor = numbers_[index];
  call.server_ms = server_ms(answer, "server_time");
  if (answer.replayed) call.flags |= kReplayed;
  if (call.flags & kRepeat) return take_extra(call, index, answer);
  if (call.action == Action::top_up)
    call.value = static_cast<std::uint32_t>(requests_.top_up_amount(
        actors_[index], call.actor,
        actors_[index].visit == kNoVisit ? nullptr : &visits_[actors_[index].visit]));
  if (is_again(call.outcome)) {
    if (call.action == Action::pay || call.action == Action::cancel || call.action == Action::leave)
      call.value = actors_[index].visit == kNoVisit ? kNoOrder : visit(index).order_index;
    history_.add(call);
    return ask_again(index, now_ms);
  }
  switch (call.action) {
    case Action::top_up:
      take_top_up(call, index, now_ms);
      break;
    case Action::join:
      take_join(call, index, answer, now_ms);
      break;
    case Action::poll:
      take_poll(call, index, answer, now_ms);
      break;
    case Action::leave:
      call.value = actors_[index].visit == kNoVisit ? kNoOrder : visit(index).order_index;
      take_leave(call, index, now_ms);
      break;
    case Action::shows:
      take_shows(index, call.outcome, answer, now_ms);
      break;
    case Action::seats:
      take_seats(index, call.outcome, answer, now_ms);
      break;
    case Action::hold:
      take_hold(call, index, answer, now_ms);
      break;
    case Action::pay:
      take_pay(call, index, answer, now_ms);
      break;
    case Action::cancel:
      call.value = visit(index).order_index;
      take_cancel(index, now_ms);
      break;
  }
  history_.add(call);
}

// A second call with the same key: what it answers is written down, and decides nothing.
void Script::take_extra(Call& call, std::uint32_t index, const Answer& answer) {
  call.value = 0;
  if (call.action == Action::hold || call.action == Action::pay) {
    call.value = kNoOrder;
    if (call.action == Action::hold && call.outcome == Outcome::created)
      note_order(call, index, answer);
  }
  history_.add(call);
}

// Writes an order down that a hold's answer shows; `call.value` becomes its index.
void Script::note_order(Call& call, std::uint32_t index, const Answer& answer) {
  const auto id = parse_id<OrderId>(field(answer.body, "order_id"));
  if (!id) {
    call.outcome = Outcome::unexpected;
    return;
  }
  const Visit* const inside = actors_[index].visit == kNoVisit ? nullptr : &visit(index);
  OrderFact fact;
  fact.id = *id;
  fact.actor = call.actor;
  fact.attempt = call.attempt;
  fact.flags = call.flags;
  fact.total = static_cast<std::uint32_t>(number_field(answer.body, "total"));
  fact.held_ms = call.server_ms;
  fact.expires_ms = server_ms(answer, "hold_expires_at");
  fact.entry_expires_ms = inside ? inside->entry_expires_ms : 0;
  const std::string_view show = field(answer.body, "show_id");
  std::string_view rest = answer.body;
  while (fact.seat_count < kSeatsMax) {
    const std::size_t at = rest.find("{\"seat\":\"");
    if (at == std::string_view::npos) break;
    rest.remove_prefix(at + 9);
    fact.seats[fact.seat_count++] = plan_.seats.number(show, rest.substr(0, rest.find('"')));
  }
  call.value = history_.add_order(fact);
  if (actors_[index].visit != kNoVisit) visit(index).holds.push_back(call.value);
}

void Script::take_top_up(Call& call, std::uint32_t index, std::uint32_t now_ms) {
  Actor& actor = actors_[index];
  actor.topped_up = true;
  if (actor.visit == kNoVisit && is_done(call.outcome) && traits(index).repeats) repeat(index);
  if (is_done(call.outcome)) actor.balance += call.value;
  if (actor.stage == Stage::outside)
    return plan_next(index, Action::join, std::max(now_ms, traits(index).arrives_ms));
  if (actor.stage == Stage::waiting)
    return plan_next(index, Action::poll, std::max(now_ms, actor.poll_due_ms));
  if (!is_done(call.outcome)) return leave_shop(index, now_ms);
  plan_next(index, Action::pay, now_ms + 20);
}

}  // namespace frontrow::rehearsal
