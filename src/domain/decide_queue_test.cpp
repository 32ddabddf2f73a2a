// The waiting room's rules, as scenarios.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <deque>

#include "domain/test_world.h"

namespace frontrow {
namespace {

// --- joining -------------------------------------------------------------------------------------

TEST(Joining, WithNobodyAheadAndRoomInsideAdmitsAtOnce) {
  World world;
  const Sale sale = world.open_sale();
  const QueueAnswer answer = world.join(sale, world.user());
  EXPECT_TRUE(answer.created);
  EXPECT_EQ(answer.number, 1u);
  EXPECT_EQ(answer.status.kind, PlaceKind::admitted);
  EXPECT_EQ(answer.status.grant->expires_at, world.clock.now() + seconds(600));
}

TEST(Joining, AgainGivesTheSamePlaceAndTheSameEntry) {
  World world;
  const Sale sale = world.open_sale();
  const UserId ann = world.user();
  const QueueAnswer first = world.join(sale, ann);
  world.wait(5);
  const QueueAnswer again = world.join(sale, ann);
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.number, first.number);
  EXPECT_EQ(again.status.grant->entry, first.status.grant->entry);
  EXPECT_EQ(again.status.grant->issued_at, first.status.grant->issued_at);
  EXPECT_EQ(world.sale_state(sale).queue.last_number, 1u);
}

TEST(Joining, WhoIsBehindSomebodyWaitsAndIsCalledInTurn) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1});
  const Shopper ann = world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  const QueueAnswer cid = world.join(sale, world.user());
  EXPECT_EQ(bob.status.kind, PlaceKind::waiting);
  EXPECT_EQ(bob.status.position, 1u);
  EXPECT_EQ(cid.status.position, 2u);
  EXPECT_EQ(cid.status.waiting, 2u);
  EXPECT_EQ(cid.status.behind, 0u);
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  world.wait(1);
  EXPECT_EQ(world.status(sale, bob.number).kind, PlaceKind::called);
  EXPECT_EQ(world.status(sale, cid.number).position, 1u);
  EXPECT_EQ(world.poll(sale, bob.number).status.kind, PlaceKind::admitted);
}

TEST(Joining, OvertakesNobodyThoughThereIsRoom) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1});
  const Shopper ann = world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  // No tick has called Bob yet: Cid must not slip in.
  const QueueAnswer cid = world.join(sale, world.user());
  EXPECT_EQ(cid.status.kind, PlaceKind::waiting);
  EXPECT_EQ(cid.status.position, 2u);
  EXPECT_EQ(world.status(sale, bob.number).position, 1u);
}

TEST(Joining, ByACalledPersonClaims) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1});
  const Shopper ann = world.enter(sale);
  const UserId bob = world.user();
  world.join(sale, bob);
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  world.wait(1);
  const QueueAnswer again = world.join(sale, bob);
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.status.kind, PlaceKind::admitted);
}

struct JoinRefusal {
  const char* when;
  RefusalCode code;
  std::function<Sale(World&)> set_up;
};

TEST(Joining, IsRefusedAsTheTableSays) {
  const JoinRefusal kRows[] = {
      {"there is no such concert", RefusalCode::not_found,
       [](World& w) { return Sale{make_id<ConcertId>(w.clock.now(), w.random), 9, {}, {}}; }},
      {"the concert is not published", RefusalCode::not_found,
       [](World& w) { return w.open_sale({.published = false}); }},
      {"the lobby is not open", RefusalCode::sale_not_open,
       [](World& w) { return w.open_sale({.opens_in_seconds = 10}); }},
      {"staff closed the sale", RefusalCode::queue_closed,
       [](World& w) {
         const Sale sale = w.open_sale();
         w.act(sale, QueueAction::close);
         return sale;
       }},
      {"staff closed the sale before it opened", RefusalCode::queue_closed,
       [](World& w) {
         const Sale sale = w.open_sale({.opens_in_seconds = 10});
         w.act(sale, QueueAction::close);
         return sale;
       }},
      {"every show was cancelled", RefusalCode::queue_closed,
       [](World& w) {
         const Sale sale = w.open_sale();
         w.expect<CancellationAnswer>(CancelShow{{}, sale.show, "rain"});
         return sale;
       }},
      {"every show has begun", RefusalCode::queue_closed,
       [](World& w) {
         const Sale sale = w.open_sale({.show_in_seconds = 3});
         w.wait(3);
         return sale;
       }},
      {"all is sold", RefusalCode::queue_closed,
       [](World& w) {
         const Sale sale = w.open_sale({.rows = 1, .seats_per_row = 1});
         const Shopper ann = w.enter(sale, 100);
         w.pay(ann, w.hold(ann, sale, {"A-1-1"}));
         return sale;
       }},
  };
  for (const JoinRefusal& row : kRows) {
    World world;
    const Sale sale = row.set_up(world);
    const UserId user = world.user();
    EXPECT_EQ(world.code_of(JoinQueue{user, sale.concert}), row.code) << row.when;
    EXPECT_TRUE(world.last.places.empty()) << row.when << ": a refused join uses no number";
  }
}

