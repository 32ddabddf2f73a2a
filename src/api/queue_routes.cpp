#include "api/auth.h"
#include "api/body.h"
#include "api/catalogue.h"
#include "api/cookies.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"
#include "base/encoding.h"
#include "base/planted.h"
#include "domain/draw.h"

namespace frontrow::api {
namespace {

constexpr std::uint32_t kPollsPerSecond = 20;

// The JSON of a status as polls and streams tell it: with the entry token, without the queue token.
std::string status_json(const Service& service, const PlaceStatus& status) {
  std::string out;
  out.reserve(400);
  JsonWriter json(out);
  json.begin_object();
  write_place_status(json, status);
  if (status.grant) json.key("entry_token").string(service.tokens.entry_token(*status.grant));
  json.end_object();
  return out;
}

void join(const CallPtr& call) {
  Service& service = call->service;
  if (!service.joins.admit(call->request().client_address().key(), service.now()))
    return call->refuse_unless_kept(refuse(RefusalCode::rate_limited));
  const auto concert = parse_id<ConcertId>(call->path[0]);
  if (!concert) return call->refuse_unless_kept(refuse(RefusalCode::not_found, "no such concert"));
  if (!call->request().body().empty()) {
    BodyReader body(call->request().body());
    if (const auto refusal = body.finish()) return call->refuse_unless_kept(*refusal);
  }
  if (call->concert) call->concert = concert;  // the path says it
  call->submit(JoinQueue{*call->user, *concert});
}

void respond_status(Call& call, const PlaceStatus& status) {
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "no-store");
  if (status.grant)
    set_token_cookie(call, response, kEntryCookie, call.service.tokens.entry_token(*status.grant));
  response.body = status_json(call.service, status);
  call.respond(std::move(response));
}

std::optional<Refusal> check_concert(const SaleView& sale, const std::optional<ConcertId>& wanted) {
  if (!wanted || *wanted == sale.concert()->id) return {};
  return refuse(RefusalCode::queue_token_invalid, "the place is in the queue of another concert");
}

// The concert that a poll's query names; so that nothing is claimed in another one's queue.
Result<std::optional<ConcertId>, Refusal> read_wanted(const Call& call) {
  if (call.request().query().empty()) return call.concert;
  QueryReader query(call);
  const auto asked = query.id<ConcertId>("concert_id");
  if (auto refusal = query.finish()) return std::move(*refusal);
  return call.concert ? call.concert : asked;
}

// The sale and place of the call's queue token, or null after a refusal.
SaleView* find_own_place(Call& call, identity::QueueClaims& claims) {
  const PlaceProof proof = find_place(call);
  SaleView* sale = proof.claims ? call.service.views().sale(proof.claims->sale_no) : nullptr;
  if (!proof.claims)
    call.refuse(proof.refusal);
  else if (!sale || !(sale->describe(proof.claims->place, call.service.now(), 0) ||
                      call.service.parts.engine.is_shared()))
    call.refuse(RefusalCode::queue_token_invalid);
  else if (const auto refusal = check_concert(*sale, call.concert))
    call.refuse(*refusal);
  else {
    claims = *proof.claims;
    return sale;
  }
  return nullptr;
}

void poll(const CallPtr& call) {
  Service& service = call->service;
  const PlaceProof proof = find_place(*call);
  if (!proof.claims) return call->refuse(proof.refusal);
  SaleView* sale = service.views().sale(proof.claims->sale_no);
  const Time now = service.now();
  if (!sale) return call->refuse(RefusalCode::queue_token_invalid);
  const auto wanted = read_wanted(*call);
  if (!wanted) return call->refuse(wanted.error());
  if (const auto refusal = check_concert(*sale, *wanted)) return call->refuse(*refusal);
  if (!sale->admit_poll(proof.claims->place, now, kPollsPerSecond))
    return call->refuse(RefusalCode::rate_limited);
  const auto status = sale->describe(proof.claims->place, now, service.jitter());
  if (!status && !service.parts.engine.is_shared())
    return call->refuse(RefusalCode::queue_token_invalid);
  const bool may_claim = call->request().method() == http::Method::get;
  // Another node may have given a place that nobody here has heard of: a batch will have. HEAD
  // never claims, so it cannot ask one.
  if (!status && !may_claim)
    return call->refuse(RefusalCode::overloaded, "another node's place is not known here yet");
  const bool jumps = planted(Bug::claim_without_call) && proof.claims->place % 8 == 0;
  if (!status || (may_claim && (status->kind == PlaceKind::called || jumps)))
    return call->submit(ClaimEntry{proof.claims->sale_no, proof.claims->place, proof.claims->user},
                        [](Call& again, Answer&& answer) {
                          respond_status(again, std::get<QueueAnswer>(answer).status);
                        });
  if (status->poll_after.ms > 0) sale->asked(proof.claims->place, now + status->poll_after);
  respond_status(*call, *status);
}

void leave(const CallPtr& call) {
  identity::QueueClaims claims;
  if (!find_own_place(*call, claims)) return;
  call->submit(LeaveQueue{claims.sale_no, claims.place, claims.user}, [](Call& again, Answer&&) {
    http::Response response;
    response.status = 204;
    again.respond(std::move(response));
  });
}

// What of a status makes it worth a new event: all but the clock and the jittered interval.
std::string fingerprint(PlaceStatus status) {
  status.server_time = {};
  status.poll_after = {};
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  write_place_status(json, status);
  json.end_object();
  return out;
}

void stream_status(const CallPtr& call) {
  identity::QueueClaims claims;
  SaleView* sale = find_own_place(*call, claims);
  if (!sale) return;
  if (!call->exchange->can_stream())
    return call->refuse(RefusalCode::overloaded, "poll instead of streaming");
  auto stream = call->start_events();
  StreamHub::Source source = [&service = call->service, sale, claims, last = std::string(),
                              id = 0u](Time now, bool& over) mutable -> std::string {
    const auto status = sale->describe(claims.place, now, 0);
    if (!status) return {};
    // A stream stands for a poll at any moment: the claim's time counts from the call alone.
    if (status->kind == PlaceKind::waiting || status->kind == PlaceKind::lobby)
      sale->asked(claims.place, now);
    over = status->kind == PlaceKind::finished || status->kind == PlaceKind::missed;
    std::string print = fingerprint(*status);
    if (print == last) return {};
    last = std::move(print);
    return format_event(std::to_string(++id), to_text(status->kind), status_json(service, *status));
  };
  const std::string group = std::to_string(claims.sale_no) + "/" + std::to_string(claims.place);
  call->service.streams.add(std::move(stream), group, milliseconds(250), std::move(source),
                            call->service.now());
}

void show_queue(const CallPtr& call) {
  SaleView* sale = find_published(*call);
  if (!sale) return;
  const Time now = call->service.now();
  const SaleFacts facts = sale->facts();
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "public, max-age=1");
  JsonWriter json(response.body);
  json.begin_object().key("phase").string(to_text(phase_at(facts, now)));
  json.key("called_upto").number(std::int64_t{facts.queue.called_upto});
  json.key("waiting").number(std::int64_t{sale->waiting()});
  json.key("admitted_active").number(facts.active_entries);
  json.key("per_minute").number(facts.calls_per_minute).key("last_call_at");
  if (facts.last_call_at)
    json.time(*facts.last_call_at);
  else
    json.null();
  json.key("message");
  if (facts.concert->message)
    json.string(*facts.concert->message);
  else
    json.null();
  json.key("server_time").time(now).end_object();
  call->respond(std::move(response));
}

