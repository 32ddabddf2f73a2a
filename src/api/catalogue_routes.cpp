#include "api/catalogue.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"

namespace frontrow::api {
namespace {

void write_concert(JsonWriter& json, Service& service, SaleView& sale) {
  const SaleFacts facts = sale.facts();
  json.begin_object();
  write_concert_fields(json, *facts.concert, phase_at(facts, service.now()),
                       shows_of(service, sale));
  json.end_object();
}

void list(const CallPtr& call) {
  QueryReader query(*call);
  const int limit = query.limit();
  const auto after = query.id<ConcertId>("cursor");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  // In the order of opening; the cursor's own place in it is found again, so nothing is lost or
  // doubled.
  std::vector<SaleView*> page;
  bool take = !after;
  for (SaleView* sale : published_by_opening(call->service)) {
    if (take && static_cast<int>(page.size()) < limit) page.push_back(sale);
    if (after && sale->concert()->id == *after) take = true;
  }
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "public, max-age=1");
  response.body = write_page(
      page, limit,
      [&](JsonWriter& json, SaleView* sale) { write_concert(json, call->service, *sale); },
      [](SaleView* sale) { return to_text(sale->concert()->id); });
  call->respond(std::move(response));
}

void show_one(const CallPtr& call) {
  SaleView* sale = find_published(*call);
  if (!sale) return;
  const SaleFacts facts = sale->facts();
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "public, max-age=1");
  JsonWriter json(response.body);
  json.begin_object();
  write_concert_fields(json, *facts.concert, phase_at(facts, call->service.now()),
                       shows_of(call->service, *sale));
  json.key("description").string(facts.concert->description).key("message");
  if (facts.concert->message)
    json.string(*facts.concert->message);
  else
    json.null();
  write_sale(json, facts.concert->sale);
  json.end_object();
  call->respond(std::move(response));
}

}  // namespace

std::vector<std::shared_ptr<const Show>> shows_of(Service& service, const SaleView& sale) {
  std::vector<std::shared_ptr<const Show>> shows;
  for (const ShowId& id : sale.shows())
    if (const ShowView* show = service.views().show(id)) shows.push_back(show->show());
  return shows;
}

std::vector<SaleView*> published_by_opening(Service& service) {
  std::vector<std::pair<Time, SaleView*>> found;
  for (SaleView* sale : service.views().sales())
    if (const auto concert = sale->concert(); concert->published)
      found.emplace_back(concert->sale.opens_at, sale);
  std::stable_sort(found.begin(), found.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<SaleView*> out;
  for (const auto& [opens_at, sale] : found) out.push_back(sale);
  return out;
}

SaleView* find_published(Call& call) {
  const auto id = parse_id<ConcertId>(call.path[0]);
  SaleView* sale = id ? call.service.views().sale(*id) : nullptr;
  if (sale && sale->concert()->published) return sale;
  call.refuse(RefusalCode::not_found, "no such concert");
  return nullptr;
}

std::vector<Route> catalogue_routes() {
  return {
      {http::Method::get, "/v1/concerts", Access::open, list},
      {http::Method::get, "/v1/concerts/{concert_id}", Access::open, show_one},
  };
}

}  // namespace frontrow::api
