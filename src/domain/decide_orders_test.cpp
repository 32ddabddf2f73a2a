// Holds, payments, cancellations, check-ins: each rule and each refusal.
#include <gtest/gtest.h>

#include <functional>

#include "domain/test_world.h"

namespace frontrow {
namespace {

Entry stored(World& world, const Shopper& who) {
  return world.rows.entries.at(who.proof.entry);
}

Order best(World& world, const Shopper& who, const Sale& sale, BestAvailable wish) {
  HoldSeats command = world.hold_command(who, sale, {});
  command.best_available = std::move(wish);
  return world.expect<OrderAnswer>(command).order;
}

// --- holding -------------------------------------------------------------------------------------

TEST(Hold, TakesItsSeatsAndLastsAsLongAsWasShown) {
  World world;
  const Sale sale = world.open_sale({.hold_seconds = 300, .price = 154'000});
  const Shopper ann = world.enter(sale);
  const auto answer = world.expect<OrderAnswer>(world.hold_command(ann, sale, {"A-3-4", "A-1-1"}));
  EXPECT_EQ(answer.order.seats, (std::vector<SeatIndex>{11, 0})) << "in the order asked for";
  EXPECT_EQ(answer.order.total, Money{308'000});
  EXPECT_EQ(answer.order.hold_expires_at, world.clock.now() + seconds(300));
  EXPECT_EQ(answer.server_time, world.clock.now());
  const ShowState& show = world.show_state(sale);
  EXPECT_EQ(show.seats[0], SeatStatus::held);
  EXPECT_EQ(show.available, 10);
  EXPECT_EQ(show.held, 2);
}

TEST(Hold, EndsExactlyAtItsDeadline) {
  World world;
  const Sale sale = world.open_sale({.hold_seconds = 30});
  const Shopper ann = world.enter(sale, 100), bob = world.enter(sale);
  const Order order = world.hold(ann, sale, {"A-1-1"});
  world.clock.set(order.hold_expires_at - milliseconds(1));
  EXPECT_EQ(world.code_of(world.hold_command(bob, sale, {"A-1-1"})), RefusalCode::seat_taken);
  world.clock.set(order.hold_expires_at);
  world.hold(bob, sale, {"A-1-1"});
  EXPECT_EQ(world.stored_status(order), OrderStatus::expired);
}

TEST(Hold, OfHeldSeatsNamesThemAll) {
  World world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale, 100), bob = world.enter(sale);
  world.hold(ann, sale, {"A-1-1"});
  world.pay(ann, world.hold(ann, sale, {"A-1-3"}));
  BlockSeats block;
  block.show = sale.show;
  block.labels = {"A-1-4"};
  world.expect<BlockAnswer>(block);
  const Refusal refusal =
      world.refusal_of(world.hold_command(bob, sale, {"A-1-1", "A-1-2", "A-1-3", "A-1-4"}));
  EXPECT_EQ(refusal.code, RefusalCode::seat_taken);
  EXPECT_EQ(refusal.seats, (std::vector<std::string>{"A-1-1", "A-1-3", "A-1-4"}));
  EXPECT_EQ(world.show_state(sale).seats[1], SeatStatus::available) << "all or none";
}

TEST(Hold, LimitCountsHoldsAndPaidOrdersOfTheConcertTogether) {
  World world;
  const Sale sale = world.open_sale({.max_seats_per_user = 3, .shows = 2});
  const Shopper ann = world.enter(sale, 1000);
  const Order first = world.hold(ann, sale, {"A-1-1"});
  HoldSeats other_show = world.hold_command(ann, sale, {"A-1-1", "A-1-2"});
  other_show.show = sale.shows[1];
  const Order second = world.expect<OrderAnswer>(other_show).order;
  world.pay(ann, first);
  const Shopper again = world.enter(sale, ann.user, 0);
  const Refusal refusal = world.refusal_of(world.hold_command(again, sale, {"A-2-1"}));
  EXPECT_EQ(refusal.code, RefusalCode::seat_limit_reached);
  EXPECT_EQ(refusal.limit, 3);
  world.expect<NoAnswer>(CancelOrder{ann.user, second.id});
  world.hold(again, sale, {"A-2-1", "A-2-2"});
  EXPECT_EQ(world.code_of(world.hold_command(again, sale, {"A-3-1"})),
            RefusalCode::seat_limit_reached);
  world.expect<RefundAnswer>(RefundOrder{{}, first.id, "ill"});
  world.hold(again, sale, {"A-3-1"});
}

TEST(Hold, SeatsWithoutAPriceAreHeldAndPaidToo) {
  World world;
  const Sale sale = world.open_sale({.price = 0});
  const Shopper ann = world.enter(sale);
  const Order order = world.pay(ann, world.hold(ann, sale, {"A-1-1"}));
  EXPECT_EQ(order.total, Money{0});
  EXPECT_EQ(order.tickets.size(), 1u);
  EXPECT_EQ(world.rows.wallets.at(ann.user).balance, Money{0});
}

TEST(Hold, BestAvailableSaysHowManyFit) {
  World world;
  const Sale sale = world.open_sale({.max_seats_per_user = 100, .rows = 2, .seats_per_row = 3});
  const Shopper ann = world.enter(sale);
  HoldSeats command = world.hold_command(ann, sale, {});
  command.best_available = BestAvailable{.count = 4, .together = true};
  const Refusal together = world.refusal_of(command);
  EXPECT_EQ(together.code, RefusalCode::not_enough_seats);
  EXPECT_EQ(together.available, 6);
  command.best_available = BestAvailable{.count = 7};
  EXPECT_EQ(world.refusal_of(command).available, 6);
  EXPECT_EQ(best(world, ann, sale, {.count = 4}).seats.size(), 4u);
  command.best_available = BestAvailable{.count = 1, .max_price = Money{99}};
  EXPECT_EQ(world.refusal_of(command).available, 0);
}

// --- what the entry allows -----------------------------------------------------------------------

TEST(EntryBound, AHoldProlongsTheEntryToItsEndAndAMinute) {
  World world;
  const Sale sale = world.open_sale({.entry_seconds = 100, .hold_seconds = 80});
  const Shopper ann = world.enter(sale);
  const Time claimed = world.clock.now();
  world.jump(seconds(10));
  const auto early = world.expect<OrderAnswer>(world.hold_command(ann, sale, {"A-1-1"}));
  EXPECT_EQ(early.grant.expires_at, claimed + seconds(10 + 80 + 60));
  EXPECT_EQ(early.grant.issued_at, world.clock.now());
  world.jump(seconds(40));
  const auto late = world.expect<OrderAnswer>(world.hold_command(ann, sale, {"A-1-2"}));
  EXPECT_EQ(late.order.hold_expires_at, claimed + seconds(130));
  EXPECT_EQ(late.grant.expires_at, claimed + seconds(180)) << "never beyond the bound";
  world.jump(seconds(60));
  const auto last = world.expect<OrderAnswer>(world.hold_command(ann, sale, {"A-1-3"}));
  EXPECT_EQ(last.order.hold_expires_at, claimed + seconds(180)) << "a longer hold ends there";
  EXPECT_EQ(last.grant.expires_at, claimed + seconds(180));
}

TEST(EntryBound, AHoldThatNeedsNoProlongationKeepsTheToken) {
  World world;
  const Sale sale = world.open_sale({.entry_seconds = 600, .hold_seconds = 300});
  const Shopper ann = world.enter(sale);
  const Time issued = stored(world, ann).issued_at;
  world.jump(seconds(5));
  const auto answer = world.expect<OrderAnswer>(world.hold_command(ann, sale, {"A-1-1"}));
  EXPECT_EQ(answer.grant.issued_at, issued);
  EXPECT_EQ(answer.grant.expires_at, issued + seconds(600));
}

TEST(Extension, GivesSixtySecondsOnce) {
  World world;
  const Sale sale = world.open_sale({.hold_seconds = 100});
  const Shopper ann = world.enter(sale);
  const Order order = world.hold(ann, sale, {"A-1-1"});
  world.jump(seconds(99));
  const ExtendHold extend{ann.user, ann.proof, order.id};
  const auto answer = world.expect<OrderAnswer>(extend);
  EXPECT_EQ(answer.order.hold_expires_at, order.hold_expires_at + seconds(60));
  EXPECT_EQ(world.code_of(extend), RefusalCode::order_not_extendable);
  world.jump(seconds(60));
  world.tick();
  EXPECT_EQ(world.stored_status(order), OrderStatus::held);
  world.jump(seconds(1));
  world.tick();
  EXPECT_EQ(world.stored_status(order), OrderStatus::expired);
}

TEST(Extension, StaysWithinTheEntrysBound) {
  World world;
  const Sale sale = world.open_sale({.entry_seconds = 100, .hold_seconds = 50});
  const Shopper ann = world.enter(sale);
  const Time bound = stored(world, ann).bound;
  world.jump(seconds(70));
  const Order order = world.hold(ann, sale, {"A-1-1"});  // until 120, bound 150
  const auto answer = world.expect<OrderAnswer>(ExtendHold{ann.user, ann.proof, order.id});
  EXPECT_EQ(answer.order.hold_expires_at, bound);
  EXPECT_EQ(answer.grant.expires_at, bound);
  const Order second = world.hold(ann, sale, {"A-1-2"});  // until 120
  EXPECT_LT(second.hold_expires_at, bound);
  world.jump(seconds(31));
  const Order third = world.hold(ann, sale, {"A-1-3"});  // until the bound already
  EXPECT_EQ(third.hold_expires_at, bound);
  EXPECT_EQ(world.code_of(ExtendHold{ann.user, ann.proof, third.id}),
            RefusalCode::order_not_extendable);
}

TEST(Extension, OfAHoldOfAnEarlierEntryIsRefused) {
  World world;
  const Sale sale = world.open_sale({.entry_seconds = 100, .hold_seconds = 50});
  const Shopper ann = world.enter(sale, 1000);
  world.jump(seconds(90));
  const Order paid = world.hold(ann, sale, {"A-1-1"});
  const Order left = world.hold(ann, sale, {"A-1-2"});
  world.pay(ann, paid);
  const Shopper again = world.enter(sale, ann.user, 0);
  EXPECT_NE(again.proof.entry, ann.proof.entry);
  EXPECT_EQ(world.code_of(ExtendHold{again.user, again.proof, left.id}),
            RefusalCode::order_not_extendable);
  EXPECT_EQ(world.pay(again, left).status, OrderStatus::paid) << "but the new entry pays it";
}

// --- paying --------------------------------------------------------------------------------------

TEST(Payment, MovesPointsSellsSeatsIssuesTicketsAndUsesTheEntryUp) {
  World world;
  const Sale sale = world.open_sale({.price = 100});
  const Shopper ann = world.enter(sale, 500);
  const Order order = world.pay(ann, world.hold(ann, sale, {"A-1-1", "A-1-2"}));
  EXPECT_EQ(order.status, OrderStatus::paid);
  EXPECT_EQ(order.balance_after, Money{300});
  EXPECT_EQ(order.paid_at, world.clock.now());
  ASSERT_EQ(order.tickets.size(), 2u);
  EXPECT_NE(order.tickets[0].code, order.tickets[1].code);
  for (const IssuedTicket& ticket : order.tickets)
    EXPECT_EQ(world.rows.tickets.at(ticket.code).order, order.id);
  EXPECT_EQ(world.show_state(sale).sold, 2);
  EXPECT_EQ(stored(world, ann).state, EntryState::used);
  EXPECT_EQ(world.facts(sale).revenue, 200);
  EXPECT_EQ(world.facts(sale).active_entries, 0);
  EXPECT_EQ(world.code_of(world.hold_command(ann, sale, {"A-2-1"})),
            RefusalCode::entry_token_expired);
  EXPECT_EQ(world.last.transfers.size(), 0u);
}

TEST(Payment, WithExactlyTheTotalPays) {
  World world;
  const Sale sale = world.open_sale({.price = 250});
  const Shopper ann = world.enter(sale, 250);
  EXPECT_EQ(world.pay(ann, world.hold(ann, sale, {"A-1-1"})).balance_after, Money{0});
}

TEST(Payment, WithTooLittleLeavesTheHoldAsItWas) {
  World world;
  const Sale sale = world.open_sale({.price = 250});
  const Shopper ann = world.enter(sale, 249);
  const Order order = world.hold(ann, sale, {"A-1-1"});
  const Refusal refusal = world.refusal_of(PayOrder{ann.user, ann.proof, order.id});
  EXPECT_EQ(refusal.code, RefusalCode::insufficient_balance);
  EXPECT_EQ(refusal.balance, 249);
  EXPECT_EQ(refusal.required, 250);
  EXPECT_TRUE(world.last.empty());
  world.expect<TopUpAnswer>(TopUp{ann.user, Money{1}, {}, {}});
  EXPECT_EQ(world.pay(ann, order).status, OrderStatus::paid);
}

TEST(Payment, AtItsDeadlineIsRefusedAndAMillisecondBeforePays) {
  for (const bool late : {false, true}) {
    World world;
    const Sale sale = world.open_sale({.hold_seconds = 30});
    const Shopper ann = world.enter(sale, 100);
    const Order order = world.hold(ann, sale, {"A-1-1"});
    world.clock.set(late ? order.hold_expires_at : order.hold_expires_at - milliseconds(1));
    const PayOrder pay{ann.user, ann.proof, order.id};
    if (late) {
      EXPECT_EQ(world.code_of(pay), RefusalCode::hold_expired);
      EXPECT_EQ(world.rows.wallets.at(ann.user).balance, Money{100});
    } else {
      world.expect<PaymentAnswer>(pay);
    }
  }
}

TEST(Payment, OfAPaidOrderGivesTheSamePaymentAgain) {
  World world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale, 500);
  const Order order = world.pay(ann, world.hold(ann, sale, {"A-1-1"}));
  const auto again = world.expect<PaymentAnswer>(PayOrder{ann.user, ann.proof, order.id});
  EXPECT_FALSE(again.created);
  EXPECT_EQ(again.order.payment, order.payment);
  EXPECT_EQ(again.order.balance_after, order.balance_after);
  EXPECT_EQ(again.order.tickets.at(0).code, order.tickets.at(0).code);
  EXPECT_TRUE(world.last.empty());
}

TEST(Payment, TakesAUsedUpEntryForAnotherHoldUntilItsEnd) {
  World world;
  const Sale sale = world.open_sale({.entry_seconds = 100, .hold_seconds = 200});
  const Shopper ann = world.enter(sale, 1000);
  const Order first = world.hold(ann, sale, {"A-1-1"}), second = world.hold(ann, sale, {"A-1-2"}),
              third = world.hold(ann, sale, {"A-1-3"});
  world.pay(ann, first);
  EXPECT_EQ(world.pay(ann, second).status, OrderStatus::paid);
  world.clock.set(stored(world, ann).expires_at);
  EXPECT_EQ(world.code_of(PayOrder{ann.user, ann.proof, first.id}),
            RefusalCode::entry_token_expired);
  EXPECT_EQ(world.stored_status(third), OrderStatus::expired) << "its hold ended before the entry";
}

// --- refusals in their order ---------------------------------------------------------------------

// Ann is inside with a hold on A-1-1, Bob has a second concert's entry.
struct Scene {
  World world;
  Sale sale, other;
  Shopper ann, bob, stranger;
  Order held;
  Scene() {
    sale = world.open_sale({.hold_seconds = 30, .max_seats_per_user = 2});
    other = world.open_sale();
    ann = world.enter(sale, 100);
    bob = world.enter(other);
    stranger = world.enter(sale);
    held = world.hold(ann, sale, {"A-1-1"});
  }
  void end_entry_of_ann() { world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user}); }
};

struct Row {
  const char* what;
  RefusalCode code;
  std::function<Command(Scene&)> make;
};

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    Scene scene;
    const Command command = row.make(scene);
    const Refusal refusal = scene.world.refusal_of(command);
    EXPECT_EQ(refusal.code, row.code) << row.what << ": " << refusal.detail;
    EXPECT_TRUE(scene.world.last.empty()) << row.what << ": a refusal changes nothing";
  }
}

