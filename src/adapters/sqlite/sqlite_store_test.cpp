#include "adapters/sqlite/sqlite_store.h"

#include <stdlib.h>
#include <unistd.h>

#include "adapters/sqlite/connection.h"
#include "store/contract_suite.h"

namespace frontrow {
namespace {

// Marks what it sealed, and binds it to its context.
class PlainSealer final : public SecretSealer {
 public:
  std::string seal(std::string_view plain, std::string_view context) const override {
    return "sealed/" + std::string(context) + "/" + std::string(plain);
  }
  std::optional<std::string> open(std::string_view sealed,
                                  std::string_view context) const override {
    const std::string prefix = "sealed/" + std::string(context) + "/";
    if (!sealed.starts_with(prefix)) return {};
    return std::string(sealed.substr(prefix.size()));
  }
};
const PlainSealer kSealer;

class TempFolder {
 public:
  TempFolder() {
    char name[] = "/tmp/frontrow-sqlite-XXXXXX";
    path = ::mkdtemp(name);
  }
  ~TempFolder() { std::filesystem::remove_all(path); }
  std::filesystem::path path;
};

std::unique_ptr<sqlite::SqliteStore> open_store(const std::filesystem::path& folder,
                                                std::size_t fold_rows = 65'536) {
  auto store = sqlite::open_sqlite_store(folder, {.sealer = &kSealer, .fold_rows = fold_rows});
  EXPECT_TRUE(store) << (store ? "" : store.error().what);
  return std::move(*store);
}

// What is on the disk at this moment, as a crash leaves it.
void copy_database(const std::filesystem::path& from, const std::filesystem::path& to) {
  for (const char* name : {"frontrow.db", "frontrow.db-wal"})
    if (std::filesystem::exists(from / name)) std::filesystem::copy_file(from / name, to / name);
}

template <std::size_t kFoldRows>
class SqliteHarness final : public contract::Harness {
 public:
  Store& store() override { return *store_; }
  void close_and_open() override {
    store_.reset();
    store_ = open_store(folder_->path, kFoldRows);
  }
  void crash_and_open() override {
    auto crashed = std::make_unique<TempFolder>();
    copy_database(folder_->path, crashed->path);
    store_.reset();
    folder_ = std::move(crashed);
    store_ = open_store(folder_->path, kFoldRows);
  }

