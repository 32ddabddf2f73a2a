#include "laws/law_book.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <set>

#include "domain/test_chaos.h"

namespace frontrow {
namespace {

// A world whose every batch is shown to the laws, which must find nothing.
class LawfulWorld : public World {
 public:
  explicit LawfulWorld(std::uint64_t seed = 1) : World(seed) {}
  void batch_ended() override {
    if (const auto violation = laws.check(last, state))
      ADD_FAILURE() << violation->law << ": " << violation->text;
    laws.committed(last);
  }
  LawBook laws = LawBook::standard();
};

TEST(LawBook, AWholePurchaseBreaksNoLaw) {
  LawfulWorld world;
  const Sale sale = world.open_sale();
  const Shopper ann = world.enter(sale, 1000);
  const Order order = world.hold(ann, sale, {"A-1-1", "A-1-2"});
  world.pay(ann, order);
  EXPECT_EQ(world.stored_status(order), OrderStatus::paid);
  world.expect<RefundAnswer>(RefundOrder{{}, order.id, "because"});
  EXPECT_EQ(world.stored_status(order), OrderStatus::refunded);
  world.join(sale, ann.user);
  world.wait(3);
}

TEST(LawBook, AFreeOrderBreaksNoLaw) {
  LawfulWorld world;
  const Sale sale = world.open_sale({.price = 0});
  const Shopper ann = world.enter(sale);
  const Order order = world.pay(ann, world.hold(ann, sale, {"A-1-1"}));
  EXPECT_EQ(order.balance_after, Money{});
  world.expect<RefundAnswer>(RefundOrder{{}, order.id, "because"});
  ASSERT_EQ(world.rows.transfers.size(), 2u);
  EXPECT_EQ(world.rows.transfers[1].kind, TransferKind::refund);
}

TEST(LawBook, ManyEndsBreakNoLaw) {
  LawfulWorld world;
  const Sale sale = world.open_sale({.capacity = 2, .entry_seconds = 10, .claim_seconds = 3});
  std::vector<UserId> users;
  for (int i = 0; i < 12; ++i) users.push_back(world.user());
  for (const UserId user : users) world.join(sale, user);
  for (int second = 0; second < 60; ++second) {
    world.wait(1);
    for (const UserId user : users)
      if (second % 7 == 0) world.join(sale, user);
  }
  EXPECT_GT(world.sale_state(sale).queue.missed, 0);
  EXPECT_GT(world.sale_state(sale).queue.admitted, 2);
}

TEST(LawBook, WhateverPeopleDoBreaksNoLaw) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    LawfulWorld world(seed);
    Chaos chaos(world);
    for (int batch = 0; batch < 150; ++batch) {
      world.jump(chaos.pause());
      world.begin();
      advance(world.state, {world.random, world});
      if (chaos.below(2) == 0) call_people(world.state);
      for (std::uint64_t i = chaos.below(8); i > 0; --i) world.decide_now(chaos.next());
      if (chaos.below(8) == 0)
        world.undo();
      else
        world.commit();
      ASSERT_FALSE(HasFailure()) << "seed " << seed << " batch " << batch;
    }
  }
}

// --- each law is broken by hand ------------------------------------------------------------------

// Ann is inside with points, a hold and a paid order; Bob is inside; Cid waits, since two are
// inside. The batch under test has begun.
struct Scene {
  LawfulWorld world;
  Sale sale;
  Shopper ann, bob;
  QueueAnswer cid;
  Order paid, held;
  Scene() {
    sale = world.open_sale({.capacity = 2, .people_per_seat = 0});
    ann = world.enter(sale, 1000);
    const Order first = world.hold(ann, sale, {"A-1-1"});
    held = world.hold(ann, sale, {"A-1-2"});
    paid = world.pay(ann, first);
    bob = world.enter(sale, 1000);
    const Shopper dan = world.enter(sale);
    EXPECT_NE(dan.number, 0u);
    cid = world.join(sale, world.user());
    world.begin();
  }
  State& state() { return world.state; }
  Changes& changes() { return world.changes; }
  Order new_hold(const char* seat) {
    Order order;
    order.id = make_id<OrderId>(world.clock.now(), world.random);
    order.show = sale.show;
    order.concert = sale.concert;
    order.user = bob.user;
    order.entry = bob.proof.entry;
    order.seats = {*find_seat(state().show(sale.show)->show->sections, seat)};
    order.total = Money{100};
    order.created_at = world.clock.now();
    order.hold_expires_at = world.clock.now() + seconds(300);
    return order;
  }
  void pay_bobs(const char* seat) {
    const Outcome held_now = world.decide_now(world.hold_command(bob, sale, {seat}));
    const Order order = std::get<OrderAnswer>(std::get<Answer>(held_now)).order;
    world.decide_now(PayOrder{bob.user, bob.proof, order.id});
  }
  Queue queue() { return world.sale_state(sale).queue; }
  Entry entry_of(const Shopper& who) {
    return *state().entry(world.sale_state(sale), who.proof.entry);
  }
};