HoldSeats hold_of(Scene& s, const Shopper& who, std::vector<std::string> seats) {
  return s.world.hold_command(who, s.sale, std::move(seats));
}

TEST(Refusals, OfHolds) {
  check_rows({
      {"an entry of nobody", RefusalCode::entry_token_expired,
       [](Scene& s) {
         HoldSeats c = hold_of(s, s.ann, {"Z-9-9"});
         c.proof.entry = {};
         c.show = {};
         return c;
       }},
      {"an entry of a concert that does not exist", RefusalCode::entry_token_invalid,
       [](Scene& s) {
         HoldSeats c = hold_of(s, s.ann, {"A-1-2"});
         c.proof.concert = {};
         return c;
       }},
      {"somebody else's entry", RefusalCode::entry_token_invalid,
       [](Scene& s) {
         HoldSeats c = hold_of(s, s.ann, {"A-1-2"});
         c.user = s.stranger.user;
         return c;
       }},
      {"an entry that ended comes before a show that is not there",
       RefusalCode::entry_token_expired,
       [](Scene& s) {
         s.end_entry_of_ann();
         HoldSeats c = hold_of(s, s.ann, {"A-1-2"});
         c.show = {};
         return c;
       }},
      {"no such show comes before the labels", RefusalCode::not_found,
       [](Scene& s) {
         HoldSeats c = hold_of(s, s.ann, {"Z-9-9"});
         c.show = {};
         return c;
       }},
      {"another concert's entry", RefusalCode::entry_token_invalid,
       [](Scene& s) { return hold_of(s, s.bob, {"Z-9-9"}); }},
      {"an unknown label comes before a closed sale", RefusalCode::validation_failed,
       [](Scene& s) {
         s.world.act(s.sale, QueueAction::close);
         return hold_of(s, s.ann, {"A-1-2", "A-1-99"});
       }},
      {"an unknown section comes before a closed sale", RefusalCode::validation_failed,
       [](Scene& s) {
         s.world.act(s.sale, QueueAction::close);
         HoldSeats c = hold_of(s, s.ann, {});
         c.best_available = BestAvailable{.count = 1, .section = "Z"};
         return c;
       }},
      {"an unknown section comes before the limit", RefusalCode::validation_failed,
       [](Scene& s) {
         HoldSeats c = hold_of(s, s.ann, {});
         c.best_available = BestAvailable{.count = 3, .section = "Z"};
         return c;
       }},
      {"a seat twice", RefusalCode::validation_failed,
       [](Scene& s) { return hold_of(s, s.ann, {"A-1-2", "A-1-2"}); }},
      {"a label with a leading zero", RefusalCode::validation_failed,
       [](Scene& s) { return hold_of(s, s.ann, {"A-01-2"}); }},
      {"a closed sale comes before the limit", RefusalCode::sale_not_open,
       [](Scene& s) {
         s.world.act(s.sale, QueueAction::close);
         return hold_of(s, s.ann, {"A-1-2", "A-1-3"});
       }},
      {"the show was cancelled", RefusalCode::sale_not_open,
       [](Scene& s) {
         s.world.expect<CancellationAnswer>(CancelShow{{}, s.sale.show, "rain"});
         return hold_of(s, s.ann, {"A-1-2"});
       }},
      {"the limit comes before taken seats", RefusalCode::seat_limit_reached,
       [](Scene& s) { return hold_of(s, s.ann, {"A-1-1", "A-1-2"}); }},
      {"a taken seat", RefusalCode::seat_taken,
       [](Scene& s) { return hold_of(s, s.stranger, {"A-1-1", "A-1-2"}); }},
      {"too many for the house come after the limit", RefusalCode::seat_limit_reached,
       [](Scene& s) {
         HoldSeats c = hold_of(s, s.ann, {});
         c.best_available = BestAvailable{.count = 99};
         return c;
       }},
  });
}

