#include "api/render.h"

#include <atomic>

#include "api/api.h"
#include "api/token_desk.h"
#include "base/planted.h"

namespace frontrow::api {
namespace {

std::string g_currency = "KRW";  // NOLINT: written once at start

constexpr std::size_t kUsualBytes = 512;  // of an answer's body

Rendered with_room(int status) {
  Rendered out{status, {}};
  out.body.reserve(kUsualBytes);
  return out;
}

std::int64_t told_position(const PlaceStatus& status) {
  static std::atomic<std::int64_t> told = 0;
  return planted(Bug::position_grows) ? status.position + ++told : status.position;
}

Time told_hold_end(const Order& order) {
  return order.hold_expires_at + (planted(Bug::hold_shorter_than_shown) ? seconds(3) : seconds(0));
}

// Writes references for tokens, or with `tokens` the tokens themselves, which it then keeps.
struct Renderer {
  const TokenDesk* tokens = nullptr;
  const ShownEntry* shown = nullptr;
  std::string entry_token = {};
  std::string queue_token = {};

  void write_entry_token(JsonWriter& json, const EntryGrant& grant) {
    json.key("entry_token");
    if (!tokens) {
      json.raw("\"" + entry_reference(grant) + "\"");
      return;
    }
    entry_token = tokens->entry_token(grant, shown);
    json.string(entry_token);
  }
  void write_queue_token(JsonWriter& json, const QueueAnswer& answer) {
    const Time issued_at = answer.status.server_time;
    json.key("queue_token");
    if (!tokens) {
      json.raw("\"" + queue_reference(answer.sale_no, answer.number, answer.user, issued_at) +
               "\"");
      return;
    }
    queue_token = tokens->queue_token(answer.sale_no, answer.number, answer.user, issued_at);
    json.string(queue_token);
  }

