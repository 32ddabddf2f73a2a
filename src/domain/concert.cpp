#include "domain/concert.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"

namespace frontrow {
namespace {

// A positive decimal number without leading zeros.
std::optional<std::uint32_t> parse_number(std::string_view text) {
  if (text.empty() || text[0] == '0') return {};
  std::uint32_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

}  // namespace

std::string_view to_text(Phase phase) {
  constexpr std::string_view kNames[] = {"scheduled", "lobby",    "open",
                                         "paused",    "sold_out", "closed"};
  return kNames[static_cast<std::size_t>(phase)];
}

std::string_view to_text(SeatStatus status) {
  constexpr std::string_view kNames[] = {"available", "held", "sold", "blocked"};
  return kNames[static_cast<std::size_t>(status)];
}

SeatIndex seat_count(const std::vector<Section>& sections) {
  return sections.empty() ? 0 : sections.back().first_seat + sections.back().seat_count();
}

void number_seats(std::vector<Section>& sections) {
  SeatIndex next = 0;
  for (Section& section : sections) {
    section.first_seat = next;
    next += section.seat_count();
  }
}

SeatPlace seat_place(const std::vector<Section>& sections, SeatIndex seat) {
  const auto after =
      std::upper_bound(sections.begin(), sections.end(), seat,
                       [](SeatIndex s, const Section& x) { return s < x.first_seat; });
  FRONTROW_CHECK(after != sections.begin() && seat < seat_count(sections), "seat {}", seat);
  const auto section = after - 1;
  const SeatIndex offset = seat - section->first_seat;
  return {static_cast<std::uint32_t>(section - sections.begin()),
          offset / section->seats_per_row + 1, offset % section->seats_per_row + 1};
}

void append_seat_label(std::string& out, const std::vector<Section>& sections, SeatIndex seat) {
  const SeatPlace place = seat_place(sections, seat);
  out += sections[place.section].name;
  for (const std::uint32_t value : {place.row, place.number}) {
    char digits[12];
    const char* const end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out += '-';
    out.append(digits, static_cast<std::size_t>(end - digits));
  }
}

std::string seat_label(const std::vector<Section>& sections, SeatIndex seat) {
  std::string out;
  append_seat_label(out, sections, seat);
  return out;
}

std::optional<std::uint32_t> find_section(const std::vector<Section>& sections,
                                          std::string_view name) {
  for (std::size_t i = 0; i < sections.size(); ++i)
    if (sections[i].name == name) return static_cast<std::uint32_t>(i);
  return {};
}

std::optional<SeatIndex> find_seat(const std::vector<Section>& sections, std::string_view label) {
  const auto first = label.find('-');
  if (first == std::string_view::npos) return {};
  const auto second = label.find('-', first + 1);
  if (second == std::string_view::npos) return {};
  const auto section = find_section(sections, label.substr(0, first));
  const auto row = parse_number(label.substr(first + 1, second - first - 1));
  const auto number = parse_number(label.substr(second + 1));
  if (!section || !row || !number) return {};
  const Section& s = sections[*section];
  if (*row > s.rows || *number > s.seats_per_row) return {};
  return s.first_seat + (*row - 1) * s.seats_per_row + (*number - 1);
}

Money seat_price(const std::vector<Section>& sections, SeatIndex seat) {
  return sections[seat_place(sections, seat).section].price;
}

PriceRange price_range(const std::vector<Section>& sections) {
  FRONTROW_CHECK(!sections.empty(), "a show has sections");
  PriceRange range{sections[0].price, sections[0].price};
  for (const Section& section : sections) {
    range.min = std::min(range.min, section.price);
    range.max = std::max(range.max, section.price);
  }
  return range;
}

}  // namespace frontrow
