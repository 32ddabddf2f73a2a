#include <algorithm>

#include "base/json_writer.h"
#include "domain/decide.h"

namespace frontrow {
namespace {

ConcertAnswer concert_answer(State& state, const SaleState& sale, bool created) {
  ConcertAnswer answer;
  answer.concert = sale.concert;
  for (const ShowId& id : sale.shows) answer.shows.push_back(state.show(id)->show);
  answer.facts = state.facts(sale);
  answer.server_time = state.now();
  answer.created = created;
  return answer;
}

void put_show(State& state, ConcertId concert, const NewShow& wish, Random& random) {
  Show show;
  show.id = make_id<ShowId>(state.now(), random);
  show.concert = concert;
  show.starts_at = wish.starts_at;
  show.doors_at = wish.doors_at;
  show.sections = wish.sections;
  number_seats(show.sections);
  state.put(std::move(show));
}

void replace(std::string& field, const std::optional<std::string>& value) {
  if (value) field = *value;
}

// Once people have joined, the times that they relied on stand.
std::optional<Refusal> refuse_late_change(const State& state, const SaleState& sale,
                                          const SaleSettings& wish) {
  const SaleSettings& now = sale.concert->sale;
  if (state.now() >= now.opens_at && (wish.opens_at != now.opens_at || wish.draw != now.draw))
    return refuse_field("/sale/opens_at",
                        "the sale has opened: its opening and draw cannot change");
  if (state.now() >= now.opens_at && wish.lobby_opens_at != now.lobby_opens_at)
    return refuse_field("/sale/lobby_opens_at", "the sale has opened: its lobby cannot change");
  return {};
}

// The rate's bucket is settled under the old rate before a new one counts.
void settle_bucket(State& state, const SaleState& sale) {
  if (!sale.queue.lobby_ended) return;
  Queue queue = sale.queue;
  queue.bucket = bucket_now(sale, state.now());
  queue.bucket_at = state.now();
  state.put(queue);
}

void extend_everything(State& state, SaleState& sale, Duration by) {
  std::vector<Entry> entries;
  for (const auto& [id, entry] : sale.entries) entries.push_back(entry);
  for (Entry& entry : entries) {
    entry.expires_at = entry.expires_at + by;
    entry.bound = entry.bound + by;
    entry.issued_at = state.now();
    state.put(entry);
  }
  for (const ShowId& id : sale.shows) {
    std::vector<Order> holds;
    for (const auto& [order_id, order] : state.show(id)->holds) holds.push_back(order);
    for (Order& order : holds) {
      order.hold_expires_at = order.hold_expires_at + by;
      state.put(std::move(order));
    }
  }
  Queue queue = sale.queue;  // putting it prolongs the claims
  queue.extended = queue.extended + by;
  state.put(queue);
}

void close_sale(State& state, SaleState& sale) {
  Concert concert = *sale.concert;
  concert.closed = true;
  ++concert.version;
  state.put(std::move(concert));
}

std::optional<Refusal> act(State& state, SaleState& sale, const ActOnQueue& command) {
  Concert concert = *sale.concert;
  ++concert.version;
  switch (command.action) {
    case QueueAction::pause:
    case QueueAction::resume:
      if (concert.closed) return refuse(RefusalCode::queue_closed, "the sale is closed");
      concert.paused = command.action == QueueAction::pause;
      break;
    case QueueAction::close:
      close_sale(state, sale);
      return {};
    case QueueAction::set:
      settle_bucket(state, sale);
      if (command.capacity) concert.sale.capacity = *command.capacity;
      if (command.entries_per_minute) concert.sale.entries_per_minute = *command.entries_per_minute;
      if (command.people_per_seat) concert.sale.people_per_seat = *command.people_per_seat;
      break;
    case QueueAction::message:
      concert.message = command.text;
      break;
    case QueueAction::extend:
      extend_everything(state, sale, seconds(command.seconds));
      return {};
    case QueueAction::public_input:
      if (!sale.queue.lobby_ended)
        return refuse(RefusalCode::sale_not_open, "the lobby has not ended yet");
      if (sale.queue.drawn) return refuse(RefusalCode::queue_closed, "the draw is made");
      concert.public_input = command.text.value_or("");
      break;
  }
  state.put(std::move(concert));
  return {};
}

std::string action_detail(const ActOnQueue& command) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  if (command.capacity) json.key("capacity").number(*command.capacity);
  if (command.entries_per_minute)
    json.key("entries_per_minute").number(*command.entries_per_minute);
  if (command.people_per_seat) json.key("people_per_seat").number(*command.people_per_seat);
  if (command.text) json.key("text").string(*command.text);
  if (command.seconds) json.key("seconds").number(command.seconds);
  json.end_object();
  return out;
}

}  // namespace

