#include "api/staff_bodies.h"

#include <array>
#include <filesystem>
#include <set>

#include "api/body.h"
#include "base/encoding.h"

namespace frontrow::api {
namespace {

namespace json = boost::json;

constexpr std::int64_t kMostSections = 1000;
constexpr std::int64_t kMostRows = 1000;  // and seats a row
constexpr std::int64_t kMostPrice = 1'000'000'000;
constexpr std::int64_t kMostTopUp = 10'000'000;
constexpr std::int64_t kMostExtension = 86'400;
constexpr std::size_t kMostReason = 500;

// A call without a body asks for nothing in particular, as one with `{}` does.
BodyReader open(std::string_view body) {
  return BodyReader(body.empty() ? std::string_view("{}") : body);
}

std::string reason_of(BodyReader& body) {
  return body.text("reason", 1, kMostReason).value_or("");
}

// --- a sale ------------------------------------------------------------------------------------

struct NumberRule {
  std::string_view name;
  std::int64_t least, most;
  std::int64_t SaleSettings::* field;
};
constexpr std::array<NumberRule, 7> kSaleNumbers{{
    {"capacity", 1, 10'000'000, &SaleSettings::capacity},
    {"entries_per_minute", 1, 100'000'000, &SaleSettings::entries_per_minute},
    {"people_per_seat", 0, 1'000, &SaleSettings::people_per_seat},
    {"entry_seconds", 10, 86'400, &SaleSettings::entry_seconds},
    {"claim_seconds", 1, 3'600, &SaleSettings::claim_seconds},
    {"hold_seconds", 1, 3'600, &SaleSettings::hold_seconds},
    {"max_seats_per_user", 1, 100, &SaleSettings::max_seats_per_user},
}};
const NumberRule& number_rule(std::string_view name) {
  for (const NumberRule& rule : kSaleNumbers)
    if (rule.name == name) return rule;
  return kSaleNumbers[0];
}

void read_times(BodyReader& body, SaleSettings& sale, bool is_new) {
  const bool had_no_lobby = is_new || sale.lobby_opens_at == sale.opens_at;
  const auto opens_at = is_new ? body.time("opens_at") : body.optional_time("opens_at");
  const auto lobby_opens_at = body.optional_time("lobby_opens_at");
  const auto closes_at = body.nullable_time("closes_at");
  if (opens_at) sale.opens_at = *opens_at;
  // A sale without a lobby stays without one when its opening moves.
  if (lobby_opens_at || had_no_lobby) sale.lobby_opens_at = lobby_opens_at.value_or(sale.opens_at);
  if (closes_at) sale.closes_at = *closes_at;
  if (is_new && !opens_at) return;
  if (sale.lobby_opens_at > sale.opens_at)
    body.fail("lobby_opens_at", "must not be after opens_at");
  if (sale.closes_at && *sale.closes_at <= sale.opens_at)
    body.fail("closes_at", "must be after opens_at");
}

SaleSettings read_sale(BodyReader body, SaleSettings sale, bool is_new) {
  read_times(body, sale, is_new);
  if (const auto draw = body.optional_boolean("draw")) sale.draw = *draw;
  for (const NumberRule& rule : kSaleNumbers)
    if (const auto value = body.optional_integer(rule.name, rule.least, rule.most))
      sale.*rule.field = *value;
  body.refuse_unknown();
  return sale;
}

// --- shows and their seats -----------------------------------------------------------------------

void check_section_name(BodyReader& body, const std::string& name, std::set<std::string>& names) {
  for (const char c : name)
    if (c == '-' || static_cast<unsigned char>(c) < 0x20)
      return body.fail("name", "must have no hyphen and no control characters");
  if (!names.insert(name).second) body.fail("name", "is the name of another section");
}

Section read_section(BodyReader body, std::set<std::string>& names) {
  Section section;
  if (auto name = body.text("name", 1, 20)) {
    check_section_name(body, *name, names);
    section.name = std::move(*name);
  }
  section.price.amount = body.integer("price", 0, kMostPrice).value_or(0);
  section.rows = static_cast<std::uint32_t>(body.integer("rows", 1, kMostRows).value_or(1));
  section.seats_per_row =
      static_cast<std::uint32_t>(body.integer("seats_per_row", 1, kMostRows).value_or(1));
  body.refuse_unknown();
  return section;
}

std::vector<Section> read_seat_map(BodyReader body) {
  std::vector<Section> sections;
  const json::array* items = body.array("sections", 1, kMostSections);
  body.refuse_unknown();
  if (!items) return sections;
  std::set<std::string> names;
  std::int64_t seats = 0;
  for (std::size_t i = 0; i < items->size(); ++i) {
    const json::object* item = (*items)[i].if_object();
    if (!item) {
      body.fail("sections/" + std::to_string(i), "must be an object");
      continue;
    }
    sections.push_back(read_section(body.inside(*item, "sections", i), names));
    seats += sections.back().seat_count();
  }
  if (seats > kMostSeatsAShow)
    body.fail("sections", "a show has at most " + std::to_string(kMostSeatsAShow) + " seats");
  return sections;
}

NewShow read_show(BodyReader body) {
  NewShow show;
  if (const auto starts_at = body.time("starts_at")) show.starts_at = *starts_at;
  if (const auto doors_at = body.nullable_time("doors_at")) show.doors_at = *doors_at;
  if (const json::object* map = body.object("seat_map"))
    show.sections = read_seat_map(body.inside(*map, "seat_map"));
  body.refuse_unknown();
  return show;
}

std::vector<NewShow> read_shows(BodyReader& body) {
  std::vector<NewShow> shows;
  const json::array* items = body.array("shows", 1, kMostShows);
  if (!items) return shows;
  for (std::size_t i = 0; i < items->size(); ++i) {
    if (const json::object* item = (*items)[i].if_object())
      shows.push_back(read_show(body.inside(*item, "shows", i)));
    else
      body.fail("shows/" + std::to_string(i), "must be an object");
  }
  return shows;
}

// --- a concert's words ---------------------------------------------------------------------------

constexpr std::size_t kMostTitle = 200;
constexpr std::size_t kMostDescription = 10'000;

void check_time_zone(BodyReader& body, const std::optional<std::string>& name) {
  if (name && !is_time_zone(*name))
    body.fail("time_zone", "must be a name of the IANA database, such as Asia/Seoul");
}

// --- seats ---------------------------------------------------------------------------------------

void read_rows(BodyReader& body, BlockSeats& command) {
  const json::object* object = body.object("rows");
  if (!object) return;
  BodyReader rows = body.inside(*object, "rows");
  const auto from = rows.integer("from", 1, kMostRows);
  const auto to = rows.integer("to", 1, kMostRows);
  rows.refuse_unknown();
  if (from && to && *from > *to) rows.fail("to", "must not be below from");
  command.row_from = from.value_or(0);
  command.row_to = to.value_or(0);
}

void read_action_fields(BodyReader& body, ActOnQueue& command) {
  const auto number = [&body](std::string_view name) {
    const NumberRule& rule = number_rule(name);
    return body.optional_integer(name, rule.least, rule.most);
  };
  switch (command.action) {
    case QueueAction::pause:
    case QueueAction::resume:
    case QueueAction::close:
      break;
    case QueueAction::set:
      command.capacity = number("capacity");
      command.entries_per_minute = number("entries_per_minute");
      command.people_per_seat = number("people_per_seat");
      if (!body.has("capacity") && !body.has("entries_per_minute") && !body.has("people_per_seat"))
        body.fail("capacity", "is required, or entries_per_minute, or people_per_seat");
      break;
    case QueueAction::message:
      if (!body.has("text")) body.fail("text", "is required; null takes the message away");
      command.text = body.nullable_text("text", kMostReason).value_or(std::nullopt);
      break;
    case QueueAction::extend:
      command.seconds = body.integer("seconds", 1, kMostExtension).value_or(0);
      break;
    case QueueAction::public_input:
      command.text = body.text("text", 1, 1000);
      break;
  }
}

}  // namespace

Result<CreateConcert, Refusal> read_concert(std::string_view text) {
  BodyReader body = open(text);
  CreateConcert command;
  command.title = body.text("title", 1, kMostTitle).value_or("");
  command.artist = body.text("artist", 1, kMostTitle).value_or("");
  command.venue = body.text("venue", 1, kMostTitle).value_or("");
  const auto time_zone = body.text("time_zone", 1, 64);
  check_time_zone(body, time_zone);
  command.time_zone = time_zone.value_or("");
  command.description = body.optional_text("description", 0, kMostDescription).value_or("");
  if (const json::object* sale = body.object("sale"))
    command.sale = read_sale(body.inside(*sale, "sale"), SaleSettings(), true);
  command.shows = read_shows(body);
  command.published = body.boolean("published").value_or(false);
  if (auto refusal = body.finish()) return *std::move(refusal);
  return command;
}

Result<ChangeConcert, Refusal> read_concert_change(std::string_view text, const SaleSettings& now) {
  BodyReader body = open(text);
  ChangeConcert command;
  command.title = body.optional_text("title", 1, kMostTitle);
  command.artist = body.optional_text("artist", 1, kMostTitle);
  command.venue = body.optional_text("venue", 1, kMostTitle);
  command.time_zone = body.optional_text("time_zone", 1, 64);
  check_time_zone(body, command.time_zone);
  command.description = body.optional_text("description", 0, kMostDescription);
  if (const json::object* sale = body.optional_object("sale")) {
    if (sale->empty()) body.fail("sale", "must name at least one field");
    command.sale = read_sale(body.inside(*sale, "sale"), now, false);
  }
  if (auto refusal = body.finish()) return *std::move(refusal);
  if (!command.title && !command.artist && !command.venue && !command.time_zone &&
      !command.description && !command.sale)
    return refuse_field("", "must name at least one field that changes");
  return command;
}

Result<ActOnQueue, Refusal> read_queue_action(std::string_view text) {
  constexpr QueueAction kActions[] = {
      QueueAction::pause,   QueueAction::resume, QueueAction::close,       QueueAction::set,
      QueueAction::message, QueueAction::extend, QueueAction::public_input};
  BodyReader body = open(text);
  ActOnQueue command;
  std::vector<std::string_view> words;
  for (const QueueAction action : kActions) words.push_back(to_text(action));
  const auto word = body.word("action", words);
  command.reason = reason_of(body);
  if (word) {
    for (const QueueAction action : kActions)
      if (to_text(action) == *word) command.action = action;
    read_action_fields(body, command);
  }
  if (auto refusal = body.finish()) return *std::move(refusal);
  return command;
}

Result<BlockSeats, Refusal> read_seat_action(std::string_view text) {
  BodyReader body = open(text);
  BlockSeats command;
  command.block = body.word("action", {"block", "unblock"}) == "block";
  command.reason = reason_of(body);
  const bool by_rows = body.has("section") || body.has("rows");
  if (by_rows) {
    command.section = body.text("section", 1, 20);
    read_rows(body, command);
  } else {
    command.labels = body.texts("seats", 1, kMostSeatsAShow).value_or(std::vector<std::string>());
  }
  if (auto refusal = body.finish()) return *std::move(refusal);
  return command;
}

Result<GiveSeats, Refusal> read_complimentary(std::string_view text) {
  BodyReader body = open(text);
  GiveSeats command;
  command.labels = body.texts("seats", 1, 100).value_or(std::vector<std::string>());
  command.name = body.text("name", 1, 100).value_or("");
  command.reason = reason_of(body);
  if (auto refusal = body.finish()) return *std::move(refusal);
  return command;
}

Result<TopUp, Refusal> read_staff_top_up(std::string_view text) {
  BodyReader body = open(text);
  TopUp command;
  command.amount.amount = body.integer("amount", 1, kMostTopUp).value_or(0);
  command.reason = reason_of(body);
  if (auto refusal = body.finish()) return *std::move(refusal);
  return command;
}

Result<CreateStaffKey, Refusal> read_staff_key(std::string_view text) {
  BodyReader body = open(text);
  CreateStaffKey command;
  command.role = body.word("role", {"viewer", "manager", "admin", "gate"}).value_or("");
  command.name = body.text("name", 1, 100).value_or("");
  const auto hex = body.text("key_hash", 64, 64);
  const auto hash = hex ? from_hex(*hex) : std::nullopt;
  if (hash && hash->size() == command.key_hash.size())
    std::copy(hash->begin(), hash->end(), command.key_hash.begin());
  else if (hex)
    body.fail("key_hash", "must be 64 hex digits");
  command.reason = reason_of(body);
  if (auto refusal = body.finish()) return *std::move(refusal);
  return command;
}

Result<CheckInBody, Refusal> read_check_in(std::string_view text) {
  BodyReader body = open(text);
  CheckInBody out{body.text("code", 1, 4096).value_or("")};
  if (const auto show = body.optional_text("show_id", 1, 100)) {
    out.show = parse_id<ShowId>(*show);
    if (!out.show) body.fail("show_id", "is not an id of this kind");
  }
  if (auto refusal = body.finish()) return *std::move(refusal);
  return out;
}

Result<std::string, Refusal> read_reason(std::string_view text) {
  BodyReader body = open(text);
  std::string reason = reason_of(body);
  if (auto refusal = body.finish()) return *std::move(refusal);
  return reason;
}

Result<Done, Refusal> read_nothing(std::string_view text) {
  BodyReader body = open(text);
  if (auto refusal = body.finish()) return *std::move(refusal);
  return Done{};
}

bool is_time_zone(std::string_view name) {
  const std::filesystem::path database = "/usr/share/zoneinfo";
  if (name.empty() || name.size() > 64) return false;
  char before = '/';
  for (const char c : name) {
    const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    const bool starts_part = before == '/';
    // Parts begin with a letter, so that no path leads out of the database.
    if (!letter &&
        (starts_part || !((c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' || c == '/')))
      return false;
    before = c;
  }
  if (before == '/' || name.front() < 'A' || name.front() > 'Z') return false;
  std::error_code error;
  if (!std::filesystem::exists(database / "Etc" / "UTC", error)) return true;
  return std::filesystem::is_regular_file(database / name, error);
}

}  // namespace frontrow::api
