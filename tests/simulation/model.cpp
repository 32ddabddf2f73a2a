#include "model.h"

#include <sodium.h>

#include <algorithm>
#include <cstring>

namespace frontrow::simulation {

// --- a sale --------------------------------------------------------------------------------------

std::size_t ModelSale::rank_of(std::size_t place) const {
  for (std::size_t rank = 0; rank < called_in_order.size(); ++rank)
    if (called_in_order[rank] == place) return rank + 1;
  return place + 1;
}

std::size_t ModelSale::place_at(std::size_t rank) const {
  return rank <= called_in_order.size() ? called_in_order[rank - 1] : rank - 1;
}

bool ModelSale::waits(std::size_t place) const {
  return places[place].stage == Stage::waiting;
}

std::size_t ModelSale::waiting() const {
  std::size_t count = 0;
  for (std::size_t place = 0; place < places.size(); ++place) count += waits(place);
  return count;
}

std::size_t ModelSale::position(std::size_t place) const {
  const std::size_t own = rank_of(place);
  std::size_t count = 0;
  for (std::size_t rank = 1; rank <= own; ++rank) count += waits(place_at(rank));
  return count;
}

std::int64_t ModelSale::inside() const {
  return active() + std::count_if(places.begin(), places.end(),
                                  [](const ModelPlace& p) { return p.stage == Stage::called; });
}

std::int64_t ModelSale::active() const {
  return std::count_if(entries.begin(), entries.end(),
                       [](const ModelEntry& e) { return e.active; });
}

ModelEntry* ModelSale::entry(EntryId entry_id) {
  for (ModelEntry& entry : entries)
    if (entry.id == entry_id) return &entry;
  return nullptr;
}

const ModelEntry* ModelSale::active_entry_of(std::size_t place) const {
  for (const ModelEntry& entry : entries)
    if (entry.place == place && entry.active) return &entry;
  return nullptr;
}

std::optional<std::size_t> ModelSale::newest_place(UserId user) const {
  for (std::size_t place = places.size(); place > 0; --place)
    if (places[place - 1].user == user) return place - 1;
  return {};
}

Time ModelSale::asked_until(std::size_t place) const {
  if (places[place].asked != Time{}) return places[place].asked;
  const std::size_t rank = rank_of(place);
  if (place >= places_at_start || rank <= watermark_at_start) return {};
  const bool near = rank - watermark_at_start <= static_cast<std::size_t>(rules.capacity);
  // Those near the front were asked to come at least each 10 s, the others each minute.
  return started_at +
         (near ? std::min(seconds(10), milliseconds(rules.claim_seconds * 1000 / 3)) : seconds(60));
}

// --- everything ----------------------------------------------------------------------------------

ModelSale* Model::sale(ConcertId id) {
  for (ModelSale& sale : sales)
    if (sale.id == id) return &sale;
  return nullptr;
}

ModelSale* Model::sale(SaleNo no) {
  return no >= 1 && no <= sales.size() ? &sales[no - 1] : nullptr;
}

SeatStatus Model::seat_status(const ModelShow& show, SeatIndex seat) const {
  const ModelSeat& s = show.seats[seat];
  if (s.owner)
    return orders.at(*s.owner).status == OrderStatus::paid ? SeatStatus::sold : SeatStatus::held;
  return s.blocked ? SeatStatus::blocked : SeatStatus::available;
}

std::int64_t Model::seats_of(const ModelSale& sale, SeatStatus status) const {
  std::int64_t count = 0;
  for (const ShowId& id : sale.shows) {
    const ModelShow& show = shows.at(id);
    if (!bookable(show)) continue;
    for (SeatIndex seat = 0; seat < show.seats.size(); ++seat)
      count += seat_status(show, seat) == status;
  }
  return count;
}

std::int64_t Model::seats_of_user(ConcertId concert, UserId user) const {
  std::int64_t count = 0;
  for (const auto& [id, order] : orders)
    if (order.concert == concert && order.user == user && !order.complimentary &&
        (order.status == OrderStatus::held || order.status == OrderStatus::paid))
      count += static_cast<std::int64_t>(order.seats.size());
  return count;
}

Phase Model::phase(const ModelSale& sale) const {
  const bool any_show = std::any_of(sale.shows.begin(), sale.shows.end(),
                                    [&](const ShowId& id) { return bookable(shows.at(id)); });
  if (sale.closed || !any_show || (sale.rules.closes_at && *sale.rules.closes_at <= now))
    return Phase::closed;
  if (now < sale.rules.lobby_opens_at) return Phase::scheduled;
  if (now < sale.rules.opens_at) return Phase::lobby;
  if (seats_of(sale, SeatStatus::available) + seats_of(sale, SeatStatus::held) == 0)
    return Phase::sold_out;
  return sale.paused ? Phase::paused : Phase::open;
}

// --- the draw ------------------------------------------------------------------------------------

Digest sha256(std::string_view bytes) {
  Digest digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  return digest;
}

namespace {
template <class Bytes>
std::string text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
}  // namespace

Digest first_join_digest(ConcertId concert) {
  return sha256("frontrow-draw-1:lobby" + text_of(concert.uuid.bytes));
}

Digest next_join_digest(const Digest& before, const JoinRecord& record) {
  std::string text = "frontrow-draw-1:join" + text_of(before);
  for (int shift = 24; shift >= 0; shift -= 8)
    text += static_cast<char>(record.lobby_number >> shift);
  text += text_of(record.tag);
  for (int shift = 56; shift >= 0; shift -= 8)
    text += static_cast<char>(static_cast<std::uint64_t>(record.joined_at.ms) >> shift);
  return sha256(text);
}

std::vector<std::size_t> drawn_order(const Digest& seed, std::size_t members) {
  // Twice as many words as rejection could need in any test.
  std::vector<std::uint8_t> stream(64 + members * 16);
  const unsigned char nonce[12] = {};
  crypto_stream_chacha20_ietf(stream.data(), stream.size(), nonce, seed.data());
  std::size_t at = 0;
  const auto word = [&] {
    std::uint32_t value;
    std::memcpy(&value, &stream[at], 4);
    at += 4;
    return value;
  };
  std::vector<std::size_t> rank_of(members);
  for (std::size_t i = 0; i < members; ++i) rank_of[i] = i + 1;
  for (std::uint64_t left = members; left > 1; --left) {
    const std::uint64_t uneven = (std::uint64_t{1} << 32) % left;
    std::uint64_t product;
    do product = std::uint64_t{word()} * left;
    while ((product & 0xFFFFFFFF) < uneven);
    std::swap(rank_of[left - 1], rank_of[product >> 32]);
  }
  std::vector<std::size_t> order(members);
  for (std::size_t i = 0; i < members; ++i) order[rank_of[i] - 1] = i;
  return order;
}

// --- labels --------------------------------------------------------------------------------------

std::optional<SeatIndex> seat_of_label(const std::vector<Section>& sections,
                                       const std::string& label) {
  SeatIndex seat = 0;
  for (const Section& section : sections)
    for (std::uint32_t row = 1; row <= section.rows; ++row)
      for (std::uint32_t number = 1; number <= section.seats_per_row; ++number, ++seat)
        if (label == section.name + "-" + std::to_string(row) + "-" + std::to_string(number))
          return seat;
  return {};
}

}  // namespace frontrow::simulation
