#include "api/auth.h"
#include "api/body.h"
#include "api/order_text.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"

namespace frontrow::api {
namespace {

constexpr std::int64_t kSeatsInAnOrder = 100;

std::optional<BestAvailable> read_best_available(BodyReader& body) {
  const auto* object = body.optional_object("best_available");
  if (!object) return {};
  BodyReader inner = body.inside(*object, "best_available");
  BestAvailable wish;
  const auto count = inner.integer("count", 1, kSeatsInAnOrder);
  wish.section = inner.optional_text("section", 1, 20);
  if (const auto price = inner.optional_integer("max_price", 0, INT64_MAX))
    wish.max_price = Money{*price};
  wish.together = inner.optional_boolean("together").value_or(false);
  inner.refuse_unknown();
  wish.count = count.value_or(1);
  return wish;
}

// The body of a hold, or the refusal.
std::optional<Refusal> read_hold(Call& call, HoldSeats& command) {
  BodyReader body(call.request().body());
  const auto show = body.text("show_id", 1, 100);
  const bool named = body.has("seats");
  if (named == body.has("best_available"))
    body.fail("seats", "either seats or best_available must be there, and not both");
  if (const auto labels = body.optional_texts("seats", 1, kSeatsInAnOrder))
    command.labels = *labels;
  command.best_available = read_best_available(body);
  auto refusal = body.finish();
  const auto id = show ? parse_id<ShowId>(*show) : std::nullopt;
  ShowView* view = id ? call.service.views().show(*id) : nullptr;
  // A show that is named and does not exist comes before the rest of the body.
  if (show && !view) return refuse(RefusalCode::not_found, "no such show");
  if (view && view->show()->concert != command.proof.concert)
    return refuse(RefusalCode::entry_token_invalid, "the entry is for another concert");
  if (id) command.show = *id;
  return refusal;
}

void hold(const CallPtr& call) {
  HoldSeats command;
  command.user = *call->user;
  const EntryCheck entry = check_entry(*call);
  if (!entry.proof) return call->refuse_unless_kept(refuse(entry.refusal));
  command.proof = *entry.proof;
  if (const auto refusal = read_hold(*call, command)) {
    // An entry that has ended comes before what is wrong with the body; else the engine says so.
    return call->refuse_unless_kept(
        may_shop(*call, entry) ? *refusal : refuse(RefusalCode::entry_token_expired));
  }
  call->submit(std::move(command));
}

// The order that the path names, for commands that need an entry; empty after a refusal.
struct OrderCall {
  EntryProof proof;
  OrderId order;
};
std::optional<OrderCall> read_order_call(Call& call) {
  const EntryCheck entry = check_entry(call);
  const auto id = parse_id<OrderId>(call.path[0]);
  if (!entry.proof)
    call.refuse_unless_kept(refuse(entry.refusal));
  else if (!id)
    call.refuse_unless_kept(refuse(RefusalCode::not_found, "no such order of yours"));
  else
    return OrderCall{*entry.proof, *id};
  return {};
}

// These calls have nothing to say in their body: none, or an empty object. An order that does not
// exist comes before a body that is wrong.
void submit_without_body(const CallPtr& call, OrderId id, Command command) {
  BodyReader body(call->request().body().empty() ? "{}" : call->request().body());
  const auto refusal = body.finish();
  if (!refusal) return call->submit(std::move(command));
  call->read([id](Reader& reader) { return reader.order(id); },
             [refusal = *refusal](Call& again, std::optional<Order>&& order) {
               const bool owned = order && order->user == *again.user && !order->complimentary;
               again.refuse_unless_kept(
                   owned ? refusal : refuse(RefusalCode::not_found, "no such order of yours"));
             });
}

void pay(const CallPtr& call) {
  if (const auto order = read_order_call(*call))
    submit_without_body(call, order->order, PayOrder{*call->user, order->proof, order->order});
}

void extend(const CallPtr& call) {
  if (const auto order = read_order_call(*call))
    submit_without_body(call, order->order, ExtendHold{*call->user, order->proof, order->order});
}

void cancel(const CallPtr& call) {
  const auto id = path_id<OrderId>(*call);
  if (id) call->submit(CancelOrder{*call->user, *id});
}

void show_one(const CallPtr& call) {
  const auto id = path_id<OrderId>(*call);
  if (!id) return;
  call->read([id = *id](Reader& reader) { return reader.order(id); },
             [](Call& again, std::optional<Order>&& order) {
               if (!order || order->user != *again.user || order->complimentary)
                 return again.refuse(RefusalCode::not_found, "no such order of yours");
               std::string out;
               JsonWriter json(out);
               write_own_order(json, again.service, *order);
               again.respond_json(200, std::move(out));
             });
}

void list(const CallPtr& call) {
  QueryReader query(*call);
  OrderFilter filter;
  filter.user = *call->user;
  filter.limit = query.limit();
  filter.before = query.id<OrderId>("cursor");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  call->read([filter](Reader& reader) { return reader.orders(filter); },
             [limit = filter.limit](Call& again, std::vector<Order>&& orders) {
               again.respond_json(200, write_page(
                                           orders, limit,
                                           [&](JsonWriter& json, const Order& order) {
                                             write_own_order(json, again.service, order);
                                           },
                                           [](const Order& order) { return to_text(order.id); }));
             });
}

}  // namespace

void write_own_order(JsonWriter& json, Service& service, const Order& order) {
  const auto show = service.views().show(order.show)->show();
  const Time now = service.now();
  json.begin_object();
  write_order(json, order, *show, told_status(order, now));
  json.key("server_time").time(now).end_object();
}

std::vector<Route> order_routes() {
  return {
      {http::Method::post, "/v1/orders", Access::user, hold},
      {http::Method::get, "/v1/orders", Access::user, list},
      {http::Method::get, "/v1/orders/{order_id}", Access::user, show_one},
      {http::Method::delete_, "/v1/orders/{order_id}", Access::user, cancel},
      {http::Method::post, "/v1/orders/{order_id}/extensions", Access::user, extend},
      {http::Method::post, "/v1/orders/{order_id}/payments", Access::user, pay},
  };
}

}  // namespace frontrow::api
