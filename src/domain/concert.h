// What is sold: a concert with its sale's rules, its shows, and each show's sections of seats.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/money.h"
#include "base/time.h"
#include "base/uuid.h"

namespace frontrow {

using SaleNo = std::uint32_t;     // a concert's small number, given at creation, used inside tokens
using SeatIndex = std::uint32_t;  // a seat's number in its show, from 0, section after section
using Digest = std::array<std::uint8_t, 32>;  // SHA-256

// The rules of a sale. Ranges are checked where a body is read; here they hold.
struct SaleSettings {
  Time opens_at;
  Time lobby_opens_at;  // <= opens_at
  std::optional<Time> closes_at = {};
  bool draw = false;  // places of the lobby are drawn; otherwise first come, first served
  std::int64_t capacity = 1000;           // active + called people
  std::int64_t entries_per_minute = 600;  // calls
  std::int64_t people_per_seat = 20;      // active + called people per available seat; 0 = no limit
  std::int64_t entry_seconds = 600;
  std::int64_t claim_seconds = 120;
  std::int64_t hold_seconds = 300;
  std::int64_t max_seats_per_user = 4;
  bool operator==(const SaleSettings&) const = default;
};

enum class Phase : std::uint8_t { scheduled, lobby, open, paused, sold_out, closed };
std::string_view to_text(Phase phase);

struct Concert {
  ConcertId id;
  SaleNo sale_no = 0;
  std::string title, artist, venue, time_zone, description;
  bool published = false;
  SaleSettings sale;
  std::optional<std::string> message = {};  // what staff tell the line
  bool paused = false;
  bool closed = false;
  Digest draw_secret{};  // public after the draw; its SHA-256 is public from the start
  Digest member_key{};   // keys the tags of the join records; never public
  std::string public_input = {};
  Time created_at;
  std::uint64_t version = 0;  // grows with every change of this row; the `ETag` of staff's answers
};

struct Section {
  std::string name;
  Money price;
  std::uint32_t rows = 0;
  std::uint32_t seats_per_row = 0;
  SeatIndex first_seat = 0;  // derived: the seats of the sections before this one
  std::uint32_t seat_count() const { return rows * seats_per_row; }
};

struct Show {
  ShowId id;
  ConcertId concert;
  Time starts_at;
  std::optional<Time> doors_at = {};
  std::vector<Section> sections;
  bool cancelled = false;
  std::vector<bool> blocked = {};  // by SeatIndex; empty means none
  bool is_blocked(SeatIndex seat) const { return !blocked.empty() && blocked[seat]; }
};

// A show's version: it grows with every batch that changes a seat.
struct ShowVersion {
  ShowId show;
  std::uint64_t version = 0;
};

enum class SeatStatus : std::uint8_t { available, held, sold, blocked };
std::string_view to_text(SeatStatus status);

// A place in a show's seat map, as its label says it: "A-3-12" is section A, row 3, seat 12.
struct SeatPlace {
  std::uint32_t section = 0;  // index into Show::sections
  std::uint32_t row = 0;      // from 1
  std::uint32_t number = 0;   // from 1
};

SeatIndex seat_count(const std::vector<Section>& sections);
// Sets each section's first_seat.
void number_seats(std::vector<Section>& sections);
// Requires: seat < seat_count(sections).
SeatPlace seat_place(const std::vector<Section>& sections, SeatIndex seat);
std::string seat_label(const std::vector<Section>& sections, SeatIndex seat);
void append_seat_label(std::string& out, const std::vector<Section>& sections, SeatIndex seat);
// Empty where the show has no such seat. Only the canonical text is taken: no leading zeros.
std::optional<SeatIndex> find_seat(const std::vector<Section>& sections, std::string_view label);
std::optional<std::uint32_t> find_section(const std::vector<Section>& sections,
                                          std::string_view name);
Money seat_price(const std::vector<Section>& sections, SeatIndex seat);

struct PriceRange {
  Money min, max;
};
// Requires: at least one section.
PriceRange price_range(const std::vector<Section>& sections);

}  // namespace frontrow