TEST(Joining, SecondsBeforeTheShowBeginsIsStillPossible) {
  World world;
  const Sale sale = world.open_sale({.show_in_seconds = 3});
  world.wait(2);
  EXPECT_EQ(world.join(sale, world.user()).status.kind, PlaceKind::admitted);
}

TEST(Joining, AfterAllHeldSeatsStandsInLineUntilOneIsFree) {
  World world;
  const Sale sale = world.open_sale({.hold_seconds = 30, .rows = 1, .seats_per_row = 1});
  const Shopper ann = world.enter(sale, 100);
  world.hold(ann, sale, {"A-1-1"});
  EXPECT_EQ(world.phase(sale), Phase::open);
  const QueueAnswer bob = world.join(sale, world.user());
  EXPECT_EQ(bob.status.kind, PlaceKind::waiting);
  world.wait(29);
  EXPECT_EQ(world.status(sale, bob.number).kind, PlaceKind::waiting);
  world.wait(1);
  EXPECT_EQ(world.status(sale, bob.number).kind, PlaceKind::called);
}

TEST(Joining, AfterARefundIsPossibleAgain) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1, .rows = 1, .seats_per_row = 1});
  const Shopper ann = world.enter(sale, 100);
  const QueueAnswer bob = world.join(sale, world.user());
  const Order order = world.pay(ann, world.hold(ann, sale, {"A-1-1"}));
  world.wait(1);
  EXPECT_EQ(world.status(sale, bob.number).reason, FinishReason::sold_out);
  EXPECT_EQ(world.code_of(JoinQueue{bob.user, sale.concert}), RefusalCode::queue_closed);
  world.expect<RefundAnswer>(RefundOrder{{}, order.id, "ill"});
  EXPECT_EQ(world.phase(sale), Phase::open);
  world.wait(1);
  EXPECT_EQ(world.status(sale, bob.number).kind, PlaceKind::called) << "the old place lives again";
  EXPECT_TRUE(world.join(sale, world.user()).created);
}

// --- one live place ------------------------------------------------------------------------------

TEST(Place, AMissedPersonJoinsAtTheEnd) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1, .entry_seconds = 3600, .claim_seconds = 10});
  const Shopper ann = world.enter(sale);
  const UserId bob = world.user(), cid = world.user();
  const QueueAnswer first = world.join(sale, bob);
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  world.wait(1);
  world.join(sale, cid);
  world.wait(9);
  EXPECT_EQ(world.status(sale, first.number).kind, PlaceKind::called);
  world.wait(1);
  EXPECT_EQ(world.status(sale, first.number).kind, PlaceKind::missed);
  EXPECT_EQ(world.status(sale, first.number + 1).kind, PlaceKind::called) << "the room goes on";
  const QueueAnswer again = world.join(sale, bob);
  EXPECT_TRUE(again.created);
  EXPECT_EQ(again.number, first.number + 2);
  EXPECT_EQ(again.status.position, 1u);
  EXPECT_EQ(world.sale_state(sale).queue.missed, 1);
}

