#include "pages/room.h"

#include <boost/json/parse.hpp>
#include <utility>
#include <vector>

#include "base/uuid.h"
#include "http/query.h"
#include "pages/answers.h"
#include "pages/assets.h"
#include "pages/inner_call.h"
#include "pages/negotiation.h"
#include "pages/room_view.h"

namespace frontrow::pages {
namespace {

namespace json = boost::json;

bool is_success(const http::Response& answer) {
  return answer.status >= 200 && answer.status < 300;
}

std::optional<json::value> content_of(const http::Response& answer) {
  if (!is_success(answer)) return {};
  boost::system::error_code fault;
  json::value value = json::parse(answer.content(), fault);
  if (fault || !value.is_object()) return {};
  return value;
}

// Of nobody's place here, that is: of none, or of one in another queue.
bool says_no_place(const http::Response& answer) {
  return answer.status == 401 || answer.status == 403;
}

http::Response see_other(std::string to) {
  http::Response response;
  response.status = 303;
  response.headers.emplace_back("Location", std::move(to));
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

// A browser that loads a page before anybody asked for it would claim an entry that nobody uses.
bool is_prefetch(const http::Request& request) {
  return request.header("Sec-Purpose").value_or("").find("prefetch") != std::string_view::npos;
}

http::Response refusal(int status, std::string_view words) {
  http::Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  response.body = words;
  return response;
}

// Whoever is told less believes to have left, and is called.
http::Response try_again() {
  return refusal(503, "It is not known whether you have left. Please send the form again.\n");
}

}  // namespace

// One request for the page, while its calls are under way.
struct Room::Visit {
  std::shared_ptr<http::Exchange> exchange;
  std::string concert;
  RoomAnswers answers;
  std::vector<std::string> cookies;  // that the calls set

  const http::Request& request() const { return exchange->request(); }
  std::string address() const { return "/concerts/" + concert + "/queue"; }
  // The place in this very queue: the browser may wait in others, in other tabs.
  InnerRequest place(http::Method method) const {
    return {method, "/v1/queue-tokens/current", concert};
  }
  void keep_cookies(const http::Response& answer) {
    for (const auto& [name, value] : answer.headers)
      if (name == "Set-Cookie") cookies.push_back(value);
  }
  void respond(http::Response response) const {
    for (const std::string& cookie : cookies) response.headers.emplace_back("Set-Cookie", cookie);
    exchange->respond(std::move(response));
  }
};

Room::Room(http::Handler api, CommonValues common_values, NotFound not_found)
    : api_(std::move(api)),
      common_values_(std::move(common_values)),
      not_found_(std::move(not_found)),
      english_(template_text("room", "en")),
      korean_(template_text("room", "ko")) {}

void Room::handle(std::shared_ptr<http::Exchange> exchange, std::string_view concert) const {
  const http::Request& request = exchange->request();
  // The id is written into paths of calls: nothing else may be.
  if (!parse_id<ConcertId>(concert)) return exchange->respond(not_found_(request));
  if (is_prefetch(request)) return exchange->respond(refusal(503, "Not before it is wanted.\n"));
  auto visit = std::make_shared<Visit>();
  visit->concert = concert;
  visit->exchange = std::move(exchange);
  if (request.method() != http::Method::post) return ask_concert(visit);
  const auto form = http::QueryParameters::parse(request.body());
  const auto wanted = form ? form->get("do") : std::nullopt;
  if (wanted == "join") return join(visit);
  if (wanted == "leave") return leave(visit);
  visit->respond(refusal(400, "The form needs do=join or do=leave.\n"));
}

// --- showing -------------------------------------------------------------------------------------

void Room::ask_concert(VisitPtr visit) const {
  inner_call(visit->exchange, api_, {http::Method::get, "/v1/concerts/" + visit->concert},
             [this, visit](const http::Response& answer) {
               auto concert = content_of(answer);
               if (!concert) return visit->respond(not_found_(visit->request()));
               visit->answers.concert = std::move(*concert);
               ask_status(visit);
             });
}

void Room::ask_status(VisitPtr visit) const {
  // HEAD claims no entry, here as in the contract.
  inner_call(visit->exchange, api_, visit->place(visit->request().method()),
             [this, visit](const http::Response& answer) {
               visit->answers.is_busy = answer.status == 429 || answer.status == 503;
               visit->answers.status = content_of(answer);
               visit->keep_cookies(answer);
               ask_queue(visit);
             });
}

void Room::ask_queue(VisitPtr visit) const {
  inner_call(visit->exchange, api_,
             {http::Method::get, "/v1/concerts/" + visit->concert + "/queue"},
             [this, visit](const http::Response& answer) {
               visit->answers.queue = content_of(answer);
               show(*visit);
             });
}

void Room::show(const Visit& visit) const {
  RoomView view = describe_room(visit.answers);
  view.values.merge(common_values_(visit.request()));
  const Template& page = language_of(visit.request()) == "ko" ? korean_ : english_;
  http::Response response;
  response.status = visit.answers.is_busy ? 503 : 200;
  response.content_type = "text/html; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  if (visit.answers.is_busy) response.headers.emplace_back("Retry-After", "2");
  add_security_headers(response);
  response.body = page.fill(view.values, view.flags);
  visit.respond(std::move(response));
}

// --- joining and leaving -------------------------------------------------------------------------

void Room::join(VisitPtr visit) const {
  inner_call(
      visit->exchange, api_,
      {http::Method::post, "/v1/concerts/" + visit->concert + "/queue-tokens", visit->concert},
      [visit](const http::Response& answer) {
        visit->keep_cookies(answer);
        if (answer.status == 401)
          return visit->respond(see_other("/sign-in?next=" + visit->address()));
        if (answer.status == 403)
          return visit->respond(refusal(403, "The form must come from a page of this site.\n"));
        // Not open, or over: the concert's page says which, and when.
        const bool is_refused = answer.status == 404 || answer.status == 409;
        visit->respond(see_other(is_refused ? "/concerts/" + visit->concert : visit->address()));
      });
}

void Room::leave(VisitPtr visit) const {
  inner_call(visit->exchange, api_, visit->place(http::Method::head),
             [this, visit](const http::Response& answer) {
               if (is_success(answer)) return leave_this_queue(visit);
               visit->respond(says_no_place(answer) ? see_other(visit->address()) : try_again());
             });
}

void Room::leave_this_queue(VisitPtr visit) const {
  inner_call(
      visit->exchange, api_, visit->place(http::Method::delete_),
      [visit](const http::Response& answer) {
        if (answer.status == 403)
          return visit->respond(refusal(403, "The form must come from a page of this site.\n"));
        visit->respond(is_success(answer) ? see_other(visit->address()) : try_again());
      });
}

}  // namespace frontrow::pages
