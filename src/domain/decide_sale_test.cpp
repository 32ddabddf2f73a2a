// Staff's actions on a sale, money, accounts and keys.
#include <gtest/gtest.h>

#include "domain/test_world.h"

namespace frontrow {
namespace {

// --- actions on the queue ------------------------------------------------------------------------

TEST(Pause, CallsNobodyAndResumeGoesOn) {
  World world;
  const Sale sale = world.open_sale();
  world.act(sale, QueueAction::pause);
  const QueueAnswer ann = world.join(sale, world.user());
  EXPECT_EQ(ann.status.kind, PlaceKind::waiting);
  EXPECT_EQ(ann.status.phase, Phase::paused);
  world.wait(10);
  EXPECT_EQ(world.status(sale, ann.number).kind, PlaceKind::waiting);
  world.act(sale, QueueAction::resume);
  world.tick();
  EXPECT_EQ(world.status(sale, ann.number).kind, PlaceKind::called);
}

TEST(Close, IsForGoodAndFinishesThoseWhoWait) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1});
  world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  world.act(sale, QueueAction::close);
  EXPECT_EQ(world.status(sale, bob.number).reason, FinishReason::closed);
  EXPECT_EQ(world.code_of(world.action(sale, QueueAction::resume)), RefusalCode::queue_closed);
  EXPECT_EQ(world.code_of(world.action(sale, QueueAction::pause)), RefusalCode::queue_closed);
  world.act(sale, QueueAction::close);
}

TEST(Close, ByItsTimeIsTheSameToTheMillisecond) {
  World world;
  const Sale sale = world.open_sale();
  ChangeConcert change;
  change.concert = sale.concert;
  change.if_version = world.sale_state(sale).concert->version;
  change.sale = world.sale_state(sale).concert->sale;
  change.sale->closes_at = world.clock.now() + seconds(5);
  world.expect<ConcertAnswer>(change);
  world.jump(milliseconds(4999));
  EXPECT_EQ(world.phase(sale), Phase::open);
  world.jump(milliseconds(1));
  EXPECT_EQ(world.phase(sale), Phase::closed);
}

TEST(Set, ChangesOnlyWhatItNames) {
  World world;
  const Sale sale = world.open_sale({.capacity = 7, .people_per_seat = 3});
  auto set = world.action(sale, QueueAction::set);
  set.entries_per_minute = 42;
  const auto answer = world.expect<ConcertAnswer>(set);
  EXPECT_EQ(answer.concert->sale.entries_per_minute, 42);
  EXPECT_EQ(answer.concert->sale.capacity, 7);
  EXPECT_EQ(answer.concert->sale.people_per_seat, 3);
  EXPECT_EQ(world.last.audit.size(), 1u);
  EXPECT_EQ(world.last.audit[0].action, "queue.set");
  EXPECT_EQ(world.last.audit[0].detail, "{\"entries_per_minute\":42}");
}

TEST(Message, IsSetAndTakenBack) {
  World world;
  const Sale sale = world.open_sale();
  auto message = world.action(sale, QueueAction::message);
  message.text = "Doors open late";
  EXPECT_EQ(world.expect<ConcertAnswer>(message).concert->message, "Doors open late");
  message.text.reset();
  EXPECT_EQ(world.expect<ConcertAnswer>(message).concert->message, std::nullopt);
}

