// An order as its owner reads it.
#pragma once

#include "base/json_writer.h"
#include "domain/order.h"

namespace frontrow::api {

struct Service;
void write_own_order(JsonWriter& json, Service& service, const Order& order);

}  // namespace frontrow::api
