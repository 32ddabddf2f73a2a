#include <qrcodegen/qrcodegen.hpp>

#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"
#include "identity/ticket_qr.h"

namespace frontrow::api {
namespace {

// A ticket of a user: which order it belongs to, and which of its tickets it is.
struct OwnTicket {
  Order order;
  std::size_t ordinal = 0;
  bool checked_in = false;
};

std::string_view status_of(const OwnTicket& ticket) {
  if (ticket.order.status == OrderStatus::refunded) return "void";
  return ticket.checked_in ? "checked_in" : "valid";
}

// Tickets newest order first; a page ends with a whole order, so its cursor is an order.
Result<std::vector<OwnTicket>> read_tickets(Reader& reader, const OrderFilter& filter) {
  const auto orders = reader.orders(filter);
  if (!orders) return orders.error();
  std::vector<OwnTicket> tickets;
  for (const Order& order : *orders)
    for (std::size_t i = 0; i < order.tickets.size(); ++i) {
      const auto stored = reader.ticket(order.tickets[i].code);
      if (!stored) return stored.error();
      tickets.push_back({order, i, *stored && (*stored)->checked_in_at});
    }
  return tickets;
}

void write_ticket(JsonWriter& json, Service& service, const OwnTicket& ticket) {
  const auto show = service.views().show(ticket.order.show)->show();
  const auto concert = service.views().sale(ticket.order.concert)->concert();
  const IssuedTicket& issued = ticket.order.tickets[ticket.ordinal];
  json.begin_object().key("ticket_id").id(issued.id).key("order_id").id(ticket.order.id);
  json.key("show_id").id(show->id).key("concert_id").id(concert->id);
  json.key("concert_title").string(concert->title).key("artist").string(concert->artist);
  json.key("starts_at").time(show->starts_at).key("venue").string(concert->venue);
  json.key("time_zone").string(concert->time_zone);
  json.key("seat").string(seat_label(show->sections, ticket.order.seats[ticket.ordinal]));
  json.key("code")
      .string(to_text(issued.code))
      .key("status")
      .string(status_of(ticket))
      .end_object();
}

void list(const CallPtr& call) {
  QueryReader query(*call);
  OrderFilter filter;
  filter.user = *call->user;
  filter.with_tickets = true;
  const int limit = query.limit();
  const auto cursor = query.text("cursor");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  // The cursor names the ticket that was last: its order, and how many of its tickets were shown.
  std::size_t skip = 0;
  if (cursor) {
    const auto dot = cursor->find('.');
    const auto id = parse_id<OrderId>(cursor->substr(0, dot));
    if (!id || dot == std::string::npos)
      return call->refuse(refuse_field("/cursor", "is not a cursor of this list"));
    skip = static_cast<std::size_t>(std::atoi(cursor->c_str() + dot + 1));
    filter.before = OrderId{next_uuid(id->uuid)};  // that order again, and those before it
  }
  filter.limit = limit + 1;
  call->read([filter](Reader& reader) { return read_tickets(reader, filter); },
             [limit, skip](Call& again, std::vector<OwnTicket>&& tickets) {
               tickets.erase(
                   tickets.begin(),
                   tickets.begin() + static_cast<std::ptrdiff_t>(std::min(skip, tickets.size())));
               if (tickets.size() > static_cast<std::size_t>(limit))
                 tickets.resize(static_cast<std::size_t>(limit));
               again.respond_json(200, write_page(
                                           tickets, limit,
                                           [&](JsonWriter& json, const OwnTicket& ticket) {
                                             write_ticket(json, again.service, ticket);
                                           },
                                           [](const OwnTicket& ticket) {
                                             return to_text(ticket.order.id) + "." +
                                                    std::to_string(ticket.ordinal + 1);
                                           }));
             });
}

std::string qr_svg(const std::string& text) {
  using qrcodegen::QrCode;
  const QrCode code = QrCode::encodeText(text.c_str(), QrCode::Ecc::MEDIUM);
  constexpr int kQuietZone = 4;  // modules, as ISO/IEC 18004 wants it
  const std::string size = std::to_string(code.getSize() + 2 * kQuietZone);
  std::string out = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size + " " + size +
                    "\" shape-rendering=\"crispEdges\"><rect width=\"" + size + "\" height=\"" +
                    size + "\" fill=\"#fff\"/><path fill=\"#000\" d=\"";
  for (int y = 0; y < code.getSize(); ++y)
    for (int x = 0; x < code.getSize(); ++x)
      if (code.getModule(x, y))
        out += "M" + std::to_string(x + kQuietZone) + " " + std::to_string(y + kQuietZone) +
               "h1v1h-1z";
  out += "\"/></svg>\n";
  return out;
}

// The user's ticket of this id; tickets are found through their orders, newest first.
Result<std::optional<OwnTicket>> find_ticket(Reader& reader, UserId user, TicketId id) {
  OrderFilter filter;
  filter.user = user;
  filter.with_tickets = true;
  filter.limit = 100;
  for (;;) {
    const auto orders = reader.orders(filter);
    if (!orders) return orders.error();
    for (const Order& order : *orders)
      for (std::size_t i = 0; i < order.tickets.size(); ++i)
        if (order.tickets[i].id == id) return std::optional(OwnTicket{order, i, false});
    if (static_cast<int>(orders->size()) < filter.limit) return std::optional<OwnTicket>();
    filter.before = orders->back().id;
  }
}

void qr_code(const CallPtr& call) {
  const auto id = path_id<TicketId>(*call);
  if (!id) return;
  call->read(
      [user = *call->user, id = *id](Reader& reader) { return find_ticket(reader, user, id); },
      [](Call& again, std::optional<OwnTicket>&& ticket) {
        if (!ticket) return again.refuse(RefusalCode::not_found, "no such ticket of yours");
        if (ticket->order.status == OrderStatus::refunded)
          return again.refuse(RefusalCode::ticket_void);
        const auto show = again.service.views().show(ticket->order.show)->show();
        identity::TicketClaims claims;
        claims.code = to_text(ticket->order.tickets[ticket->ordinal].code);
        claims.show = show->id;
        claims.seat = seat_label(show->sections, ticket->order.seats[ticket->ordinal]);
        http::Response response;
        response.content_type = "image/svg+xml";
        response.headers.emplace_back("Cache-Control", "no-store");
        response.headers.emplace_back("Content-Security-Policy", "default-src 'none'");
        response.body = qr_svg(
            identity::sign_ticket(*again.service.tokens.ring(), claims, again.service.now()));
        again.respond(std::move(response));
      });
}

}  // namespace

std::vector<Route> ticket_routes() {
  return {
      {http::Method::get, "/v1/tickets", Access::user, list},
      {http::Method::get, "/v1/tickets/{ticket_id}/qr.svg", Access::user, qr_code},
  };
}

}  // namespace frontrow::api
