#include "adapters/memory/memory_store.h"

#include "store/contract_suite.h"

namespace frontrow {
namespace {

class MemoryHarness final : public contract::Harness {
 public:
  Store& store() override { return *store_; }
  void close_and_open() override { crash_and_open(); }
  void crash_and_open() override {
    store_.reset();
    store_ = memory::open_memory_store(disk_);
  }

 private:
  std::shared_ptr<memory::Disk> disk_ = memory::make_disk();
  std::unique_ptr<Store> store_ = memory::open_memory_store(disk_);
};

std::unique_ptr<contract::Harness> make_harness() {
  return std::make_unique<MemoryHarness>();
}

TEST(MemoryStore, ABatchEndsAsItsFaultSays) {
  struct Row {
    memory::AppendFate fate;
    CommitFate heard;
    bool there;
  };
  const Row rows[] = {
      {memory::AppendFate::committed, CommitFate::committed, true},
      {memory::AppendFate::not_committed, CommitFate::not_committed, false},
      {memory::AppendFate::unknown_committed, CommitFate::unknown, true},
      {memory::AppendFate::unknown_not_committed, CommitFate::unknown, false},
  };
  contract::RowMaker make(1);
  for (const Row& row : rows) {
    const auto disk = memory::make_disk();
    const auto store = memory::open_memory_store(
        disk, {.append = [&](const Changes&, const BatchMark&) { return row.fate; }});
    const contract::OneOfEach each(make);
    ASSERT_TRUE(store->begin(contract::no_news));
    EXPECT_EQ(store->append(each.changes(), {make.uuid(), Time{5}}), row.heard);
    const auto again = memory::open_memory_store(disk);
    EXPECT_EQ((*again->open_reader())->order(each.order.id)->has_value(), row.there);
  }
}

TEST(MemoryStore, OutagesAreRetryable) {
  bool broken = true;
  const auto fails = [&] { return broken; };
  const auto store = memory::open_memory_store(
      memory::make_disk(), {.begin_fails = fails, .find_fails = fails, .read_fails = fails});
  const auto begun = store->begin(contract::no_news);
  ASSERT_FALSE(begun);
  EXPECT_TRUE(begun.error().retryable);
  EXPECT_FALSE(store->open_reader());
  broken = false;
  const auto reader = std::move(*store->open_reader());
  ASSERT_TRUE(store->begin(contract::no_news));
  broken = true;
  EXPECT_FALSE(store->find({}));
  EXPECT_FALSE(reader->orders({}));
  store->abandon();
  broken = false;
  EXPECT_TRUE(store->begin(contract::no_news));
  EXPECT_TRUE(reader->orders({}));
}

}  // namespace

namespace contract {
INSTANTIATE_TEST_SUITE_P(Memory, StoreContract, testing::Values(&make_harness));
}  // namespace contract

}  // namespace frontrow
