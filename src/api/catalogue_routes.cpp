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

void write_languages(JsonWriter& json, std::string_view key, std::string_view en,
                     std::string_view ko) {
  json.key(key).begin_object().key("en").string(en).key("ko").string(ko).end_object();
}

void write_address(JsonWriter& json, std::string_view key, std::string_view address) {
  json.key(key);
  if (address.empty())
    json.null();
  else
    json.string(address);
}

void installation(const CallPtr& call) {
  const ApiOptions& options = call->service.options;
  const InstallationText& text = options.installation;
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "public, max-age=1");
  JsonWriter json(response.body);
  json.begin_object();
  write_languages(json, "name", text.name_en, text.name_ko);
  write_languages(json, "welcome", text.welcome_en, text.welcome_ko);
  write_address(json, "help", text.help);
  write_address(json, "logo", text.logo);
  json.key("currency").string(options.currency);
  json.key("top_ups").string(options.self_top_ups ? "self" : "staff");
  json.key("demo").boolean(text.demo).key("server_time").time(call->service.now()).end_object();
  call->respond(std::move(response));
}

// The dates and prices, which everybody may see before they join; how many seats are left only
// those inside see.
void write_dates(JsonWriter& json, const std::vector<std::shared_ptr<const Show>>& shows) {
  json.key("shows").begin_array();
  for (const auto& show : shows) {
    json.begin_object().key("show_id").id(show->id).key("starts_at").time(show->starts_at);
    json.key("doors_at");
    if (show->doors_at)
      json.time(*show->doors_at);
    else
      json.null();
    json.key("cancelled").boolean(show->cancelled).key("sections").begin_array();
    for (const Section& section : show->sections)
      json.begin_object()
          .key("name")
          .string(section.name)
          .key("price")
          .number(section.price.amount)
          .end_object();
    json.end_array().end_object();
  }
  json.end_array();
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
  const auto shows = shows_of(call->service, *sale);
  write_concert_fields(json, *facts.concert, phase_at(facts, call->service.now()), shows);
  json.key("description").string(facts.concert->description).key("message");
  if (facts.concert->message)
    json.string(*facts.concert->message);
  else
    json.null();
  write_sale(json, facts.concert->sale);
  write_dates(json, shows);
  json.key("server_time").time(call->service.now()).end_object();
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

SaleView* find_any_concert(const Call& call) {
  const auto id = parse_id<ConcertId>(call.path[0]);
  SaleView* sale = id ? call.service.views().sale(*id) : nullptr;
  return sale && sale->concert() ? sale : nullptr;
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
      {http::Method::get, "/v1/installation", Access::open, installation},
      {http::Method::get, "/v1/concerts", Access::open, list},
      {http::Method::get, "/v1/concerts/{concert_id}", Access::open, show_one},
  };
}

}  // namespace frontrow::api