TEST(Place, WhoBoughtMayJoinAgain) {
  World world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale, 500);
  world.pay(ann, world.hold(ann, sale, {"A-1-1"}));
  EXPECT_EQ(world.status(sale, ann.number).reason, FinishReason::purchased);
  const QueueAnswer again = world.join(sale, ann.user);
  EXPECT_TRUE(again.created);
  EXPECT_EQ(again.number, 2u);
}

TEST(Place, WhoseEntryExpiredMayJoinAgain) {
  World world;
  const Sale sale = world.open_sale({.entry_seconds = 10});
  const Shopper ann = world.enter(sale);
  world.wait(10);
  EXPECT_EQ(world.status(sale, ann.number).reason, FinishReason::expired);
  EXPECT_TRUE(world.join(sale, ann.user).created);
}

TEST(Place, AnEntryEndsExactlyAtItsTime) {
  World world;
  const Sale sale = world.open_sale({.entry_seconds = 10});
  const Shopper ann = world.enter(sale);
  const Time end = world.rows.entries.at(ann.proof.entry).expires_at;
  world.clock.set(end - milliseconds(1));
  world.hold(ann, sale, {"A-1-1"});
  World other;
  const Sale second = other.open_sale({.entry_seconds = 10});
  const Shopper bob = other.enter(second);
  other.clock.set(other.rows.entries.at(bob.proof.entry).expires_at);
  EXPECT_EQ(other.code_of(other.hold_command(bob, second, {"A-1-1"})),
            RefusalCode::entry_token_expired);
}

TEST(Place, LeavingMovesThoseBehindUp) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1});
  world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  const QueueAnswer cid = world.join(sale, world.user());
  world.expect<NoAnswer>(LeaveQueue{sale.no, bob.number, bob.user});
  EXPECT_EQ(world.status(sale, bob.number).reason, FinishReason::left);
  EXPECT_EQ(world.status(sale, cid.number).position, 1u);
  world.expect<NoAnswer>(LeaveQueue{sale.no, bob.number, bob.user});
  EXPECT_TRUE(world.last.empty()) << "leaving twice changes nothing";
  EXPECT_TRUE(world.join(sale, bob.user).created);
}

TEST(Place, LeavingWhenCalledGivesTheRoomToTheNext) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1});
  const Shopper ann = world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  const QueueAnswer cid = world.join(sale, world.user());
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  world.wait(1);
  world.expect<NoAnswer>(LeaveQueue{sale.no, bob.number, bob.user});
  world.wait(1);
  EXPECT_EQ(world.status(sale, cid.number).kind, PlaceKind::called);
}

TEST(Place, LeavingInsideEndsTheEntryAndCancelsItsHolds) {
  World world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale, 500);
  const Order order = world.hold(ann, sale, {"A-1-1"});
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  EXPECT_EQ(world.stored_status(order), OrderStatus::cancelled);
  EXPECT_EQ(world.show_state(sale).held, 0);
  EXPECT_EQ(world.rows.entries.at(ann.proof.entry).end, EntryEnd::left);
  EXPECT_EQ(world.sale_state(sale).active_entries, 0);
  EXPECT_EQ(world.code_of(PayOrder{ann.user, ann.proof, order.id}),
            RefusalCode::entry_token_expired);
}

// --- calling -------------------------------------------------------------------------------------

TEST(Calling, StopsAtTheCapacity) {
  World world;
  const Sale sale = world.open_sale({.capacity = 3});
  for (int i = 0; i < 10; ++i) world.join(sale, world.user());
  world.wait(20);
  const SaleFacts facts = world.facts(sale);
  EXPECT_EQ(facts.active_entries + facts.called, 3);
}

TEST(Calling, CountsTheCalledWhoHaveNotCome) {
  World world;
  const Sale sale = world.open_sale({.capacity = 2, .claim_seconds = 3600});
  const Shopper ann = world.enter(sale);
  const Shopper bob = world.enter(sale);
  for (int i = 0; i < 5; ++i) world.join(sale, world.user());
  for (const Shopper& who : {ann, bob})
    world.expect<NoAnswer>(LeaveQueue{sale.no, who.number, who.user});
  world.wait(30);
  EXPECT_EQ(world.facts(sale).called, 2);
  EXPECT_EQ(world.sale_state(sale).line.waiting(), 3u);
}

