#include "domain/line.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "domain/draw.h"

namespace frontrow {
namespace {

// --- GoneTree against a vector of bits -----------------------------------------------------------

RC_GTEST_PROP(GoneTree, AgreesWithAVectorOfBits, ()) {
  GoneTree tree;
  std::vector<bool> naive;
  const int steps = *rc::gen::inRange(1, 300);
  for (int step = 0; step < steps; ++step) {
    if (naive.empty() || *rc::gen::inRange(0, 4) == 0) {
      naive.resize(naive.size() + *rc::gen::element<std::size_t>(1, 2, 63, 64, 65, 511, 512, 1500));
      tree.grow(static_cast<std::uint32_t>(naive.size()));
    } else {
      const auto index = *rc::gen::inRange<std::uint32_t>(0, naive.size());
      const bool value = *rc::gen::inRange(0, 3) != 0;
      tree.set(index, value);
      naive[index] = value;
    }
    const auto upto = *rc::gen::inRange<std::uint32_t>(0, naive.size() + 1);
    RC_ASSERT(tree.count_before(upto) ==
              static_cast<std::uint32_t>(std::count(naive.begin(), naive.begin() + upto, true)));
    RC_ASSERT(tree.count() ==
              static_cast<std::uint32_t>(std::count(naive.begin(), naive.end(), true)));
  }
}

// --- Line against a plain list ---------------------------------------------------------------

// Everything by counting.
struct NaiveLine {
  std::vector<PlaceStage> stages;
  std::vector<Rank> rank_of;
  Rank called_upto = 0;

