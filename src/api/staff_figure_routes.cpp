// The figures of a sale: now, as a stream, and of the last minutes and the last day.
#include "api/catalogue.h"
#include "api/figures.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"
#include "base/planted.h"

namespace frontrow::api {
namespace {

// --- now -----------------------------------------------------------------------------------------

void write_rates(JsonWriter& json, const SaleSample& rate) {
  const auto count = [&json](std::string_view name, std::int64_t value) {
    json.key(name).number(std::max<std::int64_t>(0, value));  // refunds may outnumber payments
  };
  json.key("per_minute").begin_object();
  count("joined", rate.joined);
  count("called", rate.called);
  count("admitted", rate.admitted);
  count("missed", rate.missed);
  count("orders_paid", rate.orders_paid);
  json.end_object();
}

void write_show_counts(JsonWriter& json, ShowId id, const ShowView::Counts& counts) {
  json.begin_object().key("show_id").id(id).key("available").number(counts.available);
  json.key("held").number(counts.held).key("sold").number(counts.sold);
  json.key("blocked").number(counts.blocked).key("total").number(counts.total()).end_object();
}

// The process that answers, of which there may be several.
void write_node(JsonWriter& json, Service& service) {
  const NodeHealth health = service.history.health();
  const EngineMetrics& engine = service.parts.engine.metrics();
  json.key("node").begin_object().key("p99_ms").number(health.p99_us / 1000.0);
  json.key("answers_per_second").number(health.answers_per_second);
  json.key("queue_length").number(static_cast<std::int64_t>(engine.queue_length.load()));
  json.key("store_works").boolean(engine.store_works && !service.parts.engine.is_stale());
  json.end_object();
}

std::string stats_json(Service& service, const SaleView& sale, Time now) {
  const SaleFacts facts = sale.facts();
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("concert_id").id(facts.concert->id);
  json.key("phase").string(to_text(phase_at(facts, now)));
  json.key("waiting").number(std::int64_t{sale.waiting()}).key("called").number(facts.called);
  json.key("admitted").number(facts.active_entries).key("missed").number(facts.queue.missed);
  json.key("holds").number(facts.held).key("sold").number(facts.sold);
  json.key("available").number(facts.available).key("orders_paid").number(facts.orders_paid);
  const int too_much = planted(Bug::house_counts_too_much) ? 1 : 0;
  json.key("revenue").number(facts.revenue + too_much).key("currency").string(currency());
  write_rates(json, sale.per_minute(now));
  json.key("shows").begin_array();
  for (const ShowId& id : sale.shows())
    if (const ShowView* show = service.views().show(id))
      write_show_counts(json, id, show->counts());
  json.end_array();
  write_node(json, service);
  json.key("server_time").time(now).end_object();
  return out;
}

void show_stats(const CallPtr& call) {
  const SaleView* sale = find_any_concert(*call);
  if (!sale) return call->refuse(RefusalCode::not_found, "no such concert");
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = stats_json(call->service, *sale, call->service.now());
  call->respond(std::move(response));
}

bool is_revoked(Service& service, StaffKeyId key) {
  const auto known = service.views().staff_key(key);
  return !known || known->revoked_at;
}

void stream_stats(const CallPtr& call) {
  const SaleView* sale = find_any_concert(*call);
  if (!sale) return call->refuse(RefusalCode::not_found, "no such concert");
  if (!call->exchange->can_stream())
    return call->refuse(RefusalCode::overloaded, "ask for the figures instead of streaming them");
  StreamHub::Source source = [&service = call->service, sale, key = call->staff->key](Time now,
                                                                                      bool& over) {
    over = is_revoked(service, key);
    if (over) return std::string();
    return format_event(std::to_string(now.ms), "stats", stats_json(service, *sale, now));
  };
  call->service.streams.add(call->start_events(), {}, seconds(1), std::move(source),
                            call->service.now());
}

// --- the past ------------------------------------------------------------------------------------

std::uint32_t narrow(std::int64_t value) {
  return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value, 0, UINT32_MAX));
}