TEST(Refusals, OfPayments) {
  check_rows({
      {"the entry comes before an order that is not there", RefusalCode::entry_token_expired,
       [](Scene& s) {
         s.end_entry_of_ann();
         return PayOrder{s.ann.user, s.ann.proof, {}};
       }},
      {"no such order", RefusalCode::not_found,
       [](Scene& s) { return PayOrder{s.ann.user, s.ann.proof, {}}; }},
      {"somebody else's order", RefusalCode::not_found,
       [](Scene& s) { return PayOrder{s.stranger.user, s.stranger.proof, s.held.id}; }},
      {"another concert's entry", RefusalCode::entry_token_invalid,
       [](Scene& s) {
         const Shopper elsewhere = s.world.enter(s.other, s.ann.user, 0);
         return PayOrder{s.ann.user, elsewhere.proof, s.held.id};
       }},
      {"a cancelled order", RefusalCode::order_not_payable,
       [](Scene& s) {
         s.world.expect<NoAnswer>(CancelOrder{s.ann.user, s.held.id});
         return PayOrder{s.ann.user, s.ann.proof, s.held.id};
       }},
      {"a refunded order", RefusalCode::order_not_payable,
       [](Scene& s) {
         s.world.pay(s.ann, s.held);
         s.world.expect<RefundAnswer>(RefundOrder{{}, s.held.id, "ill"});
         return PayOrder{s.ann.user, s.ann.proof, s.held.id};
       }},
      {"an expired hold comes before the money", RefusalCode::hold_expired,
       [](Scene& s) {
         s.world.wait(31);
         return PayOrder{s.ann.user, s.ann.proof, s.held.id};
       }},
      {"too little money", RefusalCode::insufficient_balance,
       [](Scene& s) {
         const Order dear = s.world.hold(s.stranger, s.sale, {"A-2-1"});
         return PayOrder{s.stranger.user, s.stranger.proof, dear.id};
       }},
  });
}

