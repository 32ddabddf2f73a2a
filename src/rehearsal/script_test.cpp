#include "rehearsal/script.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sodium.h>

#include <set>

#include "base/time.h"

namespace frontrow::rehearsal {
namespace {

const std::string kConcert = "concert_01h455vb4pex5vsknk084sn02q";
const std::string kShow = "show_01h455vb4pex5vsknk084sn02q";
const std::string kToken(60, 'A');

// One person without habits, whose calls a test answers by hand.
class OnePerson : public testing::Test {
 protected:
  OnePerson() {
    EXPECT_GE(sodium_init(), 0);
    profile_.people = 1;
    for (const ProfileKey& key : profile_table())
      if (key.section == "bots" || key.section == "line" || key.section == "shop")
        profile_.*key.member = key.least;
    profile_.party_2_permille = 1000;
    profile_.lobby_permille = 0;
    profile_.spike_permille = 1000;
    venue_.concert = kConcert;
    venue_.price_max = 100;
    venue_.rules = {.capacity = 10,
                    .entries_per_minute = 60,
                    .claim_seconds = 10,
                    .hold_seconds = 10,
                    .max_seats_per_user = 4,
                    .opens_ms = 0};
    target_.provider_key = std::string(32, 'k');
    target_.run = "r";
  }

  void begin() {
    people_ = std::make_unique<People>(profile_);
    plan_.reset(new Plan{profile_, *people_, venue_, target_, seats_});
    script_ = std::make_unique<Script>(*plan_, history_, 0, 1);
  }