 private:
  std::unique_ptr<TempFolder> folder_ = std::make_unique<TempFolder>();
  std::unique_ptr<Store> store_ = open_store(folder_->path, kFoldRows);
};

template <std::size_t kFoldRows>
std::unique_ptr<contract::Harness> make_harness() {
  return std::make_unique<SqliteHarness<kFoldRows>>();
}

std::vector<std::string> scan(Reader& reader) {
  contract::TextSink sink;
  EXPECT_TRUE(reader.scan(sink));
  return sink.rows();
}

// A store with rows in the journal and in the tables.
std::unique_ptr<sqlite::SqliteStore> make_data(const std::filesystem::path& folder) {
  auto store = open_store(folder, 40);
  contract::RowMaker make(3);
  for (SaleNo sale_no = 1; sale_no <= 10; ++sale_no) {
    const contract::OneOfEach rows(make, sale_no);
    EXPECT_TRUE(store->begin(contract::no_news));
    EXPECT_EQ(store->append(rows.changes(), {make.uuid(), Time{sale_no}}), CommitFate::committed);
  }
  EXPECT_GT(store->figures().waiting_rows, 0);
  EXPECT_LT(store->figures().waiting_rows, 100) << "some rows were folded";
  return store;
}

TEST(SqliteStore, WhatWaitsIsFoldedWhenLittleIsWritten) {
  const TempFolder folder, crashed;
  auto store = open_store(folder.path);
  contract::RowMaker make(3);
  Time now{1000};
  for (SaleNo sale_no = 1; sale_no <= 400; ++sale_no, now = now + milliseconds(1)) {
    const contract::OneOfEach rows(make, sale_no);
    ASSERT_TRUE(store->begin(contract::no_news));
    ASSERT_EQ(store->append(rows.changes(), {make.uuid(), now}), CommitFate::committed);
  }
  const std::int64_t waiting = store->figures().waiting_rows;
  ASSERT_GT(waiting, 2500) << "more than a tidying takes, and more than little load has";
  const auto before = scan(**store->open_reader());

  ASSERT_TRUE(store->tidy(now));
  EXPECT_EQ(store->figures().waiting_rows, waiting) << "under load it is left for later";
  now = now + seconds(3);
  ASSERT_TRUE(store->tidy(now));
  EXPECT_EQ(scan(**store->open_reader()), before) << "in the middle of it";
  copy_database(folder.path, crashed.path);
  EXPECT_EQ(scan(**open_store(crashed.path)->open_reader()), before);
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(store->tidy(now));
  EXPECT_EQ(store->figures().waiting_rows, 0);
  EXPECT_EQ(scan(**store->open_reader()), before);
}

TEST(SqliteStore, ASecondProcessIsRefusedAndToldWhoIsThere) {
  const TempFolder folder;
  auto first = open_store(folder.path);
  const auto second = sqlite::open_sqlite_store(folder.path, {.sealer = &kSealer});
  ASSERT_FALSE(second);
  EXPECT_TRUE(second.error().retryable);
  EXPECT_NE(second.error().what.find("process " + std::to_string(::getpid())), std::string::npos)
      << second.error().what;
  first.reset();
  EXPECT_TRUE(sqlite::open_sqlite_store(folder.path, {.sealer = &kSealer}));
}

TEST(SqliteStore, SecretsAreSealedInTheFileAndNeedTheirKey) {
  class OtherKey final : public SecretSealer {
   public:
    std::string seal(std::string_view, std::string_view) const override { return "other"; }
    std::optional<std::string> open(std::string_view, std::string_view) const override {
      return {};
    }
  };
  const TempFolder folder;
  make_data(folder.path).reset();
  const OtherKey other;
  const auto store = std::move(*sqlite::open_sqlite_store(folder.path, {.sealer = &other}));
  RowSink nobody;
  const auto restored = store->restore(nobody, Time{0});
  ASSERT_FALSE(restored);
  EXPECT_NE(restored.error().what.find("concert.draw_secret:"), std::string::npos);
  EXPECT_FALSE(restored.error().retryable);
}

TEST(SqliteStore, TheOfflineReaderSeesTheSameBesideAServerAfterACrashAndWhenNothingRuns) {
  const TempFolder folder, crashed;
  auto store = make_data(folder.path);
  const auto no_secrets = [](const std::filesystem::path& path) {
    return scan(**sqlite::open_sqlite_reader(path));
  };
  const auto beside = no_secrets(folder.path);
  EXPECT_EQ(beside.size(), 160U);
  copy_database(folder.path, crashed.path);
  EXPECT_EQ(no_secrets(crashed.path), beside);
  store.reset();
  EXPECT_EQ(no_secrets(folder.path), beside);
  EXPECT_EQ(*sqlite::quick_check(folder.path), "");
  EXPECT_FALSE(sqlite::open_sqlite_reader(folder.path / "none"));
}

TEST(SqliteStore, TheOfflineReaderAnswersEveryQuestionAsTheServersDoes) {
  const TempFolder folder;
  const auto store = make_data(folder.path);
  const auto online = std::move(*store->open_reader());
  const auto offline = std::move(*sqlite::open_sqlite_reader(folder.path));
  const auto orders = *online->orders({.limit = 100});
  ASSERT_EQ(orders.size(), 10U);
  EXPECT_EQ(contract::texts(*offline->orders({.limit = 100})), contract::texts(orders));
  for (const Order& order : orders) {
    const OrderFilter filter{.user = order.user};
    EXPECT_EQ(contract::texts(*offline->orders(filter)), contract::texts(*online->orders(filter)));
    EXPECT_EQ(contract::text(**offline->order(order.id)), contract::text(order));
    EXPECT_EQ(contract::text(*offline->wallet(order.user)),
              contract::text(*online->wallet(order.user)));
    EXPECT_EQ(*offline->count_orders(order.show, order.status), 1);
  }
}

TEST(SqliteStore, ABackupOfARunningStoreRestoresToTheSame) {
  const TempFolder folder, other;
  const auto store = make_data(folder.path);
  const auto backup = other.path / "backup.db";
  const auto made = sqlite::backup_sqlite(folder.path, backup);
  ASSERT_TRUE(made) << made.error().what;
  EXPECT_FALSE(sqlite::backup_sqlite(folder.path, backup)) << "it must not be overwritten";
  const auto restored = sqlite::restore_sqlite(backup, other.path / "data");
  ASSERT_TRUE(restored) << restored.error().what;
  EXPECT_FALSE(sqlite::restore_sqlite(backup, other.path / "data")) << "nor a database";
  const auto again = open_store(other.path / "data");
  EXPECT_EQ(scan(**again->open_reader()), scan(**store->open_reader()));
}

TEST(SqliteStore, ABackupOfAnEarlierVersionIsRestoredAndMigratedAtTheNextStart) {
  const TempFolder folder;
  const auto rows = [&] {
    const auto store = make_data(folder.path);
    return scan(**store->open_reader());
  }();
  const auto backup = folder.path / "backup.db";
  ASSERT_TRUE(sqlite::backup_sqlite(folder.path, backup));
  {
    sqlite::Connection earlier(backup, sqlite::Connection::Mode::write);
    earlier.run("drop table order_of_user");
    earlier.run("create index order_of_user on orders (user)");
    earlier.run("delete from migration where number > 1");
  }
  const auto restored = sqlite::restore_sqlite(backup, folder.path / "data");
  ASSERT_TRUE(restored) << restored.error().what;
  const auto again = open_store(folder.path / "data");
  EXPECT_EQ(scan(**again->open_reader()), rows);
}

TEST(SqliteStore, ADamagedBackupIsNotRestored) {
  const TempFolder folder;
  make_data(folder.path).reset();
  const auto backup = folder.path / "backup.db";
  ASSERT_TRUE(sqlite::backup_sqlite(folder.path, backup));
  std::filesystem::resize_file(backup, std::filesystem::file_size(backup) / 2);
  EXPECT_FALSE(sqlite::restore_sqlite(backup, folder.path / "data"));
  EXPECT_FALSE(std::filesystem::exists(folder.path / "data" / "frontrow.db"));
  EXPECT_FALSE(sqlite::restore_sqlite(folder.path / "none", folder.path / "data"));
}

TEST(SqliteStore, TheFilesAreForTheirOwnerAlone) {
  const TempFolder folder;
  const auto store = make_data(folder.path);
  for (const char* name : {"frontrow.db", "frontrow.db-wal", "frontrow.db-shm", "lock"}) {
    const auto mode = std::filesystem::status(folder.path / name).permissions();
    EXPECT_EQ(mode & std::filesystem::perms::others_all, std::filesystem::perms::none) << name;
    EXPECT_EQ(mode & std::filesystem::perms::group_all, std::filesystem::perms::none) << name;
  }
}

}  // namespace

namespace contract {
// Rows are folded never, all the time, and now and then.
INSTANTIATE_TEST_SUITE_P(NeverFolded, StoreContract, testing::Values(&make_harness<1'000'000>));
INSTANTIATE_TEST_SUITE_P(FoldedAtOnce, StoreContract, testing::Values(&make_harness<1>));
INSTANTIATE_TEST_SUITE_P(FoldedInSlices, StoreContract, testing::Values(&make_harness<300>));
}  // namespace contract

}  // namespace frontrow
