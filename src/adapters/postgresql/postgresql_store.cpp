#include "adapters/postgresql/postgresql_store.h"

#include <fmt/format.h>

#include <cstdlib>

#include "adapters/postgresql/filling.h"
#include "adapters/postgresql/find.h"
#include "adapters/postgresql/journal.h"
#include "adapters/postgresql/locks.h"
#include "adapters/postgresql/migrations.h"
#include "adapters/postgresql/primary.h"
#include "adapters/postgresql/reader.h"
#include "adapters/postgresql/scan.h"
#include "adapters/postgresql/tables.h"
#include "adapters/postgresql/tick_lock.h"
#include "adapters/postgresql/waker.h"
#include "store/journal_codec.h"

namespace frontrow::postgresql {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Milliseconds kCommitBound{5000};
constexpr Milliseconds kFarBehind{500};  // then the news is read before the lock is asked for
// A lock may have been given as soon as the commit was that it travelled with. Later than so long
// after it, the time that came with the lock is not the present one.
constexpr Milliseconds kLockIsFresh{5};
constexpr Duration kTidyEvery = milliseconds(250);

const Statement kBegin{"begin", "begin"};
const Statement kLock{"lock", "select pg_advisory_xact_lock($1)"};
const Statement kAddJournal{"add_journal", "insert into journal values ($1, $2, $3, $4)"};
const Statement kCommit{"commit", "commit"};
// The newest row stays: it says where the journal is.
const Statement kDropJournal{"drop_journal", R"(
  with oldest as (select min(seq) as seq from journal)
  delete from journal using oldest
  where journal.seq >= oldest.seq and journal.seq < oldest.seq + 1000 and journal.now < $1
    and journal.seq < (select max(seq) from journal))"};
// The lock is the session's, and keeps batches away until its end.
const Statement kIsAtRest{"is_at_rest", R"(
  select pg_try_advisory_lock($1) and not exists (
    select from pg_stat_activity where datname = current_database()
      and application_name = 'frontrow' and pid <> pg_backend_pid()))"};
const Statement kForget{"forget", R"(
  delete from kept_answer where (caller, key) in (
    select caller, key from kept_answer where at < $1 order by at limit $2
    for update skip locked))"};

// Its session holds the lock of all batches.
class LockedStore final : public RestingStore {
 public:
  LockedStore(std::unique_ptr<Connection> connection, const SecretSealer& sealer)
      : connection_(std::move(connection)), sealer_(sealer) {}

  Result<Time> scan(RowSink& sink) override {
    return guarded([&] { return scan_all(*connection_, &sealer_, sink, ScanBound::none); });
  }

 private:
  std::unique_ptr<Connection> connection_;
  const SecretSealer& sealer_;
};

// Says since when a commit is under way.
class UnderWay {
 public:
  explicit UnderWay(std::atomic<std::int64_t>& since) : since_(since) {
    since_ =
        std::chrono::duration_cast<Milliseconds>(SteadyClock::now().time_since_epoch()).count();
  }
  ~UnderWay() { since_ = 0; }
  UnderWay(const UnderWay&) = delete;
  UnderWay& operator=(const UnderWay&) = delete;

 private:
  std::atomic<std::int64_t>& since_;
};

class SharedStore final : public Store {
 public:
  SharedStore(const std::string& conninfo, const PostgresqlOptions& options)
      : timeline_(std::make_shared<Timeline>(conninfo)),
        options_(options),
        primary_(timeline_, metrics_.batch_connections),
        tables_(*options.sealer),
        follower_(*options.sealer, newest_place(primary_.connect())),
        tick_lock_(timeline_, metrics_),
        waker_(timeline_, metrics_) {}

  Result<Time> restore(RowSink& sink, Time over_before) override {
    FRONTROW_CHECK(!in_batch_, "restoring inside a batch");
    give_lock_back();
    return guarded([&] {
      const JournalPlace place =
          scan_for_restore(primary_.connect(), *options_.sealer, sink, over_before);
      follower_ = Follower(*options_.sealer, place);
      failure_.reset();
      return place.now;
    });
  }

  Result<std::optional<Time>> begin(NewsSink& news) override {
    FRONTROW_CHECK(!in_batch_, "a batch begins inside a batch");
    auto begun = following([&] {
      if (take_asked_lock(news)) return;
      primary_.with([&](Connection& connection) {
        if (SteadyClock::now() - followed_at_ > kFarBehind) follow(connection, news);
        lock_and_follow(connection, news);
      });
    });
    in_batch_ = begun.ok();
    return begun;
  }

  Result<std::optional<Time>> catch_up(NewsSink& news) override {
    FRONTROW_CHECK(!in_batch_, "catching up inside a batch");
    give_lock_back();
    return following(
        [&] { primary_.with([&](Connection& connection) { follow(connection, news); }); });
  }

  Result<Found> find(const Needs& needs) override {
    FRONTROW_CHECK(in_batch_, "find outside a batch");
    return guarded([&] { return find_rows(in_transaction(), needs); });
  }