  Rank rank(PlaceNumber n) const { return n <= rank_of.size() ? rank_of[n - 1] : n; }
  bool waits(PlaceNumber n) const {
    return rank(n) > called_upto && stages[n - 1] != PlaceStage::left;
  }
  std::uint32_t waiting() const {
    std::uint32_t count = 0;
    for (PlaceNumber n = 1; n <= stages.size(); ++n) count += waits(n);
    return count;
  }
  std::uint32_t position(PlaceNumber number) const {
    std::uint32_t count = 0;
    for (PlaceNumber n = 1; n <= stages.size(); ++n) count += waits(n) && rank(n) <= rank(number);
    return count;
  }
};

void compare(const Line& line, const NaiveLine& naive) {
  RC_ASSERT(line.waiting() == naive.waiting());
  for (PlaceNumber n = 1; n <= naive.stages.size(); ++n) {
    RC_ASSERT(line.is_called(n) == (naive.rank(n) <= naive.called_upto));
    if (naive.waits(n)) RC_ASSERT(line.position(n) == naive.position(n));
  }
}

// Calls the next `count` in both and compares whom.
void call(Line& line, NaiveLine& naive, std::uint32_t count) {
  const std::uint32_t before = naive.waiting();
  const Rank upto = line.watermark_for(count);
  RC_ASSERT(upto >= naive.called_upto && upto <= naive.stages.size());
  line.set_called_upto(upto);
  naive.called_upto = upto;
  RC_ASSERT(naive.waiting() == before - std::min(before, count));
}

RC_GTEST_PROP(Line, AgreesWithAPlainList, ()) {
  Line line;
  NaiveLine naive;
  const auto lobby = *rc::gen::inRange<std::uint32_t>(0, 40);
  const bool draw = *rc::gen::arbitrary<bool>();
  for (std::uint32_t i = 0; i < lobby; ++i) {
    line.add();
    naive.stages.push_back(PlaceStage::waiting);
    if (*rc::gen::inRange(0, 5) == 0) {
      line.set_stage(i + 1, PlaceStage::left);
      naive.stages[i] = PlaceStage::left;
    }
  }
  if (draw && lobby > 0) {
    auto ranks = std::make_shared<DrawnRanks>();
    ranks->rank_of = draw_ranks(Digest{static_cast<std::uint8_t>(lobby)}, lobby);
    ranks->number_at = invert(ranks->rank_of);
    naive.rank_of = ranks->rank_of;
    line.set_draw(ranks);
  }
  const int steps = *rc::gen::inRange(1, 60);
  for (int step = 0; step < steps; ++step) {
    const int what = *rc::gen::inRange(0, 4);
    if (what <= 1 || naive.stages.empty()) {
      line.add();
      naive.stages.push_back(PlaceStage::waiting);
    } else if (what == 2) {
      const auto number = *rc::gen::inRange<PlaceNumber>(1, naive.stages.size() + 1);
      // Only who waits leaves; the called also turn into something else.
      const bool called = naive.rank(number) <= naive.called_upto;
      const auto to = called ? *rc::gen::element(PlaceStage::left, PlaceStage::missed,
                                                 PlaceStage::admitted, PlaceStage::purchased)
                             : PlaceStage::left;
      line.set_stage(number, to);
      naive.stages[number - 1] = to;
    } else {
      call(line, naive, *rc::gen::inRange<std::uint32_t>(1, 5));
    }
    compare(line, naive);
  }
}

TEST(Line, TakingTheDrawBackGivesTheOldPositions) {
  Line line;
  for (int i = 0; i < 10; ++i) line.add();
  line.set_stage(3, PlaceStage::left);
  std::vector<std::uint32_t> before;
  for (PlaceNumber n : {1, 2, 4, 5, 6, 7, 8, 9, 10}) before.push_back(line.position(n));
  auto ranks = std::make_shared<DrawnRanks>();
  ranks->rank_of = draw_ranks(Digest{1}, 10);
  ranks->number_at = invert(ranks->rank_of);
  line.set_draw(ranks);
  EXPECT_EQ(line.waiting(), 9u);
  line.set_draw(nullptr);
  std::vector<std::uint32_t> after;
  for (PlaceNumber n : {1, 2, 4, 5, 6, 7, 8, 9, 10}) after.push_back(line.position(n));
  EXPECT_EQ(after, before);
}

TEST(Line, WhoJoinsAfterTheDrawStandsBehindTheDrawn) {
  Line line;
  for (int i = 0; i < 5; ++i) line.add();
  auto ranks = std::make_shared<DrawnRanks>();
  ranks->rank_of = draw_ranks(Digest{2}, 5);
  ranks->number_at = invert(ranks->rank_of);
  line.set_draw(ranks);
  EXPECT_EQ(line.position(line.add()), 6u);
  EXPECT_EQ(line.rank_of(6), 6u);
  EXPECT_EQ(line.number_at(6), 6u);
}

TEST(Line, AMillionPeopleHaveExactPositions) {
  constexpr PlaceNumber kPeople = 1'000'000;
  Line line;
  for (PlaceNumber n = 1; n <= kPeople; ++n) line.add();
  for (PlaceNumber n = 7; n <= kPeople; n += 7) line.set_stage(n, PlaceStage::left);
  constexpr std::uint32_t kGone = kPeople / 7;
  EXPECT_EQ(line.waiting(), kPeople - kGone);
  for (const PlaceNumber n : {1u, 6u, 8u, 511u, 513u, 500'000u, 999'998u, 1'000'000u})
    EXPECT_EQ(line.position(n), n - n / 7) << n;
  line.set_called_upto(line.watermark_for(600'000));
  EXPECT_EQ(line.called_upto(), 699'999u);
  EXPECT_EQ(line.waiting(), kPeople - kGone - 600'000);
  EXPECT_EQ(line.position(kPeople), kPeople - kGone - 600'000);
}

TEST(Line, CallingMoreThanWaitCallsAll) {
  Line line;
  for (int i = 0; i < 3; ++i) line.add();
  line.set_stage(2, PlaceStage::left);
  EXPECT_EQ(line.watermark_for(0), 0u);
  EXPECT_EQ(line.watermark_for(1), 1u);
  EXPECT_EQ(line.watermark_for(2), 3u);
  EXPECT_EQ(line.watermark_for(99), 3u);
}

}  // namespace
}  // namespace frontrow
