// What holds between several nodes on one database, and when connections break.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "adapters/postgresql/postgresql_store.h"
#include "adapters/postgresql/sealer_for_tests.h"
#include "adapters/postgresql/server_for_tests.h"
#include "store/contract_rows.h"

namespace frontrow::postgresql {
namespace {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

const PlainSealer kSealer;

struct Heard final : NewsSink {
  void batch(const Changes& changes, const BatchMark& mark) override {
    ids.push_back(mark.id);
    times.push_back(mark.now);
    for (const auto& change : changes.orders) orders.push_back(contract::text(change.after));
  }
  std::vector<Uuid> ids;
  std::vector<Time> times;
  std::vector<std::string> orders;
};

class Nodes : public testing::Test {
 protected:
  std::unique_ptr<Store> open(Duration journal_kept = seconds(3600)) {
    auto store =
        open_postgresql_store(database_, {.sealer = &kSealer, .journal_kept = journal_kept});
    EXPECT_TRUE(store) << (store ? "" : store.error().what);
    return std::move(*store);
  }
  Order order() {
    const Show show = make_.show(make_.concert(1));
    return make_.held_order(show, make_.id<UserId>());
  }
  static Changes changes_of(const Order& order) {
    Changes changes;
    changes.orders.push_back({{}, order});
    return changes;
  }
  // Begins, telling the news, and appends one order.
  CommitFate append(Store& store, const Order& order, const Uuid& batch, Heard& heard,
                    bool another_follows = false) {
    const auto now = store.begin(heard);
    EXPECT_TRUE(now) << (now ? "" : now.error().what);
    if (another_follows) store.another_follows();
    return store.append(changes_of(order), {batch, **now});
  }
  std::string value(const std::string& sql) { return server_.value(database_, sql); }
  // Commits wait for the standby of this name; empty for none.
  void set_standby(const std::string& name) {
    server_.run(fmt::format("alter system set synchronous_standby_names = '{}'", name));
    server_.run("select pg_reload_conf()");
    EXPECT_TRUE(becomes([&] { return value("show synchronous_standby_names") == name; }));
  }
  // Until it is so, for some seconds.
  template <class Condition>
  bool becomes(Condition condition, std::chrono::milliseconds within = 3s) {
    for (const auto end = SteadyClock::now() + within; SteadyClock::now() < end;) {
      if (condition()) return true;
      std::this_thread::sleep_for(5ms);
    }
    return false;
  }