void write_bytes(JsonWriter& json, std::string_view key, bool known, const Digest& bytes) {
  json.key(key);
  if (known)
    json.string(to_hex(view_of(bytes)));
  else
    json.null();
}

void show_draw(const CallPtr& call) {
  SaleView* sale = find_published(*call);
  if (!sale) return;
  const SaleFacts facts = sale->facts();
  const Concert& concert = *facts.concert;
  const bool drawn = facts.queue.drawn && concert.sale.draw;
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("algorithm").string(kDrawAlgorithm).key("concert_id").id(concert.id);
  json.key("commitment").string(to_hex(view_of(draw_commitment(concert.draw_secret))));
  json.key("count").number(
      std::int64_t{facts.queue.lobby_ended ? facts.queue.lobby_count : facts.queue.last_number});
  json.key("join_digest").string(to_hex(view_of(facts.queue.join_digest)));
  json.key("public_input").string(concert.public_input);
  write_bytes(json, "secret", drawn, concert.draw_secret);
  write_bytes(json, "seed", drawn, facts.queue.draw_seed);
  json.end_object();
  call->respond_json(200, std::move(out));
}

void list_joins(const CallPtr& call) {
  SaleView* sale = find_published(*call);
  if (!sale) return;
  QueryReader query(*call);
  const int limit = query.limit();
  const auto after = query.integer("cursor", 0, UINT32_MAX);
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  const auto concert = sale->concert();
  const SaleFacts facts = sale->facts();
  const PlaceNumber last =
      facts.queue.lobby_ended ? facts.queue.lobby_count : facts.queue.last_number;
  const auto from = static_cast<PlaceNumber>(after.value_or(0));
  const int most = from >= last ? 0 : static_cast<int>(std::min<std::int64_t>(limit, last - from));
  call->read([number = concert->sale_no, from,
              most](Reader& reader) { return reader.places(number, from, most); },
             [concert, limit](Call& again, std::vector<Place>&& places) {
               again.respond_json(
                   200,
                   write_page(
                       places, limit,
                       [&](JsonWriter& json, const Place& place) {
                         const MemberTag tag = member_tag(concert->member_key, place.user);
                         json.begin_object().key("lobby_number").number(std::int64_t{place.number});
                         json.key("tag").string(to_hex(view_of(tag)));
                         json.key("joined_at").time(place.joined_at).end_object();
                       },
                       [](const Place& place) { return std::to_string(place.number); }));
             });
}

}  // namespace

std::vector<Route> queue_routes() {
  return {
      {http::Method::post, "/v1/concerts/{concert_id}/queue-tokens", Access::user, join},
      {http::Method::get, "/v1/queue-tokens/current", Access::open, poll},
      {http::Method::delete_, "/v1/queue-tokens/current", Access::open, leave},
      {http::Method::get, "/v1/queue-tokens/current/events", Access::open, stream_status},
      {http::Method::get, "/v1/concerts/{concert_id}/queue", Access::open, show_queue},
      {http::Method::get, "/v1/concerts/{concert_id}/draw", Access::open, show_draw},
      {http::Method::get, "/v1/concerts/{concert_id}/draw/joins", Access::open, list_joins},
  };
}

}  // namespace frontrow::api
