// Values as the contract's JSON. In a kept answer tokens are references (token_desk.h), so that it
// holds none.
#pragma once

#include <string>

#include "api/token_desk.h"
#include "base/encoding.h"
#include "base/json_writer.h"
#include "domain/commands.h"
#include "engine/views.h"

namespace frontrow::api {

// Set once at start, before the first answer is rendered.
void set_currency(std::string currency);
std::string_view currency();

// An answer with its tokens in place, without the way over references. `shown`: see TokenDesk.
ReadyAnswer render_ready(const Answer& answer, const TokenDesk& tokens, const ShownEntry* shown);

void write_concert_fields(JsonWriter& json, const Concert& concert, Phase phase,
                          const std::vector<std::shared_ptr<const Show>>& shows);
void write_sale(JsonWriter& json, const SaleSettings& sale);
// Everything of the status but tokens.
void write_place_status(JsonWriter& json, const PlaceStatus& status);
// `status` is what is told of the order: a hold whose time is over is told as expired.
void write_order(JsonWriter& json, const Order& order, const Show& show, OrderStatus status);
OrderStatus told_status(const Order& order, Time now);
void write_payment(JsonWriter& json, const Order& order, const Show& show);
void write_tickets(JsonWriter& json, const Order& order, const Show& show);
void write_price_range(JsonWriter& json, PriceRange range);
// Without its hash.
void write_staff_key(JsonWriter& json, const StaffKey& key);
// What staff see of a concert: with `published`, `version` and its shows.
std::string staff_concert_json(const Concert& concert, Phase phase,
                               const std::vector<std::shared_ptr<const Show>>& shows,
                               Time server_time);

}  // namespace frontrow::api
