#include "api/metrics_text.h"

#include <fmt/format.h>

#include <iterator>

#include "api/route.h"
#include "api/router.h"
#include "api/service.h"

namespace frontrow::api {
namespace {

// Writes families of samples: a family's head first, then its samples.
class Exposition {
 public:
  explicit Exposition(std::string& out) : out_(out) {}

  void family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    fmt::format_to(std::back_inserter(out_), "# HELP frontrow_{0} {1}\n# TYPE frontrow_{0} {2}\n",
                   name, help, type);
  }
  // `labels` stand between the braces; empty for none.
  template <class Value>
  void sample(std::string_view labels, Value value, std::string_view suffix = {}) {
    fmt::format_to(std::back_inserter(out_), "frontrow_{}{}", name_, suffix);
    if (!labels.empty()) fmt::format_to(std::back_inserter(out_), "{{{}}}", labels);
    fmt::format_to(std::back_inserter(out_), " {}\n", value);
  }
  template <class Value>
  void single(std::string_view name, std::string_view type, std::string_view help, Value value) {
    family(name, type, help);
    sample({}, value);
  }
  template <std::size_t N>
  void histogram(const std::string& labels, const Histogram<N>& values) {
    const std::string more = labels.empty() ? "" : labels + ",";
    std::uint64_t below = 0;
    for (std::size_t i = 0; i < N; ++i) {
      below += values.bucket(i);
      sample(fmt::format("{}le=\"{}\"", more, values.bounds()[i]), below, "_bucket");
    }
    below += values.bucket(N);
    sample(more + "le=\"+Inf\"", below, "_bucket");
    sample(labels, values.sum(), "_sum");
    sample(labels, below, "_count");
  }

 private:
  std::string& out_;
  std::string_view name_;
};

std::string escape_label(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n')
      out += "\\n";
    else
      out += c;
  }
  return out;
}

void write_engine(Exposition& text, const EngineMetrics& engine) {
  text.single("engine_queue_length", "gauge", "Commands that wait to be decided.",
              engine.queue_length.load());
  text.single("engine_commands_total", "counter", "Commands decided.", engine.commands.load());
  text.single("engine_batches_total", "counter", "Batches committed.", engine.batches.load());
  text.single("engine_refused_total", "counter", "Commands refused because the queue was full.",
              engine.refused_full.load());
  text.family("engine_batch_size", "histogram", "Commands in a batch.");
  text.histogram("", engine.batch_size);
  text.family("engine_commit_seconds", "histogram", "How long a commit took.");
  text.histogram("", engine.commit_seconds);
  text.single("sweeps_total", "counter", "Comparisons of memory with the store.",
              engine.sweeps.load());
  text.single("sweep_findings_total", "counter",
              "Overdue entries and holds that a sweep found; always 0, or it is a bug.",
              engine.sweep_findings.load());
}

// --- a store that nodes share --------------------------------------------------------------------

void write_connections(Exposition& text, const StoreMetrics& store) {
  text.family("store_connections_total", "counter",
              "Connections opened to the store, the first included, by what they are for.");
  text.sample("for=\"batches\"", store.batch_connections.load());
  text.sample("for=\"ticks\"", store.tick_connections.load());
  text.sample("for=\"news\"", store.news_connections.load());
  text.single("store_notifications_heard_total", "counter",
              "Times that another node told of a commit.", store.notifications_heard.load());
  text.single("store_notifications_sent_total", "counter", "Times that this node did.",
              store.notifications_sent.load());
  if (const std::int64_t standbys = store.standbys; standbys >= 0)
    text.single("store_standbys", "gauge", "Standbys that a commit may wait for.", standbys);
  text.single("store_standby_lost", "gauge",
              "1 while commits wait for a standby and none is connected.",
              store.standby_lost.load() ? 1 : 0);
}

void write_store(Exposition& text, const Engine& engine, const EngineMetrics& figures) {
  const StoreMetrics* const store = engine.store_metrics();
  if (!store) return;
  const auto seconds = [](Duration time) { return static_cast<double>(time.ms) / 1000; };
  text.single("store_heard_seconds_ago", "gauge", "Age of the last word from the store.",
              seconds(engine.heard_ago()));
  text.single("store_ticking", "gauge", "1 on the node that calls people and ends what time ends.",
              engine.is_ticking() ? 1 : 0);
  text.single("store_batches_followed_total", "counter", "Batches of other nodes taken over.",
              figures.batches_followed.load());
  text.family("store_catch_up_seconds", "histogram",
              "How long the lock and the others' news took.");
  text.histogram("", figures.catch_up_seconds);
  text.single("store_commit_waits_seconds", "gauge",
              "How long the commit under way has taken so far.", seconds(engine.commit_waits()));
  text.single("store_outcomes_unknown_total", "counter", "Commits whose answer was lost.",
              figures.outcomes_unknown.load());
  text.single("store_outcomes_open", "gauge", "Those of them that are not resolved yet.",
              figures.outcomes_open.load());
  write_connections(text, *store);
}

// --- sales ---------------------------------------------------------------------------------------

struct SaleFigures {
  std::string label;
  SaleFacts facts;
  std::int64_t waiting = 0;
};

std::vector<SaleFigures> gather_sales(Service& service) {
  std::vector<SaleFigures> out;
  const Time now = service.now();
  for (const SaleView* sale : service.views().sales()) {
    SaleFacts facts = sale->facts();
    if (!facts.concert || phase_at(facts, now) == Phase::closed) continue;
    std::string label = "concert=\"" + to_text(facts.concert->id) + "\"";
    out.push_back({std::move(label), std::move(facts), sale->waiting()});
  }
  return out;
}