TEST(Extend, GivesHoldsEntriesAndCallsMoreTimeInOneCommit) {
  World world;
  const Sale sale = world.open_sale({.capacity = 3, .claim_seconds = 60});
  const Shopper ann = world.enter(sale, 500), bob = world.enter(sale), dan = world.enter(sale);
  const Order paid = world.hold(ann, sale, {"A-1-1"}), left = world.hold(ann, sale, {"A-1-2"});
  world.pay(ann, paid);
  const Order held = world.hold(bob, sale, {"A-2-1"});
  world.tick();
  const QueueAnswer cid = world.join(sale, world.user());
  const QueueAnswer eve = world.join(sale, world.user());
  world.expect<NoAnswer>(LeaveQueue{sale.no, dan.number, dan.user});
  world.wait(1);
  ASSERT_EQ(world.status(sale, eve.number).kind, PlaceKind::called);
  ASSERT_EQ(cid.status.kind, PlaceKind::admitted);
  const Time claim = world.status(sale, eve.number).claim_until;
  const Entry before_ann = world.rows.entries.at(ann.proof.entry);
  const Entry before_bob = world.rows.entries.at(bob.proof.entry);
  auto extend = world.action(sale, QueueAction::extend);
  extend.seconds = 90;
  world.expect<ConcertAnswer>(extend);
  for (const Entry& before : {before_ann, before_bob}) {
    const Entry& after = world.rows.entries.at(before.id);
    EXPECT_EQ(after.expires_at, before.expires_at + seconds(90));
    EXPECT_EQ(after.bound, before.bound + seconds(90));
    EXPECT_EQ(after.state, before.state);
  }
  for (const Order& before : {left, held})
    EXPECT_EQ(world.rows.orders.at(before.id).hold_expires_at,
              before.hold_expires_at + seconds(90));
  EXPECT_EQ(world.status(sale, eve.number).claim_until, claim + seconds(90));
  EXPECT_EQ(world.stored_status(paid), OrderStatus::paid);
}

TEST(Actions, OnNoConcertAreNotFound) {
  World world;
  EXPECT_EQ(world.code_of(world.action({}, QueueAction::pause)), RefusalCode::not_found);
  EXPECT_EQ(world.code_of(PublishConcert{}), RefusalCode::not_found);
  EXPECT_EQ(world.code_of(ChangeConcert{}), RefusalCode::not_found);
}

// --- concerts ------------------------------------------------------------------------------------

TEST(Concert, IsOpenAtOnceWhereItsOpeningLiesInThePast) {
  World world;
  const Sale sale = world.open_sale({.opens_in_seconds = -10});
  EXPECT_EQ(world.phase(sale), Phase::open);
  EXPECT_EQ(world.join(sale, world.user()).status.kind, PlaceKind::admitted);
}

TEST(Concert, IsSeenOncePublished) {
  World world;
  const Sale sale = world.open_sale({.published = false});
  world.expect<ConcertAnswer>(PublishConcert{{}, sale.concert});
  EXPECT_EQ(world.join(sale, world.user()).status.kind, PlaceKind::admitted);
  const std::uint64_t version = world.sale_state(sale).concert->version;
  world.expect<ConcertAnswer>(PublishConcert{{}, sale.concert});
  EXPECT_EQ(world.sale_state(sale).concert->version, version) << "twice changes nothing";
}

TEST(Concert, ChangesOnlyAtTheVersionThatWasSeen) {
  World world;
  const Sale sale = world.open_sale();
  ChangeConcert change;
  change.concert = sale.concert;
  change.if_version = world.sale_state(sale).concert->version;
  change.title = "New";
  EXPECT_EQ(world.expect<ConcertAnswer>(change).concert->title, "New");
  EXPECT_EQ(world.code_of(change), RefusalCode::precondition_failed);
}

TEST(Concert, KeepsItsOpeningAndDrawOnceItHasOpened) {
  World world;
  const Sale sale = world.open_sale();
  ChangeConcert change;
  change.concert = sale.concert;
  change.if_version = world.sale_state(sale).concert->version;
  change.sale = world.sale_state(sale).concert->sale;
  change.sale->opens_at = world.clock.now() + seconds(100);
  EXPECT_EQ(world.code_of(change), RefusalCode::validation_failed);
  change.sale = world.sale_state(sale).concert->sale;
  change.sale->draw = true;
  EXPECT_EQ(world.code_of(change), RefusalCode::validation_failed);
  change.sale = world.sale_state(sale).concert->sale;
  change.sale->lobby_opens_at = Time{1};
  EXPECT_EQ(world.code_of(change), RefusalCode::validation_failed);
  change.sale = world.sale_state(sale).concert->sale;
  change.sale->capacity = 5;
  EXPECT_EQ(world.expect<ConcertAnswer>(change).concert->sale.capacity, 5);
}

