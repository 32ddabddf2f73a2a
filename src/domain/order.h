// An order: it begins as a hold on seats.
//
//   held ──▶ paid ──▶ refunded
//     ├────▶ cancelled
//     └────▶ expired
//
// A complimentary order is born paid. No other edge exists; `check_edge` stops the process on one.
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
#include "domain/concert.h"

namespace frontrow {

enum class OrderStatus : std::uint8_t { held, paid, cancelled, expired, refunded };
std::string_view to_text(OrderStatus status);
std::optional<OrderStatus> parse_order_status(std::string_view text);
bool is_edge(OrderStatus from, OrderStatus to);

// 26 random characters of Crockford base32.
using TicketCode = std::array<char, 26>;
inline std::string_view to_text(const TicketCode& code) {
  return {code.data(), code.size()};
}

struct IssuedTicket {
  TicketId id;
  TicketCode code{};
};

struct Order {
  OrderId id;
  ShowId show;
  ConcertId concert;
  UserId user;                   // nil for a complimentary order
  EntryId entry;                 // nil for a complimentary order
  std::vector<SeatIndex> seats;  // in the order asked for; never empty
  Money total;
  OrderStatus status = OrderStatus::held;
  Time created_at;
  Time hold_expires_at;
  bool extended = false;
  bool complimentary = false;
  std::string note = {};  // complimentary: for whom
  PaymentId payment = {};
  Time paid_at = {};
  Money balance_after = {};
  std::vector<IssuedTicket> tickets = {};  // one a seat, from the payment on
  RefundId refund = {};
  Time ended_at = {};         // cancelled, expired or refunded
  std::uint64_t version = 0;  // the show's version at the last change
};

inline bool owns_seats(OrderStatus status) {
  return status == OrderStatus::held || status == OrderStatus::paid;
}

// What a gate knows of a ticket, by its code. Void follows from the order's status.
struct Ticket {
  TicketCode code{};
  OrderId order;
  std::uint32_t ordinal = 0;  // index into Order::tickets
  std::optional<Time> checked_in_at = {};
};

}  // namespace frontrow
