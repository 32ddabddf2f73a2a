#include "rehearsal/people.h"

#include <gtest/gtest.h>

#include <map>

namespace frontrow::rehearsal {
namespace {

Profile some_people(std::int64_t count, std::int64_t seed) {
  Profile profile;
  profile.people = count;
  profile.seed = seed;
  return profile;
}

TEST(People, OneSeedGivesTheSamePeople) {
  const People first(some_people(5'000, 7)), again(some_people(5'000, 7));
  ASSERT_EQ(first.actors(), again.actors());
  for (std::uint32_t actor = 0; actor < first.actors(); ++actor)
    EXPECT_EQ(first.traits(actor), again.traits(actor)) << actor;
}

TEST(People, AnotherSeedGivesOthers) {
  const People first(some_people(1'000, 7)), other(some_people(1'000, 8));
  int same = 0;
  for (std::uint32_t actor = 0; actor < 1'000; ++actor)
    same += first.traits(actor) == other.traits(actor);
  EXPECT_LT(same, 20);
}

TEST(People, MorePeopleDoNotChangeThoseWhoWereThere) {
  const People few(some_people(100, 7)), many(some_people(10'000, 7));
  for (std::uint32_t actor = 0; actor < 100; ++actor)
    EXPECT_EQ(few.traits(actor), many.traits(actor)) << actor;
}

TEST(People, SharesAreKept) {
  const Profile profile = some_people(100'000, 3);
  const People people(profile);
  std::map<int, int> parties;
  int before_opening = 0, scalpers = 0;
  for (std::uint32_t account = 0; account < people.accounts(); ++account) {
    const Traits traits = people.traits(account);
    if (traits.kind == Kind::buyer) ++parties[traits.party];
    before_opening += traits.arrives_ms < people.opens_ms();
    scalpers += traits.kind == Kind::scalper;
    EXPECT_GE(traits.arrives_ms, people.lobby_opens_ms());
    EXPECT_LE(traits.tops_up_ms, traits.arrives_ms);
  }
  EXPECT_NEAR(before_opening, 50'000, 1'000);
  EXPECT_NEAR(scalpers, 1'000, 150);
  EXPECT_NEAR(parties[1], 29'300, 1'000);
  EXPECT_NEAR(parties[2], 44'000, 1'000);
}

TEST(People, ASecondDeviceBelongsToABuyerAndFollows) {
  const People people(some_people(20'000, 5));
  ASSERT_GT(people.actors(), people.accounts());
  for (std::uint32_t actor = people.accounts(); actor < people.actors(); ++actor) {
    const std::uint32_t owner = people.account_of(actor);
    EXPECT_EQ(people.traits(owner).kind, Kind::buyer);
    EXPECT_EQ(people.traits(actor).kind, Kind::device);
    EXPECT_GT(people.traits(actor).arrives_ms, people.traits(owner).arrives_ms);
  }
}

}  // namespace
}  // namespace frontrow::rehearsal
