// For operators and machines: health, figures, the reference, and the keys that verify tokens.
#include <fmt/format.h>

#include "api/auth.h"
#include "api/metrics_text.h"
#include "api/paging.h"
#include "api/route.h"
#include "api/service.h"
#include "identity/access_tokens.h"

namespace frontrow::api {
namespace {

// --- who may see it ----------------------------------------------------------------------------

// Whether the call has a staff key, without a refusal where it has none.
bool has_staff_key(const Call& call) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto header = call.header("Authorization");
  if (!header || !header->starts_with(kScheme)) return false;
  const auto key =
      call.service.views().staff_key(identity::token_hash(header->substr(kScheme.size())));
  const auto role = key ? identity::parse_role(key->role) : std::nullopt;
  return role && identity::admits(*role, identity::Role::viewer);
}

bool sees_details(const Call& call) {
  switch (call.service.options.operations) {
    case Operations::everybody:
      return true;
    case Operations::staff:
      return has_staff_key(call);
    case Operations::elsewhere:
      return call.by_operations_listener;
  }
  return false;
}

// False after a refusal.
bool require_operations(Call& call) {
  switch (call.service.options.operations) {
    case Operations::everybody:
      return true;
    case Operations::staff:
      return require_staff(call, identity::Role::viewer);
    case Operations::elsewhere:
      break;
  }
  if (call.by_operations_listener) return true;
  call.refuse(RefusalCode::not_found, "no such address");
  return false;
}

// --- health ------------------------------------------------------------------------------------

constexpr Duration kSlow = milliseconds(1000);
constexpr char kNoStandby[] = "commits wait for a standby, and there is none";

void respond_health(Call& call, std::string body) {
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = std::move(body);
  call.respond(std::move(response));
}

void livez(const CallPtr& call) {
  respond_health(*call, "{\"status\":\"ok\"}");
}

// Why this node cannot serve: empty where it can.
std::string fault_of(const Engine& engine, const EngineMetrics& metrics) {
  if (!engine.is_stale() && metrics.store_works) return "";
  const StoreMetrics* const store = engine.store_metrics();
  const std::string cause = store && store->standby_lost ? fmt::format(": {}", kNoStandby) : "";
  if (!engine.is_stale()) return "the store does not take what is written" + cause;
  return fmt::format("the store has not been heard for {:.1f} seconds{}",
                     static_cast<double>(engine.heard_ago().ms) / 1000, cause);
}

// What makes this node slow though it serves: empty where nothing does.
std::string slowness_of(const Engine& engine) {
  const StoreMetrics* const store = engine.store_metrics();
  if (!store) return "";
  if (store->standby_lost) return kNoStandby;
  if (const Duration waits = engine.commit_waits(); waits >= kSlow)
    return fmt::format("a commit has been under way for {} ms", waits.ms);
  if (const Duration ago = engine.heard_ago(); ago >= kSlow)
    return fmt::format("the store was heard {} ms ago", ago.ms);
  return "";
}

void tell_of_store(JsonWriter& json, const Engine& engine, const EngineMetrics& metrics) {
  if (!engine.is_shared()) return;
  json.key("store_heard_ms_ago").number(engine.heard_ago().ms);
  json.key("ticking").boolean(engine.is_ticking());
  json.key("outcomes_open").number(static_cast<std::int64_t>(metrics.outcomes_open.load()));
  if (const std::string slow = slowness_of(engine); !slow.empty()) json.key("slow").string(slow);
}

void readyz(const CallPtr& call) {
  Service& service = call->service;
  if (service.draining) return call->refuse(RefusalCode::shutting_down);
  if (service.tokens.ring()->keys().empty())
    return call->refuse(RefusalCode::overloaded, "there are no keys to sign with yet");
  if (std::string fault = fault_of(service.parts.engine, service.parts.engine.metrics());
      !fault.empty())
    return call->refuse(RefusalCode::overloaded, std::move(fault));
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("status").string("ok");
  if (sees_details(*call)) {
    const EngineMetrics& engine = service.parts.engine.metrics();
    json.key("version").string(service.options.version).key("server_time").time(service.now());
    json.key("queue_length").number(static_cast<std::int64_t>(engine.queue_length.load()));
    json.key("sales").number(static_cast<std::int64_t>(service.views().sales().size()));
    json.key("sweep_findings").number(static_cast<std::int64_t>(engine.sweep_findings.load()));
    tell_of_store(json, service.parts.engine, engine);
  }
  json.end_object();
  respond_health(*call, std::move(out));
}

void metrics(const CallPtr& call) {
  if (!require_operations(*call)) return;
  http::Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = metrics_text(call->service);
  call->respond(std::move(response));
}

// --- the reference -----------------------------------------------------------------------------

void openapi(const CallPtr& call) {
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.shared_body = call->service.openapi_json;
  call->respond(std::move(response));
}

void docs(const CallPtr& call) {
  if (!require_operations(*call)) return;
  const DocsPage& page = call->service.docs;
  http::Response response;
  response.content_type = "text/html; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-cache");
  response.headers.emplace_back("Content-Security-Policy", page.security_policy);
  response.headers.emplace_back("X-Content-Type-Options", "nosniff");
  response.headers.emplace_back("Referrer-Policy", "no-referrer");
  response.shared_body = page.html;
  call->respond(std::move(response));
}

// New keys are published a minute before they sign, so caches of half a minute miss none.
void jwks(const CallPtr& call) {
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "public, max-age=30");
  response.body = call->service.tokens.ring()->jwks(call->service.now());
  call->respond(std::move(response));
}

}  // namespace

std::vector<Route> operations_routes() {
  return {
      {http::Method::get, "/livez", Access::open, livez},
      {http::Method::get, "/readyz", Access::open, readyz},
      {http::Method::get, "/metrics", Access::open, metrics},
      {http::Method::get, "/openapi.json", Access::open, openapi},
      {http::Method::get, "/docs", Access::open, docs},
      {http::Method::get, "/.well-known/jwks.json", Access::open, jwks},
  };
}

}  // namespace frontrow::api
