// What a person in the queue is told, and how often they are asked to come back. Both the committer
// (for the answer to a join) and the readers (for polls) describe places with the same function.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "domain/concert.h"
#include "domain/line.h"
#include "domain/queue.h"

namespace frontrow {

// The small facts of a sale that change with nearly every batch.
constexpr Duration kLongestPollInterval = seconds(60);

struct SaleFacts {
  std::shared_ptr<const Concert> concert;
  Queue queue;
  std::int64_t available = 0;  // seats of shows that can still be booked
  std::int64_t held = 0;
  std::int64_t sold = 0;
  std::int64_t bookable_shows = 0;
  std::int64_t active_entries = 0;
  std::int64_t called = 0;                // called and not yet come
  std::int64_t calls_per_minute = 0;      // observed
  std::optional<Time> last_call_at = {};  // in whole seconds; empty: none since the start
  std::int64_t revenue = 0;               // paid and not refunded
  std::int64_t orders_paid = 0;
  std::int64_t live_holds = 0;
  Duration longest_poll = kLongestPollInterval;  // nobody who waits is told to wait for longer
};

// `closed` once staff closed it, its end passed or no show can be booked any more; `sold_out` while
// every seat is sold or blocked.
Phase phase_at(const SaleFacts& facts, Time now);

// What an entry token is made of. The same grant always makes the same token.
struct EntryGrant {
  EntryId entry;
  ConcertId concert;
  UserId user;
  Time issued_at;
  Time expires_at;
};
EntryGrant grant_of(const Entry& entry, ConcertId concert);

enum class PlaceKind : std::uint8_t { lobby, waiting, called, admitted, missed, finished };
std::string_view to_text(PlaceKind kind);
enum class FinishReason : std::uint8_t { none, purchased, expired, left, sold_out, closed };
std::string_view to_text(FinishReason reason);

struct Eta {
  std::int64_t low_seconds = 0;
  std::int64_t high_seconds = 0;
};

struct PlaceStatus {
  PlaceKind kind = PlaceKind::waiting;
  FinishReason reason = FinishReason::none;
  Phase phase = Phase::open;
  std::shared_ptr<const Concert> concert;
  Time server_time;
  PlaceNumber lobby_number = 0;  // 0: not a member of the lobby
  PlaceNumber lobby_count = 0;
  Rank rank = 0;  // 0: not drawn
  std::uint32_t position = 0;
  std::uint32_t waiting = 0;
  std::uint32_t behind = 0;
  std::optional<Eta> eta = {};
  Duration poll_after = {};
  Time claim_until = {};                 // called
  std::optional<EntryGrant> grant = {};  // admitted
};

// `entry` is the place's entry where it has one that is active; `claim_until` counts for the
// called. `jitter` is any well-mixed number; it spreads the polls. Requires: number <=
// line.last_number().
PlaceStatus describe_place(const SaleFacts& facts, const Line& line, PlaceNumber number,
                           const Entry* entry, Time claim_until, Time now, std::uint64_t jitter);

// True where a join by its owner must give a new place.
bool is_over(const SaleFacts& facts, const Line& line, PlaceNumber number, Time now);

// The interval at which the first `capacity` positions poll, who may be called at any moment.
Duration near_poll_interval(const SaleSettings& sale);

}  // namespace frontrow
