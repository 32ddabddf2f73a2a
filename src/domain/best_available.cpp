#include "domain/best_available.h"

#include <algorithm>
#include <cstdlib>

namespace frontrow {
namespace {

// A run of free seats in one row: [first, first + length) as SeatIndex.
struct Run {
  SeatIndex first;
  std::uint32_t length;
};

bool fits(const Section& section, const BestAvailable& wish) {
  if (wish.section && section.name != *wish.section) return false;
  return !wish.max_price || section.price <= *wish.max_price;
}

// Rows in the order of preference: nearest to the end of the front third first, the nearer to the
// stage where two are equally far.
std::vector<std::uint32_t> rows_by_preference(std::uint32_t rows) {
  std::vector<std::uint32_t> order(rows);
  for (std::uint32_t i = 0; i < rows; ++i) order[i] = i;
  const int best = static_cast<int>(rows) / 3;
  std::stable_sort(order.begin(), order.end(), [best](std::uint32_t a, std::uint32_t b) {
    return std::abs(static_cast<int>(a) - best) < std::abs(static_cast<int>(b) - best);
  });
  return order;
}

template <class Visit>
void for_each_run(const ShowState& show, const Section& section, std::uint32_t row, Visit visit) {
  const SeatIndex begin = section.first_seat + row * section.seats_per_row;
  const SeatIndex end = begin + section.seats_per_row;
  SeatIndex seat = begin;
  while (seat < end) {
    while (seat < end && show.seats[seat] != SeatStatus::available) ++seat;
    const SeatIndex first = seat;
    while (seat < end && show.seats[seat] == SeatStatus::available) ++seat;
    if (seat > first) visit(Run{first, seat - first});
  }
}

struct Candidate {
  bool leaves_single = true;
  std::uint32_t off_middle = UINT32_MAX;  // twice the distance from the row's middle
  SeatIndex first = 0;
  bool better_than(const Candidate& other) const {
    if (leaves_single != other.leaves_single) return !leaves_single;
    return off_middle < other.off_middle;
  }
};

// The best block of `count` in one row.
std::optional<Candidate> best_in_row(const ShowState& show, const Section& section,
                                     std::uint32_t row, std::uint32_t count) {
  std::optional<Candidate> best;
  const SeatIndex begin = section.first_seat + row * section.seats_per_row;
  for_each_run(show, section, row, [&](Run run) {
    for (std::uint32_t skip = 0; skip + count <= run.length; ++skip) {
      const std::uint32_t rest = run.length - count - skip;
      const std::uint32_t twice_centre = 2 * (run.first + skip - begin) + count;
      Candidate candidate;
      candidate.leaves_single = skip == 1 || rest == 1;
      candidate.off_middle = static_cast<std::uint32_t>(
          std::abs(static_cast<int>(twice_centre) - static_cast<int>(section.seats_per_row)));
      candidate.first = run.first + skip;
      if (!best || candidate.better_than(*best)) best = candidate;
    }
  });
  return best;
}

std::vector<SeatIndex> block(SeatIndex first, std::uint32_t count) {
  std::vector<SeatIndex> seats(count);
  for (std::uint32_t i = 0; i < count; ++i) seats[i] = first + i;
  return seats;
}

// A block in one row of the section: the first row by preference that leaves no single seat, else
// the first that has a block at all.
std::optional<Candidate> best_in_section(const ShowState& show, std::uint32_t section_index,
                                         std::uint32_t count) {
  const Section& section = show.show->sections[section_index];
  std::optional<Candidate> with_single;
  for (const std::uint32_t row : rows_by_preference(section.rows)) {
    if (show.free_in_row[show.first_row[section_index] + row] < count) continue;
    const auto candidate = best_in_row(show, section, row, count);
    if (!candidate) continue;
    if (!candidate->leaves_single) return candidate;
    if (!with_single) with_single = candidate;
  }
  return with_single;
}

std::vector<SeatIndex> together(const ShowState& show, const BestAvailable& wish) {
  const auto& sections = show.show->sections;
  const auto count = static_cast<std::uint32_t>(wish.count);
  for (std::uint32_t i = 0; i < sections.size(); ++i) {
    if (!fits(sections[i], wish)) continue;
    if (const auto found = best_in_section(show, i, count)) return block(found->first, count);
  }
  return {};
}

// The largest runs first, so that the party is parted as little as possible.
std::vector<SeatIndex> parted(const ShowState& show, const BestAvailable& wish) {
  std::vector<Run> runs;
  const auto& sections = show.show->sections;
  for (std::uint32_t i = 0; i < sections.size(); ++i) {
    if (!fits(sections[i], wish)) continue;
    for (std::uint32_t row = 0; row < sections[i].rows; ++row)
      if (show.free_in_row[show.first_row[i] + row] > 0)
        for_each_run(show, sections[i], row, [&](Run run) { runs.push_back(run); });
  }
  std::stable_sort(runs.begin(), runs.end(),
                   [](const Run& a, const Run& b) { return a.length > b.length; });
  std::vector<SeatIndex> seats;
  for (const Run& run : runs)
    for (std::uint32_t i = 0; i < run.length && seats.size() < static_cast<std::size_t>(wish.count);
         ++i)
      seats.push_back(run.first + i);
  return seats;
}

}  // namespace

std::int64_t count_fitting(const ShowState& show, const BestAvailable& wish) {
  std::int64_t count = 0;
  const auto& sections = show.show->sections;
  for (std::uint32_t i = 0; i < sections.size(); ++i) {
    if (!fits(sections[i], wish)) continue;
    for (std::uint32_t row = 0; row < sections[i].rows; ++row)
      count += show.free_in_row[show.first_row[i] + row];
  }
  return count;
}

std::vector<SeatIndex> choose_best_available(const ShowState& show, const BestAvailable& wish) {
  if (count_fitting(show, wish) < wish.count) return {};
  std::vector<SeatIndex> seats = together(show, wish);
  if (seats.empty() && !wish.together) seats = parted(show, wish);
  return seats;
}

}  // namespace frontrow
