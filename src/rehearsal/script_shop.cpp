// The script inside: shows, seats, holds and payments, and what people and bots do wrong there.
#include <algorithm>

#include "rehearsal/script.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::uint8_t kTriesMax = 6;          // to get seats, in one visit
constexpr std::uint32_t kLookAgainMs = 1'500;  // after nothing was found
constexpr std::uint32_t kLateMs = 1'000;       // after the end of a hold
constexpr std::uint32_t kLastMomentMs = 400;   // before it

// The ids of the shows that have seats left.
std::vector<std::string_view> shows_with_seats(std::string_view body) {
  std::vector<std::string_view> ids;
  std::size_t at = 0;
  while ((at = body.find("\"show_id\":", at)) != std::string_view::npos) {
    const std::string_view item = body.substr(at - 1);
    if (number_field(item, "available") > 0) ids.push_back(field(item, "show_id"));
    at += 10;
  }
  return ids;
}

// `count` labels that stand together in a list of seats, from `start` on, round and round.
std::vector<std::string> pick_seats(std::string_view body, std::size_t count, std::uint64_t bits) {
  std::vector<std::string_view> labels;
  constexpr std::string_view kBefore = "{\"seat\":\"";
  for (std::size_t at = body.find(kBefore); at != std::string_view::npos;
       at = body.find(kBefore, at)) {
    at += kBefore.size();
    labels.push_back(body.substr(at, body.find('"', at) - at));
  }
  if (labels.size() < count) return {};
  const std::size_t start = below(bits, static_cast<std::uint32_t>(labels.size() - count + 1));
  return {labels.begin() + static_cast<std::ptrdiff_t>(start),
          labels.begin() + static_cast<std::ptrdiff_t>(start + count)};
}

// By our clock, and no earlier than by the server's.
std::uint32_t hold_ends_ms(const Visit& inside) {
  return static_cast<std::uint32_t>(inside.hold_expires_ms - inside.server_ahead_ms);
}

}  // namespace

Visit& Script::visit(std::uint32_t index) {
  return visits_[actors_[index].visit];
}

void Script::end_visit(std::uint32_t index) {
  Actor& actor = actors_[index];
  if (actor.visit == kNoVisit) return;
  visits_[actor.visit] = {};
  free_visits_.push_back(actor.visit);
  actor.visit = kNoVisit;
}

void Script::choose_section(std::uint32_t index) {
  const auto& sections = plan_.venue.sections;
  if (sections.empty()) return;
  Visit& inside = visit(index);
  // Who is not lucky in a favourite section looks in another; the front ones are the most wanted.
  const double x = fraction(bits(index, Question::section, inside.tries));
  inside.section = sections[static_cast<std::size_t>(x * x * static_cast<double>(sections.size()))];
}

void Script::leave_shop(std::uint32_t index, std::uint32_t now_ms) {
  plan_next(index, Action::leave, now_ms + thinking(index, actors_[index].attempt) / 2);
}

// The entry is over: a poll says what that means for the place.
void Script::out_of_time(std::uint32_t index, std::uint32_t now_ms) {
  end_visit(index);
  move(index, Stage::waiting);
  plan_next(index, Action::poll, now_ms + 100);
}

void Script::look_around(std::uint32_t index, std::uint32_t now_ms) {
  Visit& inside = visit(index);
  move(index, Stage::inside);
  if (++inside.tries > kTriesMax) return leave_shop(index, now_ms);
  plan_next(index, inside.picks ? Action::seats : Action::hold,
            now_ms + thinking(index, actors_[index].attempt));
}

void Script::take_shows(std::uint32_t index, Outcome outcome, const Answer& answer,
                        std::uint32_t now_ms) {
  if (!is_done(outcome)) return out_of_time(index, now_ms);
  Visit& inside = visit(index);
  const auto shows = shows_with_seats(answer.body);
  if (shows.empty()) {
    if (++inside.tries > 2) return leave_shop(index, now_ms);
    return plan_next(index, Action::shows, now_ms + kLookAgainMs);
  }
  inside.show = shows[below(bits(index, Question::show), static_cast<std::uint32_t>(shows.size()))];
  switch (actors_[index].kind) {
    case Kind::forger:
      return plan_next(index, Action::hold, now_ms,
                       bits(index, Question::bot) & 1 ? kForged : kNoEntry);
    case Kind::sharer:
      if (lender_ == kNoActor) return leave_shop(index, now_ms);
      return plan_next(index, Action::hold, now_ms, kBorrowed);
    case Kind::hammer:
      return leave_shop(index, now_ms);
    default:
      return look_around(index, now_ms);
  }
}

void Script::take_seats(std::uint32_t index, Outcome outcome, const Answer& answer,
                        std::uint32_t now_ms) {
  if (outcome == Outcome::entry_token_expired) return out_of_time(index, now_ms);
  if (!is_done(outcome)) return leave_shop(index, now_ms);
  Visit& inside = visit(index);
  inside.picked = pick_seats(answer.body, inside.wish, bits(index, Question::pick, inside.tries));
  if (inside.picked.empty()) {
    choose_section(index);
    inside.picks = inside.tries < 3;
    if (!inside.picks) inside.section.clear();
    return look_around(index, now_ms);
  }
  plan_next(index, Action::hold, now_ms + thinking(index, actors_[index].attempt));
}