  // The next call, at the time when it is made; the clock is turned until there is one.
  Request next() {
    while (script_->outbox().empty() && now_ms_ < 600'000) script_->advance(++now_ms_);
    EXPECT_FALSE(script_->outbox().empty()) << "nothing more is asked";
    if (script_->outbox().empty()) return {};
    Request request = script_->outbox().front();
    script_->outbox().erase(script_->outbox().begin());
    text_ = script_->write(request);
    script_->sent(request, now_ms_);
    return request;
  }

  void answer(const Request& request, Outcome outcome, const std::string& body = "{}") {
    Call call;
    call.actor = request.actor;
    call.action = request.action;
    call.flags = request.flags;
    call.attempt = request.attempt;
    call.sent_ms = now_ms_;
    call.outcome = outcome;
    now_ms_ += 5;
    call.took_ms = 5;
    script_->take(call, {200, body}, now_ms_);
  }

  std::string time(std::int64_t ms) { return to_rfc3339(Time{ms}); }
  std::string admitted() {
    return fmt::format(R"({{"status":"admitted","server_time":"{}","expires_at":"{}",)"
                       R"("entry_token":"entry.jwt.text","queue_token":"{}"}})",
                       time(now_ms_), time(now_ms_ + 60'000), kToken);
  }
  static std::string waiting(int position) {
    return fmt::format(
        R"({{"status":"waiting","position":{},"poll_after_ms":1000,"queue_token":"{}"}})", position,
        kToken);
  }
  std::string held() {
    return fmt::format(
        R"({{"order_id":"order_01h455vb4pex5vsknk084sn02q","show_id":"{}","status":"held",)"
        R"("seats":[{{"seat":"S1-1-1"}},{{"seat":"S1-1-2"}}],"total":200,"hold_expires_at":"{}",)"
        R"("server_time":"{}","entry_token":"entry.jwt.second","entry_expires_at":"{}"}})",
        kShow, time(now_ms_ + 10'000), time(now_ms_), time(now_ms_ + 60'000));
  }
  std::string shows() {
    return fmt::format(R"({{"items":[{{"show_id":"{}","available":9}}]}})", kShow);
  }
  // From the first call to the hold that is asked for.
  Request go_to_hold() {
    answer(next(), Outcome::created, admitted());
    answer(next(), Outcome::ok, shows());
    return next();
  }
  Stage stage() const {
    for (std::size_t i = 0; i < kStages; ++i)
      if (script_->stages()[i] == 1) return static_cast<Stage>(i);
    return Stage::outside;
  }

  Profile profile_;
  Venue venue_;
  Target target_;
  SeatNames seats_;
  History history_;
  std::unique_ptr<People> people_;
  std::unique_ptr<Plan> plan_;
  std::unique_ptr<Script> script_;
  std::uint32_t now_ms_ = 0;
  std::string text_;
};

TEST_F(OnePerson, ComesWaitsAndPollsWhenTheServerSays) {
  begin();
  const Request join = next();
  EXPECT_EQ(join.action, Action::join);
  EXPECT_EQ(now_ms_, people_->traits(0).arrives_ms);
  answer(
      join, Outcome::created,
      R"({"status":"waiting","position":40,"poll_after_ms":1234,"queue_token":")" + kToken + "\"}");
  const std::uint32_t told = now_ms_;
  const Request poll = next();
  EXPECT_EQ(poll.action, Action::poll);
  EXPECT_EQ(now_ms_, told + 1234);
  EXPECT_NE(text_.find("Queue-Token: " + kToken), std::string::npos);
  EXPECT_EQ(stage(), Stage::waiting);
}

TEST_F(OnePerson, BuysAndIsFinished) {
  begin();
  answer(go_to_hold(), Outcome::created, held());
  const Request pay = next();
  EXPECT_EQ(pay.action, Action::pay);
  EXPECT_NE(text_.find("POST /v1/orders/order_01h455vb4pex5vsknk084sn02q/payments"),
            std::string::npos);
  EXPECT_NE(text_.find("Entry-Token: entry.jwt.second"), std::string::npos);
  answer(pay, Outcome::created, R"({"tickets":[{"code":"A"},{"code":"B"}]})");
  EXPECT_EQ(stage(), Stage::bought);
  EXPECT_EQ(script_->unfinished(), 0u);
  ASSERT_EQ(history_.orders().size(), 1u);
  EXPECT_EQ(history_.orders()[0].seat_count, 2);
  EXPECT_NE(history_.orders()[0].pay_answered_ms, kNever);
  EXPECT_EQ(history_.ticket_codes().size(), 2u);
}

TEST_F(OnePerson, WhoIsShortOfPointsTopsUpWhatIsLackingAndPaysAgain) {
  begin();
  answer(go_to_hold(), Outcome::created, held());
  answer(next(), Outcome::insufficient_balance, R"({"balance":50,"required":200})");
  const Request top_up = next();
  EXPECT_EQ(top_up.action, Action::top_up);
  EXPECT_NE(text_.find(R"({"amount":150})"), std::string::npos);
  answer(top_up, Outcome::created);
  EXPECT_EQ(next().action, Action::pay);
}

TEST_F(OnePerson, ACallWhoseFateIsUnknownIsAskedAgainWithItsKey) {
  begin();
  const Request hold = go_to_hold();
  const std::string first = text_;
  for (const Outcome outcome : {Outcome::lost, Outcome::timed_out, Outcome::outcome_unknown,
                                Outcome::overloaded, Outcome::idempotency_in_progress}) {
    answer(hold, outcome);
    EXPECT_EQ(next().attempt, hold.attempt);
    EXPECT_EQ(text_, first);
  }
  answer(hold, Outcome::created, held());
  EXPECT_NE(next().attempt, hold.attempt);
}

TEST_F(OnePerson, TakesFewerSeatsWhereThereAreNotEnough) {
  begin();
  Request hold = go_to_hold();
  EXPECT_NE(text_.find(R"("count":2,"together":true)"), std::string::npos);
  answer(hold, Outcome::not_enough_seats);
  hold = next();
  EXPECT_NE(text_.find(R"("count":2,"together":false)"), std::string::npos);
  answer(hold, Outcome::not_enough_seats);
  hold = next();
  EXPECT_NE(text_.find(R"("count":1)"), std::string::npos);
  answer(hold, Outcome::not_enough_seats);
  const Request leave = next();
  EXPECT_EQ(leave.action, Action::leave);
  answer(leave, Outcome::ok);
  EXPECT_EQ(stage(), Stage::sold_out);
}

TEST_F(OnePerson, PicksSeatsFromAListAndTriesAgainWhenTheyAreTaken) {
  profile_.picks_seats_permille = 1000;
  venue_.sections = {"S1"};
  begin();
  const Request list = go_to_hold();
  EXPECT_EQ(list.action, Action::seats);
  EXPECT_NE(text_.find("/seats?section=S1"), std::string::npos);
  answer(list, Outcome::ok, R"({"seats":[{"seat":"S1-1-1"},{"seat":"S1-1-2"}]})");
  const Request hold = next();
  EXPECT_NE(text_.find(R"("seats":["S1-1-1","S1-1-2"])"), std::string::npos);
  answer(hold, Outcome::seat_taken);
  EXPECT_EQ(next().action, Action::seats);
}

TEST_F(OnePerson, WhoClicksTwiceSendsTheSameBytesTwice) {
  profile_.double_click_permille = 1000;
  begin();
  const Request hold = go_to_hold();
  const std::string first = text_;
  const Request again = next();
  EXPECT_EQ(again.action, Action::hold);
  EXPECT_TRUE(again.flags & kRepeat);
  EXPECT_EQ(text_, first);
  answer(again, Outcome::created, held());
  answer(hold, Outcome::created, held());
  EXPECT_EQ(history_.orders().size(), 2u);
  EXPECT_EQ(history_.orders()[0].attempt, history_.orders()[1].attempt);
}

TEST_F(OnePerson, WhoLeavesGivesAllHoldsBack) {
  profile_.greedy_permille = 1000;
  profile_.leaves_inside_permille = 1000;
  begin();
  answer(go_to_hold(), Outcome::created, held());
  const Request more = next();
  EXPECT_TRUE(more.flags & kGreedy);
  answer(more, Outcome::created, held());
  EXPECT_EQ(next().action, Action::leave);
  ASSERT_EQ(history_.orders().size(), 2u);
  for (const OrderFact& order : history_.orders()) EXPECT_EQ(order.ended_sent_ms, now_ms_);
}

TEST_F(OnePerson, WhoPaysLateIsASecondTooLate) {
  profile_.pays_late_permille = 1000;
  begin();
  const Request hold = go_to_hold();
  const std::uint32_t ends = now_ms_ + 10'000;
  answer(hold, Outcome::created, held());
  EXPECT_EQ(next().action, Action::pay);
  EXPECT_GE(now_ms_, ends + 1'000);
  EXPECT_LE(now_ms_, ends + 1'010);
}

TEST_F(OnePerson, ABotWithAForgedEntryGivesUpWhenItIsRefused) {
  profile_.forger_permille = 1000;
  begin();
  const Request hold = go_to_hold();
  EXPECT_TRUE(hold.flags & (kForged | kNoEntry));
  EXPECT_EQ(text_.find("Entry-Token: entry.jwt.text\r\n"), std::string::npos);
  answer(hold, Outcome::entry_token_invalid);
  answer(next(), Outcome::ok);
  EXPECT_EQ(stage(), Stage::turned_away);
}

TEST_F(OnePerson, AHiddenTabIsLateNowAndThen) {
  profile_.hidden_tab_permille = 1000;
  profile_.hidden_seconds = 5;
  begin();
  std::uint32_t late = 0;
  Request poll = next();
  for (int i = 0; i < 60; ++i) {
    answer(poll, Outcome::created, waiting(40));
    const std::uint32_t told = now_ms_;
    poll = next();
    EXPECT_EQ(poll.action, Action::poll);
    EXPECT_GE(now_ms_, told + 1'000);
    EXPECT_LT(now_ms_, told + 6'000);
    late += now_ms_ > told + 1'000;
  }
  EXPECT_GT(late, 5u);
  EXPECT_LT(late, 40u);
}

TEST_F(OnePerson, WhoIsAwayWhenCalledComesTooLateAndJoinsAgain) {
  profile_.misses_permille = profile_.comes_back_permille = 1000;
  begin();
  answer(next(), Outcome::created, waiting(11));  // not among those who may be called next
  answer(next(), Outcome::ok, waiting(10));
  const std::uint32_t told = now_ms_;
  const Request late = next();
  EXPECT_EQ(now_ms_, told + 1'000 + 30'000) << "three times as long as they had to come";
  answer(late, Outcome::ok, R"({"status":"missed"})");
  EXPECT_EQ(next().action, Action::join);
}

TEST_F(OnePerson, WhoLeavesTheLineMayComeBack) {
  for (const bool comes_back : {true, false}) {
    profile_.leaves_permille = 1000;
    profile_.comes_back_permille = comes_back ? 1000 : 0;
    begin();
    now_ms_ = 0;
    answer(next(), Outcome::created, waiting(40));
    answer(next(), Outcome::ok, waiting(40));
    const Request leave = next();
    EXPECT_EQ(leave.action, Action::leave);
    answer(leave, Outcome::ok);
    EXPECT_EQ(stage(), comes_back ? Stage::outside : Stage::left);
    EXPECT_EQ(script_->unfinished(), comes_back ? 1u : 0u);
  }
}

TEST_F(OnePerson, WhoAbandonsAHoldIsNotHeardOfAgain) {
  profile_.abandons_permille = 1000;
  begin();
  answer(go_to_hold(), Outcome::created, held());
  EXPECT_EQ(script_->unfinished(), 0u);
  script_->advance(now_ms_ + 60'000);
  EXPECT_TRUE(script_->outbox().empty());
}

TEST_F(OnePerson, AFavouriteSectionIsAskedForAndThenAnyOther) {
  profile_.favourite_section_permille = 1000;
  venue_.sections = {"S1"};
  begin();
  const Request hold = go_to_hold();
  EXPECT_NE(text_.find(R"("section":"S1")"), std::string::npos);
  answer(hold, Outcome::not_enough_seats);
  next();
  EXPECT_EQ(text_.find("section"), std::string::npos);
}

TEST_F(OnePerson, WhoIsGreedyShopsOnWithAUsedEntry) {
  profile_.greedy_permille = 1000;
  begin();
  answer(go_to_hold(), Outcome::created, held());
  answer(next(), Outcome::seat_limit_reached);
  answer(next(), Outcome::created, R"({"tickets":[]})");
  const Request more = next();
  EXPECT_EQ(more.action, Action::hold);
  EXPECT_TRUE(more.flags & kUsedEntry);
  answer(more, Outcome::entry_token_expired);
  EXPECT_EQ(stage(), Stage::bought);
}

TEST_F(OnePerson, ABotHammersAndGivesUp) {
  profile_.hammer_permille = 1000;
  begin();
  Request poll = next();
  std::uint32_t polls = 0;
  for (std::uint32_t told = 0; polls < 1'000; ++polls) {
    answer(poll, Outcome::created, waiting(40));
    told = now_ms_;
    poll = next();
    if (now_ms_ == told + 1'000) break;
    EXPECT_EQ(now_ms_, told + 33);
  }
  EXPECT_EQ(polls, 299u);
}

TEST_F(OnePerson, AForgedTokenIsWrongInWhatItSaysAndInItsSignature) {
  profile_.forger_permille = 1000;
  begin();
  Request poll = next();
  std::set<std::size_t> wrong;
  for (int i = 0; i < 12; ++i) {
    answer(poll, poll.flags & kForged ? Outcome::queue_token_invalid : Outcome::created,
           waiting(40));
    poll = next();
    const std::string shown = text_.substr(text_.find("Queue-Token: ") + 13, kToken.size());
    EXPECT_EQ(shown == kToken, !(poll.flags & kForged));
    if (shown != kToken) wrong.insert(shown.find_first_not_of('A'));
  }
  EXPECT_EQ(wrong, (std::set<std::size_t>{15, 52}));
}

TEST_F(OnePerson, CallsWithAPlaceGoWhereThePlaceGoes) {
  begin();
  const Request join = next();
  const std::uint64_t person = script_->route_of(join);
  answer(join, Outcome::created, waiting(40));
  const Request poll = next();
  EXPECT_EQ(script_->route_of(poll), hash_of(from_base64url(kToken).value()));
  answer(poll, Outcome::ok, admitted());
  EXPECT_EQ(script_->route_of(next()), person);
}

TEST_F(OnePerson, WhoIsToldThatItIsSoldOutIsFinished) {
  begin();
  answer(next(), Outcome::queue_closed);
  EXPECT_EQ(stage(), Stage::sold_out);
  EXPECT_TRUE(plan_->sold_out);
}

}  // namespace
}  // namespace frontrow::rehearsal
