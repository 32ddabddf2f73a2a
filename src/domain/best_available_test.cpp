#include "domain/best_available.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <set>

#include "domain/test_world.h"

namespace frontrow {
namespace {

struct House {
  std::vector<Section> sections;
  std::vector<bool> taken;

  // As the state keeps a show; the taken seats are blocked.
  std::unique_ptr<State> state(ShowId& show_id) const {
    auto state = std::make_unique<State>();
    Concert concert;
    concert.id.uuid.bytes[0] = 1;
    concert.sale_no = 1;
    Show show;
    show.id.uuid.bytes[0] = 2;
    show.concert = concert.id;
    show.sections = sections;
    number_seats(show.sections);
    show.blocked = taken;
    state->restore(concert);
    state->restore(show);
    show_id = show.id;
    return state;
  }
};

struct ChosenSeats {
  std::vector<SeatIndex> seats;
  std::int64_t fitting = 0;
};

ChosenSeats choose(const House& house, const BestAvailable& wish) {
  ShowId id;
  const auto state = house.state(id);
  return {choose_best_available(*state->show(id), wish), count_fitting(*state->show(id), wish)};
}

// One section whose rows are drawn: '.' is free, 'x' is taken.
House drawn(const std::vector<std::string>& rows) {
  House house;
  house.sections.push_back({"A", Money{100}, static_cast<std::uint32_t>(rows.size()),
                            static_cast<std::uint32_t>(rows[0].size()), 0});
  for (const std::string& row : rows)
    for (const char seat : row) house.taken.push_back(seat == 'x');
  return house;
}

struct Case {
  std::vector<std::string> rows;
  int count;
  std::vector<SeatIndex> seats;
  const char* why;
};

TEST(BestAvailable, ChoosesAsTheTableSays) {
  const Case kCases[] = {
      {{"......"}, 2, {2, 3}, "the middle of the row"},
      {{"....."}, 1, {2}, "the middle of an odd row"},
      {{"......"},
       3,
       {0, 1, 2},
       "the middle would leave a single; of two equal ends the lower numbers"},
      {{"....", "....", "...."}, 2, {4, 5}, "the row after the front third"},
      {{"...."}, 4, {0, 1, 2, 3}, "the whole row"},
      {{"x..x..."}, 2, {1, 2}, "a block that leaves no single"},
      {{"...x"}, 2, {1, 2}, "yields where a single is left in any case"},
      {{"...", "xx.", "..."},
       2,
       {0, 1},
       "only singles are left over anywhere: the best row that has two"},
      {{"x.x.x"}, 2, {1, 3}, "parts the party rather than refuse"},
      {{".x.xx", "..xxx"}, 3, {5, 6, 0}, "the largest block first, then the rest"},
      {{"xxxx", "xx.x"}, 1, {6}, "the last seat"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(choose(drawn(c.rows), {.count = c.count}).seats, c.seats) << c.why;
  }
}

TEST(BestAvailable, TogetherRefusesRatherThanPart) {
  EXPECT_TRUE(choose(drawn({"x.x.x"}), {.count = 2, .together = true}).seats.empty());
  EXPECT_EQ(choose(drawn({"x.x.x"}), {.count = 2, .together = true}).fitting, 2);
}

TEST(BestAvailable, TooFewSeatsGiveNone) {
  EXPECT_TRUE(choose(drawn({"x.x.x"}), {.count = 3}).seats.empty());
}

TEST(BestAvailable, SectionAndPriceNarrowTheChoice) {
  House house;
  house.sections = {{"VIP", Money{300}, 1, 4, 0}, {"A", Money{100}, 1, 4, 0}};
  EXPECT_EQ(choose(house, {.count = 4}).seats, (std::vector<SeatIndex>{0, 1, 2, 3}));
  EXPECT_EQ(choose(house, {.count = 4, .section = "A"}).seats,
            (std::vector<SeatIndex>{4, 5, 6, 7}));
  EXPECT_EQ(choose(house, {.count = 4, .max_price = Money{100}}).seats,
            (std::vector<SeatIndex>{4, 5, 6, 7}));
  EXPECT_EQ(choose(house, {.count = 1, .max_price = Money{99}}).fitting, 0);
  EXPECT_TRUE(choose(house, {.count = 5, .section = "A"}).seats.empty());
  EXPECT_EQ(choose(house, {.count = 5}).seats.size(), 5u);  // parted over the sections
}

// --- properties ----------------------------------------------------------------------------------

House any_house() {
  House house;
  const int sections = *rc::gen::inRange(1, 4);
  for (int i = 0; i < sections; ++i)
    house.sections.push_back({std::string(1, static_cast<char>('A' + i)), Money{100 * (i % 2)},
                              *rc::gen::inRange<std::uint32_t>(1, 6),
                              *rc::gen::inRange<std::uint32_t>(1, 10), 0});
  auto numbered = house.sections;
  number_seats(numbered);
  const int tenths = *rc::gen::inRange(0, 10);
  for (SeatIndex s = 0; s < seat_count(numbered); ++s)
    house.taken.push_back(*rc::gen::inRange(0, 10) < tenths);
  return house;
}

BestAvailable any_wish() {
  BestAvailable wish{.count = *rc::gen::inRange(1, 7)};
  if (*rc::gen::inRange(0, 3) == 0) wish.section = "A";
  if (*rc::gen::inRange(0, 3) == 0) wish.max_price = Money{*rc::gen::inRange(0, 150)};
  wish.together = *rc::gen::inRange(0, 3) == 0;
  return wish;
}

// What the wish allows, by looking at every seat.
struct Naive {
  std::vector<Section> sections;
  const House& house;
  const BestAvailable& wish;

  Naive(const House& h, const BestAvailable& w) : sections(h.sections), house(h), wish(w) {
    number_seats(sections);
  }
  bool free(SeatIndex seat) const {
    const Section& section = sections[seat_place(sections, seat).section];
    return !house.taken[seat] && (!wish.section || section.name == *wish.section) &&
           (!wish.max_price || section.price <= *wish.max_price);
  }
  // Whether the seat stands in the same row and is free.
  bool free_beside(SeatIndex seat, int step) const {
    const SeatPlace here = seat_place(sections, seat);
    const int number = static_cast<int>(here.number) + step;
    if (number < 1 || number > static_cast<int>(sections[here.section].seats_per_row)) return false;
    return free(static_cast<SeatIndex>(static_cast<int>(seat) + step));
  }
  bool is_block(SeatIndex first) const {
    for (int i = 0; i < wish.count; ++i)
      if (i == 0 ? !free(first) : !free_beside(first, i)) return false;
    return true;
  }
  bool leaves_single(SeatIndex first) const {
    const int last = static_cast<int>(wish.count);
    const bool left = free_beside(first, -1) && !free_beside(first, -2);
    const bool right = free_beside(first, last) && !free_beside(first, last + 1);
    return left || right;
  }
  std::int64_t fitting() const {
    std::int64_t count = 0;
    for (SeatIndex s = 0; s < seat_count(sections); ++s) count += free(s);
    return count;
  }
};

bool is_run(const std::vector<SeatIndex>& seats) {
  for (std::size_t i = 1; i < seats.size(); ++i)
    if (seats[i] != seats[i - 1] + 1) return false;
  return true;
}

RC_GTEST_PROP(BestAvailable, AgreesWithALookAtEverySeat, ()) {
  const House house = any_house();
  const BestAvailable wish = any_wish();
  const Naive naive(house, wish);
  const ChosenSeats chosen = choose(house, wish);
  RC_ASSERT(choose(house, wish).seats == chosen.seats);  // the same again
  RC_ASSERT(chosen.fitting == naive.fitting());

  std::vector<SeatIndex> blocks;
  for (SeatIndex s = 0; s < seat_count(naive.sections); ++s)
    if (naive.is_block(s)) blocks.push_back(s);
  if (!blocks.empty()) {
    RC_ASSERT(chosen.seats.size() == static_cast<std::size_t>(wish.count));
    RC_ASSERT(is_run(chosen.seats));
    RC_ASSERT(naive.is_block(chosen.seats[0]));
    // In the first section that has a block at all, none without a single was passed over.
    const auto section = seat_place(naive.sections, blocks[0]).section;
    RC_ASSERT(seat_place(naive.sections, chosen.seats[0]).section == section);
    const bool avoidable = std::any_of(blocks.begin(), blocks.end(), [&](SeatIndex first) {
      return seat_place(naive.sections, first).section == section && !naive.leaves_single(first);
    });
    RC_ASSERT(!avoidable || !naive.leaves_single(chosen.seats[0]));
    return;
  }
  // No block: parted where that is allowed and there are enough, else none.
  const bool enough = naive.fitting() >= wish.count && !wish.together;
  RC_ASSERT(chosen.seats.size() == (enough ? static_cast<std::size_t>(wish.count) : 0u));
  const std::set<SeatIndex> distinct(chosen.seats.begin(), chosen.seats.end());
  RC_ASSERT(distinct.size() == chosen.seats.size());
  for (const SeatIndex seat : chosen.seats) RC_ASSERT(naive.free(seat));
}

TEST(BestAvailable, FillsAHouseToTheLastSeat) {
  World world;
  const Sale sale =
      world.open_sale({.max_seats_per_user = 100, .rows = 7, .seats_per_row = 9, .price = 0});
  std::int64_t left = 63;
  for (int i = 0; left > 0; ++i) {
    const Shopper who = world.enter(sale);
    HoldSeats hold = world.hold_command(who, sale, {});
    hold.best_available = BestAvailable{.count = std::min<std::int64_t>(left, 1 + i % 4)};
    left -= static_cast<std::int64_t>(world.expect<OrderAnswer>(hold).order.seats.size());
  }
  EXPECT_EQ(world.show_state(sale).available, 0);
}

}  // namespace
}  // namespace frontrow