TEST(Calling, GoesAsFarAsTheStockAllows) {
  World world;
  const Sale sale = world.open_sale({.people_per_seat = 2, .rows = 1, .seats_per_row = 2});
  for (int i = 0; i < 10; ++i) world.join(sale, world.user());
  world.wait(5);
  SaleFacts facts = world.facts(sale);
  EXPECT_EQ(facts.active_entries + facts.called, 4) << "2 people for each of 2 seats";
}

TEST(Calling, WithoutPeoplePerSeatHasNoStockLimitUntilNothingIsLeft) {
  World world;
  const Sale sale = world.open_sale({.people_per_seat = 0, .rows = 1, .seats_per_row = 2});
  const Shopper ann = world.enter(sale, 1000);
  world.hold(ann, sale, {"A-1-1", "A-1-2"});
  for (int i = 0; i < 10; ++i) world.join(sale, world.user());
  world.wait(5);
  EXPECT_EQ(world.facts(sale).called, 0) << "all is held: the line stands";
  EXPECT_EQ(world.phase(sale), Phase::open);
}

TEST(Calling, AfterTheCapacityWasLoweredWaitsUntilItFits) {
  World world;
  const Sale sale = world.open_sale({.capacity = 3});
  std::vector<Shopper> inside;
  for (int i = 0; i < 3; ++i) inside.push_back(world.enter(sale));
  const QueueAnswer waiting = world.join(sale, world.user());
  auto lower = world.action(sale, QueueAction::set);
  lower.capacity = 1;
  world.expect<ConcertAnswer>(lower);
  for (int i = 0; i < 3; ++i) {
    world.wait(1);
    EXPECT_EQ(world.status(sale, waiting.number).kind, PlaceKind::waiting) << i;
    world.expect<NoAnswer>(LeaveQueue{sale.no, inside[i].number, inside[i].user});
  }
  world.wait(1);
  EXPECT_EQ(world.status(sale, waiting.number).kind, PlaceKind::called);
}

TEST(Calling, AMissGivesNoCallBackToTheRate) {
  World world;
  const Sale sale = world.open_sale({.entries_per_minute = 1, .claim_seconds = 5});
  for (int i = 0; i < 4; ++i) world.join(sale, world.user());  // the first is inside at once
  world.wait(59);
  EXPECT_EQ(world.sale_state(sale).queue.called_upto, 1u);
  world.wait(1);
  EXPECT_EQ(world.sale_state(sale).queue.called_upto, 2u);
  world.wait(59);
  EXPECT_EQ(world.sale_state(sale).queue.missed, 1);
  EXPECT_EQ(world.sale_state(sale).queue.called_upto, 2u);
}

// Calls in any 60 s stay within the rate and one burst, whatever the times of ticks, joins and
// changes of the rate downwards are.
RC_GTEST_PROP(Calling, InAnyMinuteIsWithinRateAndBurst, ()) {
  World world;
  const std::int64_t rate = *rc::gen::element<std::int64_t>(1, 7, 59, 60, 61, 600, 1000);
  const std::int64_t burst = std::max<std::int64_t>(1, rate / 60);
  const Sale sale =
      world.open_sale({.capacity = 1'000'000, .entries_per_minute = rate, .claim_seconds = 3600});
  std::deque<std::pair<Time, std::int64_t>> calls;
  Rank before = 0;
  const int steps = *rc::gen::inRange(20, 120);
  for (int step = 0; step < steps; ++step) {
    world.jump(milliseconds(*rc::gen::element(0, 1, 99, 100, 1000, 3000, 60'000, 200'000)));
    const int joins = *rc::gen::inRange(0, 60);
    for (int i = 0; i < joins; ++i) world.join(sale, world.user());
    world.tick();
    const Rank upto = world.sale_state(sale).queue.called_upto;
    calls.emplace_back(world.clock.now(), upto - before);
    before = upto;
    std::int64_t in_minute = 0;
    for (const auto& [at, count] : calls)
      if (at > world.clock.now() - seconds(60)) in_minute += count;
    RC_ASSERT(in_minute <= rate + burst);
  }
}

