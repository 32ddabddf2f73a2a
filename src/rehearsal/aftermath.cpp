#include "rehearsal/aftermath.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <set>

#include "rehearsal/answer.h"

namespace frontrow::rehearsal {
namespace {

namespace json = boost::json;

// The items of all pages of a list; empty where a page could not be read.
template <class Take>
bool read_pages(Caller& caller, const std::string& path, const std::string& bearer, Take take) {
  std::string cursor;
  do {
    const auto reply =
        caller.call("GET", cursor.empty() ? path : path + "&cursor=" + cursor, bearer);
    if (!reply || reply->status != 200) return false;
    const json::value page = json::parse(reply->body);
    for (const json::value& item : page.at("items").as_array()) take(item.as_object());
    const json::value& next = page.at("next_cursor");
    cursor = next.is_string() ? std::string(next.get_string()) : std::string();
  } while (!cursor.empty());
  return true;
}

std::string text_at(const json::object& object, std::string_view key) {
  const json::value* const value = object.if_contains(key);
  return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

void add_order(const json::object& item, std::uint64_t user, const Plan& plan, Aftermath& after) {
  const auto id = parse_id<OrderId>(text_at(item, "order_id"));
  if (!id || text_at(item, "status") != "paid" || text_at(item, "concert_id") != plan.venue.concert)
    return;
  StoredOrder order;
  order.user = user;
  order.amount = item.at("payment").at("amount").as_int64();
  for (const json::value& seat : item.at("seats").as_array())
    order.seats.push_back(
        plan.seats.number(text_at(item, "show_id"), text_at(seat.as_object(), "seat")));
  after.paid[*id] = std::move(order);
}

bool read_orders_of_staff(Caller& caller, const Plan& plan, Aftermath& after) {
  const std::string path =
      fmt::format("/v1/staff/orders?concert_id={}&status=paid&limit=100", plan.venue.concert);
  return read_pages(caller, path, plan.target.staff_key, [&](const json::object& item) {
    const auto user = parse_id<UserId>(text_at(item, "user_id"));
    if (item.at("complimentary").as_bool()) return;
    add_order(item, user ? user_fingerprint(*user) : 0, plan, after);
  });
}

bool read_orders_of_buyers(Caller& caller, const Plan& plan, const Bearer& bearer,
                           const std::set<std::uint32_t>& buyers, Aftermath& after) {
  for (const std::uint32_t account : buyers) {
    std::string token;
    bearer.append_token(token, account);
    const std::uint64_t user = user_fingerprint(bearer.user_id(account));
    if (!read_pages(caller, "/v1/orders?limit=100", token,
                    [&](const json::object& item) { add_order(item, user, plan, after); }))
      return false;
  }
  return true;
}

bool read_wallet(Caller& caller, const Bearer& bearer, std::uint32_t account, Aftermath& after) {
  std::string token;
  bearer.append_token(token, account);
  const auto reply = caller.call("GET", "/v1/wallet", token);
  if (!reply || reply->status != 200) return false;
  after.balances[account] = number_field(reply->body, "balance");
  return true;
}

bool read_stats(Caller& caller, const Plan& plan, Aftermath& after) {
  const auto sample = read_sample(caller, plan);
  if (!sample) return false;
  after.stats_read = true;
  after.sold = sample->sold;
  after.revenue = sample->revenue;
  after.available = sample->available;
  after.held = sample->held;
  return true;
}

// Who tried to pay, and who else touched a wallet.
struct Wallets {
  std::set<std::uint32_t> buyers;
  std::set<std::uint32_t> others;
};

Wallets wallets_of(const Plan& plan, const std::vector<const History*>& histories) {
  Wallets wallets;
  for (const History* history : histories) {
    for (const OrderFact& order : history->orders())
      if (order.pay_sent_ms != kNever) wallets.buyers.insert(plan.people.account_of(order.actor));
    history->for_each([&](const Call& call) {
      if (call.action != Action::top_up) return;
      const std::uint32_t account = plan.people.account_of(call.actor);
      if (!wallets.buyers.contains(account)) wallets.others.insert(account);
    });
  }
  return wallets;
}

// As many as the profile says. False: one could not be read.
bool read_wallets(Caller& caller, const Plan& plan, const Bearer& bearer, const Wallets& wallets,
                  Aftermath& after) {
  auto left = plan.profile.wallets_read;
  for (const std::set<std::uint32_t>* accounts : {&wallets.buyers, &wallets.others})
    for (const std::uint32_t account : *accounts) {
      if (left-- <= 0) return true;
      if (!read_wallet(caller, bearer, account, after)) return false;
    }
  return true;
}

}  // namespace

std::uint64_t user_fingerprint(const UserId& user) {
  return UuidHash()(user);
}

std::optional<SaleSample> read_sample(Caller& caller, const Plan& plan) {
  const bool is_staff = !plan.target.staff_key.empty();
  const auto reply =
      is_staff ? caller.call("GET", fmt::format("/v1/staff/concerts/{}/stats", plan.venue.concert),
                             plan.target.staff_key)
               : caller.call("GET", fmt::format("/v1/concerts/{}/queue", plan.venue.concert));
  if (!reply || reply->status != 200) return {};
  const std::string& body = reply->body;
  SaleSample sample;
  sample.at_ms =
      static_cast<std::uint32_t>(std::max<std::int64_t>(0, steady_us() - plan.start_us) / 1000);
  sample.server_ms = static_cast<std::int32_t>(time_field(body, "server_time").value_or(0) -
                                               plan.venue.server_base_ms);
  sample.waiting = number_field(body, "waiting");
  if (!is_staff) {
    sample.admitted = number_field(body, "admitted_active");
    sample.called_per_minute = number_field(body, "per_minute");
    return sample;
  }
  sample.called = number_field(body, "called");
  sample.admitted = number_field(body, "admitted");
  sample.available = number_field(body, "available");
  sample.held = number_field(body, "holds");
  sample.sold = number_field(body, "sold");
  sample.revenue = number_field(body, "revenue");
  const std::size_t rates = body.find("\"per_minute\":");
  if (rates != std::string::npos)
    sample.called_per_minute = number_field(std::string_view(body).substr(rates), "called");
  return sample;
}

Aftermath read_aftermath(Caller& caller, const Plan& plan,
                         const std::vector<const History*>& histories) {
  Aftermath after;
  const Bearer bearer(plan.target);
  const Wallets wallets = wallets_of(plan, histories);
  after.orders_read = plan.target.staff_key.empty()
                          ? read_orders_of_buyers(caller, plan, bearer, wallets.buyers, after)
                          : read_orders_of_staff(caller, plan, after);
  if (!after.orders_read)
    after.unread = "the paid orders";
  else if (!plan.target.staff_key.empty() && !read_stats(caller, plan, after))
    after.unread = "the sale's statistics";
  else if (!read_wallets(caller, plan, bearer, wallets, after))
    after.unread = "a wallet";
  return after;
}

}  // namespace frontrow::rehearsal
