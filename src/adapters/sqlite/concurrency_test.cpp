// Readers beside a writer that folds all the time: what was acknowledged is seen by every later
// read, once, with its newest value.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "adapters/sqlite/sqlite_store.h"
#include "store/contract_rows.h"

namespace frontrow::sqlite {
namespace {

class PlainSealer final : public SecretSealer {
 public:
  std::string seal(std::string_view plain, std::string_view) const override {
    return std::string(plain);
  }
  std::optional<std::string> open(std::string_view sealed, std::string_view) const override {
    return std::string(sealed);
  }
};

constexpr int kOrders = 3000;
constexpr int kUsers = 50;

class Sale {
 public:
  Sale() {
    char name[] = "/tmp/frontrow-readers-XXXXXX";
    folder_ = ::mkdtemp(name);
    const Show show = make_.show(make_.concert(1));
    for (int i = 0; i < kUsers; ++i) users_.push_back(make_.id<UserId>());
    for (int i = 0; i < kOrders; ++i)
      orders_.push_back(make_.held_order(show, users_[static_cast<std::size_t>(i % kUsers)]));
    store_ = std::move(*open_sqlite_store(folder_, {.sealer = &sealer_, .fold_rows = 200}));
  }
  ~Sale() {
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  // Holds the orders ten at a time, and cancels each a while later.
  void write() {
    for (std::size_t i = 0; i < orders_.size(); i += 10) {
      Changes changes;
      for (std::size_t j = i; j < i + 10; ++j) changes.orders.push_back({{}, orders_[j]});
      for (std::size_t j = i; j < i + 10 && j >= 500; ++j) {
        Order ended = orders_[j - 500];
        make_.end(ended, OrderStatus::cancelled);
        changes.orders.push_back({orders_[j - 500], ended});
      }
      ASSERT_TRUE(store_->begin(contract::no_news));
      ASSERT_EQ(store_->append(changes, {make_.uuid(), Time{1}}), CommitFate::committed);
      written_ = static_cast<int>(i) + 10;
    }
  }

  void read(std::uint64_t seed) {
    const auto reader = std::move(*store_->open_reader());
    SeededRandom random(seed);
    while (written_ < kOrders && !testing::Test::HasFailure()) {
      const int before = written_;
      if (before == 0) continue;
      const auto i = random.below(static_cast<std::uint64_t>(before));
      check_order(*reader, i, before);
      check_user(*reader, i % kUsers, before);
    }
  }

 private:
  void check_order(Reader& reader, std::uint64_t i, int before) {
    const auto found = *reader.order(orders_[i].id);
    ASSERT_TRUE(found) << i;
    if (static_cast<int>(i) + 500 < before) {
      ASSERT_EQ(found->status, OrderStatus::cancelled) << i;
    }
  }
  void check_user(Reader& reader, std::uint64_t user, int before) {
    const auto found = *reader.orders({.user = users_[user], .limit = kOrders});
    const auto of_user = [&](int count) {
      return (static_cast<std::size_t>(count) + kUsers - 1 - user) / kUsers;
    };
    ASSERT_GE(found.size(), of_user(before));
    ASSERT_LE(found.size(), of_user(kOrders));
    for (std::size_t i = 1; i < found.size(); ++i) ASSERT_LT(found[i].id, found[i - 1].id);
  }

  PlainSealer sealer_;
  contract::RowMaker make_{21};
  std::filesystem::path folder_;
  std::unique_ptr<SqliteStore> store_;
  std::vector<UserId> users_;
  std::vector<Order> orders_;
  std::atomic<int> written_ = 0;
};

TEST(SqliteReaders, SeeWhatWasAcknowledgedWhileRowsAreFolded) {
  Sale sale;
  std::thread first([&] { sale.read(1); }), second([&] { sale.read(2); });
  sale.write();
  first.join();
  second.join();
}

}  // namespace
}  // namespace frontrow::sqlite