struct Crime {
  const char* what;
  const char* law;
  std::function<void(Scene&)> commit;
};

constexpr const char* kOneOwner = "A seat has at most one live owner";
constexpr const char* kAddUp = "Held, sold, blocked and available seats add up to the show's seats";
constexpr const char* kTransfers =
    "A transfer has an id of its own and moves points the way of its kind";
constexpr const char* kWallets = "A wallet's balance is its transfers' sum and never below zero";
constexpr const char* kPayments =
    "A payment pays exactly one order in full, with a ticket for each seat";
constexpr const char* kDrawing =
    "An order moves along drawn edges only, and keeps its seats and price";
constexpr const char* kHolds = "A hold rests on its owner's entry and never outlasts it";
constexpr const char* kOnePlace =
    "A person has at most one live place and one active entry in a concert";
constexpr const char* kCapacity = "Nobody is called beyond the sale's capacity";
constexpr const char* kCalled = "Only who was called gets an entry";
constexpr const char* kCounters =
    "The watermark never shrinks, and a queue's counters count its rows";
constexpr const char* kVersions = "Versions only grow";

const Crime kCrimes[] = {
    {"a held seat is held again", kOneOwner, [](Scene& s) { s.state().put(s.new_hold("A-1-2")); }},
    {"a sold seat is held", kOneOwner, [](Scene& s) { s.state().put(s.new_hold("A-1-1")); }},
    {"one batch gives a seat to two", kOneOwner,
     [](Scene& s) {
       s.state().put(s.new_hold("A-2-1"));
       s.state().put(s.new_hold("A-2-1"));
     }},
    {"a held seat is shown as available", kOneOwner,
     [](Scene& s) {
       const Order order = s.new_hold("A-2-1");
       s.state().put(order);
       s.state().show(s.sale.show)->seats[order.seats[0]] = SeatStatus::available;
     }},
    {"a held seat is not counted", kOneOwner,
     [](Scene& s) {
       s.state().put(s.new_hold("A-2-1"));
       --s.state().show(s.sale.show)->held;
       ++s.state().show(s.sale.show)->available;
     }},
    {"a seat is counted twice", kAddUp,
     [](Scene& s) {
       s.state().put(s.new_hold("A-2-1"));
       ++s.state().show(s.sale.show)->available;
     }},
    {"a top-up takes away", kTransfers,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       s.changes().transfers[0].amount = Money{-5};
     }},
    {"a top-up of nothing", kTransfers,
     [](Scene& s) {
       transfer(s.state(), s.bob.user, TransferKind::top_up, Money{}, Uuid{{9}}, {});
     }},
    {"a payment gives", kTransfers,
     [](Scene& s) {
       transfer(s.state(), s.bob.user, TransferKind::payment, Money{5}, Uuid{{9}}, s.held.id);
     }},
    {"a refund takes away", kTransfers,
     [](Scene& s) {
       transfer(s.state(), s.ann.user, TransferKind::refund, Money{-5}, Uuid{{9}}, s.paid.id);
     }},
    {"a top-up is called a payment", kTransfers,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       s.changes().transfers[0].kind = TransferKind::payment;
     }},
    {"a top-up is called a refund", kTransfers,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       s.changes().transfers[0].kind = TransferKind::refund;
     }},
    {"two transfers have one id", kTransfers,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       s.world.decide_now(TopUp{s.ann.user, Money{5}});
       s.changes().transfers[1].id = s.changes().transfers[0].id;
     }},
    {"a transfer is written twice", kTransfers,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       s.changes().transfers.push_back(s.changes().transfers[0]);
     }},
    {"a transfer is not written", kWallets,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       s.changes().transfers.clear();
     }},
    {"a transfer moves another amount", kWallets,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       s.changes().transfers[0].amount = Money{4};
     }},
    {"a balance without a transfer", kWallets,
     [](Scene& s) { s.state().put(Wallet{s.bob.user, Money{7777}, 1}); }},
    {"a balance below zero", kWallets,
     [](Scene& s) {
       s.state().put(Wallet{s.bob.user, Money{-5}, 2});
       s.state().add(Transfer{Uuid{{9}},
                              s.bob.user,
                              2,
                              TransferKind::payment,
                              Money{-1005},
                              Money{-5},
                              s.held.id,
                              {}});
     }},
    {"a transfer misses in the count", kWallets,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       ++s.changes().transfers[0].seq;
     }},
    {"a transfer says another balance", kWallets,
     [](Scene& s) {
       s.world.decide_now(TopUp{s.bob.user, Money{5}});
       s.changes().transfers[0].balance_after = Money{1};
     }},
    {"an order is paid without a payment", kPayments,
     [](Scene& s) {
       Order order = s.held;
       order.status = OrderStatus::paid;
       order.tickets = issue_tickets(s.state(), order, s.world.random);
       s.state().put(order);
     }},
    {"a payment pays nothing", kPayments,
     [](Scene& s) {
       transfer(s.state(), s.bob.user, TransferKind::payment, Money{-5}, Uuid{{9}}, s.held.id);
     }},
    {"a payment is too small", kPayments,
     [](Scene& s) {
       Order order = s.held;
       order.payment = make_id<PaymentId>(s.world.clock.now(), s.world.random);
       transfer(s.state(), s.ann.user, TransferKind::payment, Money{-99}, order.payment.uuid,
                order.id);
       order.status = OrderStatus::paid;
       order.tickets = issue_tickets(s.state(), order, s.world.random);
       s.state().put(order);
     }},
    {"a paid order has no ticket", kPayments,
     [](Scene& s) {
       s.pay_bobs("A-2-1");
       s.changes().orders.back().after.tickets.clear();
     }},
    {"a ticket is not at the gate", kPayments,
     [](Scene& s) {
       s.pay_bobs("A-2-1");
       s.changes().tickets.clear();
     }},
    {"a refund without money back", kPayments,
     [](Scene& s) {
       Order order = s.paid;
       s.state().scratch().orders[order.id] = order;
       order.status = OrderStatus::refunded;
       s.state().put(order);
     }},
    {"an order comes back to life", kDrawing,
     [](Scene& s) {
       Order order = s.new_hold("A-2-1");
       Order ended = order;
       ended.status = OrderStatus::cancelled;
       s.state().put(order);
       s.changes().orders.back().before = ended;
     }},
    {"an order is born paid", kDrawing,
     [](Scene& s) {
       s.pay_bobs("A-2-1");
       s.changes().orders.erase(s.changes().orders.begin());
       s.changes().orders.back().before.reset();
     }},
    {"an order costs less than its seats", kDrawing,
     [](Scene& s) {
       Order order = s.new_hold("A-2-1");
       order.total = Money{99};
       s.state().put(order);
     }},
    {"an order changes hands", kDrawing,
     [](Scene& s) {
       Order order = s.held;
       order.user = s.bob.user;
       s.state().put(order);
     }},
    {"an order without seats", kDrawing,
     [](Scene& s) {
       Order order = s.new_hold("A-2-1");
       order.seats.clear();
       order.total = Money{};
       s.state().put(order);
     }},
    {"a hold beyond its entry's bound", kHolds,
     [](Scene& s) {
       Order order = s.new_hold("A-2-1");
       order.hold_expires_at = s.entry_of(s.bob).bound + milliseconds(1);
       s.state().put(order);
     }},
    {"a hold without an entry", kHolds,
     [](Scene& s) {
       Order order = s.new_hold("A-2-1");
       order.entry = {};
       s.state().put(order);
     }},
    {"a hold with somebody else's entry", kHolds,
     [](Scene& s) {
       Order order = s.new_hold("A-2-1");
       order.user = s.ann.user;
       s.state().put(order);
     }},
    {"a new hold with a used-up entry", kHolds,
     [](Scene& s) {
       Order order = s.new_hold("A-2-1");
       order.user = s.ann.user;
       order.entry = s.ann.proof.entry;
       s.state().put(order);
     }},
    {"an entry ends and its hold lives on", kHolds,
     [](Scene& s) {
       end_entry(s.state(), s.entry_of(s.ann), EntryState::expired, EntryEnd::time);
     }},
    {"a second live place", kOnePlace,
     [](Scene& s) {
       Queue queue = s.queue();
       s.state().put(Place{s.sale.no, ++queue.last_number, s.cid.user, PlaceState::waiting, {}});
       s.state().put(queue);
     }},
    {"a place beside an active entry", kOnePlace,
     [](Scene& s) {
       Queue queue = s.queue();
       s.state().put(Place{s.sale.no, ++queue.last_number, s.bob.user, PlaceState::waiting, {}});
       s.state().put(queue);
     }},
    {"a second active entry", kOnePlace,
     [](Scene& s) {
       Entry entry = s.entry_of(s.bob);
       entry.id = make_id<EntryId>(s.world.clock.now(), s.world.random);
       Queue queue = s.queue();
       ++queue.admitted;
       s.state().put(queue);
       s.state().put(entry);
     }},
    {"an ended entry is active again", kOnePlace,
     [](Scene& s) {
       Entry entry = s.entry_of(s.ann);
       entry.state = EntryState::active;
       s.state().put(entry);
     }},
    {"people inside are not counted", kOnePlace,
     [](Scene& s) {
       end_entry(s.state(), s.entry_of(s.bob), EntryState::expired, EntryEnd::left);
       ++s.world.sale_state(s.sale).active_entries;
     }},
    {"a call beyond the capacity", kCapacity,
     [](Scene& s) {
       Queue queue = s.queue();
       ++queue.called_upto;
       s.state().put(queue);
     }},
    {"a call after the capacity was lowered", kCapacity,
     [](Scene& s) {
       // The lowering is an earlier batch: 2 are inside, 1 is allowed, one leaves, one is called.
       s.world.commit();
       auto lower = s.world.action(s.sale, QueueAction::set);
       lower.capacity = 1;
       s.world.run(lower);
       s.world.begin();
       Queue queue = s.queue();
       ++queue.called_upto;
       s.state().put(queue);
     }},
    {"an entry for somebody who was not called", kCalled,
     [](Scene& s) {
       Entry entry = s.entry_of(s.bob);
       entry.id = make_id<EntryId>(s.world.clock.now(), s.world.random);
       entry.number = s.cid.number;
       entry.user = s.cid.user;
       Queue queue = s.queue();
       ++queue.admitted;
       s.state().put(queue);
       s.state().put(entry);
     }},
    {"the watermark goes back", kCounters,
     [](Scene& s) {
       Queue queue = s.queue();
       --queue.called_upto;
       s.state().put(queue);
     }},
    {"a number without a place", kCounters,
     [](Scene& s) {
       Queue queue = s.queue();
       ++queue.last_number;
       s.state().put(queue);
     }},
    {"a place without a number", kCounters,
     [](Scene& s) {
       s.state().put(Place{
           s.sale.no, s.queue().last_number + 1, s.world.World::user(), PlaceState::waiting, {}});
     }},
    {"a missed person is not counted", kCounters,
     [](Scene& s) {
       s.state().put(Place{s.sale.no, s.cid.number, s.cid.user, PlaceState::missed, {}});
     }},
    {"a concert's version stands", kVersions,
     [](Scene& s) {
       Concert concert = *s.world.sale_state(s.sale).concert;
       concert.title = "Other";
       s.state().put(concert);
     }},
    {"a show's version goes back", kVersions,
     [](Scene& s) {
       s.state().put(s.new_hold("A-2-1"));
       s.changes().show_versions[0].after.version = 0;
     }},
    {"an order has an old version", kVersions,
     [](Scene& s) {
       s.state().put(s.new_hold("A-2-1"));
       s.changes().orders[0].after.version = 1;
     }},
};

