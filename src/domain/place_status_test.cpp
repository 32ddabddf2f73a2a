// What a person is told, and how often they are asked to come back.
#include "domain/place_status.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <functional>

namespace frontrow {
namespace {

constexpr Time kNow{1'800'000'000'000};

SaleFacts facts_of(SaleSettings sale) {
  Concert concert;
  concert.sale = std::move(sale);
  SaleFacts facts;
  facts.concert = std::make_shared<const Concert>(std::move(concert));
  facts.available = 10;
  facts.bookable_shows = 1;
  return facts;
}

void change(SaleFacts& facts, const std::function<void(Concert&)>& how) {
  Concert concert = *facts.concert;
  how(concert);
  facts.concert = std::make_shared<const Concert>(std::move(concert));
}

// --- phases --------------------------------------------------------------------------------------

struct PhaseRow {
  const char* what;
  Phase phase;
  std::function<void(SaleFacts&)> when;
};

TEST(Phases, AreAsTheTableSays) {
  const SaleSettings open{.opens_at = kNow, .lobby_opens_at = kNow};
  const auto sale = [](auto how) {
    return [how](SaleFacts& f) { change(f, [&](Concert& c) { how(c); }); };
  };
  const PhaseRow kRows[] = {
      {"the opening itself", Phase::open, [](SaleFacts&) {}},
      {"a millisecond before the lobby", Phase::scheduled,
       sale([](Concert& c) { c.sale.opens_at = c.sale.lobby_opens_at = kNow + milliseconds(1); })},
      {"the lobby's first moment", Phase::lobby,
       sale([](Concert& c) { c.sale.opens_at = kNow + milliseconds(1); })},
      {"paused", Phase::paused, sale([](Concert& c) { c.paused = true; })},
      {"paused in the lobby is the lobby", Phase::lobby, sale([](Concert& c) {
         c.paused = true;
         c.sale.opens_at = kNow + seconds(1);
       })},
      {"closed by staff", Phase::closed, sale([](Concert& c) { c.closed = true; })},
      {"closed before it opened", Phase::closed, sale([](Concert& c) {
         c.closed = true;
         c.sale.opens_at = c.sale.lobby_opens_at = kNow + seconds(1);
       })},
      {"its end is now", Phase::closed, sale([](Concert& c) { c.sale.closes_at = kNow; })},
      {"its end is in a millisecond", Phase::open,
       sale([](Concert& c) { c.sale.closes_at = kNow + milliseconds(1); })},
      {"no show can be booked", Phase::closed, [](SaleFacts& f) { f.bookable_shows = 0; }},
      {"all is sold", Phase::sold_out, [](SaleFacts& f) { f.available = 0; }},
      {"all is sold and paused", Phase::sold_out,
       [](SaleFacts& f) {
         f.available = 0;
         change(f, [](Concert& c) { c.paused = true; });
       }},
      {"the rest is held", Phase::open,
       [](SaleFacts& f) {
         f.available = 0;
         f.held = 1;
       }},
  };
  for (const PhaseRow& row : kRows) {
    SaleFacts facts = facts_of(open);
    row.when(facts);
    EXPECT_EQ(phase_at(facts, kNow), row.phase) << row.what;
  }
}

// --- poll intervals and ETA ----------------------------------------------------------------------

// The status of place `number` in a line of `people`, with `jitter`.
PlaceStatus waiting_at(const SaleFacts& base, PlaceNumber people, PlaceNumber number,
                       std::uint64_t jitter) {
  SaleFacts facts = base;
  facts.queue.lobby_ended = facts.queue.drawn = true;
  facts.queue.last_number = people;
  Line line;
  for (PlaceNumber n = 0; n < people; ++n) line.add();
  return describe_place(facts, line, number, nullptr, {}, kNow, jitter);
}

struct PollRow {
  std::int64_t claim_seconds, capacity, calls_per_minute;
  PlaceNumber position;
  std::int64_t low_ms, high_ms;  // of the interval, over all jitter
};

TEST(Polls, ComeAtTheContractsIntervals) {
  const PollRow kRows[] = {
      {120, 10, 60, 1, 8'500, 10'000},       // near: 10 s at most
      {15, 10, 60, 10, 4'250, 5'000},        // near: a third of the claim time
      {1, 10, 60, 1, 284, 333},              // never less than it takes to claim
      {120, 10, 600, 11, 8'500, 10'000},     // beyond the capacity, yet soon
      {120, 10, 600, 2000, 34'000, 40'000},  // low ETA 2000*60/750 = 160 s, a quarter of it
      {120, 10, 600, 9000, 51'000, 60'000},  // never more than a minute
      {120, 10, 0, 500, 12'750, 15'000},     // nobody is called: no ETA
  };
  for (const PollRow& row : kRows) {
    SaleFacts facts = facts_of({.opens_at = kNow,
                                .lobby_opens_at = kNow,
                                .capacity = row.capacity,
                                .entries_per_minute = 100'000,
                                .claim_seconds = row.claim_seconds});
    facts.calls_per_minute = row.calls_per_minute;
    const auto at = [&](std::uint64_t jitter) {
      return waiting_at(facts, row.position, row.position, jitter).poll_after.ms;
    };
    EXPECT_EQ(at(0), row.high_ms) << row.position;
    EXPECT_NEAR(static_cast<double>(at(UINT64_MAX)), static_cast<double>(row.low_ms), 2.0)
        << row.position;
  }
}

RC_GTEST_PROP(Polls, AreNeverTooLateToClaim, ()) {
  const auto claim = *rc::gen::inRange<std::int64_t>(1, 3601);
  const SaleFacts facts =
      facts_of({.opens_at = kNow, .lobby_opens_at = kNow, .capacity = 100, .claim_seconds = claim});
  const auto position = *rc::gen::inRange<PlaceNumber>(1, 101);
  const PlaceStatus status = waiting_at(facts, 100, position, *rc::gen::arbitrary<std::uint64_t>());
  RC_ASSERT(status.poll_after.ms >= 50);
  RC_ASSERT(status.poll_after.ms <= std::max<std::int64_t>(50, claim * 1000 / 3));
  RC_ASSERT(status.poll_after <= seconds(10));
  RC_ASSERT(status.position == position);
  RC_ASSERT(status.behind == 100 - position);
}

TEST(Eta, IsNullWhileNobodyIsCalled) {
  SaleFacts facts = facts_of({.opens_at = kNow, .lobby_opens_at = kNow});
  EXPECT_FALSE(waiting_at(facts, 5, 5, 0).eta);
  facts.calls_per_minute = 600;
  ASSERT_TRUE(waiting_at(facts, 600, 600, 0).eta);
  change(facts, [](Concert& c) { c.paused = true; });
  EXPECT_FALSE(waiting_at(facts, 600, 600, 0).eta);
}

TEST(Eta, LiesAroundTheObservedRateAndNeverBelowTheRateThatIsSet) {
  SaleFacts facts = facts_of({.opens_at = kNow, .lobby_opens_at = kNow, .entries_per_minute = 600});
  facts.calls_per_minute = 400;
  const Eta eta = *waiting_at(facts, 600, 600, 0).eta;
  EXPECT_EQ(eta.low_seconds, 600 * 60 / 500);
  EXPECT_EQ(eta.high_seconds, 600 * 60 / 300);
  facts.calls_per_minute = 600;
  EXPECT_EQ(waiting_at(facts, 600, 600, 0).eta->low_seconds, 60);
  facts.calls_per_minute = 1;
  const Eta slow = *waiting_at(facts, 3, 3, 0).eta;
  EXPECT_LE(slow.low_seconds, slow.high_seconds);
}

TEST(LobbyPolls, AreSpreadOverTheFirstMomentsOfTheSale) {
  SaleFacts facts =
      facts_of({.opens_at = kNow + seconds(30), .lobby_opens_at = kNow, .claim_seconds = 15});
  facts.queue.last_number = 1;
  Line line;
  line.add();
  const auto poll = [&](std::uint64_t jitter) {
    return describe_place(facts, line, 1, nullptr, {}, kNow, jitter);
  };
  EXPECT_EQ(poll(0).kind, PlaceKind::lobby);
  EXPECT_GE(poll(0).poll_after, seconds(30));
  EXPECT_LE(poll(UINT64_MAX).poll_after, seconds(35) + milliseconds(60)) << "a third of the claim";
  change(facts, [](Concert& c) { c.sale.opens_at = kNow + seconds(3600); });
  EXPECT_EQ(poll(0).poll_after, seconds(60));
}

// --- the stages ----------------------------------------------------------------------------------

TEST(Stages, AreToldAsTheTableSays) {
  struct Row {
    PlaceStage stage;
    PlaceKind kind;
    FinishReason reason;
    bool over;
  };
  const Row kRows[] = {
      {PlaceStage::waiting, PlaceKind::waiting, FinishReason::none, false},
      {PlaceStage::left, PlaceKind::finished, FinishReason::left, true},
      {PlaceStage::missed, PlaceKind::missed, FinishReason::none, true},
      {PlaceStage::purchased, PlaceKind::finished, FinishReason::purchased, true},
      {PlaceStage::expired, PlaceKind::finished, FinishReason::expired, true},
      {PlaceStage::ended, PlaceKind::finished, FinishReason::left, true},
      {PlaceStage::admitted, PlaceKind::admitted, FinishReason::none, false},
  };
  for (const Row& row : kRows) {
    SaleFacts facts = facts_of({.opens_at = kNow, .lobby_opens_at = kNow});
    facts.queue.lobby_ended = facts.queue.drawn = true;
    Line line;
    line.add();
    if (row.stage != PlaceStage::waiting && row.stage != PlaceStage::left) line.set_called_upto(1);
    line.set_stage(1, row.stage);
    Entry entry;
    entry.expires_at = kNow + milliseconds(1);
    const PlaceStatus status = describe_place(facts, line, 1, &entry, {}, kNow, 0);
    EXPECT_EQ(status.kind, row.kind);
    EXPECT_EQ(status.reason, row.reason);
    EXPECT_EQ(is_over(facts, line, 1, kNow), row.over);
    entry.expires_at = kNow;
    if (row.stage == PlaceStage::admitted) {
      EXPECT_EQ(describe_place(facts, line, 1, &entry, {}, kNow, 0).reason, FinishReason::expired);
    }
  }
}

}  // namespace
}  // namespace frontrow