TEST(Refusals, OfOtherOrderCommands) {
  check_rows({
      {"cancelling an order that is not there", RefusalCode::not_found,
       [](Scene& s) { return CancelOrder{s.ann.user, {}}; }},
      {"cancelling somebody else's", RefusalCode::not_found,
       [](Scene& s) { return CancelOrder{s.stranger.user, s.held.id}; }},
      {"cancelling a paid order", RefusalCode::order_not_cancellable,
       [](Scene& s) {
         s.world.pay(s.ann, s.held);
         return CancelOrder{s.ann.user, s.held.id};
       }},
      {"cancelling an expired order", RefusalCode::order_not_cancellable,
       [](Scene& s) {
         s.world.wait(31);
         return CancelOrder{s.ann.user, s.held.id};
       }},
      {"extending with an entry that ended", RefusalCode::entry_token_expired,
       [](Scene& s) {
         s.end_entry_of_ann();
         return ExtendHold{s.ann.user, s.ann.proof, {}};
       }},
      {"extending with a used-up entry", RefusalCode::entry_token_expired,
       [](Scene& s) {
         s.world.pay(s.ann, s.held);
         return ExtendHold{s.ann.user, s.ann.proof, s.held.id};
       }},
      {"extending an order that is not there", RefusalCode::not_found,
       [](Scene& s) { return ExtendHold{s.ann.user, s.ann.proof, {}}; }},
      {"extending a cancelled order", RefusalCode::order_not_extendable,
       [](Scene& s) {
         s.world.expect<NoAnswer>(CancelOrder{s.ann.user, s.held.id});
         return ExtendHold{s.ann.user, s.ann.proof, s.held.id};
       }},
      {"extending an expired hold", RefusalCode::hold_expired,
       [](Scene& s) {
         s.world.wait(31);
         return ExtendHold{s.ann.user, s.ann.proof, s.held.id};
       }},
      {"refunding an order that is not there", RefusalCode::not_found,
       [](Scene&) { return RefundOrder{{}, {}, "ill"}; }},
      {"refunding a hold", RefusalCode::order_not_payable,
       [](Scene& s) { return RefundOrder{{}, s.held.id, "ill"}; }},
      {"refunding twice", RefusalCode::already_refunded,
       [](Scene& s) {
         s.world.pay(s.ann, s.held);
         s.world.expect<RefundAnswer>(RefundOrder{{}, s.held.id, "ill"});
         return RefundOrder{{}, s.held.id, "ill"};
       }},
      {"giving seats of no show", RefusalCode::not_found,
       [](Scene&) { return GiveSeats{{}, {}, {"A-1-1"}, "Press", "why"}; }},
      {"giving an unknown seat of a cancelled show", RefusalCode::validation_failed,
       [](Scene& s) {
         s.world.expect<CancellationAnswer>(CancelShow{{}, s.sale.show, "rain"});
         return GiveSeats{{}, s.sale.show, {"A-9-9"}, "Press", "why"};
       }},
      {"giving a seat of a cancelled show", RefusalCode::sale_not_open,
       [](Scene& s) {
         s.world.expect<CancellationAnswer>(CancelShow{{}, s.sale.show, "rain"});
         return GiveSeats{{}, s.sale.show, {"A-2-1"}, "Press", "why"};
       }},
      {"giving a held seat", RefusalCode::seat_taken,
       [](Scene& s) { return GiveSeats{{}, s.sale.show, {"A-1-1"}, "Press", "why"}; }},
      {"blocking seats of no show", RefusalCode::not_found, [](Scene&) { return BlockSeats{}; }},
      {"blocking a held seat", RefusalCode::seat_taken,
       [](Scene& s) {
         BlockSeats c;
         c.show = s.sale.show;
         c.labels = {"A-1-1"};
         return c;
       }},
      {"blocking an unknown section", RefusalCode::validation_failed,
       [](Scene& s) {
         BlockSeats c;
         c.show = s.sale.show;
         c.section = "Z";
         return c;
       }},
      {"blocking rows that are not there", RefusalCode::validation_failed,
       [](Scene& s) {
         BlockSeats c;
         c.show = s.sale.show;
         c.section = "A";
         c.row_from = 2;
         c.row_to = 4;
         return c;
       }},
      {"cancelling no show", RefusalCode::not_found,
       [](Scene&) { return CancelShow{{}, {}, "rain"}; }},
      {"checking in an unknown code", RefusalCode::not_found, [](Scene&) { return CheckIn{}; }},
      {"checking in a void code", RefusalCode::ticket_void,
       [](Scene& s) {
         const Order paid = s.world.pay(s.ann, s.held);
         s.world.expect<RefundAnswer>(RefundOrder{{}, s.held.id, "ill"});
         return CheckIn{{}, paid.tickets[0].code};
       }},
  });
}