TEST(LawBook, EachLawFindsWhatBreaksIt) {
  std::set<std::string_view> broken;
  for (const Crime& crime : kCrimes) {
    Scene scene;
    crime.commit(scene);
    const auto violation = scene.world.laws.check(scene.changes(), scene.state());
    ASSERT_TRUE(violation) << crime.what;
    EXPECT_EQ(violation->law, crime.law) << crime.what << ": " << violation->text;
    EXPECT_FALSE(violation->text.empty());
    broken.insert(crime.law);
  }
  const LawBook standard = LawBook::standard();
  for (const auto& law : standard.laws())
    EXPECT_TRUE(broken.contains(law->name())) << "nothing breaks: " << law->name();
}

TEST(LawBook, ABatchThatDidNotHappenIsNotLearned) {
  Scene scene;
  scene.state().put(scene.new_hold("A-2-1"));
  EXPECT_FALSE(scene.world.laws.check(scene.changes(), scene.state()));
  scene.world.undo();
  scene.world.begin();
  scene.state().put(scene.new_hold("A-2-1"));
  EXPECT_FALSE(scene.world.laws.check(scene.changes(), scene.state()));
}

TEST(LawBook, ARestoredBookKnowsWhatTheOldOneKnew) {
  Scene scene;
  LawBook restored = LawBook::standard();
  const SaleState& sale = scene.world.sale_state(scene.sale);
  for (PlaceNumber n = 1; n <= sale.line.last_number(); ++n)
    restored.learn(Place{scene.sale.no, n, sale.places.user_of(n), PlaceState::waiting, {}});
  for (const auto& [id, entry] : scene.world.rows.entries) restored.learn(entry);
  for (const auto& [id, order] : scene.world.rows.orders) restored.learn(order);
  scene.pay_bobs("A-2-2");
  EXPECT_FALSE(restored.check(scene.changes(), scene.state()));
  scene.state().put(scene.new_hold("A-1-2"));
  EXPECT_TRUE(restored.check(scene.changes(), scene.state()));
}

