// Races on the real engine: many threads submit at once, and afterwards the store itself is asked
// what happened. The control shows that the tests can fail: two committers that share a store
// without a lock between them sell a seat twice.
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "adapters/memory/memory_store.h"
#include "engine/engine.h"
#include "identity/system_random.h"

namespace frontrow {
namespace {

constexpr Time kStart{1'795'000'000'000};

// Real enough for ends that come by themselves: it moves with the steady clock.
class RunningClock final : public Clock {
 public:
  Time now() const override {
    const auto passed = std::chrono::steady_clock::now() - began_;
    return kStart + Duration{std::chrono::duration_cast<std::chrono::milliseconds>(passed).count()};
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

Rendered render_status(const Answer& answer) {
  return {200, std::to_string(answer.index())};
}

CreateConcert concert_with(std::uint32_t seats, std::int64_t hold_seconds = 300) {
  CreateConcert command;
  command.title = "Race";
  command.artist = command.venue = "x";
  command.time_zone = "Asia/Seoul";
  command.sale.opens_at = command.sale.lobby_opens_at = kStart - seconds(1);
  command.sale.capacity = 100'000;
  command.sale.entries_per_minute = 100'000'000;
  command.sale.people_per_seat = 0;
  command.sale.hold_seconds = hold_seconds;
  command.published = true;
  command.shows = {{kStart + seconds(86'400), {}, {{"A", Money{100}, 1, seats, 0}}}};
  return command;
}

class RaceTest : public testing::Test {
 protected:
  RaceTest()
      : store_(memory::open_memory_store(disk_)), engine_(*store_, clock_, random_, options()) {
    EXPECT_TRUE(engine_.restore());
    engine_.start();
  }

  static EngineOptions options() {
    EngineOptions options;
    options.committer.render = render_status;
    options.committer.fatal = [](const Fatal& fatal) { ADD_FAILURE() << fatal.message; };
    return options;
  }

  Reply ask(Command command, std::optional<IdempotencyKey> key = {}) {
    std::promise<Reply> promise;
    auto future = promise.get_future();
    engine_.submit({std::move(command), std::move(key),
                    [&promise](Reply&& reply) { promise.set_value(std::move(reply)); }});
    return future.get();
  }
  template <class T>
  T answer(Command command) {
    return std::get<T>(std::get<Answer>(ask(std::move(command))));
  }
  // Runs `one(i)` for each i of `count`, spread over eight threads that start together.
  void together(int count, const std::function<void(int)>& one) {
    constexpr int kThreads = 8;
    std::vector<std::thread> threads;
    for (int t = 0; t < kThreads; ++t)
      threads.emplace_back([&, t] {
        for (int i = t; i < count; i += kThreads) one(i);
      });
    for (std::thread& thread : threads) thread.join();
  }

  UserId new_user() { return make_id<UserId>(clock_.now(), random_); }
  void open_sale(std::uint32_t seats, std::int64_t hold_seconds = 300) {
    const auto created = answer<ConcertAnswer>(concert_with(seats, hold_seconds));
    concert_ = created.concert->id;
    show_ = created.shows[0]->id;
  }
  EntryProof enter(UserId user) {
    const auto joined = answer<QueueAnswer>(JoinQueue{user, concert_});
    EXPECT_EQ(joined.status.kind, PlaceKind::admitted);
    return {joined.status.grant->entry, concert_};
  }
  // While everything is held nobody is called, so a crowd on few seats enters before it holds.
  std::vector<std::pair<UserId, EntryProof>> enter_many(int count) {
    std::vector<std::pair<UserId, EntryProof>> buyers;
    for (int i = 0; i < count; ++i) {
      const UserId user = new_user();
      buyers.emplace_back(user, enter(user));
    }
    return buyers;
  }
  Order hold(UserId user, const EntryProof& proof, const std::string& seat) {
    return answer<OrderAnswer>(HoldSeats{user, proof, show_, {seat}, {}}).order;
  }
  std::vector<Order> orders(OrderStatus status) {
    OrderFilter filter;
    filter.status = status;
    filter.limit = 1000;
    return *(*store_->open_reader())->orders(filter);
  }
  Money balance(UserId user) { return (*store_->open_reader())->wallet(user)->balance; }

  std::shared_ptr<memory::Disk> disk_ = memory::make_disk();
  RunningClock clock_;
  identity::SystemRandom random_;
  std::unique_ptr<Store> store_;
  Engine engine_;
  ConcertId concert_;
  ShowId show_;
};

TEST_F(RaceTest, FiveHundredBuyersShareFiftySeatsAndEachSeatHasOneOwner) {
  open_sale(50);
  const auto buyers = enter_many(500);
  std::atomic<int> paid{0}, refused{0};
  together(500, [&](int i) {
    const auto& [user, proof] = buyers[static_cast<std::size_t>(i)];
    answer<TopUpAnswer>(TopUp{user, Money{100}});
    BestAvailable wish;
    wish.count = 1;
    const Reply held = ask(HoldSeats{user, proof, show_, {}, wish});
    if (const auto* refusal = std::get_if<Refusal>(&held)) {
      EXPECT_EQ(refusal->code, RefusalCode::not_enough_seats);
      ++refused;
      return;
    }
    const Order order = std::get<OrderAnswer>(std::get<Answer>(held)).order;
    EXPECT_TRUE(answer<PaymentAnswer>(PayOrder{user, proof, order.id}).created);
    ++paid;
  });
  EXPECT_EQ(paid, 50);
  EXPECT_EQ(refused, 450);
  std::set<SeatIndex> sold;
  for (const Order& order : orders(OrderStatus::paid))
    for (const SeatIndex seat : order.seats) EXPECT_TRUE(sold.insert(seat).second) << seat;
  EXPECT_EQ(sold.size(), 50u);
}

TEST_F(RaceTest, SixtyFourBuyersOnOneSeatLeaveOneOwner) {
  open_sale(1);
  const auto buyers = enter_many(64);
  std::atomic<int> held{0}, taken{0};
  together(64, [&](int i) {
    const auto& [user, proof] = buyers[static_cast<std::size_t>(i)];
    const Reply reply = ask(HoldSeats{user, proof, show_, {"A-1-1"}, {}});
    if (std::holds_alternative<Answer>(reply))
      ++held;
    else if (std::get<Refusal>(reply).code == RefusalCode::seat_taken)
      ++taken;
  });
  EXPECT_EQ(held, 1);
  EXPECT_EQ(taken, 63);
}

TEST_F(RaceTest, FiftyDuplicatesOfOneKeyActOnce) {
  open_sale(1);
  const UserId user = new_user();
  const IdempotencyKey key{user.uuid, "top-up-1", {1, 2, 3}};
  std::atomic<int> first{0}, again{0}, under_way{0};
  together(50, [&](int) {
    const Reply reply = ask(TopUp{user, Money{100}}, key);
    if (const auto* kept = std::get_if<KeptReply>(&reply))
      ++(kept->replayed ? again : first);
    else if (std::get<Refusal>(reply).code == RefusalCode::idempotency_in_progress)
      ++under_way;
  });
  EXPECT_EQ(first, 1);
  EXPECT_EQ(first + again + under_way, 50);
  EXPECT_EQ(balance(user), Money{100});
}

TEST_F(RaceTest, TwoPaymentsFromAWalletThatCoversOneLeaveOnePaid) {
  for (int round = 0; round < 20; ++round) {
    open_sale(2);
    const UserId user = new_user();
    const EntryProof proof = enter(user);
    answer<TopUpAnswer>(TopUp{user, Money{150}});
    const Order orders[] = {hold(user, proof, "A-1-1"), hold(user, proof, "A-1-2")};
    std::atomic<int> paid{0}, short_of{0};
    together(2, [&](int i) {
      const Reply reply = ask(PayOrder{user, proof, orders[i].id});
      if (std::holds_alternative<Answer>(reply))
        ++paid;
      else if (std::get<Refusal>(reply).code == RefusalCode::insufficient_balance)
        ++short_of;
    });
    EXPECT_EQ(paid, 1);
    EXPECT_EQ(short_of, 1);
    EXPECT_EQ(balance(user), Money{50});
  }
}

TEST_F(RaceTest, APaymentAgainstACancelHasOneWinner) {
  for (int round = 0; round < 30; ++round) {
    open_sale(1);
    const UserId user = new_user();
    const EntryProof proof = enter(user);
    answer<TopUpAnswer>(TopUp{user, Money{100}});
    const Order order = hold(user, proof, "A-1-1");
    std::atomic<bool> paid{false}, cancelled{false};
    together(2, [&](int i) {
      if (i == 0)
        paid = std::holds_alternative<Answer>(ask(PayOrder{user, proof, order.id}));
      else
        cancelled = std::holds_alternative<Answer>(ask(CancelOrder{user, order.id}));
    });
    EXPECT_NE(paid, cancelled);
    EXPECT_EQ(balance(user), Money{paid ? 0 : 100});
  }
}

TEST_F(RaceTest, APaymentAgainstTheExpiryHasOneWinner) {
  open_sale(40, 1);
  std::atomic<int> paid{0}, expired{0};
  const auto buyers = enter_many(40);
  together(40, [&](int i) {
    const auto& [user, proof] = buyers[static_cast<std::size_t>(i)];
    answer<TopUpAnswer>(TopUp{user, Money{100}});
    const Order order = hold(user, proof, "A-1-" + std::to_string(i + 1));
    // Pays as close to the deadline as a thread can: some a little before, some a little after.
    const Time aim = order.hold_expires_at + Duration{(i % 5) - 2};
    while (clock_.now() < aim) std::this_thread::yield();
    const Reply reply = ask(PayOrder{user, proof, order.id});
    if (std::holds_alternative<Answer>(reply))
      ++paid;
    else if (std::get<Refusal>(reply).code == RefusalCode::hold_expired)
      ++expired;
    EXPECT_EQ(balance(user), Money{std::holds_alternative<Answer>(reply) ? 0 : 100});
  });
  EXPECT_EQ(paid + expired, 40);
  EXPECT_EQ(orders(OrderStatus::paid).size(), static_cast<std::size_t>(paid));
}

TEST_F(RaceTest, ReadersSeeWholeStatesWhileOthersBuy) {
  open_sale(200);
  std::atomic<bool> done{false};
  std::thread reader([&] {
    const ShowView* view = engine_.views().show(show_);
    while (!done) {
      const ShowView::Counts counts = view->counts();
      EXPECT_EQ(counts.total(), 200);
      std::vector<SeatStatus> seats;
      view->seats(seats);
      ShowView::Counts at;
      view->changes_since(0, at);
      const SaleFacts facts = engine_.views().sale(concert_)->facts();
      EXPECT_LE(facts.sold, 200);
    }
  });
  together(100, [&](int i) {
    const UserId user = new_user();
    const EntryProof proof = enter(user);
    hold(user, proof, "A-1-" + std::to_string(i + 1));
  });
  done = true;
  reader.join();
}

// The control: without the one committer (or a lock that lets a second one catch up) the same two
// commands do sell one seat twice. If this test fails, the tests above prove nothing.
TEST(RaceControl, TwoCommittersWithoutALockSellOneSeatTwice) {
  auto disk = memory::make_disk();
  identity::SystemRandom random;
  CommitterOptions options;
  options.render = render_status;
  options.fatal = [](const Fatal&) {};
  ConcertId concert;
  ShowId show;
  const auto run = [](Committer& committer, Command command, Time now) {
    Reply result;
    std::vector<Submission> batch;
    batch.push_back({std::move(command), {}, [&](Reply&& reply) { result = std::move(reply); }});
    committer.run_batch(batch, now, false);
    return std::get<Answer>(result);
  };
  {
    auto store = memory::open_memory_store(disk);
    Views views;
    EngineMetrics metrics;
    Committer committer(*store, views, random, metrics, options);
    ASSERT_TRUE(committer.restore(kStart));
    const auto created = std::get<ConcertAnswer>(run(committer, concert_with(1), kStart));
    concert = created.concert->id;
    show = created.shows[0]->id;
  }
  auto store = memory::open_memory_store(disk);
  Views views_a, views_b;
  EngineMetrics metrics_a, metrics_b;
  Committer a(*store, views_a, random, metrics_a, options);
  Committer b(*store, views_b, random, metrics_b, options);
  ASSERT_TRUE(a.restore(kStart));
  ASSERT_TRUE(b.restore(kStart));
  for (Committer* committer : {&a, &b}) {
    const UserId user = make_id<UserId>(kStart, random);
    const auto joined = std::get<QueueAnswer>(run(*committer, JoinQueue{user, concert}, kStart));
    const EntryProof proof{joined.status.grant->entry, concert};
    run(*committer, HoldSeats{user, proof, show, {"A-1-1"}, {}}, kStart);
  }
  OrderFilter filter;
  filter.status = OrderStatus::held;
  EXPECT_EQ((*store->open_reader())->orders(filter)->size(), 2u);
}

}  // namespace
}  // namespace frontrow