SalePoint point_of(const SaleView& sale, const SaleFacts& facts, Time now) {
  const SaleSample rate = sale.per_minute(now);
  SalePoint point;
  point.at = now;
  point.revenue = facts.revenue;
  point.waiting = sale.waiting();
  point.called = narrow(facts.called);
  point.admitted = narrow(facts.active_entries);
  point.missed = narrow(facts.queue.missed);
  point.holds = narrow(facts.held);
  point.sold = narrow(facts.sold);
  point.joined = narrow(rate.joined);
  point.entered = narrow(rate.admitted);
  point.orders_paid = narrow(rate.orders_paid);
  return point;
}

// A column of numbers for each figure: a tenth of the bytes of an object a point.
struct Column {
  std::string_view name;
  std::int64_t (*value)(const SalePoint&);
};
constexpr Column kColumns[] = {
    {"waiting", [](const SalePoint& point) { return std::int64_t{point.waiting}; }},
    {"called", [](const SalePoint& point) { return std::int64_t{point.called}; }},
    {"admitted", [](const SalePoint& point) { return std::int64_t{point.admitted}; }},
    {"missed", [](const SalePoint& point) { return std::int64_t{point.missed}; }},
    {"holds", [](const SalePoint& point) { return std::int64_t{point.holds}; }},
    {"sold", [](const SalePoint& point) { return std::int64_t{point.sold}; }},
    {"revenue", [](const SalePoint& point) { return point.revenue; }},
    {"joined_per_minute", [](const SalePoint& point) { return std::int64_t{point.joined}; }},
    {"admitted_per_minute", [](const SalePoint& point) { return std::int64_t{point.entered}; }},
    {"paid_per_minute", [](const SalePoint& point) { return std::int64_t{point.orders_paid}; }},
    {"p99_us", [](const SalePoint& point) { return std::int64_t{point.p99_us}; }},
};

std::string history_json(ConcertId id, int step, const std::vector<SalePoint>& points, Time now) {
  const Time start = points.empty() ? now : points.front().at;
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("concert_id").id(id).key("step").number(std::int64_t{step});
  json.key("start").time(start).key("offsets_ms").begin_array();
  for (const SalePoint& point : points) json.number((point.at - start).ms);
  json.end_array();
  for (const Column& column : kColumns) {
    json.key(column.name).begin_array();
    for (const SalePoint& point : points) json.number(column.value(point));
    json.end_array();
  }
  json.key("server_time").time(now).end_object();
  return out;
}

void show_history(const CallPtr& call) {
  const SaleView* sale = find_any_concert(*call);
  if (!sale) return call->refuse(RefusalCode::not_found, "no such concert");
  QueryReader query(*call);
  const auto step = query.word("step", {"1", "10", "60"});
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  const int seconds_apart = std::stoi(step.value_or("1"));
  const ConcertId id = sale->concert()->id;
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = history_json(id, seconds_apart, call->service.history.points(id, seconds_apart),
                               call->service.now());
  call->respond(std::move(response));
}

AnswerTimes times_of(const Service& service) {
  AnswerTimes times;
  for (const auto& [name, counts] : service.route_counts)
    for (std::size_t i = 0; i < times.counts.size(); ++i)
      times.counts[i] += counts.seconds.bucket(i);
  return times;
}

}  // namespace

void take_samples(Service& service) {
  const Time now = service.now();
  if (!service.history.is_due(now)) return;
  service.history.sample_node(now, times_of(service));
  const std::vector<SaleView*> sales = service.views().sales();
  std::size_t taken = 0;
  for (auto sale = sales.rbegin(); sale != sales.rend() && taken < History::kSalesKept; ++sale) {
    const SaleFacts facts = (*sale)->facts();
    if (!facts.concert || phase_at(facts, now) == Phase::closed) continue;
    service.history.sample(facts.concert->id, point_of(**sale, facts, now));
    ++taken;
  }
}

std::vector<Route> staff_figure_routes() {
  return {
      {http::Method::get, "/v1/staff/concerts/{concert_id}/stats", Access::viewer, show_stats},
      {http::Method::get, "/v1/staff/concerts/{concert_id}/events", Access::viewer, stream_stats},
      {http::Method::get, "/v1/staff/concerts/{concert_id}/history", Access::viewer, show_history},
  };
}

}  // namespace frontrow::api