std::string_view to_text(QueueAction action) {
  constexpr std::string_view kNames[] = {"pause",   "resume", "close",       "set",
                                         "message", "extend", "public_input"};
  return kNames[static_cast<std::size_t>(action)];
}

Outcome decide(State& state, const CreateConcert& command, const DecisionContext& context) {
  Concert concert;
  concert.id = make_id<ConcertId>(state.now(), context.random);
  concert.sale_no = state.next_sale_no();
  concert.title = command.title;
  concert.artist = command.artist;
  concert.venue = command.venue;
  concert.time_zone = command.time_zone;
  concert.description = command.description;
  concert.published = command.published;
  concert.sale = command.sale;
  context.random.fill(concert.draw_secret.data(), concert.draw_secret.size());
  context.random.fill(concert.member_key.data(), concert.member_key.size());
  concert.created_at = state.now();
  concert.version = 1;
  const ConcertId id = concert.id;
  state.put(std::move(concert));
  SaleState& sale = *state.sale(id);
  Queue queue = sale.queue;
  queue.bucket_at = state.now();
  state.put(queue);
  for (const NewShow& show : command.shows) put_show(state, id, show, context.random);
  audit(state, context.random, command.actor, "concert.create", to_text(id), "created");
  return Answer(concert_answer(state, sale, true));
}

Outcome decide(State& state, const ChangeConcert& command, const DecisionContext& context) {
  SaleState* sale = state.sale(command.concert);
  if (!sale) return refuse(RefusalCode::not_found, "no such concert");
  if (sale->concert->version != command.if_version) return refuse(RefusalCode::precondition_failed);
  Concert concert = *sale->concert;
  replace(concert.title, command.title);
  replace(concert.artist, command.artist);
  replace(concert.venue, command.venue);
  replace(concert.time_zone, command.time_zone);
  replace(concert.description, command.description);
  if (command.sale) {
    if (const auto refusal = refuse_late_change(state, *sale, *command.sale)) return *refusal;
    settle_bucket(state, *sale);
    concert.sale = *command.sale;
  }
  ++concert.version;
  state.put(std::move(concert));
  audit(state, context.random, command.actor, "concert.change", to_text(command.concert),
        "changed");
  return Answer(concert_answer(state, *sale, false));
}

Outcome decide(State& state, const PublishConcert& command, const DecisionContext& context) {
  SaleState* sale = state.sale(command.concert);
  if (!sale) return refuse(RefusalCode::not_found, "no such concert");
  if (!sale->concert->published) {
    Concert concert = *sale->concert;
    concert.published = true;
    ++concert.version;
    state.put(std::move(concert));
    audit(state, context.random, command.actor, "concert.publish", to_text(command.concert),
          "published");
  }
  return Answer(concert_answer(state, *sale, false));
}

Outcome decide(State& state, const ActOnQueue& command, const DecisionContext& context) {
  SaleState* sale = state.sale(command.concert);
  if (!sale) return refuse(RefusalCode::not_found, "no such concert");
  if (auto refusal = act(state, *sale, command)) return *refusal;
  audit(state, context.random, command.actor, "queue." + std::string(to_text(command.action)),
        to_text(command.concert), command.reason, action_detail(command));
  return Answer(concert_answer(state, *sale, false));
}

}  // namespace frontrow
