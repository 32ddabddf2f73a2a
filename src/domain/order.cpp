#include "domain/order.h"

namespace frontrow {
namespace {
constexpr std::string_view kNames[] = {"held", "paid", "cancelled", "expired", "refunded"};
}

std::string_view to_text(OrderStatus status) {
  return kNames[static_cast<std::size_t>(status)];
}

std::optional<OrderStatus> parse_order_status(std::string_view text) {
  for (std::size_t i = 0; i < std::size(kNames); ++i)
    if (kNames[i] == text) return static_cast<OrderStatus>(i);
  return {};
}

bool is_edge(OrderStatus from, OrderStatus to) {
  switch (from) {
    case OrderStatus::held:
      return to == OrderStatus::paid || to == OrderStatus::cancelled || to == OrderStatus::expired;
    case OrderStatus::paid:
      return to == OrderStatus::refunded;
    default:
      return false;
  }
}

}  // namespace frontrow