TEST(Concert, ShowsComeInTheOrderSent) {
  World world;
  CreateConcert create;
  for (int i = 0; i < 3; ++i) {
    NewShow show;
    show.starts_at = world.clock.now() + seconds(1000 - i);
    show.sections = {{"A", Money{1}, 1, 2, 0}, {"B", Money{2}, 2, 2, 0}};
    create.shows.push_back(show);
  }
  const auto answer = world.expect<ConcertAnswer>(create);
  ASSERT_EQ(answer.shows.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(answer.shows[i]->starts_at, create.shows[i].starts_at);
    EXPECT_EQ(answer.shows[i]->sections[1].first_seat, 2u);
  }
}

// --- money ---------------------------------------------------------------------------------------

TEST(TopUps, AddUpWithATransferEach) {
  World world;
  const UserId ann = world.user();
  EXPECT_EQ(world.expect<TopUpAnswer>(TopUp{ann, Money{300'000}, {}, {}}).balance, Money{300'000});
  EXPECT_EQ(world.expect<TopUpAnswer>(TopUp{ann, Money{1}, {}, {}}).balance, Money{300'001});
  ASSERT_EQ(world.rows.transfers.size(), 2u);
  EXPECT_EQ(world.rows.transfers[1].seq, 2u);
  EXPECT_EQ(world.rows.transfers[1].balance_after, Money{300'001});
  EXPECT_EQ(world.rows.transfers[1].amount, Money{1});
  EXPECT_TRUE(world.last.audit.empty());
}

TEST(TopUps, ByStaffAreInTheAuditLog) {
  World world;
  world.expect<TopUpAnswer>(TopUp{world.user(), Money{5}, StaffActor{}, "sorry"});
  ASSERT_EQ(world.last.audit.size(), 1u);
  EXPECT_EQ(world.last.audit[0].reason, "sorry");
}

TEST(TopUps, AWalletHasALimitThatNoIntegerReaches) {
  World world;
  const UserId ann = world.user();
  world.expect<TopUpAnswer>(TopUp{ann, Money{1'000'000'000'000'000}, {}, {}});
  EXPECT_EQ(world.code_of(TopUp{ann, Money{1}, {}, {}}), RefusalCode::validation_failed);
}

// --- accounts and keys ---------------------------------------------------------------------------

TEST(Accounts, AnAddressIsOneAccount) {
  World world;
  const CreateUser ann{"Ann@Example.org", "ann@example.org", "Ann", "hash"};
  const auto answer = world.expect<UserAnswer>(ann);
  EXPECT_EQ(answer.user.email, "Ann@Example.org");
  EXPECT_EQ(world.code_of(ann), RefusalCode::email_taken);
}

TEST(Accounts, TwoOfOneAddressInOneBatchAreOne) {
  World world;
  const CreateUser ann{"a@b.c", "a@b.c", "Ann", "hash"};
  world.begin();
  EXPECT_TRUE(std::holds_alternative<Answer>(world.decide_now(ann)));
  EXPECT_TRUE(std::holds_alternative<Refusal>(world.decide_now(ann)));
  world.commit();
}

TEST(Accounts, AForgottenPersonLeavesNoDataAndTheLedger) {
  World world;
  const auto ann = world.expect<UserAnswer>(CreateUser{"a@b.c", "a@b.c", "Ann", "hash"}).user;
  world.expect<TopUpAnswer>(TopUp{ann.id, Money{5}, {}, {}});
  const ForgetUser forget{{}, ann.id, "asked for it"};
  world.expect<NoAnswer>(forget);
  const User& row = world.rows.users.at(ann.id);
  EXPECT_EQ(row.email + row.email_key + row.name + row.password_hash, "");
  EXPECT_EQ(row.forgotten_at, world.clock.now());
  EXPECT_EQ(world.rows.wallets.at(ann.id).balance, Money{5});
  EXPECT_EQ(world.code_of(forget), RefusalCode::not_found);
  EXPECT_EQ(world.expect<UserAnswer>(CreateUser{"a@b.c", "a@b.c", "B", "hash"}).user.name, "B");
}

TEST(Accounts, AnAddressThatWasForgottenIsFreeInTheSameBatch) {
  World world;
  const CreateUser create{"a@b.c", "a@b.c", "Ann", "hash"};
  const auto ann = world.expect<UserAnswer>(create).user;
  world.begin();
  EXPECT_TRUE(std::holds_alternative<Refusal>(world.decide_now(create)));
  EXPECT_TRUE(std::holds_alternative<Answer>(world.decide_now(ForgetUser{{}, ann.id, "asked"})));
  EXPECT_TRUE(std::holds_alternative<Answer>(world.decide_now(create)));
  world.commit();
}

TEST(Sessions, LastThirtyDaysOfUse) {
  World world;
  const auto made = world.expect<SessionAnswer>(CreateSession{Digest{1}, world.user()}).session;
  EXPECT_EQ(made.expires_at, world.clock.now() + seconds(30 * 24 * 3600));
  world.jump(seconds(1000));
  const auto longer = world.expect<SessionAnswer>(ProlongSession{made}).session;
  EXPECT_EQ(longer.expires_at, made.expires_at + seconds(1000));
  world.expect<NoAnswer>(EndSession{longer});
  EXPECT_TRUE(world.last.sessions.at(0).after.ended);
}

TEST(StaffKeys, AreMadeAndRevokedOnce) {
  World world;
  const auto key = world.expect<StaffKeyAnswer>(CreateStaffKey{Digest{1}, "admin", "Kim"}).key;
  EXPECT_EQ(world.state.staff_key(key.id)->role, "admin");
  world.expect<StaffKeyAnswer>(RevokeStaffKey{key.id});
  EXPECT_EQ(world.state.staff_key(key.id)->revoked_at, world.clock.now());
  world.expect<StaffKeyAnswer>(RevokeStaffKey{key.id});
  EXPECT_TRUE(world.last.empty());
  EXPECT_EQ(world.code_of(RevokeStaffKey{}), RefusalCode::not_found);
}

TEST(StaffKeys, AHashIsOfOneKeyAloneEvenOfARevokedOne) {
  World world;
  const auto key = world.expect<StaffKeyAnswer>(CreateStaffKey{Digest{1}, "gate", "Kim"}).key;
  const auto again = CreateStaffKey{Digest{1}, "admin", "Lee"};
  EXPECT_EQ(world.code_of(again), RefusalCode::validation_failed);
  world.expect<StaffKeyAnswer>(RevokeStaffKey{key.id});
  EXPECT_EQ(world.code_of(again), RefusalCode::validation_failed);
}

TEST(StaffKeys, WhoMadeAndRevokedOneIsWrittenDown) {
  World world;
  const StaffActor kim{make_id<StaffKeyId>(world.clock.now(), world.random)};
  const auto key =
      world.expect<StaffKeyAnswer>(CreateStaffKey{Digest{1}, "gate", "Door 3", kim, "a new door"})
          .key;
  ASSERT_EQ(world.last.audit.size(), 1u);
  EXPECT_EQ(world.last.audit[0].staff_key, kim.key);
  EXPECT_EQ(world.last.audit[0].reason, "a new door");
  world.expect<StaffKeyAnswer>(RevokeStaffKey{key.id, kim, "lost"});
  ASSERT_EQ(world.last.audit.size(), 1u);
  EXPECT_EQ(world.last.audit[0].action, "staff_key.revoke");
  EXPECT_EQ(world.last.audit[0].reason, "lost");
}

// --- labels --------------------------------------------------------------------------------------

TEST(Labels, NameEverySeatAndNothingElse) {
  std::vector<Section> sections = {{"A", Money{1}, 2, 3, 0}, {"B 2", Money{2}, 1, 12, 0}};
  number_seats(sections);
  for (SeatIndex seat = 0; seat < seat_count(sections); ++seat)
    EXPECT_EQ(find_seat(sections, seat_label(sections, seat)), seat);
  EXPECT_EQ(seat_label(sections, 17), "B 2-1-12");
  for (const char* label : {"", "A", "A-1", "A-1-", "A-0-1", "A-1-0", "A-3-1", "A-1-4", "A-01-1",
                            "A-1-1-1", "a-1-1", "A-+1-1", "A-1-1 ", "C-1-1", "A-99999999999-1"})
    EXPECT_FALSE(find_seat(sections, label)) << label;
}

}  // namespace
}  // namespace frontrow