  TestServer& server_ = TestServer::instance();
  std::string database_ = server_.make_database();
  contract::RowMaker make_{11};
};

TEST_F(Nodes, EachHearsTheOthersBatchesInTheirOrder) {
  const auto a = open(), b = open();
  Heard heard_a, heard_b;
  std::vector<std::string> of_a;
  std::vector<Uuid> ids_of_a;
  for (int i = 0; i < 20; ++i) {
    const Order made = order();
    of_a.push_back(contract::text(made));
    ids_of_a.push_back(make_.uuid());
    ASSERT_EQ(append(*a, made, ids_of_a.back(), heard_a), CommitFate::committed);
    if (i % 7 == 3) {
      ASSERT_TRUE(b->catch_up(heard_b));
    }
  }
  ASSERT_TRUE(b->catch_up(heard_b));
  EXPECT_EQ(heard_b.orders, of_a);
  EXPECT_EQ(heard_b.ids, ids_of_a);
  ASSERT_EQ(append(*b, order(), make_.uuid(), heard_b), CommitFate::committed);
  EXPECT_EQ(heard_b.orders, of_a) << "nothing is told twice";
  EXPECT_TRUE(heard_a.orders.empty()) << "its own it knows";
  ASSERT_TRUE(a->catch_up(heard_a));
  EXPECT_EQ(heard_a.orders.size(), 1U);
}

TEST_F(Nodes, BatchesOfTwoAtOnceHaveOneOrderAndATimeThatNeverGoesBack) {
  const auto a = open(), b = open();
  std::vector<Uuid> order_a, order_b;  // in which each node learnt of the batches
  const auto work = [this](Store& store, std::uint64_t seed, std::vector<Uuid>& learnt) {
    contract::RowMaker make(seed);
    Time last;
    for (int i = 0; i < 150; ++i) {
      Heard heard;
      const auto now = store.begin(heard);
      ASSERT_TRUE(now) << now.error().what;
      learnt.insert(learnt.end(), heard.ids.begin(), heard.ids.end());
      EXPECT_GE(**now, last);
      last = **now;
      learnt.push_back(make.uuid());
      if (i % 3 > 0) store.another_follows();
      ASSERT_EQ(store.append({}, {learnt.back(), **now}), CommitFate::committed);
    }
  };
  std::thread other([&] { work(*b, 2, order_b); });
  work(*a, 1, order_a);
  other.join();
  Heard rest_a, rest_b;
  ASSERT_TRUE(a->catch_up(rest_a));
  ASSERT_TRUE(b->catch_up(rest_b));
  order_a.insert(order_a.end(), rest_a.ids.begin(), rest_a.ids.end());
  order_b.insert(order_b.end(), rest_b.ids.begin(), rest_b.ids.end());
  EXPECT_EQ(order_a.size(), 300U);
  EXPECT_EQ(order_a, order_b);
  EXPECT_EQ(value("select count(*) = max(seq) and count(*) = 300 from journal"), "t");
}

TEST_F(Nodes, ALockAskedForWithACommitIsInLineBehindThoseWhoWaited) {
  const auto a = open(), b = open();
  Heard heard_a, heard_b;
  const auto now = a->begin(heard_a);
  ASSERT_TRUE(now);
  const Uuid of_b = make_.uuid();
  std::thread other(
      [&, made = order()] { EXPECT_EQ(append(*b, made, of_b, heard_b), CommitFate::committed); });
  EXPECT_TRUE(
      becomes([&] { return value("select count(*) from pg_locks where not granted") != "0"; }));
  a->another_follows();
  ASSERT_EQ(a->append(changes_of(order()), {make_.uuid(), **now}), CommitFate::committed);
  other.join();
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard_a), CommitFate::committed);
  EXPECT_EQ(heard_a.ids, std::vector<Uuid>{of_b});
}

TEST_F(Nodes, ALockAskedForAndNotTakenSoonIsGivenBack) {
  const auto a = open(), b = open();
  Heard heard_a, heard_b, none;
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard_a, true), CommitFate::committed);
  ASSERT_TRUE(a->catch_up(none));
  ASSERT_EQ(append(*b, order(), make_.uuid(), heard_b, true), CommitFate::committed);
  // Now b has it, and begins nothing.
  const auto begun = SteadyClock::now();
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard_a), CommitFate::committed);
  EXPECT_LT(SteadyClock::now() - begun, 2s) << "the server ends who hangs in a transaction";
  EXPECT_EQ(heard_a.ids.size(), 1U);
  ASSERT_EQ(append(*b, order(), make_.uuid(), heard_b), CommitFate::committed);
  EXPECT_EQ(heard_b.ids.size(), 2U);
}

TEST_F(Nodes, ALockAskedForLongAgoDoesNotBringItsTime) {
  const auto a = open();
  Heard heard;
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard, true), CommitFate::committed);
  std::this_thread::sleep_for(100ms);
  const std::int64_t real =
      std::stoll(value("select (extract(epoch from clock_timestamp()) * 1000)::bigint"));
  const auto now = a->begin(heard);
  ASSERT_TRUE(now);
  EXPECT_GE((*now)->ms, real);
  a->another_follows();  // forgotten with the batch
  a->abandon();
  ASSERT_EQ(append(*open(), order(), make_.uuid(), heard), CommitFate::committed);
}

TEST_F(Nodes, ASessionThatEndsWithALockAskedForCostsABatchAtMost) {
  const auto a = open();
  Heard heard;
  int committed = 0;
  for (int i = 0; i < 4; ++i) {
    ASSERT_EQ(append(*a, order(), make_.uuid(), heard, true), CommitFate::committed);
    server_.run(
        "select pg_terminate_backend(pid, 2000) from pg_stat_activity where datname like 'test%'");
    // The lock was perhaps given before the session ended; then the batch finds out as it commits.
    const CommitFate fate = append(*a, order(), make_.uuid(), heard);
    committed += 1 + (fate == CommitFate::committed);
  }
  EXPECT_EQ(value("select count(*) from orders"), std::to_string(committed));
  EXPECT_TRUE(heard.ids.empty());
}

