#include "rehearsal/checker.h"

#include <gtest/gtest.h>

#include <memory>

namespace frontrow::rehearsal {
namespace {

OrderId order_id(int number) {
  OrderId id;
  id.uuid.bytes[15] = static_cast<std::uint8_t>(number);
  return id;
}

// A small sale in which all went well; each test spoils one thing of it.
class Checker : public testing::Test {
 protected:
  Checker() {
    rules_ = {.capacity = 2,
              .entries_per_minute = 600,
              .claim_seconds = 10,
              .hold_seconds = 10,
              .max_seats_per_user = 4,
              .opens_ms = 1'000};
  }

  // A call that took 10 ms, answered by a server whose clock is ours.
  Call call(std::uint32_t actor, std::uint32_t sent_ms, Action action, Outcome outcome) {
    Call out;
    out.actor = actor;
    out.sent_ms = sent_ms;
    out.took_ms = 10;
    out.server_ms = static_cast<std::int32_t>(sent_ms) + 5;
    out.action = action;
    out.outcome = outcome;
    out.attempt = ++attempt_;
    return out;
  }
  void add(const Call& call) { history_.add(call); }

  void join(std::uint32_t actor, std::uint32_t at, std::uint32_t position) {
    Call c = call(actor, at, Action::join, Outcome::created);
    c.status = PlaceStatus::waiting;
    c.value = position;
    add(c);
  }
  void wait_on(std::uint32_t actor, std::uint32_t at, std::uint32_t position) {
    Call c = call(actor, at, Action::poll, Outcome::ok);
    c.status = PlaceStatus::waiting;
    c.value = position;
    add(c);
  }
  void enter(std::uint32_t actor, std::uint32_t at, std::uint32_t until = 60'000) {
    Call c = call(actor, at, Action::poll, Outcome::ok);
    c.status = PlaceStatus::admitted;
    c.value = until;
    add(c);
  }
  void top_up(std::uint32_t actor, std::uint32_t at, std::uint32_t amount) {
    Call c = call(actor, at, Action::top_up, Outcome::created);
    c.value = amount;
    add(c);
  }
  // The index of the order.
  std::uint32_t hold(std::uint32_t actor, std::uint32_t at, int id,
                     std::vector<std::uint32_t> seats, std::uint8_t flags = 0) {
    Call c = call(actor, at, Action::hold, Outcome::created);
    c.flags = flags;
    OrderFact fact;
    fact.id = order_id(id);
    fact.actor = actor;
    fact.attempt = c.attempt;
    fact.flags = flags;
    for (const std::uint32_t seat : seats) {
      names_.number("show", std::to_string(seat));
      fact.seats[fact.seat_count++] = seat;
    }
    fact.total = 100 * fact.seat_count;
    fact.held_ms = c.server_ms;
    fact.expires_ms = c.server_ms + 10'000;
    fact.entry_expires_ms = 60'000;
    c.value = history_.add_order(fact);
    add(c);
    return c.value;
  }
  void pay(std::uint32_t actor, std::uint32_t at, std::uint32_t order,
           Outcome outcome = Outcome::created) {
    Call c = call(actor, at, Action::pay, outcome);
    c.value = order;
    add(c);
    OrderFact& fact = history_.order(order);
    fact.pay_sent_ms = std::min(fact.pay_sent_ms, at);
    if (outcome != Outcome::created) return;
    fact.pay_answered_ms = c.answered_ms();
    after_.paid[fact.id] = {
        account_of(actor), fact.total, {fact.seats.begin(), fact.seats.begin() + fact.seat_count}};
    after_.sold += fact.seat_count;
    after_.revenue += fact.total;
  }
  static std::uint32_t account_of(std::uint32_t actor) {
    return actor >= 100 ? actor - 100 : actor;
  }

  Findings run() {
    nodes_ = 1;
    history_.for_each([this](const Call& call) {
      nodes_ = std::max<std::size_t>(nodes_, std::size_t{1} + call.node);
    });
    for (std::uint32_t seat = 0; seat < 100; ++seat) names_.number("show", std::to_string(seat));
    after_.orders_read = after_.stats_read = true;
    Evidence evidence;
    evidence.rules = rules_;
    evidence.seats_total = 100;
    evidence.nodes = nodes_;
    evidence.histories = {&history_};
    evidence.account_of = account_of;
    evidence.user_of = [](std::uint32_t account) { return account; };
    evidence.seats = &names_;
    evidence.samples = samples_;
    evidence.after = after_;
    return check(evidence);
  }
  // The rule is found broken, with evidence, and no other is.
  void expect_broken(Rule rule) {
    const Findings findings = run();
    EXPECT_GT(findings.at(rule).broken, 0u) << to_text(rule);
    EXPECT_FALSE(findings.at(rule).evidence.empty());
    for (std::size_t i = 0; i < kRules; ++i) {
      const Finding& other = findings.at(static_cast<Rule>(i));
      if (static_cast<Rule>(i) == rule) continue;
      EXPECT_EQ(other.broken, 0u) << to_text(static_cast<Rule>(i)) << ": "
                                  << (other.broken ? other.evidence.front() : "");
    }
  }
  void expect_kept() {
    const Findings findings = run();
    for (std::size_t i = 0; i < kRules; ++i) {
      const Finding& one = findings.at(static_cast<Rule>(i));
      EXPECT_EQ(one.broken, 0u) << to_text(static_cast<Rule>(i)) << ": "
                                << (one.broken ? one.evidence.front() : "");
    }
  }

  // One who buys two seats for 200 points.
  std::uint32_t buy(std::uint32_t actor, std::uint32_t at, int id,
                    std::vector<std::uint32_t> seats) {
    top_up(actor, at, 500);
    join(actor, at + 20, 1);
    enter(actor, at + 100);
    const std::uint32_t order = hold(actor, at + 200, id, std::move(seats));
    pay(actor, at + 300, order);
    after_.balances[actor] = 500 - history_.order(order).total;
    return order;
  }

  SaleRules rules_;
  SeatNames names_;
  History history_;
  Aftermath after_;
  std::vector<SaleSample> samples_;
  std::uint16_t attempt_ = 0;
  std::size_t nodes_ = 1;
};

TEST_F(Checker, AGoodSaleHasNoFinding) {
  buy(1, 2'000, 1, {1, 2});
  buy(2, 3'000, 2, {3, 4});
  samples_.push_back({.server_ms = 4'000, .called = 1, .admitted = 1, .available = 96, .sold = 4});
  expect_kept();
}

TEST_F(Checker, ASeatThatIsPaidTwiceIsFound) {
  buy(1, 2'000, 1, {1, 2});
  buy(2, 3'000, 2, {2, 3});
  expect_broken(Rule::one_owner_a_seat);
}

TEST_F(Checker, ASeatThatIsHeldTwiceIsFound) {
  enter(1, 2'000);
  enter(2, 2'000);
  hold(1, 2'100, 1, {7});
  hold(2, 2'200, 2, {7});
  expect_broken(Rule::one_owner_a_seat);
}

TEST_F(Checker, ASeatThatWasGivenBackMayBeHeldByAnother) {
  enter(1, 2'000);
  enter(2, 2'000);
  history_.order(hold(1, 2'100, 1, {7})).ended_sent_ms = 2'200;
  hold(2, 2'300, 2, {7});
  expect_kept();
}

TEST_F(Checker, AHoldThatRanOutMayGoToAnother) {
  enter(1, 2'000);
  hold(1, 2'100, 1, {7});
  enter(2, 13'000);
  hold(2, 13'100, 2, {7});
  expect_kept();
}

TEST_F(Checker, ALostPaymentIsFound) {
  const std::uint32_t order = buy(1, 2'000, 1, {1, 2});
  after_.paid.erase(history_.order(order).id);
  after_.sold = after_.revenue = 0;
  expect_broken(Rule::payments_are_there);
}

TEST_F(Checker, APaymentStoredForAnotherIsFound) {
  const std::uint32_t order = buy(1, 2'000, 1, {1, 2});
  after_.paid[history_.order(order).id].user = 9;
  expect_broken(Rule::payments_are_there);
}

TEST_F(Checker, APaidOrderThatNobodyAskedForIsFound) {
  buy(1, 2'000, 1, {1, 2});
  after_.paid[order_id(9)] = {5, 100, {50}};
  after_.sold += 1;
  after_.revenue += 100;
  expect_broken(Rule::nothing_paid_unasked);
}

TEST_F(Checker, APaymentWithoutAnAnswerMayBeThereOrNot) {
  for (const bool is_there : {false, true}) {
    top_up(1, 2'000, 500);
    enter(1, 2'100);
    const std::uint32_t order = hold(1, 2'200, is_there ? 2 : 1, {is_there ? 2u : 1u});
    pay(1, 2'300, order, Outcome::lost);
    if (!is_there) continue;
    after_.paid[order_id(2)] = {1, 100, {2}};
    after_.sold = 1;
    after_.revenue = 100;
  }
  after_.balances[1] = 900;
  expect_kept();
}

TEST_F(Checker, AWalletThatDoesNotAddUpIsFound) {
  buy(1, 2'000, 1, {1, 2});
  after_.balances[1] = 299;
  expect_broken(Rule::wallets_add_up);
}

TEST_F(Checker, APaymentBeyondTheWalletIsFound) {
  enter(1, 2'000);
  pay(1, 2'200, hold(1, 2'100, 1, {1}));
  expect_broken(Rule::points_needed);
}

TEST_F(Checker, AHouseThatDoesNotAddUpIsFound) {
  buy(1, 2'000, 1, {1, 2});
  after_.revenue -= 1;
  expect_broken(Rule::house_adds_up);
}

TEST_F(Checker, WhoIsOvertakenIsFound) {
  join(1, 2'000, 1);
  join(2, 2'100, 2);
  enter(2, 3'000);
  wait_on(1, 6'000, 1);
  expect_broken(Rule::called_in_order);
}

TEST_F(Checker, ADrawnLineIsCalledByRank) {
  const auto ranked = [&](std::uint32_t actor, std::uint32_t at, PlaceStatus status,
                          std::uint32_t rank) {
    Call c = call(actor, at, Action::poll, Outcome::ok);
    c.status = status;
    c.rank = rank;
    c.value = status == PlaceStatus::admitted ? 60'000 : rank;
    add(c);
  };
  ranked(1, 2'000, PlaceStatus::waiting, 5);
  ranked(2, 2'000, PlaceStatus::waiting, 4);
  ranked(2, 3'000, PlaceStatus::admitted, 4);
  ranked(1, 6'000, PlaceStatus::waiting, 5);
  expect_kept();
  ranked(3, 7'000, PlaceStatus::admitted, 6);
  ranked(1, 9'000, PlaceStatus::waiting, 5);
  expect_broken(Rule::called_in_order);
}

TEST_F(Checker, TooManyInsideAreFound) {
  for (const std::uint32_t actor : {1u, 2u, 3u}) enter(actor, 2'000 + actor * 100);
  expect_broken(Rule::never_above_capacity);
}

TEST_F(Checker, WhoLeftMakesRoom) {
  enter(1, 2'000);
  enter(2, 2'100);
  add(call(1, 2'200, Action::leave, Outcome::ok));
  enter(3, 2'400);
  expect_kept();
}

TEST_F(Checker, StaffsOwnFiguresBeyondTheCapacityAreFound) {
  samples_.push_back({.server_ms = 4'000, .called = 2, .admitted = 1});
  expect_broken(Rule::never_above_capacity);
}

TEST_F(Checker, StaffsOwnFiguresBeyondTheRateAreFound) {
  samples_.push_back({.server_ms = 4'000, .called_per_minute = 630});
  expect_kept();  // a minute of whole seconds
  samples_.push_back({.server_ms = 5'000, .called_per_minute = 640});
  expect_broken(Rule::never_above_rate);
}

TEST_F(Checker, CallsFasterThanTheRateAreFound) {
  rules_.capacity = 1'000;
  for (std::uint32_t actor = 0; actor < 99; ++actor) join(actor, 2'000 + actor, actor + 1);
  for (std::uint32_t actor = 0; actor < 99; ++actor) wait_on(actor, 20'000, actor + 1);
  expect_kept();
  for (std::uint32_t actor = 0; actor < 99; ++actor) enter(actor, 21'000);
  rules_.entries_per_minute = 60;
  expect_broken(Rule::never_above_rate);
}

TEST_F(Checker, APositionThatGrowsIsFound) {
  join(1, 2'000, 10);
  wait_on(1, 3'000, 8);
  wait_on(1, 4'000, 9);
  expect_broken(Rule::positions_never_grow);
}

TEST_F(Checker, AnotherNodeMayBeBehindForAMoment) {
  const auto told = [&](std::uint32_t at, std::uint32_t position, std::uint8_t node) {
    Call c = call(1, at, Action::poll, Outcome::ok);
    c.status = PlaceStatus::waiting;
    c.value = position;
    c.node = node;
    add(c);
  };
  join(1, 2'000, 10);
  told(3'000, 8, 0);
  told(3'010 + kNewsMs - 1, 9, 1);
  expect_kept();
  EXPECT_EQ(run().late_news(), 0u);
  told(3'010 + kStaleMs, 9, 1);
  expect_kept();
  EXPECT_EQ(run().latest_news_ms(), kStaleMs) << "later than usual";
  told(3'011 + kStaleMs, 9, 1);
  expect_broken(Rule::positions_never_grow);
}

TEST_F(Checker, ClocksOfSeveralNodesAreBoundedTogether) {
  Evidence evidence;
  evidence.nodes = 2;
  evidence.histories = {&history_};
  for (const std::uint8_t node : {0, 1}) {
    Call c = call(1, 2'000, Action::poll, Outcome::ok);  // took 10 ms, the clock read in the middle
    c.server_ms += node * 30;
    c.node = node;
    add(c);
  }
  const ClockBounds bounds = clock_bounds(evidence);
  EXPECT_EQ(bounds.least, -6 - kNodeClockMs);
  EXPECT_EQ(bounds.most, 36 + kNodeClockMs);
}

TEST_F(Checker, ANewPlaceMayHaveAGreaterPosition) {
  join(1, 2'000, 10);
  Call missed = call(1, 3'000, Action::poll, Outcome::ok);
  missed.status = PlaceStatus::missed;
  add(missed);
  join(1, 4'000, 50);
  expect_kept();
}

TEST_F(Checker, AHoldThatEndsEarlyIsFound) {
  enter(1, 2'000);
  pay(1, 5'000, hold(1, 2'100, 1, {1}), Outcome::hold_expired);
  expect_broken(Rule::holds_last);
}

TEST_F(Checker, APaymentAfterTheHoldIsFound) {
  top_up(1, 1'500, 100);
  enter(1, 2'000);
  pay(1, 13'000, hold(1, 2'100, 1, {1}));
  expect_broken(Rule::no_payment_after_the_hold);
}

TEST_F(Checker, ShoppingWithoutAValidEntryIsFound) {
  for (const std::uint8_t flag : {kForged, kBorrowed, kNoEntry, kUsedEntry}) {
    history_ = History();
    hold(1, 2'100, 1, {1}, flag);
    expect_broken(Rule::entry_needed);
  }
  history_ = History();
  history_.order(hold(1, 2'100, 1, {1})).entry_expires_ms = 1'000;
  expect_broken(Rule::entry_needed);
}

TEST_F(Checker, AForgedQueueTokenThatIsTakenIsFound) {
  Call c = call(1, 2'000, Action::poll, Outcome::ok);
  c.flags = kForged;
  c.status = PlaceStatus::waiting;
  add(c);
  expect_broken(Rule::entry_needed);
}

TEST_F(Checker, EnteringBeforeTheOpeningIsFound) {
  enter(1, 500);
  expect_broken(Rule::nobody_before_the_opening);
}

TEST_F(Checker, AKeyThatActsTwiceIsFound) {
  enter(1, 2'000);
  hold(1, 2'100, 1, {1});
  const std::uint32_t again = hold(1, 2'110, 2, {2}, kRepeat);
  history_.order(again).attempt = history_.order(0).attempt;
  expect_broken(Rule::retries_act_once);
}

TEST_F(Checker, ASecondPlaceIsFound) {
  join(1, 2'000, 10);
  join(101, 3'000, 20);
  wait_on(1, 4'000, 9);
  expect_broken(Rule::one_place_an_account);
}

TEST_F(Checker, MoreSeatsThanTheLimitAreFound) {
  enter(1, 2'000);
  hold(1, 2'100, 1, {1, 2, 3});
  hold(1, 2'200, 2, {4, 5});
  expect_broken(Rule::seat_limit_kept);
}

TEST_F(Checker, TwoTicketsWithOneCodeAreFound) {
  history_.add_ticket_code("ABC");
  history_.add_ticket_code("ABD");
  history_.add_ticket_code("ABC");
  expect_broken(Rule::tickets_are_unique);
}

TEST_F(Checker, AnAnswerOutsideTheContractIsFound) {
  add(call(1, 2'000, Action::hold, Outcome::unexpected));
  expect_broken(Rule::answers_follow_the_contract);
}

TEST_F(Checker, WhoIsNeverToldIsFound) {
  after_.unfinished = 3;
  expect_broken(Rule::everybody_is_told);
}

TEST_F(Checker, AServerWhoseClockIsAheadIsJudgedByItsOwn) {
  buy(1, 2'000, 1, {1, 2});
  const Findings plain = run();
  History shifted;
  history_.for_each([&](Call c) {
    if (c.server_ms != kNoTime) c.server_ms += 3'600'000;
    if (c.status == PlaceStatus::admitted) c.value += 3'600'000;
    shifted.add(c);
  });
  for (OrderFact fact : history_.orders()) {
    fact.held_ms += 3'600'000;
    fact.expires_ms += 3'600'000;
    fact.entry_expires_ms += 3'600'000;
    shifted.add_order(fact);
  }
  history_ = std::move(shifted);
  rules_.opens_ms += 3'600'000;
  expect_kept();
  EXPECT_EQ(plain.total_broken(), 0u);
}

}  // namespace
}  // namespace frontrow::rehearsal
