#include "api/api.h"

#include "api/auth.h"
#include "api/figures.h"
#include "api/render.h"
#include "api/route.h"
#include "api/router.h"
#include "api/service.h"

namespace frontrow::api {
namespace {

constexpr std::size_t kBodyBytes = 64 * 1024;
constexpr std::size_t kStaffBodyBytes = 4 * 1024 * 1024;

std::optional<identity::Role> role_of(Access access) {
  switch (access) {
    case Access::any:
      return {};
    case Access::admin:
      return identity::Role::admin;
    case Access::manager:
      return identity::Role::manager;
    case Access::gate:
      return identity::Role::gate;
    default:
      return identity::Role::viewer;
  }
}

bool has_json_type(const Call& call) {
  const auto type = call.header("Content-Type");
  if (!type) return call.request().body().empty();
  std::string_view name = type->substr(0, type->find(';'));
  while (!name.empty() && (name.back() == ' ' || name.back() == '\t')) name.remove_suffix(1);
  constexpr std::string_view kJson = "application/json";
  if (name.size() != kJson.size()) return false;
  for (std::size_t i = 0; i < kJson.size(); ++i)
    if ((name[i] >= 'A' && name[i] <= 'Z' ? name[i] | 32 : name[i]) != kJson[i]) return false;
  return true;
}

bool writes(http::Method method) {
  return method != http::Method::get && method != http::Method::head;
}

// What concerns the message alone, before anybody is asked who they are.
std::optional<Refusal> check_message(const Call& call) {
  for (const std::string_view name : {"Authorization", "Queue-Token", "Entry-Token", "Content-Type",
                                      "If-Match", "Frontrow-Cookies"})
    if (call.request().header_count(name) > 1)
      return refuse(RefusalCode::bad_request, "the header " + std::string(name) + " stands twice");
  if (!has_valid_idempotency_key(call))
    return refuse(RefusalCode::bad_request, "Idempotency-Key must be 1 to 255 visible characters");
  if (writes(call.request().method()) && !has_json_type(call))
    return refuse(RefusalCode::unsupported_media_type);
  return {};
}

// Queues, shows and seats: what is told of them must be what is.
bool tells_the_moment(std::string_view pattern) {
  return !is_operation(pattern) && (pattern.find("/queue") != std::string_view::npos ||
                                    pattern.find("/shows") != std::string_view::npos);
}

void run(const CallPtr& call) {
  const Route& route = *call->route;
  if (route.access == Access::open) return route.handle(call);
  if (route.access == Access::user)
    return require_user(call, [](const CallPtr& known) { known->route->handle(known); });
  if (require_staff(*call, role_of(route.access))) route.handle(call);
}

}  // namespace

struct Api::Parts {
  Parts(ApiParts parts, ApiOptions options, std::size_t io_threads)
      : service(std::move(parts), std::move(options), io_threads), router(all_routes()) {
    for (Route& route : router.routes()) {
      std::string name(method_text(route.method));
      route.counts = &service.route_counts[name + " " + std::string(route.pattern)];
      route.is_live = tells_the_moment(route.pattern);
    }
  }
  static std::vector<Route> all_routes() {
    std::vector<Route> all;
    for (const auto& routes :
         {account_routes(), catalogue_routes(), queue_routes(), show_routes(), order_routes(),
          wallet_routes(), ticket_routes(), staff_sale_routes(), staff_order_routes(),
          staff_key_routes(), staff_figure_routes(), gate_routes(), operations_routes()})
      all.insert(all.end(), routes.begin(), routes.end());
    return all;
  }
  Service service;
  Router router;
};

Api::Api(ApiParts parts, ApiOptions options, std::size_t io_threads) {
  set_currency(options.currency);
  parts_ = std::make_unique<Parts>(std::move(parts), std::move(options), io_threads);
}

Api::~Api() = default;

void Api::handle(std::shared_ptr<http::Exchange> exchange) {
  auto call = std::make_shared<Call>(parts_->service, std::move(exchange));
  if (parts_->service.refusing) return call->refuse(RefusalCode::shutting_down);
  const Router::Match match = parts_->router.find(call->request().method(), call->request().path());
  if (!match.route) {
    if (match.allowed.empty()) return call->refuse(RefusalCode::not_found, "no such address");
    http::Response response = problem(refuse(RefusalCode::method_not_allowed), call->language,
                                      call->request().path(), currency());
    response.headers.emplace_back("Allow", match.allowed);
    return call->respond(std::move(response));
  }
  call->route = match.route;
  call->path = match.variables;
  if (const auto refusal = check_message(*call)) return call->refuse(*refusal);
  if (match.route->is_live && parts_->service.parts.engine.is_stale())
    return call->refuse(RefusalCode::overloaded, "the store has not been heard for 2 seconds");
  run(call);
}

void Api::handle_operations(std::shared_ptr<http::Exchange> exchange) {
  auto call = std::make_shared<Call>(parts_->service, std::move(exchange));
  const Router::Match match = parts_->router.find(call->request().method(), call->request().path());
  if (!match.route || !is_operation(match.route->pattern))
    return call->refuse(RefusalCode::not_found, "no such address");
  call->route = match.route;
  call->by_operations_listener = true;
  match.route->handle(call);
}

void Api::tick(std::size_t thread) {
  Service& service = parts_->service;
  auto& pending = service.pending[thread];
  const auto now = std::chrono::steady_clock::now();
  while (!pending.empty() && pending.front().deadline <= now) {
    if (const CallPtr call = pending.front().call.lock()) call->expire();
    pending.pop_front();
  }
  service.streams.tick(thread, service.now(), service.jitter());
  if (thread == 0) take_samples(service);
}

http::Response Api::error_answer(int status, std::string_view reason_code, std::string_view detail,
                                 std::string_view, std::string_view accept_language) const {
  const ProblemKind* kind = find_problem_kind(reason_code);
  const RefusalCode code = kind            ? kind->code
                           : status >= 500 ? RefusalCode::overloaded
                                           : RefusalCode::bad_request;
  parts_->service.problems[static_cast<std::size_t>(code)].fetch_add(1, std::memory_order_relaxed);
  return problem(refuse(code, std::string(detail)), parse_language(accept_language), "",
                 currency());
}

std::size_t Api::body_limit(http::Method, std::string_view path) const {
  return path.starts_with("/v1/staff/") ? kStaffBodyBytes : kBodyBytes;
}

void Api::follow(const Changes& changes) {
  SessionCache& sessions = parts_->service.sessions;
  for (const auto& change : changes.sessions) sessions.drop(change.after.token_hash);
  for (const auto& change : changes.users)
    if (change.after.forgotten_at) sessions.forget(change.after.id);
}

void Api::refuse_new_calls() {
  parts_->service.refusing = true;
}

void Api::begin_drain() {
  parts_->service.draining = true;
  parts_->service.streams.begin_drain();
}

}  // namespace frontrow::api