// --- giving back ---------------------------------------------------------------------------------

TEST(Cancelling, GivesTheSeatsBackAtOnceAndTwiceIsFine) {
  World world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale);
  const Order order = world.hold(ann, sale, {"A-1-1"});
  world.expect<NoAnswer>(CancelOrder{ann.user, order.id});
  EXPECT_EQ(world.show_state(sale).available, 12);
  world.expect<NoAnswer>(CancelOrder{ann.user, order.id});
  EXPECT_TRUE(world.last.empty());
  EXPECT_EQ(stored(world, ann).state, EntryState::active);
}

TEST(Refund, GivesMoneyAndSeatsBackAndVoidsTickets) {
  World world;
  const Sale sale = world.open_sale({.price = 100});
  const Shopper ann = world.enter(sale, 500);
  const Order order = world.pay(ann, world.hold(ann, sale, {"A-1-1", "A-1-2"}));
  const auto answer = world.expect<RefundAnswer>(RefundOrder{{}, order.id, "ill"});
  EXPECT_EQ(answer.amount, Money{200});
  EXPECT_FALSE(answer.checked_in);
  EXPECT_EQ(world.rows.wallets.at(ann.user).balance, Money{500});
  EXPECT_EQ(world.show_state(sale).available, 12);
  EXPECT_EQ(world.facts(sale).revenue, 0);
  EXPECT_EQ(world.facts(sale).orders_paid, 0);
  EXPECT_EQ(world.last.audit.size(), 1u);
}

