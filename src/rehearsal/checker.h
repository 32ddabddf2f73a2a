// The outsider's proof: from what was asked and answered, and from what can be read afterwards, it
// says whether the server kept its promises. It knows the contract and no rule of the server's
// code.
//
// Each check is sound: it reports only what no order of events could explain. Where the moment of
// an event is known within bounds alone (a call's way there and back, two clocks), it takes the
// bound that speaks for the server.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "rehearsal/history.h"
#include "rehearsal/seat_names.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

// The numbers of a sale as staff (or the public queue) were told at a moment.
struct SaleSample {
  std::int32_t server_ms = 0;
  std::uint32_t at_ms = 0;  // by our clock
  std::int64_t waiting = 0, called = 0, admitted = 0;
  std::int64_t available = 0, held = 0, sold = 0, revenue = 0;
  std::int64_t called_per_minute = 0;
};

// A paid order as the store has it afterwards.
struct StoredOrder {
  std::uint64_t user = 0;  // fingerprint of the user's id
  std::int64_t amount = 0;
  std::vector<std::uint32_t> seats;
};

// What was read after the run.
struct Aftermath {
  std::string unread;  // what the server did not tell though it was asked; empty: it told all
  bool orders_read = false;
  std::map<OrderId, StoredOrder> paid;  // of the concert
  bool stats_read = false;
  std::int64_t sold = 0, revenue = 0, available = 0, held = 0;
  std::map<std::uint32_t, std::int64_t> balances;  // of accounts
  std::uint32_t unfinished = 0;                    // actors without an end
};

struct Evidence {
  SaleRules rules;
  std::int64_t seats_total = 0;
  bool own_concert = true;  // nobody else buys there
  std::size_t nodes = 1;    // that shared the store and answered
  std::vector<const History*> histories;
  std::function<std::uint32_t(std::uint32_t)> account_of;
  std::function<std::uint64_t(std::uint32_t)> user_of;  // an account's fingerprint
  const SeatNames* seats = nullptr;
  std::vector<SaleSample> samples;
  Aftermath after;
};

// The promises, in the order in which the report names them.
enum class Rule : std::uint8_t {
  one_owner_a_seat,
  payments_are_there,
  nothing_paid_unasked,
  wallets_add_up,
  house_adds_up,
  called_in_order,
  never_above_capacity,
  never_above_rate,
  positions_never_grow,
  holds_last,
  no_payment_after_the_hold,
  entry_needed,
  nobody_before_the_opening,
  retries_act_once,
  one_place_an_account,
  seat_limit_kept,
  points_needed,
  tickets_are_unique,
  answers_follow_the_contract,
  everybody_is_told,
};
inline constexpr std::size_t kRules = 20;
// A sentence, such as "No seat has two owners".
std::string_view to_text(Rule rule);

// With several nodes a view may be older than the newest commit of another node: usually by less
// than kNewsMs, and by kStaleMs at most, since a node that has heard nothing for so long refuses.
inline constexpr std::int64_t kNewsMs = 250;
inline constexpr std::int64_t kStaleMs = 2'000;
inline constexpr std::int64_t kNodeClockMs = 50;  // by which the clocks of two nodes may differ

struct Finding {
  std::uint64_t checked = 0;  // how many cases were looked at; 0: nothing to look at
  std::uint64_t broken = 0;
  std::vector<std::string> evidence;  // of the first few
};

class Findings {
 public:
  void checked(Rule rule, std::uint64_t count = 1) { at(rule).checked += count; }
  void broken(Rule rule, std::string evidence);
  Finding& at(Rule rule) { return all_[static_cast<std::size_t>(rule)]; }
  const Finding& at(Rule rule) const { return all_[static_cast<std::size_t>(rule)]; }
  std::uint64_t total_broken() const;

  // A node was behind by more than is usual and no more than is allowed.
  void late_news(std::int64_t behind_ms) {
    ++late_news_;
    latest_news_ms_ = std::max(latest_news_ms_, behind_ms);
  }
  std::uint64_t late_news() const { return late_news_; }
  std::int64_t latest_news_ms() const { return latest_news_ms_; }

 private:
  std::array<Finding, kRules> all_;
  std::uint64_t late_news_ = 0;
  std::int64_t latest_news_ms_ = 0;
};

Findings check(const Evidence& evidence);

// How far the server's clock is ahead of ours: no less than `least`, no more than `most`, whichever
// node's.
struct ClockBounds {
  std::int64_t least = 0;
  std::int64_t most = 0;
};
ClockBounds clock_bounds(const Evidence& evidence);

// The parts of check().
void check_line(const Evidence& evidence, const ClockBounds& clock, Findings& findings);
void check_seats(const Evidence& evidence, const ClockBounds& clock, Findings& findings);
void check_money(const Evidence& evidence, Findings& findings);
void check_answers(const Evidence& evidence, Findings& findings);

}  // namespace frontrow::rehearsal