TEST(Calling, UsesTheWholeRate) {
  World world;
  const Sale sale = world.open_sale({.capacity = 100'000, .entries_per_minute = 600});
  for (int i = 0; i < 3000; ++i) world.join(sale, world.user());
  const Rank before = world.sale_state(sale).queue.called_upto;
  for (int i = 0; i < 600; ++i) {
    world.jump(milliseconds(100));
    world.tick();
  }
  EXPECT_EQ(world.sale_state(sale).queue.called_upto - before, 600u);
}

TEST(Calling, TwoTickersAtOnceDoNoHarm) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1000, .entries_per_minute = 60});
  for (int i = 0; i < 100; ++i) world.join(sale, world.user());
  const Rank before = world.sale_state(sale).queue.called_upto;
  for (int i = 0; i < 10; ++i) {
    world.jump(seconds(1));
    world.tick();
    world.tick();
  }
  EXPECT_EQ(world.sale_state(sale).queue.called_upto - before, 10u);
}

TEST(Calling, ALowerRateCountsAtOnce) {
  World world;
  const Sale sale = world.open_sale({.capacity = 100'000, .entries_per_minute = 60'000});
  for (int i = 0; i < 2000; ++i) world.join(sale, world.user());
  auto slow = world.action(sale, QueueAction::set);
  slow.entries_per_minute = 60;
  world.expect<ConcertAnswer>(slow);
  const Rank before = world.sale_state(sale).queue.called_upto;
  world.jump(milliseconds(1));
  world.tick();
  EXPECT_LE(world.sale_state(sale).queue.called_upto - before, 1u);
}

// --- claiming ------------------------------------------------------------------------------------

TEST(Claim, IsPossibleUntilTheLastMillisecond) {
  for (const bool late : {false, true}) {
    World world;
    const Sale sale = world.open_sale({.capacity = 1, .claim_seconds = 10});
    const Shopper ann = world.enter(sale);
    const QueueAnswer bob = world.join(sale, world.user());
    world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
    world.wait(1);
    const Time until = world.status(sale, bob.number).claim_until;
    EXPECT_EQ(until, world.clock.now() + seconds(10));
    world.clock.set(late ? until : until - milliseconds(1));
    EXPECT_EQ(world.poll(sale, bob.number).status.kind,
              late ? PlaceKind::missed : PlaceKind::admitted);
  }
}

TEST(Claim, TimeCountsFromTheLastPollThatWasAskedFor) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1, .claim_seconds = 10});
  const Shopper ann = world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  world.asked[bob.number] = world.clock.now() + seconds(60);
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  world.wait(69);
  EXPECT_EQ(world.status(sale, bob.number).kind, PlaceKind::called);
  world.wait(2);
  EXPECT_EQ(world.status(sale, bob.number).kind, PlaceKind::missed);
}

TEST(Claim, AgainGivesTheSameEntry) {
  World world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale);
  world.wait(3);
  EXPECT_EQ(world.poll(sale, ann.number).status.grant->entry, ann.proof.entry);
  EXPECT_TRUE(world.last.entries.empty());
}

TEST(Claim, WorksWhileTheSaleIsPaused) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1});
  const Shopper ann = world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  const QueueAnswer cid = world.join(sale, world.user());
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  world.wait(1);
  world.act(sale, QueueAction::pause);
  EXPECT_EQ(world.phase(sale), Phase::paused);
  const QueueAnswer claimed = world.poll(sale, bob.number);
  EXPECT_EQ(claimed.status.kind, PlaceKind::admitted);
  const Shopper inside{bob.user, bob.number, world.proof_of(claimed)};
  world.expect<TopUpAnswer>(TopUp{bob.user, Money{100}, {}, {}});
  world.pay(inside, world.hold(inside, sale, {"A-1-1"}));
  world.wait(5);
  EXPECT_EQ(world.status(sale, cid.number).kind, PlaceKind::waiting) << "nobody is called";
  world.act(sale, QueueAction::resume);
  world.wait(1);
  EXPECT_EQ(world.status(sale, cid.number).kind, PlaceKind::called);
}

