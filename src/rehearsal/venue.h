// The sale that is rehearsed, as everybody can read it, and what all parts of the crowd share while
// it runs. Constant after the start but for the atomics.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "rehearsal/nodes.h"
#include "rehearsal/people.h"
#include "rehearsal/profile.h"
#include "rehearsal/seat_names.h"

namespace frontrow::rehearsal {

struct SaleRules {
  std::int64_t capacity = 0;
  std::int64_t entries_per_minute = 0;
  std::int64_t claim_seconds = 0;
  std::int64_t hold_seconds = 0;
  std::int64_t max_seats_per_user = 0;
  std::int32_t opens_ms = 0;  // by the server's clock, since the start of the run
};

struct Venue {
  std::string concert;                // its id
  std::vector<std::string> sections;  // names; empty: nobody has a favourite
  std::int64_t price_max = 0;
  std::int64_t seats = 0;
  SaleRules rules;
  std::int64_t server_base_ms = 0;  // the server's time at the start of the run, since 1970
};

// Where calls go and as whom.
struct Target {
  std::vector<NodeAddress> nodes{1};  // of one server: they share a store
  std::string provider_key;
  std::string issuer;
  std::string audience;
  std::string staff_key;           // may be empty
  bool staff_tops_up = false;      // wallets are filled by staff alone
  std::int64_t token_expires = 0;  // of the access tokens, in seconds since 1970
  std::string run;                 // makes accounts and keys of this run its own
};

struct Plan {
  const Profile& profile;
  const People& people;
  const Venue& venue;
  const Target& target;
  SeatNames& seats;
  std::int64_t start_us = 0;           // steady clock at the start of the run
  std::atomic<bool> stop = false;      // the loops end as soon as they see it
  std::atomic<bool> sold_out = false;  // somebody was told so
  Nodes nodes{target.nodes.size()};
};

// The steady clock in microseconds.
std::int64_t steady_us();

}  // namespace frontrow::rehearsal
