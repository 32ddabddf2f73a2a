// What staff do to a concert and its sale.
#include "api/catalogue.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"
#include "api/staff_bodies.h"

namespace frontrow::api {
namespace {

StaffActor actor_of(const Call& call) {
  return {call.staff->key};
}

Refusal no_such_concert() {
  return refuse(RefusalCode::not_found, "no such concert");
}

// --- answers -----------------------------------------------------------------------------------

std::string etag_of(std::uint64_t version) {
  return "\"" + std::to_string(version) + "\"";
}

void respond_concert(Call& call, std::string body, std::uint64_t version) {
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("ETag", etag_of(version));
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  response.body = std::move(body);
  call.respond(std::move(response));
}

// The text between the key and the first `end` after it, in an answer of our own. Text from outside
// cannot look like a key there: its quotes are escaped.
std::string_view after_key(std::string_view body, std::string_view key, char end) {
  const auto at = body.find(key);
  if (at == std::string_view::npos) return {};
  body.remove_prefix(at + key.size());
  return body.substr(0, body.find(end));
}

void add_etag(http::Response& response) {
  const auto version = after_key(response.body, "\"version\":", ',');
  if (!version.empty()) response.headers.emplace_back("ETag", "\"" + std::string(version) + "\"");
}

// An action answers the sale: its settings stand at the top too, where the concert has its opening
// already.
void lift_sale(http::Response& response) {
  std::string settings(after_key(response.body, "\"sale\":{", '}'));
  const auto after_opening = settings.find(',');
  if (after_opening == std::string::npos) return;
  response.body.pop_back();
  response.body.append(settings, after_opening).append("}");
}

// --- concerts ----------------------------------------------------------------------------------

std::string concert_json(Service& service, const SaleView& sale) {
  const SaleFacts facts = sale.facts();
  const Time now = service.now();
  return staff_concert_json(*facts.concert, phase_at(facts, now), shows_of(service, sale), now);
}

void create(const CallPtr& call) {
  call->finish = add_etag;
  auto command = read_concert(call->request().body());
  if (!command) return call->refuse_unless_kept(command.error());
  command->actor = actor_of(*call);
  call->submit(std::move(*command));
}

// Newest first: the one that staff just made is the one that they look for.
void list(const CallPtr& call) {
  QueryReader query(*call);
  const int limit = query.limit();
  const auto before = query.id<ConcertId>("cursor");
  const SaleView* last = before ? call->service.views().sale(*before) : nullptr;
  if (before && !last) query.fail("cursor", "is not the cursor of a page");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  const std::vector<SaleView*> all = call->service.views().sales();
  std::vector<SaleView*> page;
  bool take = !last;
  for (auto sale = all.rbegin(); sale != all.rend() && static_cast<int>(page.size()) < limit;
       ++sale) {
    if (take && (*sale)->concert()) page.push_back(*sale);
    if (*sale == last) take = true;
  }
  call->respond_json(200, write_page(
                              page, limit,
                              [&](JsonWriter& json, SaleView* sale) {
                                json.raw(concert_json(call->service, *sale));
                              },
                              [](SaleView* sale) { return to_text(sale->concert()->id); }));
}

void show_one(const CallPtr& call) {
  const SaleView* sale = find_any_concert(*call);
  if (!sale) return call->refuse(no_such_concert());
  // Read first: a change in between makes the tag older than the body, and so refuses a change
  // rather than lose one.
  const std::uint64_t version = sale->concert()->version;
  respond_concert(*call, concert_json(call->service, *sale), version);
}

// Whether If-Match names this version (strong comparison, RFC 9110, 13.1.1).
bool matches(std::string_view if_match, std::uint64_t version) {
  const std::string etag = etag_of(version);
  while (!if_match.empty()) {
    const auto comma = if_match.find(',');
    std::string_view tag = if_match.substr(0, comma);
    if_match = comma == std::string_view::npos ? std::string_view() : if_match.substr(comma + 1);
    while (!tag.empty() && (tag.front() == ' ' || tag.front() == '\t')) tag.remove_prefix(1);
    while (!tag.empty() && (tag.back() == ' ' || tag.back() == '\t')) tag.remove_suffix(1);
    if (tag == "*" || tag == etag) return true;
  }
  return false;
}

void change(const CallPtr& call) {
  const SaleView* sale = find_any_concert(*call);
  if (!sale) return call->refuse(no_such_concert());
  const auto concert = sale->concert();
  const auto if_match = call->header("If-Match");
  if (!if_match) return call->refuse(RefusalCode::precondition_required);
  auto command = read_concert_change(call->request().body(), concert->sale);
  if (!command) return call->refuse(command.error());
  if (!matches(*if_match, concert->version)) return call->refuse(RefusalCode::precondition_failed);
  command->actor = actor_of(*call);
  command->concert = concert->id;
  command->if_version = concert->version;
  call->submit(std::move(*command), [](Call& again, Answer&& answer) {
    const std::uint64_t version = std::get<ConcertAnswer>(answer).concert->version;
    respond_concert(again, Api::render(answer).body, version);
  });
}

void publish(const CallPtr& call) {
  call->finish = add_etag;
  const SaleView* sale = find_any_concert(*call);
  if (!sale) return call->refuse_unless_kept(no_such_concert());
  if (auto body = read_nothing(call->request().body()); !body)
    return call->refuse_unless_kept(body.error());
  call->submit(PublishConcert{actor_of(*call), sale->concert()->id});
}

void act_on_queue(const CallPtr& call) {
  call->finish = lift_sale;
  const SaleView* sale = find_any_concert(*call);
  if (!sale) return call->refuse_unless_kept(no_such_concert());
  auto command = read_queue_action(call->request().body());
  if (!command) return call->refuse_unless_kept(command.error());
  command->actor = actor_of(*call);
  command->concert = sale->concert()->id;
  call->submit(std::move(*command));
}

}  // namespace

std::vector<Route> staff_sale_routes() {
  return {
      {http::Method::post, "/v1/staff/concerts", Access::manager, create},
      {http::Method::get, "/v1/staff/concerts", Access::viewer, list},
      {http::Method::get, "/v1/staff/concerts/{concert_id}", Access::viewer, show_one},
      {http::Method::patch, "/v1/staff/concerts/{concert_id}", Access::manager, change},
      {http::Method::post, "/v1/staff/concerts/{concert_id}/publish", Access::manager, publish},
      {http::Method::post, "/v1/staff/concerts/{concert_id}/queue/actions", Access::manager,
       act_on_queue},
  };
}

}  // namespace frontrow::api