void Script::take_hold(Call& call, std::uint32_t index, const Answer& answer,
                       std::uint32_t now_ms) {
  call.value = kNoOrder;
  if (call.outcome == Outcome::created) note_order(call, index, answer);
  if (call.flags & (kForged | kBorrowed | kNoEntry)) return leave_shop(index, now_ms);
  if (call.flags & kUsedEntry) return finish(index, Stage::bought);
  if (call.flags & kGreedy) return decide_after_hold(index, now_ms);
  if (!is_done(call.outcome)) return hold_failed(index, call.outcome, now_ms);
  Visit& inside = visit(index);
  if (traits(index).repeats) repeat(index);
  inside.order = field(answer.body, "order_id");
  inside.order_index = call.value;
  inside.total = static_cast<std::uint32_t>(number_field(answer.body, "total"));
  inside.hold_expires_ms = server_ms(answer, "hold_expires_at");
  inside.server_ahead_ms = call.server_ms - static_cast<std::int32_t>(call.answered_ms());
  inside.entry_token = field(answer.body, "entry_token");
  inside.entry_expires_ms = server_ms(answer, "entry_expires_at");
  move(index, Stage::holding);
  if (traits(index).greedy && !inside.was_greedy) {
    inside.was_greedy = true;
    inside.wish = static_cast<std::uint8_t>(
        std::clamp<std::int64_t>(plan_.venue.rules.max_seats_per_user - inside.wish + 1, 1, 8));
    return plan_next(index, Action::hold, now_ms + 50, kGreedy);
  }
  decide_after_hold(index, now_ms);
}

void Script::hold_failed(std::uint32_t index, Outcome outcome, std::uint32_t now_ms) {
  Visit& inside = visit(index);
  inside.picked.clear();
  switch (outcome) {
    case Outcome::entry_token_expired:
      return out_of_time(index, now_ms);
    case Outcome::seat_taken:
      return look_around(index, now_ms);
    case Outcome::not_enough_seats:
      if (!inside.section.empty()) {
        inside.section.clear();
        inside.picks = false;
      } else if (inside.together && inside.wish > 1) {
        inside.together = false;
      } else if (inside.wish > 1) {
        inside.wish = 1;
      } else {
        return leave_shop(index, now_ms);
      }
      return look_around(index, now_ms);
    default:
      return leave_shop(index, now_ms);
  }
}

void Script::decide_after_hold(std::uint32_t index, std::uint32_t now_ms) {
  Visit& inside = visit(index);
  const std::uint32_t later = now_ms + thinking(index, actors_[index].attempt);
  const AfterHold wish = inside.was_late ? AfterHold::pays : traits(index).after_hold;
  switch (wish) {
    case AfterHold::pays:
      return plan_next(index, Action::pay, later);
    case AfterHold::abandons:
      return finish(index, Stage::left);
    case AfterHold::cancels:
      return plan_next(index, Action::cancel, later);
    case AfterHold::leaves:
      return plan_next(index, Action::leave, later);
    case AfterHold::pays_late:
      inside.was_late = true;
      return plan_next(index, Action::pay, hold_ends_ms(inside) + kLateMs);
    case AfterHold::pays_last_moment:
      return plan_next(index, Action::pay, std::max(later, hold_ends_ms(inside) - kLastMomentMs));
  }
}

void Script::take_pay(Call& call, std::uint32_t index, const Answer& answer, std::uint32_t now_ms) {
  Visit& inside = visit(index);
  Actor& actor = actors_[index];
  call.value = inside.order_index;
  OrderFact& fact = history_.order(inside.order_index);
  if (is_done(call.outcome)) {
    const bool is_new = !inside.paid;
    inside.paid = true;
    if (!is_new) return finish(index, Stage::bought);
    fact.pay_answered_ms = call.answered_ms();
    actor.balance -= std::min(actor.balance, inside.total);
    std::string_view rest = answer.body;
    for (std::size_t at = rest.find("\"code\":\""); at != std::string_view::npos;
         at = rest.find("\"code\":\"")) {
      rest.remove_prefix(at + 8);
      history_.add_ticket_code(rest.substr(0, rest.find('"')));
    }
    if (traits(index).repeats) return ask_same(index);
    if (!traits(index).greedy) return finish(index, Stage::bought);
    inside.wish = 1;
    return plan_next(index, Action::hold, now_ms + 50, kUsedEntry);
  }
  switch (call.outcome) {
    case Outcome::insufficient_balance:
      actor.balance = static_cast<std::uint32_t>(number_field(answer.body, "balance"));
      return ask_now(index, Action::top_up);
    case Outcome::entry_token_expired:
    case Outcome::hold_expired: {
      inside.order.clear();
      inside.order_index = kNoOrder;
      inside.total = 0;
      inside.picked.clear();
      if (call.outcome == Outcome::hold_expired) return look_around(index, now_ms);
      return out_of_time(index, now_ms);
    }
    default:
      return leave_shop(index, now_ms);
  }
}

void Script::take_cancel(std::uint32_t index, std::uint32_t now_ms) {
  Visit& inside = visit(index);
  inside.order.clear();
  inside.order_index = kNoOrder;
  leave_shop(index, now_ms);
}

}  // namespace frontrow::rehearsal