TEST_F(Nodes, WhatIsReadAtTheStartIsFollowedByTheNewsWithoutAGap) {
  const auto a = open();
  Heard none;
  for (int i = 0; i < 3; ++i) append(*a, order(), make_.uuid(), none);
  const auto b = open();
  contract::TextSink rows;
  ASSERT_TRUE(b->restore(rows, Time{0}));
  EXPECT_EQ(rows.rows().size(), 3U);
  const Order later = order();
  append(*a, later, make_.uuid(), none);
  Heard heard;
  ASSERT_TRUE(b->begin(heard));
  b->abandon();
  EXPECT_EQ(heard.orders, std::vector<std::string>{contract::text(later)});
}

TEST_F(Nodes, AFarBehindNodeHearsThousandsOfBatches) {
  const auto a = open(), b = open();
  Heard none, heard;
  append(*a, order(), make_.uuid(), none);
  value(
      "insert into journal select n, decode(lpad(to_hex(n), 32, '0'), 'hex'), 1, '\\x01' "
      "from generate_series(2, 1500) n; select 1");
  ASSERT_TRUE(b->begin(heard));
  b->abandon();
  EXPECT_EQ(heard.ids.size(), 1500U);
}

TEST_F(Nodes, WhileTheStandbyIsLostCommitsAreUnknownAndTheNextBatchIsRefused) {
  const auto a = open(), b = open();
  Heard heard_a, heard_b;
  set_standby("nobody");
  const Uuid batch = make_.uuid();
  EXPECT_EQ(append(*a, order(), batch, heard_a), CommitFate::unknown);
  for (Store* store : {a.get(), b.get()}) {
    const auto begun = SteadyClock::now();
    const auto now = store->begin(heard_a);
    EXPECT_LT(SteadyClock::now() - begun, 3s);
    ASSERT_FALSE(now) << "the commit that waits has the lock";
    EXPECT_TRUE(now.error().retryable);
    EXPECT_TRUE(store->catch_up(heard_b)) << "reading goes on";
  }
  EXPECT_TRUE(heard_a.ids.empty() && heard_b.ids.empty()) << "what may be lost is not told";
  set_standby("");
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard_a), CommitFate::committed);
  EXPECT_EQ(heard_a.ids, std::vector<Uuid>{batch});
}

// Ends a commit's wait for a standby that never comes, in one way or another; with and without the
// next batch's lock behind it.
class UnknownCommit : public Nodes,
                      public testing::WithParamInterface<std::tuple<const char*, bool>> {};

TEST_P(UnknownCommit, IsToldByTheNextBegin) {
  const auto a = open();
  Heard heard;
  set_standby("nobody");
  std::thread interrupter([&] {
    const std::string end_wait =
        fmt::format("select {}(pid) from pg_stat_activity where wait_event = 'SyncRep'",
                    std::get<0>(GetParam()));
    EXPECT_TRUE(becomes([&] { return value(end_wait) == "t"; }));
  });
  const Order made = order();
  const Uuid batch = make_.uuid();
  EXPECT_EQ(append(*a, made, batch, heard, std::get<1>(GetParam())), CommitFate::unknown);
  interrupter.join();
  EXPECT_TRUE(heard.ids.empty());
  set_standby("");
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard), CommitFate::committed);
  EXPECT_EQ(heard.ids, std::vector<Uuid>{batch});
  EXPECT_EQ(heard.orders, std::vector<std::string>{contract::text(made)});
}
INSTANTIATE_TEST_SUITE_P(Ended, UnknownCommit,
                         testing::Combine(testing::Values("pg_cancel_backend",
                                                          "pg_terminate_backend"),
                                          testing::Bool()));