TEST(Claim, IsOverWhenTheSaleIsClosed) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1, .claim_seconds = 10});
  const Shopper ann = world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  world.wait(1);
  world.act(sale, QueueAction::close);
  EXPECT_EQ(world.poll(sale, bob.number).status.reason, FinishReason::closed);
  EXPECT_EQ(world.code_of(JoinQueue{bob.user, sale.concert}), RefusalCode::queue_closed);
  world.wait(30);
  EXPECT_EQ(world.poll(sale, bob.number).status.reason, FinishReason::closed)
      << "who was called is finished, not missed";
}

// --- lobby and draw ------------------------------------------------------------------------------

TEST(Lobby, NumbersAreCountedAndNobodyIsCalledBeforeTheOpening) {
  World world;
  const Sale sale = world.open_sale({.draw = true, .opens_in_seconds = 60, .lobby_seconds = 60});
  EXPECT_EQ(world.phase(sale), Phase::lobby);
  const QueueAnswer ann = world.join(sale, world.user());
  const QueueAnswer bob = world.join(sale, world.user());
  EXPECT_EQ(ann.status.kind, PlaceKind::lobby);
  EXPECT_EQ(ann.record->lobby_number, 1u);
  EXPECT_EQ(bob.status.lobby_number, 2u);
  EXPECT_EQ(bob.status.lobby_count, 2u);
  EXPECT_EQ(bob.status.rank, 0u);
  world.wait(59);
  EXPECT_EQ(world.poll(sale, ann.number).status.kind, PlaceKind::lobby);
}

TEST(Lobby, TheDigestRunsWithEveryJoinAndSeedsTheDraw) {
  World world;
  const Sale sale = world.open_sale({.draw = true, .opens_in_seconds = 10, .lobby_seconds = 10});
  Digest digest = initial_join_digest(sale.concert);
  for (int i = 0; i < 20; ++i) digest = chain_join(digest, *world.join(sale, world.user()).record);
  EXPECT_EQ(world.sale_state(sale).queue.join_digest, digest);
  world.wait(10);
  const SaleState& state = world.sale_state(sale);
  EXPECT_TRUE(state.queue.drawn);
  EXPECT_EQ(state.queue.lobby_count, 20u);
  EXPECT_EQ(state.queue.draw_seed, draw_seed(state.concert->draw_secret, digest, ""));
  const auto ranks = draw_ranks(state.queue.draw_seed, 20);
  for (PlaceNumber n = 1; n <= 20; ++n) EXPECT_EQ(state.line.rank_of(n), ranks[n - 1]);
  world.join(sale, world.user());
  EXPECT_EQ(world.sale_state(sale).queue.join_digest, digest) << "later joins are not drawn";
}

TEST(Lobby, CallsFollowTheDrawnRanks) {
  World world;
  const Sale sale = world.open_sale({.capacity = 4,
                                     .claim_seconds = 3600,
                                     .draw = true,
                                     .opens_in_seconds = 10,
                                     .lobby_seconds = 10});
  for (int i = 0; i < 30; ++i) world.join(sale, world.user());
  world.wait(12);
  const SaleState& state = world.sale_state(sale);
  for (PlaceNumber n = 1; n <= 30; ++n)
    EXPECT_EQ(world.status(sale, n).kind,
              state.line.rank_of(n) <= 4 ? PlaceKind::called : PlaceKind::waiting);
  EXPECT_EQ(world.status(sale, 1).lobby_number, 1u);
  EXPECT_EQ(world.status(sale, 1).rank, state.line.rank_of(1));
}

TEST(Lobby, WithoutADrawIsFirstComeFirstServed) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1, .opens_in_seconds = 10, .lobby_seconds = 10});
  for (int i = 0; i < 5; ++i) world.join(sale, world.user());
  world.wait(10);
  EXPECT_EQ(world.status(sale, 1).kind, PlaceKind::called);
  EXPECT_EQ(world.status(sale, 2).position, 1u);
  EXPECT_EQ(world.status(sale, 2).rank, 0u);
}

