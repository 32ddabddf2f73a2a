#include "rehearsal/setting_up.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <thread>

#include "base/time.h"
#include "rehearsal/answer.h"
#include "rehearsal/bearer.h"

namespace frontrow::rehearsal {
namespace {

namespace json = boost::json;
constexpr std::string_view kFarOff = "2100-01-01T00:00:00.000Z";
constexpr std::int64_t kTokensExpire = 4'102'444'800;  // the same moment
// From knowing the opening to the first arrivals: the people have to be made meanwhile.
constexpr std::int64_t kLeadMs = 300;
constexpr std::int64_t kPeopleAMs = 250;
// Another node hears of a new concert within this time.
constexpr int kNewsTries = 20;
constexpr auto kNewsStep = std::chrono::milliseconds(50);

SetUpError usage(std::string what) {
  return {SetUpFault::wrong_usage, std::move(what)};
}
SetUpError outage(std::string_view what) {
  return {SetUpFault::outage, fmt::format("the server did not answer: {}", what)};
}

// An answer of this status, or what it was instead.
Result<std::string, SetUpError> expect(std::optional<Caller::Reply> reply, int status,
                                       std::string_view what) {
  if (!reply) return outage(what);
  if (reply->status == status) return std::move(reply->body);
  const std::string_view code = field(reply->body, "code");
  if (reply->status >= 500)
    return SetUpError{SetUpFault::outage, fmt::format("{}: {} {}", what, reply->status, code)};
  return usage(
      fmt::format("{}: {} {}: {}", what, reply->status, code, field(reply->body, "detail")));
}

std::string seat_map(std::int64_t seats, const Profile& p, std::int64_t& section_number) {
  std::string out;
  const std::int64_t a_section = p.rows_per_section * p.seats_per_row;
  for (std::int64_t left = seats; left > 0;) {
    // The last seats of a show may fill no whole section: one row of what is left.
    const bool whole = left >= a_section;
    const std::int64_t rows =
        whole ? p.rows_per_section : std::max<std::int64_t>(1, left / p.seats_per_row);
    const std::int64_t row = whole || left >= p.seats_per_row ? p.seats_per_row : left;
    out += fmt::format(R"({}{{"name":"S{}","price":{},"rows":{},"seats_per_row":{}}})",
                       out.empty() ? "" : ",", ++section_number, p.price, rows, row);
    left -= rows * row;
  }
  return fmt::format(R"({{"sections":[{}]}})", out);
}

std::string concert_body(const Profile& p) {
  std::string shows;
  for (std::int64_t show = 0; show < p.shows; ++show) {
    const std::int64_t seats = p.seats / p.shows + (show < p.seats % p.shows ? 1 : 0);
    std::int64_t section = 0;
    shows += fmt::format(R"({}{{"starts_at":"2099-05-{:02}T10:00:00.000Z","seat_map":{}}})",
                         show == 0 ? "" : ",", show % 28 + 1, seat_map(seats, p, section));
  }
  return fmt::format(
      R"({{"title":"Rehearsal","artist":"The Crowd","venue":"Rehearsal Hall","time_zone":"Asia/Seoul",)"
      R"("sale":{{"opens_at":"{0}","lobby_opens_at":"{0}","draw":{1},"capacity":{2},)"
      R"("entries_per_minute":{3},"people_per_seat":{4},"entry_seconds":{5},"claim_seconds":{6},)"
      R"("hold_seconds":{7},"max_seats_per_user":{8}}},"shows":[{9}],"published":false}})",
      kFarOff, p.draw == 1, p.capacity, p.entries_per_minute, p.people_per_seat, p.entry_seconds,
      p.claim_seconds, p.hold_seconds, p.max_seats_per_user, shows);
}

std::int64_t at(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value && value->is_int64() ? value->get_int64() : 0;
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void add_sections(const json::object& concert, Venue& venue) {
  const json::value* const shows = concert.if_contains("shows");
  if (!shows || !shows->is_array()) return;
  for (const json::value& show : shows->get_array()) {
    venue.seats += at(show.as_object(), "total");
    for (const json::value& section : show.at("sections").as_array()) {
      const std::string name = text_at(section.as_object(), "name");
      venue.price_max = std::max(venue.price_max, at(section.as_object(), "price"));
      if (std::find(venue.sections.begin(), venue.sections.end(), name) == venue.sections.end())
        venue.sections.push_back(name);
    }
  }
  // A favourite must be a section of every show.
  for (const json::value& show : shows->get_array())
    std::erase_if(venue.sections, [&](const std::string& name) {
      return std::ranges::none_of(show.at("sections").as_array(), [&](const json::value& section) {
        return text_at(section.as_object(), "name") == name;
      });
    });
}

// Reads rules, sections and prices; the run's start follows from the opening.
SetUp read_sale(const std::string& body, std::optional<std::int64_t> server_now,
                const People& people) {
  SetUp up;
  const json::object concert = json::parse(body).as_object();
  const json::object& sale = concert.at("sale").as_object();
  Venue& venue = up.venue;
  venue.concert = text_at(concert, "concert_id");
  venue.rules = {at(sale, "capacity"),           at(sale, "entries_per_minute"),
                 at(sale, "claim_seconds"),      at(sale, "hold_seconds"),
                 at(sale, "max_seats_per_user"), 0};
  add_sections(concert, venue);
  if (const json::value* const range = concert.if_contains("price_range"))
    venue.price_max = std::max(venue.price_max, at(range->as_object(), "max"));
  const auto opens = parse_rfc3339(text_at(sale, "opens_at"));
  const std::int64_t now_us = steady_us();
  const std::int64_t until = opens && server_now ? opens->ms - *server_now : 0;
  up.was_open = until <= 0;
  // An open sale is met by everybody as if it had opened with the run.
  up.start_us = up.was_open ? now_us : now_us + (until - std::int64_t{people.opens_ms()}) * 1000;
  venue.server_base_ms = server_now.value_or(0) - (now_us - up.start_us) / 1000;
  venue.rules.opens_ms = static_cast<std::int32_t>((opens ? opens->ms : 0) - venue.server_base_ms);
  if (up.was_open) venue.rules.opens_ms = INT32_MIN;
  return up;
}

// Unpublished first: its answer tells the server's time, from which the opening is set.
Result<std::string, SetUpError> create_concert(Caller& caller, const Target& target,
                                               const Profile& profile, const People& people) {
  auto made =
      expect(caller.call("POST", "/v1/staff/concerts", target.staff_key, concert_body(profile)),
             201, "creating a concert");
  if (!made) return made.error();
  const std::string path = fmt::format("/v1/staff/concerts/{}", field(*made, "concert_id"));
  const auto now = time_field(*made, "server_time");
  if (!now) return usage("creating a concert: the answer has no server_time");
  const Time start{*now + kLeadMs + people.accounts() / kPeopleAMs};
  const std::string sale = fmt::format(R"({{"sale":{{"lobby_opens_at":"{}","opens_at":"{}"}}}})",
                                       to_rfc3339(start + milliseconds(people.lobby_opens_ms())),
                                       to_rfc3339(start + milliseconds(people.opens_ms())));
  auto changed = expect(caller.call("PATCH", path, target.staff_key, sale, "If-Match: *"), 200,
                        "setting its opening");
  if (!changed) return changed.error();
  return expect(caller.call("POST", path + "/publish", target.staff_key), 200, "publishing it");
}

// Fills the wallet of an account that is nobody's: shows whether the provider's key is the right
// one and who fills wallets here.
Result<Done, SetUpError> probe_wallet(Caller& caller, Target& target, const People& people) {
  std::string token;
  Bearer(target).append_token(token, people.accounts());
  const auto reply = caller.call("POST", "/v1/wallet/top-ups", token, R"({"amount":1})");
  if (!reply) return outage("a first top-up");
  if (reply->status == 201) return Done{};
  if (reply->status == 401)
    return usage(
        "the server does not take the crowd's access tokens: give both the same HS256 secret, "
        "issuer "
        "and audience ([[identity.providers]])");
  if (reply->status != 403 || field(reply->body, "code") != "forbidden")
    return usage(fmt::format("a first top-up was answered {} {}", reply->status,
                             field(reply->body, "code")));
  if (target.staff_key.empty())
    return usage("wallets are filled by staff here: a staff key of an admin is needed");
  target.staff_tops_up = true;
  return Done{};
}

// A node of another store would sell another concert, or none.
Result<Done, SetUpError> expect_on_each_node(const Target& target, const std::string& concert) {
  for (const NodeAddress& node : target.nodes) {
    Target alone = target;
    alone.nodes = {node};
    Caller caller(alone);
    const std::string path = "/v1/concerts/" + concert + "/queue";
    auto reply = caller.call("GET", path);
    for (int tries = 0; reply && reply->status == 404 && tries < kNewsTries; ++tries) {
      std::this_thread::sleep_for(kNewsStep);
      reply = caller.call("GET", path);
    }
    if (!reply) return outage("GET " + path + " of " + to_text(node));
    if (reply->status == 404)
      return usage(to_text(node) + " does not know the concert: is it a node of the same server?");
  }
  return Done{};
}

}  // namespace

Result<SetUp, SetUpError> set_up(Caller& caller, Target& target, const Profile& profile,
                                 const People& people, const std::string& concert) {
  const auto ready = caller.call("GET", "/readyz");
  if (!ready || ready->status != 200) return outage("GET /readyz of " + to_text(target.nodes));
  if (concert.empty() && target.staff_key.empty())
    return usage("give a concert, or a staff key of a manager to create one");
  // Until long after any run: of the server's clock only its answers tell.
  target.token_expires = kTokensExpire;
  if (auto probed = probe_wallet(caller, target, people); !probed) return probed.error();

  std::string path = "/v1/concerts/" + concert;
  if (!target.staff_key.empty()) path = "/v1/staff/concerts/" + concert;
  if (concert.empty()) {
    auto made = create_concert(caller, target, profile, people);
    if (!made) return made.error();
    path += std::string(field(*made, "concert_id"));
  }
  auto body = expect(caller.call("GET", path, target.staff_key), 200, "reading the concert");
  if (!body) return body.error();
  auto now = time_field(*body, "server_time");
  if (!now) {  // the public form has none; the queue's has
    const auto queue = caller.call("GET", path + "/queue");
    if (queue) now = time_field(queue->body, "server_time");
  }
  SetUp up = read_sale(*body, now, people);
  up.created = concert.empty();
  if (target.nodes.size() > 1)
    if (auto known = expect_on_each_node(target, up.venue.concert); !known) return known.error();
  return up;
}

}  // namespace frontrow::rehearsal