TEST(Refund, SaysWhereATicketWasCheckedIn) {
  World world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale, 500);
  const Order order = world.pay(ann, world.hold(ann, sale, {"A-1-1", "A-1-2"}));
  world.expect<CheckInAnswer>(CheckIn{{}, order.tickets[1].code});
  EXPECT_TRUE(world.expect<RefundAnswer>(RefundOrder{{}, order.id, "ill"}).checked_in);
}

TEST(CheckingIn, ASecondTimeTellsWhenTheFirstWas) {
  World world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale, 500);
  const Order order = world.pay(ann, world.hold(ann, sale, {"A-1-1", "A-2-3"}));
  const Time first = world.clock.now();
  const auto answer = world.expect<CheckInAnswer>(CheckIn{{}, order.tickets[1].code});
  EXPECT_EQ(answer.seat, "A-2-3");
  EXPECT_EQ(answer.ticket, order.tickets[1].id);
  EXPECT_FALSE(answer.duplicate);
  world.jump(seconds(5));
  const auto again = world.expect<CheckInAnswer>(CheckIn{{}, order.tickets[1].code});
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.first_checked_in_at, first);
  EXPECT_TRUE(world.last.empty());
}

TEST(Complimentary, SeatsAreSoldWithoutPaymentAndCountForNobody) {
  World world;
  const Sale sale = world.open_sale({.max_seats_per_user = 1});
  const auto given = world.expect<ComplimentaryAnswer>(
      GiveSeats{{}, sale.show, {"A-1-1", "A-1-2"}, "Press", "review"});
  EXPECT_EQ(given.order.status, OrderStatus::paid);
  EXPECT_EQ(given.order.total, Money{0});
  EXPECT_EQ(given.order.tickets.size(), 2u);
  EXPECT_EQ(world.show_state(sale).sold, 2);
  EXPECT_EQ(world.facts(sale).revenue, 0);
  EXPECT_TRUE(world.last.transfers.empty());
  EXPECT_FALSE(world.expect<CheckInAnswer>(CheckIn{{}, given.order.tickets[0].code}).duplicate);
  EXPECT_EQ(world.code_of(CancelOrder{UserId{}, given.order.id}), RefusalCode::not_found)
      << "it is nobody's order";
  const auto refund = world.expect<RefundAnswer>(RefundOrder{{}, given.order.id, "not coming"});
  EXPECT_EQ(refund.amount, Money{0});
  EXPECT_EQ(world.show_state(sale).available, 12);
}

