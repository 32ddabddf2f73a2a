#include "api/cookies.h"

#include <functional>
#include <utility>
#include <vector>

#include "api/service.h"

namespace frontrow::api {
namespace {

// As long as a session of which no use is made; a token's own end is inside it.
constexpr std::string_view kKeptSeconds = "2592000";
// Of each kind: who joins more queues from one browser loses the token that is kept the longest,
// and finds the place again by joining. Bounds what a browser sends with every call.
constexpr std::size_t kConcertsAtOnce = 8;

using Pair = std::pair<std::string_view, std::string_view>;

std::vector<Pair> pairs_of(const Call& call) {
  std::vector<Pair> out;
  std::string_view rest = call.header("Cookie").value_or("");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    std::string_view pair = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos)
      out.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return out;
}

std::string full_name(const Call& call, std::string_view kind) {
  return (call.is_https() ? "__Host-frontrow-" : "frontrow-") + std::string(kind);
}

std::string name_of(const Call& call, std::string_view kind) {
  std::string name = full_name(call, kind);
  if (!call.concert) return name;
  name += '-';
  append_typeid_suffix(name, call.concert->uuid);
  return name;
}

std::optional<std::string> value_of(const Call& call, std::string_view name) {
  for (const auto& [found, value] : pairs_of(call))
    if (found == name) return std::string(value);
  return {};
}

void add(const Call& call, http::Response& response, std::string_view name, std::string_view token,
         std::string_view seconds) {
  std::string text(name);
  text.append("=").append(token).append("; Path=/; HttpOnly; SameSite=Lax; Max-Age=");
  text += seconds;
  if (call.is_https()) text += "; Secure";
  response.headers.emplace_back("Set-Cookie", std::move(text));
}

void take_away(const Call& call, http::Response& response, std::string_view name) {
  add(call, response, name, "", "0");
}

bool is_of_kind(const Call& call, std::string_view name, std::string_view kind) {
  const std::string plain = full_name(call, kind);
  return name == plain || (name.starts_with(plain) && name[plain.size()] == '-');
}

// Browsers send the cookies of one path in the order in which they were made (RFC 6265, 5.4).
void make_room(const Call& call, http::Response& response, std::string_view kind,
               std::string_view next) {
  std::vector<std::string_view> others;
  const std::string start = full_name(call, kind) + '-';
  for (const auto& [name, value] : pairs_of(call))
    if (name.starts_with(start) && name != next) others.push_back(name);
  for (std::size_t i = 0; i + kConcertsAtOnce <= others.size(); ++i)
    take_away(call, response, others[i]);
}

}  // namespace

std::optional<std::string> session_cookie(const Call& call) {
  return value_of(call, full_name(call, kSessionCookie));
}

std::optional<std::string> token_cookie(const Call& call, std::string_view kind) {
  auto value = value_of(call, name_of(call, kind));
  if (!value && call.concert) value = value_of(call, full_name(call, kind));
  return value;
}

void set_session_cookie(const Call& call, http::Response& response, std::string_view token) {
  if (call.sets_cookies) add(call, response, full_name(call, kSessionCookie), token, kKeptSeconds);
}

void renew_session_cookie(const Call& call, http::Response& response) {
  add(call, response, full_name(call, kSessionCookie), call.renewed_session, kKeptSeconds);
}

void set_token_cookie(const Call& call, http::Response& response, std::string_view kind,
                      std::string_view token) {
  if (!call.sets_cookies) return;
  const std::string name = name_of(call, kind);
  if (call.concert) make_room(call, response, kind, name);
  add(call, response, name, token, kKeptSeconds);
}

void clear_cookies(const Call& call, http::Response& response) {
  for (const auto kind : {kSessionCookie, kQueueCookie, kEntryCookie})
    take_away(call, response, full_name(call, kind));
  for (const auto& [name, value] : pairs_of(call))
    for (const auto kind : {kQueueCookie, kEntryCookie})
      if (is_of_kind(call, name, kind) && name != full_name(call, kind))
        take_away(call, response, name);
}

void clear_cookies_of_others(const Call& call, http::Response& response, UserId user) {
  if (!call.sets_cookies) return;
  const Time now = call.service.now();
  for (const auto& [name, value] : pairs_of(call)) {
    if (is_of_kind(call, name, kQueueCookie)) {
      const auto place = call.service.tokens.check_queue(value, now);
      if (!place || place->user != user) take_away(call, response, name);
    } else if (is_of_kind(call, name, kEntryCookie)) {
      const auto entry = call.service.tokens.check_entry(value, now);
      if (!entry || entry->user != user) take_away(call, response, name);
    }
  }
}

}  // namespace frontrow::api