  Rendered operator()(const NoAnswer&) const { return {204, ""}; }
  Rendered operator()(const QueueAnswer& answer) {
    Rendered out = with_room(answer.created ? 201 : 200);
    JsonWriter json(out.body);
    json.begin_object();
    write_place_status(json, answer.status);
    if (answer.status.grant) write_entry_token(json, *answer.status.grant);
    if (answer.with_token) write_queue_token(json, answer);
    if (answer.record) {
      json.key("join_record")
          .begin_object()
          .key("lobby_number")
          .number(std::int64_t{answer.record->lobby_number});
      json.key("tag").string(to_hex(view_of(answer.record->tag)));
      json.key("joined_at").time(answer.record->joined_at).end_object();
    }
    json.end_object();
    return out;
  }
  Rendered operator()(const OrderAnswer& answer) {
    // An extension answers 200, a new hold 201.
    Rendered out = with_room(answer.order.extended ? 200 : 201);
    JsonWriter json(out.body);
    json.begin_object();
    write_order(json, answer.order, *answer.show, answer.order.status);
    json.key("server_time").time(answer.server_time);
    write_entry_token(json, answer.grant);
    json.key("entry_expires_at").time(answer.grant.expires_at);
    json.end_object();
    return out;
  }
  Rendered operator()(const PaymentAnswer& answer) const {
    Rendered out = with_room(answer.created ? 201 : 200);
    JsonWriter json(out.body);
    json.begin_object();
    write_payment(json, answer.order, *answer.show);
    json.end_object();
    return out;
  }
  Rendered operator()(const TopUpAnswer& answer) const {
    Rendered out{201, {}};
    JsonWriter json(out.body);
    json.begin_object().key("topup_id").id(answer.id).key("amount").number(answer.amount.amount);
    json.key("balance")
        .number(answer.balance.amount)
        .key("currency")
        .string(currency())
        .end_object();
    return out;
  }
  Rendered operator()(const UserAnswer& answer) const {
    Rendered out{201, {}};
    JsonWriter json(out.body);
    json.begin_object().key("user_id").id(answer.user.id).key("email").string(answer.user.email);
    json.key("name").string(answer.user.name).end_object();
    return out;
  }
  Rendered operator()(const SessionAnswer& answer) const {
    Rendered out{201, {}};  // the route itself adds the token, which nobody else may know
    JsonWriter json(out.body);
    json.begin_object().key("expires_at").time(answer.session.expires_at);
    json.key("user_id").id(answer.session.user).end_object();
    return out;
  }
  Rendered operator()(const ConcertAnswer& answer) const {
    const Phase phase = phase_at(answer.facts, answer.server_time);
    return {answer.created ? 201 : 200,
            staff_concert_json(*answer.concert, phase, answer.shows, answer.server_time)};
  }
  Rendered operator()(const BlockAnswer& answer) const {
    Rendered out{200, {}};
    JsonWriter json(out.body);
    json.begin_object().key("show_id").id(answer.show->id).key("changed").number(answer.changed);
    json.key("available").number(answer.available);
    json.key("total").number(std::int64_t{seat_count(answer.show->sections)}).end_object();
    return out;
  }
  Rendered operator()(const RefundAnswer& answer) const {
    Rendered out{201, {}};
    JsonWriter json(out.body);
    json.begin_object().key("refund_id").id(answer.id).key("order_id").id(answer.order);
    json.key("amount").number(answer.amount.amount).key("currency").string(currency());
    json.key("checked_in").boolean(answer.checked_in).end_object();
    return out;
  }
  Rendered operator()(const CancellationAnswer& answer) const {
    Rendered out{202, {}};
    JsonWriter json(out.body);
    json.begin_object().key("show_id").id(answer.show->id);
    json.key("done").boolean(answer.orders_to_refund == 0);
    json.key("remaining").number(answer.orders_to_refund).end_object();
    return out;
  }
  Rendered operator()(const ComplimentaryAnswer& answer) const {
    Rendered out{201, {}};
    JsonWriter json(out.body);
    json.begin_object().key("order_id").id(answer.order.id).key("show_id").id(answer.show->id);
    json.key("name").string(answer.order.note);
    write_tickets(json, answer.order, *answer.show);
    json.end_object();
    return out;
  }
  Rendered operator()(const CheckInAnswer& answer) const {
    Rendered out{200, {}};
    JsonWriter json(out.body);
    json.begin_object().key("ticket_id").id(answer.ticket).key("seat").string(answer.seat);
    json.key("first_checked_in_at").time(answer.first_checked_in_at);
    json.key("duplicate").boolean(answer.duplicate).end_object();
    return out;
  }
  Rendered operator()(const StaffKeyAnswer& answer) const {
    Rendered out{201, {}};
    JsonWriter json(out.body);
    write_staff_key(json, answer.key);
    return out;
  }
};

}  // namespace

Rendered Api::render(const Answer& answer) {
  Renderer renderer;
  return std::visit(renderer, answer);
}

ReadyAnswer render_ready(const Answer& answer, const TokenDesk& tokens, const ShownEntry* shown) {
  Renderer renderer{&tokens, shown};
  Rendered rendered = std::visit(renderer, answer);
  return {rendered.status, std::move(rendered.body), std::move(renderer.entry_token),
          std::move(renderer.queue_token)};
}

namespace {

// From the first evening to the last, without cancelled ones; null where there is none.
void write_evenings(JsonWriter& json, const std::vector<std::shared_ptr<const Show>>& shows) {
  std::optional<Time> first, last;
  for (const auto& show : shows) {
    if (show->cancelled) continue;
    first = std::min(first.value_or(show->starts_at), show->starts_at);
    last = std::max(last.value_or(show->starts_at), show->starts_at);
  }
  for (const auto& [key, time] : {std::pair("first_show_at", first), {"last_show_at", last}}) {
    json.key(key);
    if (time)
      json.time(*time);
    else
      json.null();
  }
}

}  // namespace

void set_currency(std::string currency) {
  g_currency = std::move(currency);
}
std::string_view currency() {
  return g_currency;
}

void write_price_range(JsonWriter& json, PriceRange range) {
  json.key("price_range").begin_object().key("min").number(range.min.amount);
  json.key("max").number(range.max.amount).end_object();
}

void write_concert_fields(JsonWriter& json, const Concert& concert, Phase phase,
                          const std::vector<std::shared_ptr<const Show>>& shows) {
  json.key("concert_id").id(concert.id).key("title").string(concert.title);
  json.key("artist").string(concert.artist).key("venue").string(concert.venue);
  json.key("time_zone").string(concert.time_zone).key("phase").string(frontrow::to_text(phase));
  json.key("opens_at").time(concert.sale.opens_at);
  write_evenings(json, shows);
  PriceRange range{};
  for (std::size_t i = 0; i < shows.size(); ++i) {
    const PriceRange one = price_range(shows[i]->sections);
    range.min = i == 0 ? one.min : std::min(range.min, one.min);
    range.max = i == 0 ? one.max : std::max(range.max, one.max);
  }
  write_price_range(json, range);
  json.key("currency").string(currency());
}

void write_sale(JsonWriter& json, const SaleSettings& sale) {
  json.key("sale").begin_object().key("opens_at").time(sale.opens_at);
  json.key("lobby_opens_at").time(sale.lobby_opens_at).key("closes_at");
  if (sale.closes_at)
    json.time(*sale.closes_at);
  else
    json.null();
  json.key("draw").boolean(sale.draw).key("capacity").number(sale.capacity);
  json.key("entries_per_minute").number(sale.entries_per_minute);
  json.key("people_per_seat").number(sale.people_per_seat);
  json.key("entry_seconds").number(sale.entry_seconds);
  json.key("claim_seconds").number(sale.claim_seconds);
  json.key("hold_seconds").number(sale.hold_seconds);
  json.key("max_seats_per_user").number(sale.max_seats_per_user).end_object();
}

void write_message(JsonWriter& json, const Concert& concert) {
  json.key("message");
  if (concert.message)
    json.string(*concert.message);
  else
    json.null();
}

void write_place_status(JsonWriter& json, const PlaceStatus& status) {
  json.key("status").string(frontrow::to_text(status.kind));
  json.key("concert_id").id(status.concert->id).key("server_time").time(status.server_time);
  if (status.lobby_number != 0) json.key("lobby_number").number(std::int64_t{status.lobby_number});
  if (status.rank != 0) json.key("rank").number(std::int64_t{status.rank});
  switch (status.kind) {
    case PlaceKind::lobby:
      json.key("lobby_count").number(std::int64_t{status.lobby_count});
      json.key("opens_at").time(status.concert->sale.opens_at);
      json.key("poll_after_ms").number(status.poll_after.ms);
      write_message(json, *status.concert);
      break;
    case PlaceKind::waiting:
      json.key("position").number(told_position(status));
      json.key("waiting").number(std::int64_t{status.waiting});
      json.key("behind").number(std::int64_t{status.behind}).key("eta_seconds");
      if (status.eta) {
        json.begin_object().key("low").number(status.eta->low_seconds);
        json.key("high").number(status.eta->high_seconds).end_object();
      } else {
        json.null();
      }
      json.key("poll_after_ms").number(status.poll_after.ms);
      json.key("sale_phase").string(frontrow::to_text(status.phase));
      write_message(json, *status.concert);
      break;
    case PlaceKind::called:
      json.key("claim_until").time(status.claim_until);
      break;
    case PlaceKind::admitted:
      json.key("expires_at").time(status.grant->expires_at);
      break;
    case PlaceKind::missed:
      break;
    case PlaceKind::finished:
      json.key("reason").string(frontrow::to_text(status.reason));
      break;
  }
}

OrderStatus told_status(const Order& order, Time now) {
  return order.status == OrderStatus::held && now >= order.hold_expires_at ? OrderStatus::expired
                                                                           : order.status;
}

void write_tickets(JsonWriter& json, const Order& order, const Show& show) {
  json.key("tickets").begin_array();
  for (std::size_t i = 0; i < order.tickets.size(); ++i) {
    json.begin_object().key("ticket_id").id(order.tickets[i].id);
    json.key("seat").string(seat_label(show.sections, order.seats[i]));
    json.key("code").string(frontrow::to_text(order.tickets[i].code)).end_object();
  }
  json.end_array();
}

void write_payment(JsonWriter& json, const Order& order, const Show& show) {
  json.key("payment_id").id(order.payment).key("order_id").id(order.id);
  json.key("amount").number(order.total.amount).key("currency").string(currency());
  json.key("balance_after").number(order.balance_after.amount).key("paid_at").time(order.paid_at);
  write_tickets(json, order, show);
}

void write_order(JsonWriter& json, const Order& order, const Show& show, OrderStatus status) {
  json.key("order_id")
      .id(order.id)
      .key("show_id")
      .id(order.show)
      .key("concert_id")
      .id(order.concert);
  json.key("status").string(frontrow::to_text(status)).key("seats").begin_array();
  std::string label;
  for (const SeatIndex seat : order.seats) {
    label.clear();
    append_seat_label(label, show.sections, seat);
    const Section& section = show.sections[seat_place(show.sections, seat).section];
    json.begin_object().key("seat").string(label).key("section").string(section.name);
    json.key("price").number(section.price.amount).end_object();
  }
  json.end_array().key("total").number(order.total.amount).key("currency").string(currency());
  json.key("hold_expires_at").time(told_hold_end(order)).key("created_at").time(order.created_at);
  json.key("extended").boolean(order.extended);
  if (order.status != OrderStatus::paid && order.status != OrderStatus::refunded) return;
  json.key("payment").begin_object();
  write_payment(json, order, show);
  json.end_object();
  write_tickets(json, order, show);
}

void write_staff_key(JsonWriter& json, const StaffKey& key) {
  json.begin_object().key("staff_key_id").id(key.id).key("role").string(key.role);
  json.key("name").string(key.name).key("created_at").time(key.created_at).key("revoked_at");
  if (key.revoked_at)
    json.time(*key.revoked_at);
  else
    json.null();
  json.end_object();
}

std::string staff_concert_json(const Concert& concert, Phase phase,
                               const std::vector<std::shared_ptr<const Show>>& shows,
                               Time server_time) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_concert_fields(json, concert, phase, shows);
  json.key("description").string(concert.description).key("message");
  if (concert.message)
    json.string(*concert.message);
  else
    json.null();
  json.key("published").boolean(concert.published).key("paused").boolean(concert.paused);
  json.key("version").number(static_cast<std::int64_t>(concert.version));
  write_sale(json, concert.sale);
  json.key("shows").begin_array();
  for (const auto& show : shows) {
    json.begin_object()
        .key("show_id")
        .id(show->id)
        .key("starts_at")
        .time(show->starts_at)
        .key("doors_at");
    if (show->doors_at)
      json.time(*show->doors_at);
    else
      json.null();
    json.key("cancelled").boolean(show->cancelled);
    json.key("total")
        .number(std::int64_t{seat_count(show->sections)})
        .key("sections")
        .begin_array();
    for (const Section& section : show->sections) {
      json.begin_object()
          .key("name")
          .string(section.name)
          .key("price")
          .number(section.price.amount);
      json.key("rows").number(std::int64_t{section.rows});
      json.key("seats_per_row").number(std::int64_t{section.seats_per_row}).end_object();
    }
    json.end_array().end_object();
  }
  json.end_array().key("server_time").time(server_time).end_object();
  return out;
}

}  // namespace frontrow::api
