// What gates call: which shows they may stand at, the list for a gate without a network, check-ins.
#include <algorithm>

#include "api/catalogue.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"
#include "api/staff_bodies.h"
#include "identity/access_tokens.h"
#include "identity/ticket_qr.h"
#include "store/store.h"

namespace frontrow::api {
namespace {

// --- shows ---------------------------------------------------------------------------------------

// A show stays on the gates' list so long after it began.
constexpr Duration kAfterStart = seconds(24 * 3600);

struct GateShow {
  std::shared_ptr<const Concert> concert;
  std::shared_ptr<const Show> show;
  std::int64_t sold = 0;
};

bool comes_before(const GateShow& a, const GateShow& b) {
  return std::pair(a.show->starts_at, a.show->id) < std::pair(b.show->starts_at, b.show->id);
}

std::vector<GateShow> gate_shows(Service& service) {
  std::vector<GateShow> out;
  for (const SaleView* sale : service.views().sales()) {
    const auto concert = sale->concert();
    if (!concert || !concert->published) continue;
    for (const auto& show : shows_of(service, *sale))
      if (!show->cancelled && service.now() < show->starts_at + kAfterStart)
        out.push_back({concert, show, service.views().show(show->id)->counts().sold});
  }
  std::sort(out.begin(), out.end(), comes_before);
  return out;
}

void write_gate_show(JsonWriter& json, const GateShow& item) {
  json.begin_object().key("show_id").id(item.show->id).key("concert_id").id(item.concert->id);
  json.key("concert_title").string(item.concert->title).key("venue").string(item.concert->venue);
  json.key("time_zone").string(item.concert->time_zone);
  json.key("starts_at").time(item.show->starts_at).key("doors_at");
  if (item.show->doors_at)
    json.time(*item.show->doors_at);
  else
    json.null();
  json.key("sold").number(item.sold).end_object();
}

void list_shows(const CallPtr& call) {
  QueryReader query(*call);
  const auto limit = static_cast<std::size_t>(query.limit());
  const auto after = query.id<ShowId>("cursor");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  std::vector<GateShow> shows = gate_shows(call->service);
  if (after) {
    const auto last = std::find_if(shows.begin(), shows.end(),
                                   [&](const GateShow& item) { return item.show->id == *after; });
    shows.erase(shows.begin(), last == shows.end() ? last : last + 1);
  }
  if (shows.size() > limit) shows.resize(limit);
  call->respond_json(200, write_page(shows, static_cast<int>(limit), write_gate_show,
                                     [](const GateShow& item) { return to_text(item.show->id); }));
}

// --- the list of a show --------------------------------------------------------------------------

struct Admission {
  Order order;
  std::vector<std::optional<Time>> checked_in;  // by ticket
};

Result<std::vector<Admission>> read_admissions(Reader& reader, const OrderFilter& filter) {
  auto orders = reader.orders(filter);
  if (!orders) return orders.error();
  std::vector<Admission> out;
  for (Order& order : *orders) {
    std::vector<std::optional<Time>> checked_in;
    for (const IssuedTicket& issued : order.tickets) {
      const auto ticket = reader.ticket(issued.code);
      if (!ticket) return ticket.error();
      checked_in.push_back(*ticket ? (*ticket)->checked_in_at : std::nullopt);
    }
    out.push_back({std::move(order), std::move(checked_in)});
  }
  return out;
}

// The hash of a code and not the code: a list that is lost with its device opens no door.
void write_admission(JsonWriter& json, const Show& show, const Admission& item) {
  json.begin_object().key("order_id").id(item.order.id);
  json.key("void").boolean(item.order.status == OrderStatus::refunded);
  json.key("tickets").begin_array();
  for (std::size_t i = 0; i < item.order.tickets.size(); ++i) {
    const IssuedTicket& issued = item.order.tickets[i];
    json.begin_object().key("ticket_id").id(issued.id);
    json.key("seat").string(seat_label(show.sections, item.order.seats[i]));
    json.key("code_hash").string(to_hex(view_of(identity::token_hash(to_text(issued.code)))));
    json.key("checked_in_at");
    if (item.checked_in[i])
      json.time(*item.checked_in[i]);
    else
      json.null();
    json.end_object();
  }
  json.end_array().end_object();
}

void list_admissions(const CallPtr& call) {
  const auto id = parse_id<ShowId>(call->path[0]);
  const ShowView* view = id ? call->service.views().show(*id) : nullptr;
  if (!view || !view->show()) return call->refuse(RefusalCode::not_found, "no such show");
  QueryReader query(*call);
  OrderFilter filter;
  filter.limit = query.limit();
  filter.before = query.id<OrderId>("cursor");
  filter.show = *id;
  filter.with_tickets = true;
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  call->read(
      [filter](Reader& reader) { return read_admissions(reader, filter); },
      [limit = filter.limit, show = view->show()](Call& again, std::vector<Admission>&& items) {
        again.respond_json(200, write_page(
                                    items, limit,
                                    [&](JsonWriter& json, const Admission& item) {
                                      write_admission(json, *show, item);
                                    },
                                    [](const Admission& item) { return to_text(item.order.id); }));
      });
}

// --- check-ins -----------------------------------------------------------------------------------

// The code in what a gate typed or scanned: a QR code's text only where one of our keys signed it.
std::optional<TicketCode> code_in(const Service& service, std::string_view text) {
  std::optional<std::string> code;
  if (text.starts_with("FT1:")) {
    const auto claims = identity::check_ticket(*service.tokens.ring(), text, service.now());
    if (claims) code = claims->code;
  } else {
    code = identity::parse_ticket_code(text);
  }
  TicketCode out;
  if (!code || code->size() != out.size()) return {};
  std::copy(code->begin(), code->end(), out.begin());
  return out;
}

void check_in(const CallPtr& call) {
  const auto body = read_check_in(call->request().body());
  if (!body) return call->refuse_unless_kept(body.error());
  const auto code = code_in(call->service, body->code);
  if (!code)
    return call->refuse_unless_kept(refuse(RefusalCode::not_found, "no ticket has this code"));
  call->submit(CheckIn{{call->staff->key}, *code, body->show});
}

}  // namespace

std::vector<Route> gate_routes() {
  return {
      {http::Method::get, "/v1/staff/shows", Access::gate, list_shows},
      {http::Method::get, "/v1/staff/shows/{show_id}/admissions", Access::gate, list_admissions},
      {http::Method::post, "/v1/staff/check-ins", Access::gate, check_in},
  };
}

}  // namespace frontrow::api