TEST(Lobby, WhoLeavesItIsSkipped) {
  World world;
  const Sale sale = world.open_sale({.draw = true, .opens_in_seconds = 10, .lobby_seconds = 10});
  std::vector<QueueAnswer> people;
  for (int i = 0; i < 10; ++i) people.push_back(world.join(sale, world.user()));
  for (int i = 0; i < 10; i += 2)
    world.expect<NoAnswer>(LeaveQueue{sale.no, people[i].number, people[i].user});
  world.wait(11);
  EXPECT_EQ(world.facts(sale).called, 5);
  EXPECT_EQ(world.sale_state(sale).line.waiting(), 0u);
}

TEST(Lobby, APauseBeforeTheOpeningLeavesTimeForThePublicInput) {
  World world;
  const Sale sale = world.open_sale({.draw = true, .opens_in_seconds = 10, .lobby_seconds = 10});
  const QueueAnswer ann = world.join(sale, world.user());
  auto input = world.action(sale, QueueAction::public_input);
  input.text = "lottery 7 12 31";
  EXPECT_EQ(world.code_of(input), RefusalCode::sale_not_open) << "the lobby is open";
  world.act(sale, QueueAction::pause);
  world.wait(10);
  EXPECT_EQ(world.phase(sale), Phase::paused);
  EXPECT_EQ(world.poll(sale, ann.number).status.kind, PlaceKind::lobby);
  const QueueAnswer late = world.join(sale, world.user());
  EXPECT_EQ(late.status.kind, PlaceKind::waiting) << "the lobby has ended";
  EXPECT_FALSE(late.record);
  world.expect<ConcertAnswer>(input);
  world.act(sale, QueueAction::resume);
  world.wait(1);
  const SaleState& state = world.sale_state(sale);
  EXPECT_EQ(state.queue.draw_seed,
            draw_seed(state.concert->draw_secret, state.queue.join_digest, "lottery 7 12 31"));
  EXPECT_EQ(world.code_of(input), RefusalCode::queue_closed) << "the draw is made";
}

TEST(Lobby, AnEmptyLobbyIsDrawnWithoutHarm) {
  World world;
  const Sale sale = world.open_sale({.draw = true, .opens_in_seconds = 5, .lobby_seconds = 5});
  world.wait(5);
  EXPECT_TRUE(world.sale_state(sale).queue.drawn);
  EXPECT_EQ(world.join(sale, world.user()).status.kind, PlaceKind::admitted);
}

// --- sales that memory does not keep -------------------------------------------------------------

// A restart leaves the places of a sale out all of whose shows are over.
TEST(OldSale, ItsTokensAreAnsweredThoughItsPlacesAreNotInMemory) {
  World world;
  const Sale sale = world.open_sale(
      {.draw = true, .opens_in_seconds = 2, .lobby_seconds = 2, .show_in_seconds = 10});
  for (int i = 0; i < 5; ++i) world.join(sale, world.user());
  world.wait(20);
  World restarted;
  restarted.clock.set(world.clock.now());
  restarted.state.set_now(world.clock.now());
  restarted.state.restore(*world.sale_state(sale).concert);
  restarted.state.restore(*world.show_state(sale).show);
  restarted.state.restore_without_places(world.sale_state(sale).queue);
  EXPECT_EQ(restarted.sale_state(sale).line.waiting(), 0u);
  restarted.tick();
  const auto answer = restarted.expect<QueueAnswer>(ClaimEntry{sale.no, 3, world.user()});
  EXPECT_EQ(answer.status.kind, PlaceKind::finished);
  EXPECT_EQ(answer.status.reason, FinishReason::closed);
  restarted.expect<NoAnswer>(LeaveQueue{sale.no, 3, world.user()});
  EXPECT_EQ(restarted.code_of(JoinQueue{world.user(), sale.concert}), RefusalCode::queue_closed);
  restarted.act(sale, QueueAction::set);
}

}  // namespace
}  // namespace frontrow