struct SaleFamily {
  std::string_view name, type, help;
  std::int64_t (*value)(const SaleFigures&);
};
constexpr SaleFamily kSaleFamilies[] = {
    {"sale_waiting", "gauge", "People who wait to be called.",
     [](const SaleFigures& sale) { return sale.waiting; }},
    {"sale_called", "gauge", "People who were called and have not come yet.",
     [](const SaleFigures& sale) { return sale.facts.called; }},
    {"sale_entries_active", "gauge", "People who are inside.",
     [](const SaleFigures& sale) { return sale.facts.active_entries; }},
    {"sale_joins_total", "counter", "Places given.",
     [](const SaleFigures& sale) { return std::int64_t{sale.facts.queue.last_number}; }},
    {"sale_calls_total", "counter", "Ranks called.",
     [](const SaleFigures& sale) { return std::int64_t{sale.facts.queue.called_upto}; }},
    {"sale_claims_total", "counter", "Entries given.",
     [](const SaleFigures& sale) { return sale.facts.queue.admitted; }},
    {"sale_missed_total", "counter", "People who did not come in time.",
     [](const SaleFigures& sale) { return sale.facts.queue.missed; }},
    {"sale_seats_available", "gauge", "Seats that can be held now.",
     [](const SaleFigures& sale) { return sale.facts.available; }},
    {"sale_seats_held", "gauge", "Seats that are held now.",
     [](const SaleFigures& sale) { return sale.facts.held; }},
    {"sale_seats_sold", "gauge", "Seats that are sold.",
     [](const SaleFigures& sale) { return sale.facts.sold; }},
    {"sale_holds", "gauge", "Orders that are held now.",
     [](const SaleFigures& sale) { return sale.facts.live_holds; }},
    {"sale_orders_paid", "gauge", "Orders that are paid and not refunded.",
     [](const SaleFigures& sale) { return sale.facts.orders_paid; }},
    {"sale_revenue", "gauge", "Paid and not refunded, in the currency's minor unit.",
     [](const SaleFigures& sale) { return sale.facts.revenue; }},
};

void write_sales(Exposition& text, Service& service) {
  const std::vector<SaleFigures> sales = gather_sales(service);
  for (const SaleFamily& family : kSaleFamilies) {
    text.family(family.name, family.type, family.help);
    for (const SaleFigures& sale : sales) text.sample(sale.label, family.value(sale));
  }
}

// --- HTTP ----------------------------------------------------------------------------------------

// "GET /v1/orders" as labels.
std::string route_labels(std::string_view name) {
  const auto space = name.find(' ');
  return fmt::format("method=\"{}\",route=\"{}\"", name.substr(0, space), name.substr(space + 1));
}

bool was_asked(const RouteCounts& counts) {
  for (const auto& count : counts.by_class)
    if (count.load(std::memory_order_relaxed) > 0) return true;
  return false;
}

void write_routes(Exposition& text, const Service& service) {
  text.family("http_requests_total", "counter", "Answers by route and status class.");
  for (const auto& [name, counts] : service.route_counts)
    for (std::size_t i = 1; i < counts.by_class.size(); ++i)
      if (const auto count = counts.by_class[i].load(std::memory_order_relaxed))
        text.sample(fmt::format("{},status=\"{}xx\"", route_labels(name), i), count);
  text.family("http_request_seconds", "histogram", "From the request's end to its answer.");
  for (const auto& [name, counts] : service.route_counts)
    if (was_asked(counts)) text.histogram(route_labels(name), counts.seconds);
}

void write_problems(Exposition& text, const Service& service) {
  text.family("problems_total", "counter", "Refusals by code.");
  for (std::size_t i = 0; i < service.problems.size(); ++i)
    if (const auto count = service.problems[i].load(std::memory_order_relaxed))
      text.sample(fmt::format("code=\"{}\"", problem_kind(static_cast<RefusalCode>(i)).name),
                  count);
}

void write_server(Exposition& text, const http::ServerCounters& server) {
  text.single("http_connections", "gauge", "Connections that are open.", server.connections_open);
  text.single("http_connections_accepted_total", "counter", "Connections accepted.",
              server.connections_accepted);
  text.single("http_connections_refused_total", "counter", "Connections beyond the bound.",
              server.connections_refused);
  text.single("http_accept_pauses_total", "counter",
              "Pauses of accepting for want of descriptors or memory.", server.accept_pauses);
  text.single("http_streams", "gauge", "Streams that are open.", server.streams_open);
  text.single("http_streams_cut_total", "counter", "Streams cut off from slow readers.",
              server.streams_cut);
  text.single("http_messages_total", "counter", "Requests handed to a handler.", server.requests);
  text.single("http_received_bytes_total", "counter", "Bytes received.", server.bytes_in);
  text.single("http_sent_bytes_total", "counter", "Bytes sent.", server.bytes_out);
  text.family("http_messages_refused_total", "counter",
              "Messages refused before a handler saw them, by status.");
  for (const auto& refused : server.refused)
    text.sample(fmt::format("status=\"{}\"", refused.status), refused.count);
}

}  // namespace

std::string metrics_text(Service& service) {
  std::string out;
  Exposition text(out);
  text.family("build_info", "gauge", "The program that runs; always 1.");
  text.sample(fmt::format("version=\"{}\"", escape_label(service.options.version)), 1);
  text.single("draining", "gauge", "1 while the program is shutting down.",
              service.draining.load() ? 1 : 0);
  write_engine(text, service.parts.engine.metrics());
  write_store(text, service.parts.engine, service.parts.engine.metrics());
  write_sales(text, service);
  write_routes(text, service);
  write_problems(text, service);
  if (service.options.http_counters) write_server(text, service.options.http_counters());
  return out;
}

}  // namespace frontrow::api
