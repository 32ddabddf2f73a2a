// The table of routes: method, pattern, who may call, and the function that answers. A variable
// segment of a pattern stands in braces: "/v1/orders/{order_id}".
#pragma once

#include <string_view>
#include <vector>

#include "api/call.h"

namespace frontrow::api {

struct RouteCounts;

// `any`: every staff key, whatever its role.
enum class Access : std::uint8_t { open, user, any, viewer, manager, admin, gate };

struct Route {
  http::Method method;
  std::string_view pattern;
  Access access;
  void (*handle)(const CallPtr& call);
  RouteCounts* counts = nullptr;
  bool is_live = false;  // tells queues or seats, which must not be old
};

// Each file of routes gives its own.
std::vector<Route> account_routes();
std::vector<Route> catalogue_routes();
std::vector<Route> queue_routes();
std::vector<Route> show_routes();
std::vector<Route> order_routes();
std::vector<Route> wallet_routes();
std::vector<Route> ticket_routes();
std::vector<Route> staff_sale_routes();
std::vector<Route> staff_order_routes();
std::vector<Route> staff_key_routes();
std::vector<Route> staff_figure_routes();
std::vector<Route> gate_routes();
std::vector<Route> operations_routes();

bool has_valid_idempotency_key(const Call& call);

}  // namespace frontrow::api
