#include "rehearsal/nodes.h"

#include <gtest/gtest.h>

namespace frontrow::rehearsal {
namespace {

constexpr std::uint64_t kPeople = 3'000;

TEST(Nodes, EachHasItsShareOfThePeople) {
  const Nodes nodes(3);
  std::array<std::uint64_t, 3> people{};
  for (std::uint64_t person = 0; person < kPeople; ++person) ++people[nodes.of(person)];
  for (const std::uint64_t share : people) EXPECT_NEAR(static_cast<double>(share), 1'000, 120);
}

TEST(Nodes, WhenOneGoesItsPeopleAloneMove) {
  Nodes nodes(3);
  const Nodes before(3);
  nodes.set_away(1, true);
  EXPECT_EQ(nodes.there(), 2u);
  for (std::uint64_t person = 0; person < kPeople; ++person) {
    const std::size_t was = before.of(person), is = nodes.of(person);
    EXPECT_NE(is, 1u);
    if (was != 1) {
      EXPECT_EQ(is, was);
    }
  }
  nodes.set_away(1, false);
  for (std::uint64_t person = 0; person < kPeople; ++person)
    EXPECT_EQ(nodes.of(person), before.of(person)) << "they come back";
}

TEST(Nodes, WhereNoneAnswersPeopleAskWhomTheyAsked) {
  Nodes nodes(2);
  const Nodes before(2);
  nodes.set_away(0, true);
  nodes.set_away(1, true);
  for (std::uint64_t person = 0; person < 100; ++person)
    EXPECT_EQ(nodes.of(person), before.of(person));
}

}  // namespace
}  // namespace frontrow::rehearsal
