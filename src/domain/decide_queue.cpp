#include <algorithm>

#include "base/check.h"
#include "base/planted.h"
#include "domain/decide.h"

namespace frontrow {
namespace {

// How many may be called now.
std::int64_t callable(const SaleState& sale, const SaleFacts& facts, Time now) {
  if (phase_at(facts, now) != Phase::open || !sale.queue.drawn || facts.available == 0) return 0;
  const SaleSettings& rules = sale.concert->sale;
  const std::int64_t inside = facts.active_entries + facts.called;
  std::int64_t room = planted(Bug::call_ignores_capacity) ? INT32_MAX : rules.capacity - inside;
  if (rules.people_per_seat > 0 && !planted(Bug::call_ignores_stock))
    room = std::min(room, rules.people_per_seat * facts.available - inside);
  return std::max<std::int64_t>(0, std::min(room, bucket_now(sale, now) / kCallUnits));
}

// Moves the watermark over `count` waiting people.
void call_next(State& state, SaleState& sale, std::int64_t count) {
  const Time now = state.now();
  Queue queue = sale.queue;
  queue.bucket =
      bucket_now(sale, now) - (planted(Bug::rate_bucket_never_drained) ? 0 : count * kCallUnits);
  queue.bucket_at = now;
  queue.called_upto = sale.line.watermark_for(static_cast<std::uint32_t>(count));
  queue.called_at = now;
  state.put(queue);
}

Place place_of(const SaleState& sale, PlaceNumber number, PlaceState to) {
  return {sale.concert->sale_no, number, sale.places.user_of(number), to,
          sale.places.joined_at(number)};
}

const Entry* entry_at(const SaleState& sale, PlaceNumber number) {
  const auto id = sale.entry_of.find(number);
  return id == sale.entry_of.end() ? nullptr : &sale.entries.at(id->second);
}

Time claim_end(const SaleState& sale, PlaceNumber number) {
  const auto until = sale.claim_until.find(number);
  return until == sale.claim_until.end() ? Time{} : until->second;
}

PlaceStatus describe(State& state, const SaleState& sale, PlaceNumber number, Random& random) {
  return describe_place(state.facts(sale), sale.line, number, entry_at(sale, number),
                        claim_end(sale, number), state.now(), random.next());
}

QueueAnswer queue_answer(State& state, const SaleState& sale, PlaceNumber number, bool created,
                         Random& random) {
  QueueAnswer answer;
  answer.status = describe(state, sale, number, random);
  answer.sale_no = sale.concert->sale_no;
  answer.number = number;
  answer.user = sale.places.user_of(number);
  answer.created = created;
  return answer;
}

// Its places are not in memory; whatever became of this one, there is nothing to wait for.
QueueAnswer answer_of_an_old_sale(const State& state, const SaleState& sale,
                                  const ClaimEntry& command) {
  QueueAnswer answer;
  answer.status.kind = PlaceKind::finished;
  answer.status.reason = FinishReason::closed;
  answer.status.phase = Phase::closed;
  answer.status.concert = sale.concert;
  answer.status.server_time = state.now();
  answer.sale_no = command.sale_no;
  answer.number = command.number;
  answer.user = command.user;
  return answer;
}

void admit(State& state, SaleState& sale, PlaceNumber number, Random& random) {
  const Time now = state.now();
  const SaleSettings& rules = sale.concert->sale;
  Entry entry;
  entry.id = make_id<EntryId>(now, random);
  entry.sale_no = sale.concert->sale_no;
  entry.number = number;
  entry.user = sale.places.user_of(number);
  entry.claimed_at = now;
  entry.issued_at = now;
  entry.expires_at = now + seconds(rules.entry_seconds);
  entry.bound = entry.expires_at + seconds(rules.hold_seconds);
  Queue queue = sale.queue;
  ++queue.admitted;
  state.put(queue);
  state.put(entry);
}

JoinRecord record_of(const SaleState& sale, PlaceNumber number, Time joined_at) {
  return {number, member_tag(sale.concert->member_key, sale.places.user_of(number)), joined_at};
}

PlaceNumber append_place(State& state, SaleState& sale, UserId user) {
  Place place{sale.concert->sale_no, sale.queue.last_number + 1, user, PlaceState::waiting,
              state.now()};
  state.put(place);
  Queue queue = sale.queue;
  queue.last_number = place.number;
  if (!queue.lobby_ended)
    queue.join_digest =
        chain_join(queue.join_digest, record_of(sale, place.number, place.joined_at));
  state.put(queue);
  return place.number;
}

void end_lobby(State& state, SaleState& sale) {
  Queue queue = sale.queue;
  queue.lobby_ended = true;
  queue.lobby_count = queue.last_number;
  queue.bucket_at = state.now();
  queue.bucket = std::max(kCallUnits, sale.concert->sale.entries_per_minute * 1000);
  state.put(queue);
}

void draw(State& state, SaleState& sale) {
  Queue queue = sale.queue;
  queue.drawn = true;
  queue.draw_seed =
      draw_seed(sale.concert->draw_secret, queue.join_digest, sale.concert->public_input);
  state.put(queue);
}

void miss(State& state, SaleState& sale, PlaceNumber number) {
  state.put(place_of(sale, number, PlaceState::missed));
  Queue queue = sale.queue;
  ++queue.missed;
  state.put(queue);
}

// A token of ours may name a place of a store that lost it: an older backup, say.
bool exists(const SaleState* sale, PlaceNumber number) {
  return sale && number <= sale->queue.last_number;
}

void end_claims(State& state, SaleState& sale, const AskedPolls& asked) {
  const Time now = state.now();
  while (!sale.claim_ends.empty() && sale.claim_ends.begin()->first <= now) {
    const PlaceNumber number = sale.claim_ends.begin()->second;
    const Time from_poll = asked.asked_until(sale.concert->sale_no, number) +
                           seconds(sale.concert->sale.claim_seconds);
    if (from_poll > now)
      state.move_claim(sale, number, from_poll);
    else if (planted(Bug::miss_never_comes))
      state.move_claim(sale, number, now + seconds(sale.concert->sale.claim_seconds));
    else
      miss(state, sale, number);
  }
}

void end_entries(State& state, SaleState& sale) {
  const Time now = state.now();
  while (!sale.entry_ends.empty() && sale.entry_ends.begin()->first <= now) {
    const Entry entry = sale.entries.at(sale.entry_ends.begin()->second);
    if (entry.state == EntryState::active)
      end_entry(state, entry, EntryState::expired, EntryEnd::time);
    else
      state.forget_entry(sale, entry);
  }
}

// The bug expired_hold_is_paid.
void pay_unasked(State& state, Order order, Random& random) {
  order.payment = make_id<PaymentId>(state.now(), random);
  order.paid_at = state.now();
  move_order(state, order, OrderStatus::paid);
}

void end_holds(State& state, ShowState& show, Random& random) {
  const Time until = planted(Bug::pay_ignores_deadline) ? state.now() - seconds(5) : state.now();
  while (!show.hold_ends.empty() && show.hold_ends.begin()->first <= until) {
    const Order& order = show.holds.at(show.hold_ends.begin()->second);
    if (planted(Bug::expired_hold_is_paid))
      pay_unasked(state, order, random);
    else
      move_order(state, order, OrderStatus::expired);
  }
}

}  // namespace

std::int64_t bucket_now(const SaleState& sale, Time now) {
  const std::int64_t rate = sale.concert->sale.entries_per_minute;
  const std::int64_t burst = std::max(kCallUnits, rate * 1000);
  const std::int64_t elapsed = std::clamp<std::int64_t>((now - sale.queue.bucket_at).ms, 0, 60'000);
  return std::min(burst, sale.queue.bucket + rate * elapsed);
}

void advance(State& state, const DecisionContext& context) {
  for (const auto& [id, show] : state.shows()) end_holds(state, *show, context.random);
  for (const auto& sale : state.sales()) {
    if (sale->is_over) continue;
    if (!sale->queue.lobby_ended) {
      const Duration early = seconds(planted(Bug::opens_early) ? 2 : 0);
      if (state.now() < sale->concert->sale.opens_at - early) continue;
      end_lobby(state, *sale);
    }
    if (!sale->queue.drawn && !sale->concert->paused && !sale->concert->closed) draw(state, *sale);
    end_entries(state, *sale);
    end_claims(state, *sale, context.asked);
  }
}

void call_people(State& state) {
  for (const auto& sale : state.sales()) {
    if (!sale->concert->published || !sale->queue.drawn) continue;
    const std::uint32_t waiting = sale->line.waiting();
    if (waiting == 0) continue;
    const std::int64_t count =
        std::min<std::int64_t>(waiting, callable(*sale, state.facts(*sale), state.now()));
    if (count > 0) call_next(state, *sale, count);
  }
}

Outcome decide(State& state, const JoinQueue& command, const DecisionContext& context) {
  SaleState* sale = state.sale(command.concert);
  if (!sale || !sale->concert->published) return refuse(RefusalCode::not_found, "no such concert");
  const SaleFacts facts = state.facts(*sale);
  const Phase phase = phase_at(facts, state.now());
  const auto existing = sale->places.find(command.user);
  if (existing && !is_over(facts, sale->line, *existing, state.now())) {
    if (sale->claim_until.contains(*existing)) admit(state, *sale, *existing, context.random);
    QueueAnswer answer = queue_answer(state, *sale, *existing, false, context.random);
    answer.with_token = true;
    if (answer.status.kind == PlaceKind::lobby)
      answer.record = record_of(*sale, *existing, sale->places.joined_at(*existing));
    if (phase != Phase::sold_out || answer.status.kind != PlaceKind::finished)
      return Answer(answer);
  }
  if (phase == Phase::scheduled)
    return refuse(RefusalCode::sale_not_open, "the lobby is not open yet");
  if (phase == Phase::closed) return refuse(RefusalCode::queue_closed, "the sale is over");
  if (phase == Phase::sold_out) return refuse(RefusalCode::queue_closed, "all seats are sold");
  const bool lobby = !sale->queue.lobby_ended;
  const PlaceNumber number = append_place(state, *sale, command.user);
  if (!lobby && sale->line.waiting() == 1 && callable(*sale, facts, state.now()) > 0) {
    call_next(state, *sale, 1);
    admit(state, *sale, number, context.random);
  }
  QueueAnswer answer = queue_answer(state, *sale, number, true, context.random);
  answer.with_token = true;
  if (lobby) answer.record = record_of(*sale, number, state.now());
  return Answer(std::move(answer));
}

Outcome decide(State& state, const ClaimEntry& command, const DecisionContext& context) {
  SaleState* sale = state.sale(command.sale_no);
  if (!exists(sale, command.number)) return refuse(RefusalCode::queue_token_invalid);
  if (sale->is_over) return Answer(answer_of_an_old_sale(state, *sale, command));
  const bool closed = phase_at(state.facts(*sale), state.now()) == Phase::closed;
  const bool uncalled = planted(Bug::claim_without_call) && sale->queue.drawn &&
                        sale->line.stage(command.number) == PlaceStage::waiting;
  if (!closed && (sale->claim_until.contains(command.number) || uncalled))
    admit(state, *sale, command.number, context.random);
  return Answer(queue_answer(state, *sale, command.number, false, context.random));
}

Outcome decide(State& state, const LeaveQueue& command, const DecisionContext&) {
  SaleState* sale = state.sale(command.sale_no);
  if (!exists(sale, command.number)) return refuse(RefusalCode::queue_token_invalid);
  if (sale->is_over) return Answer(NoAnswer{});
  if (sale->line.stage(command.number) == PlaceStage::waiting) {
    state.put(place_of(*sale, command.number, PlaceState::left));
  } else if (const Entry* entry = entry_at(*sale, command.number);
             entry && entry->state == EntryState::active) {
    const Entry leaving = *entry;
    if (!planted(Bug::leaving_keeps_holds)) cancel_holds_of(state, *sale, leaving.id);
    end_entry(state, leaving, EntryState::expired, EntryEnd::left);
  }
  return Answer(NoAnswer{});
}

EntryFinding find_entry(State& state, const EntryProof& proof, UserId user, bool used_is_fine) {
  SaleState* sale = state.sale(proof.concert);
  if (!sale) return {.refusal = RefusalCode::entry_token_invalid};
  const Entry* entry = state.entry(*sale, proof.entry);
  if (!entry || entry->expires_at <= state.now())
    return {.refusal = RefusalCode::entry_token_expired};
  if (entry->user != user && !planted(Bug::borrowed_entry_taken))
    return {.refusal = RefusalCode::entry_token_invalid};
  if (entry->state != EntryState::active && !used_is_fine && !planted(Bug::used_entry_holds))
    return {.refusal = RefusalCode::entry_token_expired};
  return {.sale = sale, .entry = entry};
}

void end_entry(State& state, Entry entry, EntryState to, EntryEnd end) {
  entry.state = to;
  entry.end = end;
  state.put(entry);
}

void cancel_holds_of(State& state, SaleState& sale, EntryId entry) {
  std::vector<Order> holds;
  for (const ShowId& id : sale.shows)
    for (const auto& [order_id, order] : state.show(id)->holds)
      if (order.entry == entry) holds.push_back(order);
  for (const Order& order : holds) move_order(state, order, OrderStatus::cancelled);
}

}  // namespace frontrow
