#include "server/demo.h"

#include <fmt/format.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>
#include <utility>

#include "identity/access_tokens.h"
#include "identity/passwords.h"
#include "server/demo_dates.h"
#include "server/private_file.h"

namespace frontrow::server {
namespace {

constexpr std::string_view kPassword = "front-row-demo";
constexpr std::string_view kEmails[] = {"mina@example.com", "joon@example.com"};
constexpr std::string_view kNames[] = {"Mina", "Joon"};
constexpr Money kPoints{1'000'000};
constexpr Duration kMinute = seconds(60);
constexpr Duration kDay = seconds(24 * 3600);

struct Failed {
  std::string what;
};

template <class Wanted>
Wanted answer_to(AdminHost& host, Command command) {
  const Reply reply = host.run(std::move(command));
  if (const std::string fault = fault_of(reply); !fault.empty()) throw Failed{fault};
  return std::get<Wanted>(std::get<Answer>(reply));
}

void create_person(AdminHost& host, std::string_view email, std::string_view name) {
  const auto hash = identity::hash_password(kPassword, host.random());
  if (!hash) throw Failed{hash.error().what};
  const std::string address(email);
  const auto made =
      answer_to<UserAnswer>(host, CreateUser{address, address, std::string(name), *hash});
  answer_to<TopUpAnswer>(host, TopUp{made.user.id, kPoints, StaffActor{}, "demonstration"});
}

Section section(std::string name, std::int64_t price, std::uint32_t rows, std::uint32_t seats) {
  return {std::move(name), Money{price}, rows, seats};
}

CreateConcert concert(std::string title, std::string artist, std::string venue, SaleSettings sale,
                      std::vector<NewShow> shows) {
  CreateConcert command;
  command.title = std::move(title);
  command.artist = std::move(artist);
  command.venue = std::move(venue);
  command.time_zone = "Asia/Seoul";
  command.description = "Part of the demonstration.";
  command.sale = std::move(sale);
  command.shows = std::move(shows);
  command.published = true;
  return command;
}

NewShow show(Time starts_at, std::vector<Section> sections) {
  NewShow made{starts_at, starts_at - Duration{60 * kMinute.ms}, std::move(sections)};
  number_seats(made.sections);
  return made;
}

CreateConcert hall_of_500(Time now) {
  const SaleSettings sale{.opens_at = now, .lobby_opens_at = now};
  const auto seats = [] {
    return std::vector{section("A", 99'000, 10, 20), section("B", 66'000, 15, 20)};
  };
  const Time friday = next_in_seoul(now, 14, {Weekday::friday, 19, 30});
  return concert("An Evening of Strings", "The Han Quartet", "Chamber Hall", sale,
                 {show(friday, seats()), show(friday + kDay, seats())});
}

CreateConcert arena_of_12000(Time now) {
  const SaleSettings sale{.opens_at = now + Duration{10 * kMinute.ms},
                          .lobby_opens_at = now,
                          .draw = true,
                          .capacity = 500};
  return concert("Northern Lights Tour", "Aurora Nine", "Riverside Arena", sale,
                 {show(next_in_seoul(now, 30, {Weekday::saturday, 18, 0}),
                       {section("FLOOR", 154'000, 40, 50), section("LOWER", 132'000, 50, 80),
                        section("UPPER", 99'000, 60, 100)})});
}

CreateConcert stadium_of_50000(Time now) {
  const SaleSettings sale{.opens_at = now + Duration{2 * kDay.ms},
                          .lobby_opens_at = now + Duration{2 * kDay.ms - 30 * kMinute.ms},
                          .draw = true,
                          .capacity = 2'000,
                          .entries_per_minute = 3'000};
  return concert("Last Summer", "Parade of Kings", "National Stadium", sale,
                 {show(next_in_seoul(now, 60, {Weekday::sunday, 17, 0}),
                       {section("FIELD", 187'000, 100, 100), section("EAST", 154'000, 100, 100),
                        section("WEST", 154'000, 100, 100), section("NORTH", 121'000, 100, 100),
                        section("SOUTH", 121'000, 100, 100)})});
}

DemoFacts create_demo(AdminHost& host) {
  DemoFacts facts;
  for (std::size_t i = 0; i < std::size(kEmails); ++i) create_person(host, kEmails[i], kNames[i]);
  const Time now = host.now();
  const auto hall = answer_to<ConcertAnswer>(host, hall_of_500(now));
  const auto arena = answer_to<ConcertAnswer>(host, arena_of_12000(now));
  const auto stadium = answer_to<ConcertAnswer>(host, stadium_of_50000(now));
  facts.hall = to_text(hall.concert->id);
  facts.hall_show = to_text(hall.shows.front()->id);
  facts.arena = to_text(arena.concert->id);
  facts.opens_at = to_rfc3339(arena.concert->sale.opens_at);
  facts.stadium = to_text(stadium.concert->id);
  facts.staff_key = identity::make_staff_key(host.random());
  answer_to<StaffKeyAnswer>(
      host, CreateStaffKey{identity::token_hash(facts.staff_key), "admin", "demonstration"});
  return facts;
}

constexpr std::pair<std::string_view, std::string DemoFacts::*> kFields[] = {
    {"staff_key", &DemoFacts::staff_key}, {"hall", &DemoFacts::hall},
    {"hall_show", &DemoFacts::hall_show}, {"arena", &DemoFacts::arena},
    {"stadium", &DemoFacts::stadium},     {"opens_at", &DemoFacts::opens_at}};

std::string facts_as_json(const DemoFacts& facts) {
  boost::json::object object;
  for (const auto& [name, member] : kFields) object[name] = facts.*member;
  return boost::json::serialize(object) + "\n";
}

std::optional<DemoFacts> read_facts(const std::filesystem::path& file) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  boost::system::error_code fault;
  const boost::json::value value = boost::json::parse(text, fault);
  if (fault || !value.is_object()) return {};
  DemoFacts facts;
  for (const auto& [name, member] : kFields) {
    const auto* field = value.as_object().if_contains(name);
    if (!field || !field->is_string()) return {};
    facts.*member = std::string(field->as_string());
  }
  return facts;
}

}  // namespace

Result<std::string> prepare_demo(const std::filesystem::path& data, AdminHost& host,
                                 const std::string& base_url) try {
  const auto file = data / "demo.json";
  if (!host.views().sales().empty()) {
    const auto facts = read_facts(file);
    return facts ? demo_text(*facts, base_url) : std::string();
  }
  const DemoFacts facts = create_demo(host);
  if (const auto kept = write_private_file(file, facts_as_json(facts)); !kept) return kept.error();
  return demo_text(facts, base_url);
} catch (const Failed& failed) {
  return Outage{failed.what};
}

std::string demo_text(const DemoFacts& facts, const std::string& base_url) {
  return fmt::format(R"(
A demonstration is on: {base}

  on sale now      {hall}   An Evening of Strings, 500 seats, two dates
  lobby is open    {arena}   Northern Lights Tour, 12,000 seats; the places are drawn at {opens}
  opens later      {stadium}   Last Summer, 50,000 seats

  people           {mina} and {joon}, password {password}, 1,000,000 points each
  staff key        {staff}

Paste this to buy two seats:

  BASE={base}
  field() {{ sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }}
  json='Content-Type: application/json'
  TOKEN=$(curl -s "$BASE/v1/sessions" -H "$json" -d '{{"email":"{mina}","password":"{password}"}}' | field access_token)
  ENTRY=$(curl -s -X POST "$BASE/v1/concerts/{hall}/queue-tokens" -H "Authorization: Bearer $TOKEN" | field entry_token)
  ORDER=$(curl -s "$BASE/v1/orders" -H "Authorization: Bearer $TOKEN" -H "Entry-Token: $ENTRY" -H "$json" -d '{{"show_id":"{show}","best_available":{{"count":2}}}}' | field order_id)
  curl -s -X POST "$BASE/v1/orders/$ORDER/payments" -H "Authorization: Bearer $TOKEN" -H "Entry-Token: $ENTRY"

And this to stand in the lobby, and to see the sale as its staff do:

  curl -s -X POST "$BASE/v1/concerts/{arena}/queue-tokens" -H "Authorization: Bearer $TOKEN"
  curl -s "$BASE/v1/staff/concerts/{arena}/stats" -H 'Authorization: Bearer {staff}'

)",
                     fmt::arg("base", base_url), fmt::arg("hall", facts.hall),
                     fmt::arg("show", facts.hall_show), fmt::arg("arena", facts.arena),
                     fmt::arg("stadium", facts.stadium), fmt::arg("opens", facts.opens_at),
                     fmt::arg("mina", kEmails[0]), fmt::arg("joon", kEmails[1]),
                     fmt::arg("password", kPassword), fmt::arg("staff", facts.staff_key));
}

}  // namespace frontrow::server