// A batch of 256 purchases: what the laws cost a changed row. The bound is loose, for slow builds.
TEST(LawBook, CostsLittle) {
  LawfulWorld world;
  const Sale sale = world.open_sale({.capacity = 1000, .rows = 40, .seats_per_row = 50});
  std::vector<Shopper> people;
  for (int i = 0; i < 256; ++i) people.push_back(world.enter(sale, 1000));
  world.begin();
  for (std::size_t i = 0; i < people.size(); ++i) {
    HoldSeats hold = world.hold_command(people[i], sale, {});
    hold.best_available = BestAvailable{.count = 2};
    const auto held = world.decide_now(hold);
    const Order order = std::get<OrderAnswer>(std::get<Answer>(held)).order;
    world.decide_now(PayOrder{people[i].user, people[i].proof, order.id});
  }
  const Changes& c = world.changes;
  const std::size_t rows =
      c.orders.size() + c.entries.size() + c.tickets.size() + c.wallets.size() + c.transfers.size();
  std::chrono::nanoseconds best = std::chrono::seconds(1);
  for (int i = 0; i < 20; ++i) {
    const auto start = std::chrono::steady_clock::now();
    ASSERT_FALSE(world.laws.check(c, world.state));
    best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - start);
  }
  RecordProperty("ns_per_row", static_cast<int>(best.count() / static_cast<long>(rows)));
  std::printf("laws: %ld ns a changed row\n", best.count() / static_cast<long>(rows));
  EXPECT_LT(best.count() / static_cast<long>(rows), 20'000);
  world.commit();
}

// The same for joins, among many who wait already.
TEST(LawBook, CostsLittleInALongLine) {
  LawfulWorld world;
  const Sale sale = world.open_sale({.capacity = 1});
  const auto join = [&](int people) {
    world.begin();
    for (int i = 0; i < people; ++i) world.decide_now(JoinQueue{world.World::user(), sale.concert});
  };
  join(200'000);
  world.commit();
  join(256);
  std::chrono::nanoseconds best = std::chrono::seconds(1);
  for (int i = 0; i < 20; ++i) {
    const auto start = std::chrono::steady_clock::now();
    ASSERT_FALSE(world.laws.check(world.changes, world.state));
    best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - start);
  }
  std::printf("laws: %ld ns a join\n", best.count() / 256);
  EXPECT_LT(best.count() / 256, 20'000);
}

}  // namespace
}  // namespace frontrow
