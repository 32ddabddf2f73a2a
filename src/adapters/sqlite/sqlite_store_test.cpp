#include "adapters/sqlite/sqlite_store.h"

#include <stdlib.h>

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
                                                std::size_t fold_rows = 131'072) {
  auto store = sqlite::open_sqlite_store(
      folder, {.sealer = &kSealer, .fold_rows_idle = fold_rows, .fold_rows = fold_rows});
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

}  // namespace

namespace contract {
// Rows are folded never, all the time, and now and then.
INSTANTIATE_TEST_SUITE_P(NeverFolded, StoreContract, testing::Values(&make_harness<1'000'000>));
INSTANTIATE_TEST_SUITE_P(FoldedAtOnce, StoreContract, testing::Values(&make_harness<1>));
INSTANTIATE_TEST_SUITE_P(FoldedInSlices, StoreContract, testing::Values(&make_harness<300>));
}  // namespace contract

}  // namespace frontrow