TEST(ShowCancellation, EndsHoldsAndRefundsEveryOrder) {
  World world;
  const Sale sale = world.open_sale({.shows = 2});
  const Shopper ann = world.enter(sale, 500), bob = world.enter(sale, 500);
  const Order paid = world.pay(ann, world.hold(ann, sale, {"A-1-1"}));
  const Order held = world.hold(bob, sale, {"A-1-2"});
  HoldSeats elsewhere = world.hold_command(bob, sale, {"A-1-1"});
  elsewhere.show = sale.shows[1];
  const Order other = world.expect<OrderAnswer>(elsewhere).order;
  const CancelShow cancel{{}, sale.show, "rain"};
  EXPECT_EQ(world.expect<CancellationAnswer>(cancel).orders_to_refund, 1);
  EXPECT_EQ(world.stored_status(held), OrderStatus::cancelled);
  EXPECT_EQ(world.stored_status(other), OrderStatus::held) << "another show goes on";
  EXPECT_EQ(world.phase(sale), Phase::open);
  world.expect<RefundAnswer>(RefundOrder{{}, paid.id, "rain"});
  EXPECT_EQ(world.expect<CancellationAnswer>(cancel).orders_to_refund, 0);
  EXPECT_TRUE(world.last.empty()) << "a second cancellation changes nothing";
  EXPECT_EQ(world.code_of(CheckIn{{}, paid.tickets[0].code}), RefusalCode::ticket_void);
}

