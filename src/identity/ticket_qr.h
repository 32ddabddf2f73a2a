// The text in a ticket's QR code, which a gate can verify without a network:
//
//   FT1:<code>:<base32 of: 4 key id | 16 show | the seat's label | 64 signature>
//
// in upper-case Crockford base32, so that QR's dense alphanumeric mode can hold it. Ed25519 signs
// "frontrow-ticket-1" | code | key id | show | label. Pure functions, safe on any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/uuid.h"
#include "identity/key_ring.h"

namespace frontrow::identity {

struct TicketClaims {
  std::string code;  // 26 characters of Crockford base32, upper case
  ShowId show;
  std::string seat;  // 1 to 255 bytes
  auto operator<=>(const TicketClaims&) const = default;
};

// Requires: the ring has a ticket key that signs at `now`, and code and seat have their form.
std::string sign_ticket(const KeyRing& ring, const TicketClaims& claims, Time now);

// Empty for every text that a key of the ring has not signed. Whether the ticket is still valid,
// and whether someone has come in with it, a gate without a network cannot know.
std::optional<TicketClaims> check_ticket(const KeyRing& ring, std::string_view text, Time now);

}  // namespace frontrow::identity