  CommitFate append(const Changes& changes, const BatchMark& mark) override {
    FRONTROW_CHECK(in_batch_, "append outside a batch");
    in_batch_ = false;
    commit_at_.reset();
    const bool asks = std::exchange(another_follows_, false);
    const UnderWay watch(metrics_.commit_began_ms);
    const JournalPlace place{follower_.place().seq + 1, mark.id, mark.now};
    try {
      write(changes, place, asks);
    } catch (const Failure& failure) {
      return fate_of(failure);
    }
    follower_.advance(place);
    followed_at_ = SteadyClock::now();
    waker_.notify();
    return CommitFate::committed;
  }

  void abandon() override {
    in_batch_ = another_follows_ = false;
    primary_.roll_back();
  }

  void another_follows() override { another_follows_ = true; }

  Result<std::int64_t> forget_kept_answers(Time before, int limit) override {
    FRONTROW_CHECK(!in_batch_, "forgetting inside a batch");
    give_lock_back();
    return guarded([&] {
      return primary_.with([&](Connection& connection) {
        const Rows done = connection.run(kForget, Params().time(before).integer(limit));
        return static_cast<std::int64_t>(std::atoll(PQcmdTuples(done.get())));
      });
    });
  }

  bool may_tick() override { return tick_lock_.ask(); }
  void set_wake(std::function<void()> wake) override { waker_.set(std::move(wake)); }

  // One node is enough for it: the one that ticks.
  Result<Done> tidy(Time now) override {
    FRONTROW_CHECK(!in_batch_, "tidying inside a batch");
    if (now < tidied_at_ + kTidyEvery || !tick_lock_.is_held()) return Done{};
    tidied_at_ = now;
    give_lock_back();
    return guarded([&] {
      return primary_.with([&](Connection& connection) {
        connection.run(kDropJournal, Params().time(now - options_.journal_kept));
        return Done{};
      });
    });
  }

  Result<std::unique_ptr<Reader>> open_reader() override {
    return guarded([&] { return make_reader(timeline_, options_.sealer); });
  }

  const StoreMetrics* metrics() const override { return &metrics_; }

 private:
  // Does `work`, which takes the news, and gives the store's time. Where the news does not continue
  // what this node knows, nothing goes on until everything is read anew.
  template <class Work>
  Result<std::optional<Time>> following(const Work& work) {
    if (failure_) return to_outage(*failure_);
    try {
      work();
    } catch (const Failure& failure) {
      if (failure.kind == Failure::Kind::broken) failure_ = failure;
      return to_outage(failure);
    }
    followed_at_ = SteadyClock::now();
    return std::optional(follower_.now());
  }

  void follow(Connection& connection, NewsSink& news) {
    for (bool more = true; more;) {
      Pipeline pipeline(connection);
      Follower::ask(pipeline, follower_.place());
      const auto rows = pipeline.run();
      more = follower_.take(rows[0], rows[1], news);
    }
  }

  // One round trip. Each statement has a snapshot of its own, so the news is what was committed
  // when the lock was given.
  void lock_and_follow(Connection& connection, NewsSink& news) {
    Pipeline pipeline(connection);
    ask_for_lock(pipeline, follower_.place());
    take_lock(connection, pipeline.run(), news);
  }

  static void ask_for_lock(Pipeline& pipeline, const JournalPlace& place) {
    pipeline.add(kBegin);
    pipeline.add(kLock, Params().integer(kBatchLock));
    Follower::ask(pipeline, place);
  }

  void take_lock(Connection& connection, const std::vector<Rows>& rows, NewsSink& news) {
    if (follower_.take(rows[2], rows[3], news)) follow(connection, news);
  }

  // The lock that the last commit asked for. False where it did not, where it came too long ago, or
  // where the connection was lost meanwhile: then the batch asks anew.
  bool take_asked_lock(NewsSink& news) {
    const bool is_fresh = SteadyClock::now() - followed_at_ < kLockIsFresh;
    if (asked_lock_ && !(is_fresh && timeline_->is_newest(primary_.connection()))) give_lock_back();
    if (!asked_lock_) return false;
    try {
      const auto rows = asked_lock_->receive();
      asked_lock_.reset();
      take_lock(primary_.connection(), rows, news);
    } catch (const Failure& failure) {
      asked_lock_.reset();
      const bool is_lost = !primary_.is_connected();
      primary_.roll_back();
      if (is_lost && failure.kind != Failure::Kind::timed_out) return false;
      throw;
    }
    return true;
  }

  void give_lock_back() {
    if (!asked_lock_) return;
    try {
      asked_lock_->receive();
    } catch (const Failure&) {
      primary_.disconnect();
    }
    asked_lock_.reset();
    primary_.roll_back();
  }

  Connection& in_transaction() {
    if (!primary_.is_connected())
      throw Failure{Failure::Kind::lost, "postgresql: the batch's connection is lost"};
    return primary_.connection();
  }