TEST(Blocking, TakesSeatsOffSaleAndBack) {
  World world;
  const Sale sale = world.open_sale();
  BlockSeats block;
  block.show = sale.show;
  block.section = "A";
  block.row_from = 2;
  block.row_to = 3;
  const auto answer = world.expect<BlockAnswer>(block);
  EXPECT_EQ(answer.changed, 8);
  EXPECT_EQ(answer.available, 4);
  EXPECT_EQ(world.show_state(sale).blocked, 8);
  EXPECT_EQ(world.expect<BlockAnswer>(block).changed, 0);
  const Shopper ann = world.enter(sale);
  EXPECT_EQ(world.code_of(world.hold_command(ann, sale, {"A-2-1"})), RefusalCode::seat_taken);
  block.block = false;
  EXPECT_EQ(world.expect<BlockAnswer>(block).available, 12);
  world.hold(ann, sale, {"A-2-1"});
}

TEST(Blocking, AllSeatsIsSoldOutUntilTheyAreUnblocked) {
  World world;
  const Sale sale = world.open_sale({.rows = 1});
  BlockSeats block;
  block.show = sale.show;
  block.section = "A";
  block.row_from = block.row_to = 1;
  world.expect<BlockAnswer>(block);
  EXPECT_EQ(world.phase(sale), Phase::sold_out);
  block.block = false;
  world.expect<BlockAnswer>(block);
  EXPECT_EQ(world.phase(sale), Phase::open);
}

// --- a closed sale -------------------------------------------------------------------------------

TEST(ClosedSale, ThoseInsidePayWhatTheyHold) {
  for (const bool by_staff : {true, false}) {
    World world;
    const Sale sale = world.open_sale();
    const Shopper ann = world.enter(sale, 500);
    const Order order = world.hold(ann, sale, {"A-1-1"});
    if (by_staff) {
      world.act(sale, QueueAction::close);
    } else {
      ChangeConcert change;
      change.concert = sale.concert;
      change.if_version = world.sale_state(sale).concert->version;
      change.sale = world.sale_state(sale).concert->sale;
      change.sale->closes_at = world.clock.now();
      world.expect<ConcertAnswer>(change);
    }
    EXPECT_EQ(world.phase(sale), Phase::closed);
    EXPECT_EQ(world.code_of(world.hold_command(ann, sale, {"A-1-2"})), RefusalCode::sale_not_open);
    EXPECT_EQ(world.status(sale, ann.number).kind, PlaceKind::admitted);
    EXPECT_EQ(world.pay(ann, order).status, OrderStatus::paid);
  }
}

}  // namespace
}  // namespace frontrow
