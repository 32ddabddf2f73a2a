#include "pages/room_view.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time.h"

namespace frontrow::pages {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMinute = 60, kHour = 3600;
constexpr std::int64_t kRefreshLeast = 2, kRefreshIdle = 15;  // seconds

const json::value* find(const json::value& object, std::string_view key) {
  return object.is_object() ? object.as_object().if_contains(key) : nullptr;
}

std::string text(const json::value& object, std::string_view key) {
  const json::value* const value = find(object, key);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::int64_t number(const json::value& object, std::string_view key) {
  const json::value* const value = find(object, key);
  return value && value->is_int64() ? value->as_int64() : 0;
}

std::string range(std::int64_t low, std::int64_t high) {
  return low == high ? fmt::format("{}", high) : fmt::format("{}–{}", low, high);
}

// The wait as a range of whole minutes, or of hours where it is long; never "0".
void tell_eta(RoomView& view, const json::value& status) {
  const json::value* const eta = find(status, "eta_seconds");
  if (!eta || !eta->is_object()) {
    view.flags.insert("eta_none");
    return;
  }
  const std::int64_t low = number(*eta, "low"), high = number(*eta, "high");
  if (high <= kMinute) {
    view.flags.insert("eta_soon");
    return;
  }
  const bool long_wait = high > 2 * kHour;
  const std::int64_t unit = long_wait ? kHour : kMinute;
  const std::int64_t most = (high + unit - 1) / unit;
  view.values["eta"] = range(std::clamp<std::int64_t>(low / unit, 1, most), most);
  view.flags.insert(long_wait ? "eta_hours" : "eta_minutes");
}

void tell_waiting(RoomView& view, const json::value& status) {
  view.flags.insert("waiting");
  view.values["ahead"] = with_commas(std::max<std::int64_t>(0, number(status, "position") - 1));
  view.values["behind"] = with_commas(number(status, "behind"));
  if (text(status, "sale_phase") == "paused") view.flags.insert("paused");
  if (text(status, "sale_phase") == "sold_out") view.flags.insert("all_gone");
  tell_eta(view, status);
}

std::string minutes_until(const std::string& moment, const std::string& now) {
  const auto at = parse_rfc3339(moment), from = parse_rfc3339(now);
  if (!at || !from) return "";
  const std::int64_t ms = std::max<std::int64_t>(0, (*at - *from).ms);
  return with_commas((ms + kMinute * 1000 - 1) / (kMinute * 1000));
}

void tell_lobby(RoomView& view, const json::value& status) {
  view.flags.insert({"lobby", "opens_minutes"});
  view.values["lobby_count"] = with_commas(number(status, "lobby_count"));
  view.values["opens_at"] = text(status, "opens_at");
  view.values["opens_in"] = minutes_until(text(status, "opens_at"), text(status, "server_time"));
}

void tell_status(RoomView& view, const json::value& status) {
  const std::string kind = text(status, "status");
  if (kind == "waiting") tell_waiting(view, status);
  if (kind == "lobby") tell_lobby(view, status);
  if (kind == "admitted") view.flags.insert("admitted");
  if (kind == "missed") view.flags.insert({"missed", "join"});
  if (kind == "finished") {
    view.flags.insert(fmt::format("finished_{}", text(status, "reason")));
    if (text(status, "reason") != "closed") view.flags.insert("join");
  }
  if (kind == "waiting" || kind == "lobby") view.flags.insert("leave");
  const std::int64_t ms = number(status, "poll_after_ms");
  view.values["refresh"] =
      std::to_string(ms > 0 ? std::max(kRefreshLeast, (ms + 999) / 1000) : kRefreshIdle);
}

void tell_pulse(RoomView& view, const json::value& queue) {
  view.values["per_minute"] = with_commas(number(queue, "per_minute"));
  const auto last = parse_rfc3339(text(queue, "last_call_at"));
  const auto now = parse_rfc3339(text(queue, "server_time"));
  view.flags.insert("pulse");
  if (!last || !now) return;
  view.flags.insert("last_call");
  view.values["last_call"] = with_commas(std::max<std::int64_t>(0, (*now - *last).ms / 1000));
}

}  // namespace

std::string with_commas(std::int64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

RoomView describe_room(const RoomAnswers& answers) {
  RoomView view;
  for (const std::string_view key : {"concert_id", "title", "artist", "venue", "time_zone"})
    view.values[std::string(key)] = text(answers.concert, key);
  view.values["refresh"] = std::to_string(kRefreshIdle);
  view.values["message"] = text(answers.concert, "message");
  if (!view.values["message"].empty()) view.flags.insert("message");
  if (answers.is_busy) view.flags.insert("busy");
  if (answers.status)
    tell_status(view, *answers.status);
  else if (!answers.is_busy)
    view.flags.insert({"no_place", "join"});
  if (answers.queue && view.flags.contains("waiting")) tell_pulse(view, *answers.queue);
  return view;
}

}  // namespace frontrow::pages
