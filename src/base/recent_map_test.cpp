#include "base/recent_map.h"

#include <gtest/gtest.h>

#include "base/uuid.h"

namespace frontrow {
namespace {

Uuid uuid(std::uint32_t number) {
  Uuid out;
  for (std::size_t i = 0; i < 4; ++i)
    out.bytes[i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
  return out;
}

TEST(RecentMap, KeepsTheNewestHalfAndWhatIsAskedFor) {
  constexpr std::uint32_t kCapacity = 3200;
  RecentMap<Uuid, std::uint32_t, UuidHash> map(kCapacity);
  map.put(uuid(0), 7);
  for (std::uint32_t i = 1; i <= 20'000; ++i) {
    map.put(uuid(i), i);
    ASSERT_EQ(map.find(uuid(0)), 7u) << i;
    ASSERT_LE(map.size(), kCapacity);
  }
  int kept = 0;
  for (std::uint32_t i = 20'000 - kCapacity / 4; i <= 20'000; ++i) kept += map.find(uuid(i)) == i;
  EXPECT_EQ(kept, kCapacity / 4 + 1) << "the newest are known, whatever shard they fell in";
  EXPECT_FALSE(map.find(uuid(1)));
}

TEST(RecentMap, APutReplaces) {
  RecentMap<Uuid, int, UuidHash> map(64);
  map.put(uuid(1), 1);
  map.put(uuid(1), 2);
  EXPECT_EQ(map.find(uuid(1)), 2);
  EXPECT_EQ(map.size(), 1u);
}

}  // namespace
}  // namespace frontrow