TEST_F(Nodes, ABatchWhoseSessionEndsBeforeTheCommitLeavesNothing) {
  const auto a = open();
  Heard heard;
  const auto now = a->begin(heard);
  ASSERT_TRUE(now);
  server_.run(
      "select pg_terminate_backend(pid, 2000) from pg_locks where locktype = 'advisory' and objid "
      "= 1");
  const CommitFate fate = a->append(changes_of(order()), {make_.uuid(), **now});
  EXPECT_NE(fate, CommitFate::committed);
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard), CommitFate::committed);
  EXPECT_TRUE(heard.ids.empty());
  EXPECT_EQ(value("select count(*) from orders"), "1");
}

TEST_F(Nodes, ANodeThatHangsInABatchLosesIt) {
  const auto a = open(), b = open();
  Heard heard;
  const auto now = a->begin(heard);
  ASSERT_TRUE(now);
  const auto begun = SteadyClock::now();
  ASSERT_EQ(append(*b, order(), make_.uuid(), heard), CommitFate::committed);
  EXPECT_LT(SteadyClock::now() - begun, 2s);
  EXPECT_EQ(a->append(changes_of(order()), {make_.uuid(), **now}), CommitFate::not_committed);
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard), CommitFate::committed);
  EXPECT_EQ(heard.ids.size(), 1U);
}

TEST_F(Nodes, AServerThatDoesNotAnswerIsAnOutageSoonAndForgottenAfter) {
  const auto a = open();
  Heard heard;
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard), CommitFate::committed);
  server_.signal(SIGSTOP);
  for (int i = 0; i < 2; ++i) {
    const auto begun = SteadyClock::now();
    const auto now = a->begin(heard);
    EXPECT_LT(SteadyClock::now() - begun, 3s);
    ASSERT_FALSE(now);
    EXPECT_TRUE(now.error().retryable) << now.error().what;
  }
  server_.signal(SIGCONT);
  EXPECT_TRUE(becomes([&] {
    const bool begun = a->begin(heard).ok();
    if (begun) a->abandon();
    return begun;
  }));
}

TEST_F(Nodes, ASessionThatEndedBetweenBatchesIsNotNoticed) {
  const auto a = open();
  const auto reader = std::move(*a->open_reader());
  Heard heard;
  const Order made = order();
  ASSERT_EQ(append(*a, made, make_.uuid(), heard), CommitFate::committed);
  ASSERT_TRUE(*reader->order(made.id));
  server_.run("select pg_terminate_backend(pid) from pg_stat_activity where datname like 'test%'");
  EXPECT_EQ(append(*a, order(), make_.uuid(), heard), CommitFate::committed);
  EXPECT_TRUE(*reader->order(made.id));
}

TEST_F(Nodes, OneTicksAndAnotherWhenItEndsOrHangs) {
  auto a = open();
  ASSERT_TRUE(becomes([&] { return a->may_tick(); }));
  auto b = open();
  EXPECT_FALSE(becomes(
      [&] {
        EXPECT_TRUE(a->may_tick());
        return b->may_tick();
      },
      600ms));
  EXPECT_TRUE(becomes([&] { return b->may_tick(); }, 2500ms)) << "the first asks no more";
  EXPECT_FALSE(a->may_tick());
  b.reset();
  EXPECT_TRUE(becomes([&] { return a->may_tick(); }, 1s)) << "the second is gone";
  b = open();
  server_.run(
      "select pg_terminate_backend(pid, 2000) from pg_locks where locktype = 'advisory' and objid "
      "= 2");
  std::this_thread::sleep_for(300ms);
  EXPECT_TRUE(becomes([&] { return a->may_tick() != b->may_tick(); })) << "its session was ended";
}

