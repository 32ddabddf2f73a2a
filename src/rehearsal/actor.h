// What the crowd remembers of a person: 76 bytes each, and a visit for those who are inside.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/encoding.h"
#include "rehearsal/history.h"
#include "rehearsal/people.h"

namespace frontrow::rehearsal {

// Where an actor is. The last ones are ends.
enum class Stage : std::uint8_t {
  outside,
  lobby,
  waiting,
  inside,
  holding,
  bought,
  sold_out,     // was told that nothing is left, or found nothing inside
  left,         // went away, or gave up
  missed,       // was away when called, and did not come back
  turned_away,  // a bot whose tokens were refused
  watched,      // a second device, whose owner shops on the first
};
inline constexpr std::size_t kStages = 11;
std::string_view to_text(Stage stage);
inline bool is_end(Stage stage) {
  return stage >= Stage::bought;
}

inline constexpr std::uint32_t kNoActor = UINT32_MAX;
inline constexpr std::uint32_t kNoVisit = UINT32_MAX;
inline constexpr std::size_t kQueueTokenCharacters = 60;  // more are kept in no actor

struct Actor {
  std::uint32_t next = kNoActor;  // in the slot of the timers
  std::uint32_t due_ms = 0;
  std::uint32_t poll_due_ms = 0;
  std::uint32_t visit = kNoVisit;
  std::uint32_t balance = 0;  // points that were acknowledged, less what was paid
  std::uint16_t attempt = 0;  // of the call under way: a retry keeps it
  std::uint16_t polls = 0;
  Action action = Action::join;  // what is sent next
  std::uint8_t flags = 0;        // of that call
  Stage stage = Stage::outside;
  Kind kind = Kind::buyer;
  std::uint8_t places = 0;  // how many it has had
  std::uint8_t retries = 0;
  bool topped_up : 1 = false;
  bool missed_call : 1 = false;
  bool left_once : 1 = false;
  bool has_token : 1 = false;
  std::array<std::uint8_t, 45> queue_token{};  // decoded: 60 characters of base64url
};

static_assert(sizeof(Actor) == 76);

// The time inside.
struct Visit {
  std::string entry_token;
  std::string show;                 // its id
  std::vector<std::string> picked;  // labels; empty: best available
  std::string section;              // of a list to pick from, or a favourite; empty: any
  std::string order;                // its id; empty: no hold
  std::uint32_t order_index = kNoOrder;
  std::vector<std::uint32_t> holds;  // indexes of all orders of this visit: leaving ends each
  std::uint32_t total = 0;
  std::int32_t entry_expires_ms = 0;
  std::int32_t server_ahead_ms = 0;  // the server's clock less ours, at most
  std::int32_t hold_expires_ms = 0;
  std::uint8_t wish = 1;  // seats
  std::uint8_t tries = 0;
  bool together = true;
  bool picks = false;
  bool paid = false;
  bool was_late = false;
  bool was_greedy = false;
};

}  // namespace frontrow::rehearsal
