#include "base/split_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <random>
#include <unordered_map>

namespace frontrow {
namespace {

struct Spread {
  std::size_t operator()(int key) const {
    return static_cast<std::size_t>(key) * 0x9E3779B97F4A7C15ULL;
  }
};
using Inner = std::unordered_map<int, int, Spread>;

std::map<int, int> sorted(const SplitTable<Inner>& table) {
  return {table.begin(), table.end()};
}

TEST(SplitTable, IsTheTableThatItSplits) {
  SplitTable<Inner> table;
  std::map<int, int> model;
  EXPECT_EQ(table.begin(), table.end());
  std::mt19937 random(7);
  for (int step = 0; step < 20'000; ++step) {
    const int key = static_cast<int>(random() % 3'000);
    switch (random() % 6) {
      case 0:
        EXPECT_EQ(table.try_emplace(key, step), model.try_emplace(key, step).second);
        break;
      case 1:
        table.insert_or_assign(key, step);
        model.insert_or_assign(key, step);
        break;
      case 2:
        table[key] += step;
        model[key] += step;
        break;
      case 3:
        EXPECT_EQ(table.erase(key), model.erase(key));
        break;
      case 4:
        if (const auto found = table.find(key); found != table.end()) table.erase(found);
        model.erase(key);
        break;
      default:
        const auto found = std::as_const(table).find(key);
        ASSERT_EQ(found != std::as_const(table).end(), model.contains(key));
        ASSERT_EQ(table.contains(key), model.contains(key));
        if (model.contains(key)) {
          EXPECT_EQ(found->second, model.at(key));
          EXPECT_EQ(table.at(key), model.at(key));
        }
    }
    ASSERT_EQ(table.size(), model.size());
  }
  EXPECT_EQ(sorted(table), model);
}

TEST(SplitTable, TakesATablesOwnHash) {
  const SplitTable<Inner> table(Inner(1, Spread()));
  EXPECT_EQ(table.size(), 0U);
  EXPECT_FALSE(table.contains(1));
}

}  // namespace
}  // namespace frontrow