  void write(const Changes& changes, const JournalPlace& place, bool another_follows) {
    Connection& connection = in_transaction();
    Pipeline pipeline(connection);
    tables_.add_to(pipeline, changes);
    // The server begins with the tables while the journal's row is made.
    PQflush(connection.handle());
    buffer_.clear();
    encode_news(buffer_, changes, *options_.sealer, place.batch);
    pipeline.add(kAddJournal,
                 Params().integer(place.seq).id(place.batch).time(place.now).bytes(buffer_));
    commit_at_ = pipeline.size();
    pipeline.add(kCommit);
    pipeline.send(kCommitBound);
    if (another_follows) {
      ask_for_lock(asked_lock_.emplace(connection), place);
      asked_lock_->send();
    }
    const auto rows = pipeline.receive(kCommitBound);
    if (std::string_view(PQcmdStatus(rows.back().get())) != "COMMIT")
      throw Failure{Failure::Kind::refused, "postgresql: the batch was rolled back"};
    // The wait for the standby was ended by somebody: the commit is here, and perhaps here alone.
    if (connection.was_warned())
      throw Failure{Failure::Kind::lost, "postgresql: a commit with a warning", {}, *commit_at_};
  }

  // Before the server can have read the commit, and where it refused something before it, nothing
  // is there for certain. Otherwise the connection is closed: the next lock tells.
  CommitFate fate_of(const Failure& failure) {
    asked_lock_.reset();
    const bool refused_before =
        failure.kind == Failure::Kind::refused && commit_at_ && failure.statement < *commit_at_;
    if (!commit_at_ || refused_before) {
      primary_.roll_back();
      return CommitFate::not_committed;
    }
    primary_.disconnect();
    return CommitFate::unknown;
  }

  std::shared_ptr<Timeline> timeline_;
  PostgresqlOptions options_;
  StoreMetrics metrics_;
  Primary primary_;
  Tables tables_;
  Follower follower_;
  std::optional<Failure> failure_;  // for good, until the next restore
  SteadyClock::time_point followed_at_ = SteadyClock::now();
  std::string buffer_;
  std::optional<std::size_t> commit_at_;  // the commit's place in the pipeline, once it is sent
  bool in_batch_ = false;
  bool another_follows_ = false;
  std::optional<Pipeline> asked_lock_;  // of the next batch, on the way
  Time tidied_at_;
  TickLock tick_lock_;
  Waker waker_;
};

}  // namespace

Result<std::unique_ptr<Store>> open_postgresql_store(const std::string& conninfo,
                                                     const PostgresqlOptions& options) {
  FRONTROW_CHECK(options.sealer != nullptr, "a store without a sealer");
  const auto migrated = migrate(conninfo);
  if (!migrated) return migrated.error();
  return guarded(
      [&]() -> std::unique_ptr<Store> { return std::make_unique<SharedStore>(conninfo, options); });
}

Result<std::unique_ptr<Reader>> open_postgresql_reader(const std::string& conninfo,
                                                       const SecretSealer* sealer) {
  return guarded([&] { return make_reader(conninfo, sealer); });
}

Result<std::unique_ptr<RestingStore>> open_at_rest(const std::string& conninfo,
                                                   const SecretSealer& sealer) {
  return guarded([&]() -> std::unique_ptr<RestingStore> {
    auto connection = std::make_unique<Connection>(conninfo, Target::primary, kSettings);
    const Rows at_rest = connection->run(kIsAtRest, Params().integer(kBatchLock));
    if (!Columns(at_rest.get(), 0).boolean()) return nullptr;
    return std::make_unique<LockedStore>(std::move(connection), sealer);
  });
}

Result<std::unique_ptr<Filling>> open_postgresql_filling(const std::string& conninfo,
                                                         const SecretSealer& sealer,
                                                         const std::string& fingerprint) {
  const auto migrated = migrate(conninfo);
  if (!migrated) return migrated.error();
  return guarded([&] { return make_filling(conninfo, sealer, fingerprint); });
}

Result<Done> migrate(const std::string& conninfo) {
  return guarded([&] {
    Connection connection(conninfo, Target::primary, kSettings);
    return apply_migrations(connection), Done{};
  });
}

Result<std::string> bind_installation(const std::string& conninfo, const std::string& fingerprint) {
  return guarded([&] {
    Connection connection(conninfo, Target::primary, kSettings);
    connection.run_once("insert into installation values (1, $1) on conflict (id) do nothing",
                        Params().text(fingerprint));
    const Rows rows = connection.run_once("select fingerprint from installation", {});
    return Columns(rows.get(), 0).text();
  });
}

Result<std::string> bound_installation(const std::string& conninfo) {
  return guarded([&] {
    const auto connection = connect_to_read(conninfo, kSettings);
    const Rows rows = connection->run_once("select fingerprint from installation", {});
    return PQntuples(rows.get()) == 0 ? std::string() : Columns(rows.get(), 0).text();
  });
}

}  // namespace frontrow::postgresql
