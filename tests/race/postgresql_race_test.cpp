// The control of the races on PostgreSQL itself: the very store that the program has, on a database
// that does not do what it is asked. Where its lock is no lock and its journal has no key, two
// nodes sell one seat twice; with either of them they do not. If this test fails, the tests of
// several nodes prove nothing.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "adapters/postgresql/postgresql_store.h"
#include "adapters/postgresql/sealer_for_tests.h"
#include "adapters/postgresql/server_for_tests.h"
#include "identity/system_random.h"
#include "race/sale.h"

namespace frontrow::postgresql {
namespace {

enum class Order { kept, without_the_lock, without_lock_and_key };

// Waits before an append until the other node has decided too, or for a moment: with the lock the
// other one cannot.
struct Meeting {
  std::atomic<bool> racing{false};
  std::atomic<int> deciding{0};
  void wait() {
    const auto patience = std::chrono::steady_clock::now() + std::chrono::milliseconds(300);
    ++deciding;
    while (racing && deciding < 2 && std::chrono::steady_clock::now() < patience)
      std::this_thread::yield();
  }
};

class MeetingStore final : public Store {
 public:
  MeetingStore(std::unique_ptr<Store> store, Meeting& meeting)
      : store_(std::move(store)), meeting_(meeting) {}
  CommitFate append(const Changes& changes, const BatchMark& mark) override {
    meeting_.wait();
    return store_->append(changes, mark);
  }
  Result<Time> restore(RowSink& sink, Time over_before) override {
    return store_->restore(sink, over_before);
  }
  Result<std::optional<Time>> begin(NewsSink& news) override { return store_->begin(news); }
  Result<std::optional<Time>> catch_up(NewsSink& news) override { return store_->catch_up(news); }
  Result<Found> find(const Needs& needs) override { return store_->find(needs); }
  void abandon() override { store_->abandon(); }
  Result<std::int64_t> forget_kept_answers(Time before, int limit) override {
    return store_->forget_kept_answers(before, limit);
  }
  Result<Done> tidy(Time now) override { return store_->tidy(now); }
  Result<std::unique_ptr<Reader>> open_reader() override { return store_->open_reader(); }

 private:
  std::unique_ptr<Store> store_;
  Meeting& meeting_;
};

// Names are looked up in `public` first there, so this is the function that the store calls.
constexpr char kNoLock[] = R"(
  create function public.pg_advisory_xact_lock(bigint) returns void language sql as 'select')";

class PostgresqlRaceControl : public testing::TestWithParam<Order> {
 protected:
  std::string make_database() {
    TestServer& server = TestServer::instance();
    const std::string database = server.make_database();
    EXPECT_TRUE(migrate(database));
    if (GetParam() == Order::kept) return database;
    server.value(database, kNoLock);
    server.value(database, "alter database " + server.value(database, "select current_database()") +
                               " set search_path = public, pg_catalog");
    if (GetParam() == Order::without_lock_and_key)
      server.value(database, "alter table journal drop constraint journal_pkey");
    return database;
  }
  std::unique_ptr<Store> open_store(const std::string& database) {
    auto store = open_postgresql_store(database, {.sealer = &sealer_});
    EXPECT_TRUE(store);
    return std::make_unique<MeetingStore>(std::move(*store), meeting_);
  }

  PlainSealer sealer_;
  Meeting meeting_;
};
INSTANTIATE_TEST_SUITE_P(Database, PostgresqlRaceControl,
                         testing::Values(Order::kept, Order::without_the_lock,
                                         Order::without_lock_and_key));

TEST_P(PostgresqlRaceControl, WithoutAnOrderTwoNodesSellOneSeatTwice) {
  const std::string database = make_database();
  identity::SystemRandom random;
  const Time start{std::chrono::duration_cast<std::chrono::milliseconds>(
                       std::chrono::system_clock::now().time_since_epoch())
                       .count()};
  BareNode a(open_store(database), random, start), b(open_store(database), random, start);
  const std::vector<HoldSeats> holds = rivals_for_a_seat(a, random, start);
  ASSERT_TRUE(b.catch_up());
  meeting_.deciding = 0;
  meeting_.racing = true;
  Reply replies[2];
  std::thread first([&] { replies[0] = a.run(holds[0]); });
  std::thread second([&] { replies[1] = b.run(holds[1]); });
  first.join();
  second.join();
  const auto answered = [&](auto is) { return std::ranges::count_if(replies, is); };
  const auto sold =
      answered([](const Reply& reply) { return std::holds_alternative<Answer>(reply); });
  const auto taken =
      answered([](const Reply& reply) { return std::holds_alternative<Refusal>(reply); });
  EXPECT_EQ(sold, GetParam() == Order::without_lock_and_key ? 2 : 1);
  EXPECT_EQ(taken, GetParam() == Order::kept ? 1 : 0) << "else the journal's key turned it away";
  EXPECT_EQ(TestServer::instance().value(
                database, "select count(*) from orders where seats = decode('00000000', 'hex')"),
            std::to_string(sold));
}

}  // namespace
}  // namespace frontrow::postgresql