TEST_F(Nodes, WhoWasAwayForTooLongMustStartAgain) {
  const auto a = open(milliseconds(0)), b = open();
  ASSERT_TRUE(becomes([&] { return a->may_tick(); }));
  Heard heard;
  for (int i = 0; i < 5; ++i) append(*a, order(), make_.uuid(), heard);
  ASSERT_TRUE(a->tidy(Time{2'000'000'000'000}));
  EXPECT_EQ(value("select count(*) from journal"), "1");
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard), CommitFate::committed) << "it was not away";

  const auto begun = b->begin(heard);
  ASSERT_FALSE(begun);
  EXPECT_FALSE(begun.error().retryable);
  EXPECT_NE(begun.error().what.find("start again"), std::string::npos);
  EXPECT_FALSE(b->catch_up(heard)) << "for good";
  contract::TextSink rows;
  ASSERT_TRUE(b->restore(rows, Time{0}));
  EXPECT_EQ(rows.rows().size(), 6U);
  EXPECT_EQ(append(*b, order(), make_.uuid(), heard), CommitFate::committed);
}

TEST_F(Nodes, ADatabaseThatLostWhatWasSeenIsNotWrittenTo) {
  const auto a = open();
  Heard heard;
  for (int i = 0; i < 3; ++i) append(*a, order(), make_.uuid(), heard);
  for (const char* loss : {"update journal set batch = '\\x00000000000000000000000000000001' "
                           "where seq = 3",
                           "delete from journal where seq = 3"}) {
    server_.value(database_, loss);
    const auto begun = a->begin(heard);
    ASSERT_FALSE(begun) << loss;
    EXPECT_FALSE(begun.error().retryable);
    RowSink nobody;
    ASSERT_TRUE(a->restore(nobody, Time{0}));
  }
}

TEST_F(Nodes, ACommitWakesTheOthers) {
  const auto a = open(), b = open();
  std::atomic<int> woken_a = 0, woken_b = 0;
  a->set_wake([&] { ++woken_a; });
  b->set_wake([&] { ++woken_b; });
  ASSERT_TRUE(becomes([&] {
    return value(
               "select count(*) = 2 from pg_stat_activity where datname = current_database() "
               "and query = 'listen frontrow'") == "t" ||
           value(
               "select count(*) = 2 from pg_stat_activity where datname = current_database() "
               "and query like '%listen frontrow'") == "t";
  }));
  std::this_thread::sleep_for(50ms);
  woken_a = 0, woken_b = 0;
  Heard heard;
  const auto begun = SteadyClock::now();
  ASSERT_EQ(append(*a, order(), make_.uuid(), heard), CommitFate::committed);
  ASSERT_TRUE(becomes([&] { return woken_b > 0; }));
  EXPECT_LT(SteadyClock::now() - begun, 250ms);
  EXPECT_EQ(woken_a, 0) << "it knows";
  for (int i = 0; i < 100; ++i) append(*a, order(), make_.uuid(), heard);
  const auto took = SteadyClock::now() - begun;
  EXPECT_LE(woken_b, 2 + took / 20ms) << "not more often than every 20 ms";
}

TEST_F(Nodes, TheDatabaseIsBoundToTheFirstMasterKey) {
  ASSERT_TRUE(migrate(database_));
  EXPECT_EQ(*bind_installation(database_, "first"), "first");
  EXPECT_EQ(*bind_installation(database_, "second"), "first");
}

TEST_F(Nodes, AReaderWithoutAKeySeesAllButSecrets) {
  const auto a = open();
  Changes changes;
  changes.signing_keys.push_back({{}, make_.signing_key("key")});
  changes.orders.push_back({{}, order()});
  Heard heard;
  const auto now = a->begin(heard);
  ASSERT_EQ(a->append(changes, {make_.uuid(), **now}), CommitFate::committed);
  const auto reader = open_postgresql_reader(database_);
  ASSERT_TRUE(reader);
  contract::TextSink rows;
  ASSERT_TRUE((*reader)->scan(rows));
  ASSERT_EQ(rows.rows().size(), 2U);
  EXPECT_NE(rows.rows()[1], contract::text(changes.signing_keys[0].after));
}

TEST(NoServer, IsARetryableOutage) {
  const auto store =
      open_postgresql_store("host=127.0.0.1 port=1 dbname=none", {.sealer = &kSealer});
  ASSERT_FALSE(store);
  EXPECT_TRUE(store.error().retryable);
}

}  // namespace
}  // namespace frontrow::postgresql
