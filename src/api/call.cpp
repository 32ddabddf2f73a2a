#include "api/call.h"

#include "api/api.h"
#include "api/cookies.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"
#include "identity/access_tokens.h"

namespace frontrow::api {
namespace {

constexpr auto kPatience = std::chrono::seconds(5);

bool is_visible(std::string_view text) {
  for (const char c : text)
    if (c < 0x21 || c > 0x7E) return false;
  return !text.empty() && text.size() <= 255;
}

}  // namespace

Call::Call(Service& given_service, std::shared_ptr<http::Exchange> given_exchange)
    : service(given_service),
      exchange(std::move(given_exchange)),
      started(std::chrono::steady_clock::now()) {
  if (const auto accepted = header("Accept-Language")) language = parse_language(*accepted);
  if (const auto cookies = header("Frontrow-Cookies")) sets_cookies = *cookies == "yes";
  if (const auto named = header("Frontrow-Concert"))
    concert = parse_id<ConcertId>(*named).value_or(ConcertId());
}

bool Call::is_https() const {
  if (!request().from_trusted_proxy()) return false;
  const auto proto = header("X-Forwarded-Proto");
  return proto && *proto == "https";
}

void Call::respond(http::Response response) {
  if (answered_) return;
  answered_ = true;
  if (!renewed_session.empty()) renew_session_cookie(*this, response);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
  if (route) {
    RouteCounts& counts = *route->counts;
    counts.by_class[static_cast<std::size_t>(response.status / 100) % 6].fetch_add(
        1, std::memory_order_relaxed);
    counts.seconds.record(took.count());
  }
  if (service.options.access_log)
    service.options.access_log(request().request_id(), request().method_name(),
                               route ? route->pattern : std::string_view("-"), response.status,
                               took.count() * 1000);
  exchange->respond(std::move(response));
}

void Call::respond_json(int status, std::string body) {
  http::Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(body);
  respond(std::move(response));
}

void Call::refuse(const Refusal& refusal) {
  if (answered_) return;
  service.problems[static_cast<std::size_t>(refusal.code)].fetch_add(1, std::memory_order_relaxed);
  respond(problem(refusal, language, request().path(), service.options.currency));
}

std::shared_ptr<http::Stream> Call::start_events() {
  answered_ = true;
  http::Response head;
  head.content_type = "text/event-stream";
  head.headers.emplace_back("Cache-Control", "no-store");
  head.headers.emplace_back("X-Accel-Buffering", "no");
  return exchange->start_stream(std::move(head));
}

std::optional<IdempotencyKey> Call::idempotency_key() const {
  const auto key = header("Idempotency-Key");
  if (!key || request().method() != http::Method::post) return {};
  IdempotencyKey out;
  out.caller = user ? user->uuid : staff ? staff->key.uuid : CallerId();
  out.key = *key;
  std::string asked(request().method_name());
  asked.append("\n").append(request().target()).append("\n").append(request().body());
  const Digest hash = identity::token_hash(asked);
  std::copy_n(hash.begin(), out.request_hash.size(), out.request_hash.begin());
  return out;
}

bool has_valid_idempotency_key(const Call& call) {
  const std::size_t count = call.request().header_count("Idempotency-Key");
  return count == 0 || (count == 1 && is_visible(*call.header("Idempotency-Key")));
}

void Call::refuse_unless_kept(const Refusal& refusal) {
  const auto key = idempotency_key();
  if (!key) return refuse(refusal);
  read([caller = key->caller,
        name = key->key](Reader& reader) { return reader.kept_answer(caller, name); },
       [refusal, hash = key->request_hash](Call& call, std::optional<KeptAnswer>&& kept) {
         if (!kept || kept->at + kKeepAnswers <= call.service.now()) return call.refuse(refusal);
         if (kept->request_hash != hash) return call.refuse(RefusalCode::idempotency_key_reused);
         call.deliver_ready(call.service.tokens.resolve({kept->status, kept->body}), true);
       });
}

void Call::submit(Command command) {
  auto key = idempotency_key();
  submit_to_engine(std::move(command), std::move(key));
}

void Call::submit(Command command, std::function<void(Call&, Answer&&)> then) {
  then_ = std::move(then);
  submit_to_engine(std::move(command), {});
}

void Call::submit_to_engine(Command command, std::optional<IdempotencyKey> key) {
  open_deadline();
  service.parts.engine.submit(
      {std::move(command), std::move(key), [self = shared_from_this()](Reply&& reply) mutable {
         Service& s = self->service;
         s.send_reply(std::move(self), std::move(reply));
       }});
}

void Call::take_reply(Reply&& reply) {
  if (answered_) return;
  auto* const answer = std::get_if<Answer>(&reply);
  if (!answer || !then_) return deliver(std::move(reply));
  const auto then = std::move(then_);
  then(*this, std::move(*answer));
}

void Call::later(std::function<void(Call&)> function) {
  exchange->post([self = shared_from_this(), function = std::move(function)] {
    if (!self->answered_) function(*self);
  });
}

void Call::deliver(Reply&& reply) {
  if (auto* answer = std::get_if<Answer>(&reply))
    return deliver_ready(
        render_ready(*answer, service.tokens, shown_entry ? &*shown_entry : nullptr), false);
  if (auto* kept = std::get_if<KeptReply>(&reply))
    return deliver_ready(service.tokens.resolve(kept->rendered), kept->replayed);
  if (auto* refusal = std::get_if<Refusal>(&reply)) return refuse(*refusal);
  refuse(code_of(std::get<Failure>(reply)));
}

void Call::deliver_ready(ReadyAnswer&& ready, bool replayed) {
  if (answered_) return;
  http::Response response;
  response.status = ready.status;
  response.body = std::move(ready.body);
  if (!response.body.empty()) response.content_type = "application/json";
  const bool has_token = !ready.entry_token.empty() || !ready.queue_token.empty();
  if (has_token) response.headers.emplace_back("Cache-Control", "no-store");
  if (replayed) response.headers.emplace_back("Idempotent-Replayed", "true");
  if (!ready.queue_token.empty())
    set_token_cookie(*this, response, kQueueCookie, ready.queue_token);
  if (!ready.entry_token.empty())
    set_token_cookie(*this, response, kEntryCookie, ready.entry_token);
  if (finish) finish(response);
  respond(std::move(response));
}

void Call::open_deadline() {
  auto& pending = service.pending[exchange->thread_index()];
  // Answered calls leave from the front at once: a weak pointer keeps their memory.
  while (!pending.empty() && pending.front().call.expired()) pending.pop_front();
  pending.push_back({weak_from_this(), std::chrono::steady_clock::now() + kPatience});
}

bool Call::expire() {
  if (answered_) return false;
  refuse(RefusalCode::outcome_unknown);
  return true;
}

}  // namespace frontrow::api
