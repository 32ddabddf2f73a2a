// The script in the line: joining, polling as the server says, freezing, missing, leaving,
// entering.
#include <algorithm>

#include "rehearsal/script.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::uint32_t kTooEarlyMs = 500;
constexpr std::uint32_t kHammerMs = 33;
constexpr std::uint32_t kHammerPolls = 300;  // then even a bot gives up
constexpr std::uint8_t kPlacesMax = 3;       // after so many, people do not come back
constexpr std::int64_t kInSight = 3;         // capacities ahead: time to fill the wallet

}  // namespace

void Script::take_join(Call& call, std::uint32_t index, const Answer& answer,
                       std::uint32_t now_ms) {
  Actor& actor = actors_[index];
  if (call.outcome == Outcome::sale_not_open)
    return plan_next(index, Action::join, now_ms + kTooEarlyMs);
  if (call.outcome == Outcome::queue_closed) {
    plan_.sold_out = true;
    return finish(index, Stage::sold_out);
  }
  const auto token = from_base64url(field(answer.body, "queue_token"));
  if (!is_done(call.outcome) || !token || token->size() != actor.queue_token.size()) {
    call.outcome = Outcome::unexpected;
    return finish(index, Stage::left);
  }
  std::copy(token->begin(), token->end(), actor.queue_token.begin());
  if (!actor.has_token && actor.kind != Kind::device) ++places_;
  actor.has_token = true;
  if (call.outcome == Outcome::created && actor.places < UINT8_MAX) ++actor.places;
  follow(call, index, answer, now_ms);
}

void Script::take_poll(Call& call, std::uint32_t index, const Answer& answer,
                       std::uint32_t now_ms) {
  if (call.flags & kForged) {
    if (is_done(call.outcome)) call.status = place_status(answer.body);
    return plan_next(index, Action::poll, actors_[index].poll_due_ms);
  }
  if (!is_done(call.outcome)) {
    call.outcome = Outcome::unexpected;  // a token that was given is refused
    return finish(index, Stage::left);
  }
  follow(call, index, answer, now_ms);
}

// What a status means for its owner.
void Script::follow(Call& call, std::uint32_t index, const Answer& answer, std::uint32_t now_ms) {
  call.status = place_status(answer.body);
  call.rank = static_cast<std::uint32_t>(number_field(answer.body, "rank"));
  switch (call.status) {
    case PlaceStatus::lobby:
    case PlaceStatus::waiting:
      call.value = static_cast<std::uint32_t>(number_field(answer.body, "position"));
      return wait_on(call, index, answer, now_ms);
    case PlaceStatus::called:
      return plan_next(index, Action::poll, now_ms + 50);
    case PlaceStatus::admitted:
      call.value = static_cast<std::uint32_t>(server_ms(answer, "expires_at"));
      return enter(index, answer, now_ms, call);
    case PlaceStatus::missed:
      return come_back_or(index, Stage::missed, now_ms);
    case PlaceStatus::finished_sold_out:
      plan_.sold_out = true;
      return finish(index, Stage::sold_out);
    case PlaceStatus::finished_closed:
      return finish(index, Stage::sold_out);
    case PlaceStatus::finished_purchased:
      return finish(index, Stage::left);
    case PlaceStatus::finished_expired:
    case PlaceStatus::finished_left:
      return come_back_or(index, Stage::left, now_ms);
    case PlaceStatus::none:
      call.outcome = Outcome::unexpected;
      return finish(index, Stage::left);
  }
}

// A place was lost: join again, or that was it.
void Script::come_back_or(std::uint32_t index, Stage stage, std::uint32_t now_ms) {
  Actor& actor = actors_[index];
  end_visit(index);
  const bool comes =
      actor.kind != Kind::device && actor.places < kPlacesMax && traits(index).comes_back;
  if (!comes) return finish(index, stage);
  move(index, Stage::outside);
  plan_next(index, Action::join, now_ms + 500 + thinking(index, actor.attempt));
}

