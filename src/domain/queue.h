// The rows of a sale's queue: its counters, the places in it, and the entries that places become.
//
//   a place:   waiting ──▶ called ──▶ admitted ──▶ finished (purchased | expired | left)
//                 │           │
//                 ▼           ▼
//               left        missed
//
//   an entry:  active ──▶ used (by a payment) | expired (its time, leaving, the sale's end)
#pragma once

#include <array>
#include <cstdint>

#include "base/time.h"
#include "base/uuid.h"
#include "domain/concert.h"

namespace frontrow {

using PlaceNumber = std::uint32_t;  // from 1, in the order of joining
using Rank = std::uint32_t;  // from 1, in the order of calling; equals the number but for the drawn

// The counters of a sale's queue. One row a sale.
struct Queue {
  SaleNo sale_no = 0;
  PlaceNumber last_number = 0;
  bool lobby_ended = false;
  PlaceNumber lobby_count = 0;  // members of the lobby; fixed once it has ended
  bool drawn = false;
  Digest draw_seed{};         // set by the draw
  Digest join_digest{};       // runs with every join of the lobby
  Rank called_upto = 0;       // everyone whose rank is at or below it has been called
  Time called_at;             // when the watermark moved last
  Time bucket_at;             // the rate's token bucket, as of this time,
  std::int64_t bucket = 0;    // in 1/60000 of a call: entries_per_minute × milliseconds
  std::int64_t missed = 0;    // people so far
  std::int64_t admitted = 0;  // entries so far
  Duration extended;          // by which staff has prolonged everybody's time, in all
  std::uint64_t version = 0;
};

// What is stored of a place. Called, admitted and finished follow from the watermark and the entry.
enum class PlaceState : std::uint8_t { waiting, left, missed };

struct Place {
  SaleNo sale_no = 0;
  PlaceNumber number = 0;
  UserId user;
  PlaceState state = PlaceState::waiting;
  Time joined_at;
};

enum class EntryState : std::uint8_t { active, used, expired };
enum class EntryEnd : std::uint8_t { none, purchased, time, left, closed };

struct Entry {
  EntryId id;
  SaleNo sale_no = 0;
  PlaceNumber number = 0;
  UserId user;
  EntryState state = EntryState::active;
  EntryEnd end = EntryEnd::none;
  Time claimed_at;
  Time expires_at;
  Time bound;  // no prolongation goes beyond: claim + entry_seconds + hold_seconds (+ extensions by
               // staff)
  Time issued_at;  // of its newest token; with expires_at it decides the token's every byte
};

}  // namespace frontrow
