// What people do: each answer decides the next call and its time. Pure but for what it is given:
// no sockets, no clock. An event loop owns one script and its actors, sends what the script asks
// for, and hands every answer back. Not thread-safe.
//
//   outside ─top up?─▶ join ─▶ lobby ─▶ waiting ─▶ inside ─▶ shows ─▶ seats? ─▶ hold ─▶ pay ─▶
//   bought
//              with leaving, freezing, missing, losing a seat and trying again, abandoning, paying
//              late, doubled calls; bots with forged, borrowed and missing tokens.
//
// A call whose fate is not known (lost, timed out, outcome_unknown) and one that was refused for
// the moment (overloaded, rate_limited, in progress) is sent again with the same key.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "rehearsal/chance.h"
#include "rehearsal/history.h"
#include "rehearsal/loop_stats.h"
#include "rehearsal/requests.h"
#include "rehearsal/timers.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

class Script {
 public:
  // Loop `loop` of `loops` has the actors whose account has this rest when divided.
  Script(Plan& plan, History& history, unsigned loop, unsigned loops);

  // Calls to send now come out here: the intended time of all is the time of the decision.
  std::vector<Request>& outbox() { return outbox_; }
  // What is due at `now_ms` goes into the outbox.
  void advance(std::uint32_t now_ms);
  std::uint32_t next_timer_ms() const { return timers_.next_ms(); }

  // By what a proxy spreads this call over nodes: the place where the call shows its token, else
  // the person.
  std::uint64_t route_of(const Request& request) const;
  const std::string& write(const Request& request);
  // The call has gone out: from now on it may have been done.
  void sent(const Request& request, std::uint32_t now_ms);
  // Takes an answer, or that there is none (`call.outcome` is set). `call` has times, actor,
  // action, flags, attempt and outcome; the script adds the rest and writes it down.
  void take(Call call, const Answer& answer, std::uint32_t now_ms);

  std::uint32_t unfinished() const { return unfinished_; }
  const std::array<std::uint32_t, kStages>& stages() const { return stages_; }
  std::uint32_t places() const { return places_; }
  std::uint32_t actor_number(std::uint32_t index) const { return numbers_[index]; }
  const Actor& actor(std::uint32_t index) const { return actors_[index]; }
  std::uint32_t size() const { return static_cast<std::uint32_t>(actors_.size()); }

 private:
  // script.cpp: the frame
  void begin(std::uint32_t index);
  void plan_next(std::uint32_t index, Action action, std::uint32_t due_ms, std::uint8_t flags = 0);
  void ask_now(std::uint32_t index, Action action, std::uint8_t flags = 0);
  void ask_again(std::uint32_t index, std::uint32_t now_ms);
  void repeat(std::uint32_t index);
  void ask_same(std::uint32_t index);
  void move(std::uint32_t index, Stage stage);
  void finish(std::uint32_t index, Stage stage);
  bool is_again(Outcome outcome) const;
  void note_order(Call& call, std::uint32_t index, const Answer& answer);
  void take_extra(Call& call, std::uint32_t index, const Answer& answer);
  void take_top_up(Call& call, std::uint32_t index, std::uint32_t now_ms);
  std::uint32_t thinking(std::uint32_t index, std::uint32_t turn) const;
  std::uint64_t bits(std::uint32_t index, Question question, std::uint32_t turn = 0) const;
  Traits traits(std::uint32_t index) const { return plan_.people.traits(numbers_[index]); }
  std::int32_t server_ms(const Answer& answer, std::string_view name) const;

  // script_queue.cpp: the line
  void take_join(Call& call, std::uint32_t index, const Answer& answer, std::uint32_t now_ms);
  void take_poll(Call& call, std::uint32_t index, const Answer& answer, std::uint32_t now_ms);
  void take_leave(Call& call, std::uint32_t index, std::uint32_t now_ms);
  void follow(Call& call, std::uint32_t index, const Answer& answer, std::uint32_t now_ms);
  void wait_on(const Call& call, std::uint32_t index, const Answer& answer, std::uint32_t now_ms);
  void enter(std::uint32_t index, const Answer& answer, std::uint32_t now_ms, Call& call);
  void come_back_or(std::uint32_t index, Stage stage, std::uint32_t now_ms);

  // script_shop.cpp: inside
  void look_around(std::uint32_t index, std::uint32_t now_ms);
  void take_shows(std::uint32_t index, Outcome outcome, const Answer& answer, std::uint32_t now_ms);
  void take_seats(std::uint32_t index, Outcome outcome, const Answer& answer, std::uint32_t now_ms);
  void take_hold(Call& call, std::uint32_t index, const Answer& answer, std::uint32_t now_ms);
  void hold_failed(std::uint32_t index, Outcome outcome, std::uint32_t now_ms);
  void decide_after_hold(std::uint32_t index, std::uint32_t now_ms);
  void take_pay(Call& call, std::uint32_t index, const Answer& answer, std::uint32_t now_ms);
  void take_cancel(std::uint32_t index, std::uint32_t now_ms);
  void leave_shop(std::uint32_t index, std::uint32_t now_ms);
  void out_of_time(std::uint32_t index, std::uint32_t now_ms);
  void choose_section(std::uint32_t index);
  Visit& visit(std::uint32_t index);
  void end_visit(std::uint32_t index);

  Plan& plan_;
  History& history_;
  Requests requests_;
  std::vector<std::uint32_t> numbers_;  // of the actors among all people
  std::vector<Actor> actors_;
  Timers timers_;
  std::vector<Visit> visits_;
  std::vector<std::uint32_t> free_visits_;
  std::vector<Request> outbox_;
  std::string text_;
  std::string lent_entry_;  // of somebody who is inside, for those who share
  std::uint32_t lender_ = kNoActor;
  std::uint32_t unfinished_ = 0;
  std::uint32_t places_ = 0;
  std::array<std::uint32_t, kStages> stages_{};
};

}  // namespace frontrow::rehearsal
