// What staff do to orders, seats, wallets and people.
#include <algorithm>

#include "api/email.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"
#include "api/staff_bodies.h"
#include "store/store.h"

namespace frontrow::api {
namespace {

StaffActor actor_of(const Call& call) {
  return {call.staff->key};
}

// --- seats of a show ---------------------------------------------------------------------------

// The show that the path names; null where there is none.
std::shared_ptr<const Show> find_show(const Call& call) {
  const auto id = parse_id<ShowId>(call.path[0]);
  const ShowView* view = id ? call.service.views().show(*id) : nullptr;
  return view ? view->show() : nullptr;
}

Refusal no_such_show() {
  return refuse(RefusalCode::not_found, "no such show");
}

// Reads the body into a command on the show of the path, and submits it.
template <class Command>
void submit_on_show(const CallPtr& call, Result<Command, Refusal> (*read_body)(std::string_view)) {
  const auto show = find_show(*call);
  if (!show) return call->refuse_unless_kept(no_such_show());
  auto command = read_body(call->request().body());
  if (!command) return call->refuse_unless_kept(command.error());
  command->actor = actor_of(*call);
  command->show = show->id;
  call->submit(std::move(*command));
}

void act_on_seats(const CallPtr& call) {
  submit_on_show<BlockSeats>(call, read_seat_action);
}

void give_seats(const CallPtr& call) {
  submit_on_show<GiveSeats>(call, read_complimentary);
}

Result<CancelShow, Refusal> read_cancellation(std::string_view body) {
  auto reason = read_reason(body);
  if (!reason) return std::move(reason.error());
  return CancelShow{{}, {}, std::move(*reason)};
}

void cancel_show(const CallPtr& call) {
  submit_on_show<CancelShow>(call, read_cancellation);
}

void show_cancellation(const CallPtr& call) {
  const auto show = find_show(*call);
  if (!show) return call->refuse(no_such_show());
  if (!show->cancelled) return call->refuse(RefusalCode::not_found, "the show is not cancelled");
  call->read(
      [id = show->id](Reader& reader) { return reader.count_orders(id, OrderStatus::refunded); },
      [id = show->id](Call& again, std::int64_t&& refunded) {
        const std::int64_t remaining = again.service.views().show(id)->counts().paid_orders;
        std::string out;
        JsonWriter json(out);
        json.begin_object().key("show_id").id(id).key("done").boolean(remaining == 0);
        json.key("refunded").number(refunded).key("remaining").number(remaining).end_object();
        again.respond_json(200, std::move(out));
      });
}

// --- orders ------------------------------------------------------------------------------------

void write_staff_order(JsonWriter& json, Service& service, const Order& order) {
  json.begin_object();
  write_order(json, order, *service.views().show(order.show)->show(),
              told_status(order, service.now()));
  json.key("user_id");
  if (order.user.is_nil())
    json.null();
  else
    json.id(order.user);
  json.key("complimentary").boolean(order.complimentary);
  if (order.complimentary) json.key("name").string(order.note);
  if (!order.refund.is_nil()) json.key("refund_id").id(order.refund);
  if (order.ended_at.ms != 0) json.key("ended_at").time(order.ended_at);
  json.end_object();
}

std::optional<OrderStatus> status_of(QueryReader& query) {
  const auto word = query.word("status", {"held", "paid", "cancelled", "expired", "refunded"});
  return word ? parse_order_status(*word) : std::nullopt;
}

Result<std::vector<Order>> find_orders(Reader& reader, OrderFilter filter,
                                       const std::optional<std::string>& email) {
  if (email) {
    const auto user = reader.user_by_email(email_key(*email));
    if (!user) return user.error();
    if (!*user) return std::vector<Order>();
    filter.user = (*user)->id;
  }
  return reader.orders(filter);
}

void list_orders(const CallPtr& call) {
  QueryReader query(*call);
  OrderFilter filter;
  filter.limit = query.limit();
  filter.before = query.id<OrderId>("cursor");
  filter.user = query.id<UserId>("user_id");
  filter.concert = query.id<ConcertId>("concert_id");
  filter.show = query.id<ShowId>("show_id");
  filter.status = status_of(query);
  const auto email = query.text("email");
  if (email && filter.user) query.fail("email", "stands beside user_id");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  call->read([filter, email](Reader& reader) { return find_orders(reader, filter, email); },
             [limit = filter.limit](Call& again, std::vector<Order>&& orders) {
               again.respond_json(200, write_page(
                                           orders, limit,
                                           [&](JsonWriter& json, const Order& order) {
                                             write_staff_order(json, again.service, order);
                                           },
                                           [](const Order& order) { return to_text(order.id); }));
             });
}

void show_order(const CallPtr& call) {
  const auto id = path_id<OrderId>(*call);
  if (!id) return;
  call->read([id = *id](Reader& reader) { return reader.order(id); },
             [](Call& again, std::optional<Order>&& order) {
               if (!order) return again.refuse(RefusalCode::not_found, "no such order");
               std::string out;
               JsonWriter json(out);
               write_staff_order(json, again.service, *order);
               again.respond_json(200, std::move(out));
             });
}

// A wrong body on an order that is not there: the order comes first.
void refuse_body_of_order(const CallPtr& call, OrderId id, const Refusal& wrong) {
  call->read(
      [id](Reader& reader) { return reader.order(id); },
      [wrong](Call& again, std::optional<Order>&& order) {
        again.refuse_unless_kept(order ? wrong : refuse(RefusalCode::not_found, "no such order"));
      });
}

void refund(const CallPtr& call) {
  const auto id = parse_id<OrderId>(call->path[0]);
  if (!id) return call->refuse_unless_kept(refuse(RefusalCode::not_found, "no such order"));
  auto reason = read_reason(call->request().body());
  if (!reason) return refuse_body_of_order(call, *id, reason.error());
  call->submit(RefundOrder{actor_of(*call), *id, std::move(*reason)});
}

// --- people ------------------------------------------------------------------------------------

bool is_version_7(UserId id) {
  return id.uuid.bytes[6] >> 4 == 7;
}

Refusal no_such_user() {
  return refuse(RefusalCode::not_found, "no such user");
}

// Goes on with whether the path's user is known. A user of an identity provider has no row here, so
// each id of theirs counts as known.
void look_up_user(const CallPtr& call, UserId id, std::function<void(Call&, bool known)> then) {
  if (!is_version_7(id)) return then(*call, call->service.parts.providers != nullptr);
  call->read([id](Reader& reader) { return reader.user(id); },
             [then = std::move(then)](Call& again, std::optional<User>&& user) {
               then(again, user && !user->forgotten_at);
             });
}

void top_up(const CallPtr& call) {
  const auto id = parse_id<UserId>(call->path[0]);
  if (!id) return call->refuse_unless_kept(no_such_user());
  look_up_user(call, *id, [id = *id](Call& again, bool known) {
    if (!known) return again.refuse_unless_kept(no_such_user());
    if (again.service.options.self_top_ups)
      return again.refuse(RefusalCode::forbidden, "here people top up their own wallets");
    auto command = read_staff_top_up(again.request().body());
    if (!command) return again.refuse_unless_kept(command.error());
    command->user = id;
    command->staff = actor_of(again);
    again.submit(std::move(*command));
  });
}

void forget(const CallPtr& call) {
  const auto id = path_id<UserId>(*call);
  if (!id) return;
  auto reason = read_reason(call->request().body());
  if (reason) {
    // Before the commit, and whatever becomes of it: from now on the store is asked each time.
    call->service.sessions.forget(*id);
    return call->submit(ForgetUser{actor_of(*call), *id, std::move(*reason)});
  }
  look_up_user(call, *id, [wrong = reason.error()](Call& again, bool known) {
    again.refuse(known ? wrong : no_such_user());
  });
}

}  // namespace

std::vector<Route> staff_order_routes() {
  return {
      {http::Method::post, "/v1/staff/shows/{show_id}/seats/actions", Access::manager,
       act_on_seats},
      {http::Method::post, "/v1/staff/shows/{show_id}/cancellation", Access::admin, cancel_show},
      {http::Method::get, "/v1/staff/shows/{show_id}/cancellation", Access::viewer,
       show_cancellation},
      {http::Method::post, "/v1/staff/shows/{show_id}/complimentary", Access::manager, give_seats},
      {http::Method::get, "/v1/staff/orders", Access::viewer, list_orders},
      {http::Method::get, "/v1/staff/orders/{order_id}", Access::viewer, show_order},
      {http::Method::post, "/v1/staff/orders/{order_id}/refunds", Access::admin, refund},
      {http::Method::post, "/v1/staff/wallets/{user_id}/top-ups", Access::admin, top_up},
      {http::Method::delete_, "/v1/staff/users/{user_id}", Access::admin, forget},
  };
}

}  // namespace frontrow::api