void Script::wait_on(const Call& call, std::uint32_t index, const Answer& answer,
                     std::uint32_t now_ms) {
  Actor& actor = actors_[index];
  const Profile& p = plan_.profile;
  const bool waiting = call.status == PlaceStatus::waiting;
  move(index, waiting ? Stage::waiting : Stage::lobby);
  if (actor.polls < UINT16_MAX) ++actor.polls;
  const auto wanted = number_field(answer.body, "poll_after_ms", 1'000);
  std::uint32_t due =
      now_ms + static_cast<std::uint32_t>(std::clamp<std::int64_t>(wanted, 0, 120'000));
  if (actor.kind == Kind::hammer && actor.polls < kHammerPolls) due = now_ms + kHammerMs;
  const Traits t = traits(index);
  const bool freezes = t.hidden_tab && happens(bits(index, Question::freeze, actor.polls), 300);
  if (freezes)
    due += below(bits(index, Question::freeze, actor.polls + 100'000u),
                 static_cast<std::uint32_t>(p.hidden_seconds) * 1000);
  if (waiting && t.misses_call && !actor.missed_call && call.value <= plan_.venue.rules.capacity) {
    actor.missed_call = true;
    due += static_cast<std::uint32_t>(plan_.venue.rules.claim_seconds) * 3'000;
  }
  actor.poll_due_ms = due;
  if (t.leaves_line && !actor.left_once && actor.polls > 1) {
    actor.left_once = true;
    return plan_next(index, Action::leave, now_ms + (due - now_ms) / 2);
  }
  const bool in_sight = waiting && call.value <= plan_.venue.rules.capacity * kInSight;
  if (in_sight && t.topping_up == ToppingUp::in_line && !actor.topped_up && t.kind == Kind::buyer) {
    actor.topped_up = true;
    return ask_now(index, Action::top_up);
  }
  const bool forges = actor.kind == Kind::forger && actor.polls % 2 == 0;
  plan_next(index, Action::poll, due, forges ? kForged : 0);
}

void Script::take_leave(Call& call, std::uint32_t index, std::uint32_t now_ms) {
  Actor& actor = actors_[index];
  if (!is_done(call.outcome)) call.outcome = Outcome::unexpected;
  if (actor.visit == kNoVisit) return come_back_or(index, Stage::left, now_ms);
  const Kind kind = actor.kind;
  const bool is_bot = kind == Kind::forger || kind == Kind::sharer || kind == Kind::hammer;
  const bool found_nothing = visit(index).order.empty();
  finish(index, is_bot ? Stage::turned_away : found_nothing ? Stage::sold_out : Stage::left);
}

// It is their turn.
void Script::enter(std::uint32_t index, const Answer& answer, std::uint32_t now_ms, Call& call) {
  Actor& actor = actors_[index];
  const std::string_view token = field(answer.body, "entry_token");
  if (token.empty()) {
    call.outcome = Outcome::unexpected;
    return finish(index, Stage::left);
  }
  if (actor.kind == Kind::device) return finish(index, Stage::watched);
  move(index, Stage::inside);
  if (actor.visit == kNoVisit) {
    if (free_visits_.empty()) {
      free_visits_.push_back(static_cast<std::uint32_t>(visits_.size()));
      visits_.emplace_back();
    }
    actor.visit = free_visits_.back();
    free_visits_.pop_back();
  }
  Visit& inside = visit(index);
  inside = {};
  inside.entry_token = token;
  inside.entry_expires_ms = server_ms(answer, "expires_at");
  if (actor.kind != Kind::sharer) {
    lent_entry_ = inside.entry_token;
    lender_ = index;
  }
  const Traits t = traits(index);
  inside.wish = t.party;
  inside.picks = t.choice == Choice::picks && !plan_.venue.sections.empty();
  if (t.choice != Choice::best) choose_section(index);
  plan_next(index, Action::shows, now_ms + thinking(index, actor.attempt));
}

}  // namespace frontrow::rehearsal
