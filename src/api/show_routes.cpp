#include <charconv>
#include <map>

#include "api/auth.h"
#include "api/catalogue.h"
#include "api/paging.h"
#include "api/render.h"
#include "api/route.h"
#include "api/service.h"

namespace frontrow::api {
namespace {

constexpr std::int64_t kSeatsInOneList = 20'000;  // above it a section must be named

// The show that the path names, behind an active entry for its concert; null after a refusal.
ShowView* find_show_inside(Call& call) {
  const auto id = parse_id<ShowId>(call.path[0]);
  ShowView* view = id ? call.service.views().show(*id) : nullptr;
  // A browser's event stream can send no header: the entry meant is that for the show.
  if (view && !call.concert) call.concert = view->show()->concert;
  const auto proof = require_active_entry(call);
  if (!proof) return nullptr;
  if (!view) {
    call.refuse(RefusalCode::not_found, "no such show");
    return nullptr;
  }
  if (view->show()->concert != proof->concert) {
    call.refuse(RefusalCode::entry_token_invalid, "the entry is for another concert");
    return nullptr;
  }
  return view;
}

void list_shows(const CallPtr& call) {
  const auto named = parse_id<ConcertId>(call->path[0]);
  const SaleView* meant = named ? call->service.views().sale(*named) : nullptr;
  if (meant && !call->concert) call->concert = named;
  const auto proof = require_active_entry(*call);
  if (!proof) return;
  SaleView* sale = find_published(*call);
  if (!sale) return;
  if (sale->concert()->id != proof->concert)
    return call->refuse(RefusalCode::entry_token_invalid, "the entry is for another concert");
  QueryReader query(*call);
  const bool all = query.flag("all");
  const int limit = query.limit();
  const auto after = query.id<ShowId>("cursor");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  const Time now = call->service.now();
  std::vector<ShowView*> page;
  bool take = !after;
  for (const ShowId& id : sale->shows()) {
    ShowView* view = call->service.views().show(id);
    const auto show = view->show();
    const ShowView::Counts counts = view->counts();
    const bool bookable =
        !show->cancelled && now < show->starts_at && counts.available + counts.held > 0;
    const bool wanted = all || bookable;
    if (take && wanted && static_cast<int>(page.size()) < limit) page.push_back(view);
    if (after && id == *after) take = true;
  }
  call->respond_json(200, write_page(
                              page, limit,
                              [](JsonWriter& json, ShowView* view) {
                                const auto show = view->show();
                                const ShowView::Counts counts = view->counts();
                                json.begin_object().key("show_id").id(show->id);
                                json.key("starts_at").time(show->starts_at).key("doors_at");
                                if (show->doors_at)
                                  json.time(*show->doors_at);
                                else
                                  json.null();
                                json.key("available").number(counts.available);
                                json.key("total").number(counts.total());
                                write_price_range(json, price_range(show->sections));
                                json.key("currency").string(currency());
                                json.key("cancelled").boolean(show->cancelled).end_object();
                              },
                              [](ShowView* view) { return to_text(view->show()->id); }));
}

// Seats lie on a grid, one unit apart; sections one after another along y with a gap between them.
constexpr std::int64_t kSectionGap = 2;

// The sections of a show with their rows; `write_row` writes what a row has beside its name.
template <class WriteRow>
std::string map_json(const Show& show, WriteRow write_row) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("show_id").id(show.id).key("currency").string(currency());
  json.key("sections").begin_array();
  std::int64_t top = 0;
  for (const Section& section : show.sections) {
    json.begin_object().key("name").string(section.name).key("price").number(section.price.amount);
    json.key("rows").begin_array();
    for (std::uint32_t row = 0; row < section.rows; ++row) {
      json.begin_object().key("name").string(std::to_string(row + 1)).key("seats");
      write_row(json, section, row, top + row);
      json.end_object();
    }
    json.end_array().end_object();
    top += section.rows + kSectionGap;
  }
  json.end_array().end_object();
  return out;
}

std::string seat_map_json(const Show& show) {
  return map_json(
      show, [&show](JsonWriter& json, const Section& section, std::uint32_t row, std::int64_t y) {
        json.begin_array();
        for (std::uint32_t number = 0; number < section.seats_per_row; ++number) {
          const SeatIndex seat = section.first_seat + row * section.seats_per_row + number;
          json.begin_object().key("label").string(seat_label(show.sections, seat));
          json.key("number").number(std::int64_t{number} + 1).key("x").number(std::int64_t{number});
          json.key("y").number(y).key("accessible").boolean(false).end_object();
        }
        json.end_array();
      });
}

// The same geometry by rows: what a map of 100,000 seats needs is then some kilobytes.
std::string seat_rows_json(const Show& show) {
  return map_json(show,
                  [](JsonWriter& json, const Section& section, std::uint32_t, std::int64_t y) {
                    json.number(std::int64_t{section.seats_per_row});
                    json.key("x").number(std::int64_t{0}).key("y").number(y);
                  });
}

void seat_map(const CallPtr& call) {
  ShowView* view = find_show_inside(*call);
  if (!view) return;
  QueryReader query(*call);
  const bool by_rows = query.word("form", {"seats", "rows"}) == "rows";
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  if (by_rows)
    return respond_cached(*call, "\"" + to_text(view->show()->id) + "/rows\"",
                          "private, max-age=3600", view->fixed_text("seat-rows", seat_rows_json));
  // The geometry never changes, so its text is made once and its tag is the show itself.
  respond_cached(*call, "\"" + to_text(view->show()->id) + "\"", "private, max-age=3600",
                 view->fixed_text("seat-map", seat_map_json));
}

// The seats of one section or all, as list items without the brackets around them.
std::string seat_items(const Show& show, const std::vector<SeatStatus>& seats, bool all,
                       const std::optional<std::uint32_t>& only) {
  std::string out;
  JsonWriter json(out);
  std::string label;
  json.begin_array();
  for (std::uint32_t i = 0; i < show.sections.size(); ++i) {
    if (only && *only != i) continue;
    const Section& section = show.sections[i];
    for (SeatIndex seat = section.first_seat; seat < section.first_seat + section.seat_count();
         ++seat) {
      if (!all && seats[seat] != SeatStatus::available) continue;
      label.clear();
      append_seat_label(label, show.sections, seat);
      json.begin_object().key("seat").string(label).key("section").string(section.name);
      json.key("price")
          .number(section.price.amount)
          .key("status")
          .string(to_text(seats[seat]))
          .end_object();
    }
  }
  json.end_array();
  return out;
}

void list_seats(const CallPtr& call) {
  ShowView* view = find_show_inside(*call);
  if (!view) return;
  const auto show = view->show();
  QueryReader query(*call);
  const bool all = query.word("status", {"all", "available"}) == "all";
  const auto section = query.text("section");
  std::optional<std::uint32_t> only;
  if (section && !(only = find_section(show->sections, *section)))
    query.fail("section", "the show has no section of this name");
  if (!section && seat_count(show->sections) > kSeatsInOneList)
    query.fail("section",
               "is required for a show of more than 20,000 seats; availability gives the whole");
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  const std::string key = (all ? "all/" : "available/") + section.value_or("");
  const auto text =
      view->cached_text(key, [&](const Show& s, const std::vector<SeatStatus>& seats) {
        return seat_items(s, seats, all, only);
      });
  const std::string etag = "W/\"" + std::to_string(text.counts.version) + "/" + key + "\"";
  auto out = std::make_shared<std::string>();
  out->reserve(text.bytes->size() + 200);
  JsonWriter json(*out);
  json.begin_object().key("show_id").id(show->id);
  json.key("version").number(static_cast<std::int64_t>(text.counts.version));
  json.key("available").number(text.counts.available).key("total").number(text.counts.total());
  json.key("currency").string(currency()).key("server_time").time(call->service.now());
  json.key("seats").raw(*text.bytes).end_object();
  respond_cached(*call, etag, "private, no-cache", std::move(out));
}

void write_changes(JsonWriter& json, const Show& show, const std::vector<SeatChange>& changes) {
  // A seat that changed more than once is told once, as it is now.
  std::map<SeatIndex, SeatStatus> last;
  for (const SeatChange& change : changes) last[change.seat] = change.status;
  json.key("changes").begin_array();
  for (const auto& [seat, status] : last) {
    json.begin_object().key("seat").string(seat_label(show.sections, seat));
    json.key("status").string(to_text(status)).end_object();
  }
  json.end_array();
}

// One letter a seat, section after section.
std::string compact_sections(const Show& show, const std::vector<SeatStatus>& seats) {
  constexpr std::string_view kLetters = "ahsb";
  std::string out;
  JsonWriter json(out);
  json.begin_array();
  for (const Section& section : show.sections) {
    std::string letters;
    for (SeatIndex seat = section.first_seat; seat < section.first_seat + section.seat_count();
         ++seat)
      letters += kLetters[static_cast<std::size_t>(seats[seat])];
    json.begin_object().key("name").string(section.name).key("seats").string(letters).end_object();
  }
  json.end_array();
  return out;
}

std::string availability_json(const ShowView& view, std::optional<std::uint64_t> since,
                              std::uint64_t& version) {
  std::string out;
  JsonWriter json(out);
  ShowView::Counts counts;
  const auto changes = since ? view.changes_since(*since, counts) : std::nullopt;
  if (changes) {
    json.begin_object().key("version").number(static_cast<std::int64_t>(counts.version));
    json.key("available").number(counts.available);
    write_changes(json, *view.show(), *changes);
  } else {
    const auto text = view.cached_text("compact", compact_sections);
    counts = text.counts;
    json.begin_object().key("version").number(static_cast<std::int64_t>(counts.version));
    json.key("available").number(counts.available).key("sections").raw(*text.bytes);
  }
  json.end_object();
  version = counts.version;
  return out;
}

void availability(const CallPtr& call) {
  ShowView* view = find_show_inside(*call);
  if (!view) return;
  QueryReader query(*call);
  const auto since = query.integer("since", 0, INT64_MAX);
  if (const auto refusal = query.finish()) return call->refuse(*refusal);
  std::uint64_t version = 0;
  http::Response response;
  response.content_type = "application/json";
  response.headers.emplace_back("Cache-Control", "private, no-cache");
  response.body = availability_json(
      *view, since ? std::optional(static_cast<std::uint64_t>(*since)) : std::nullopt, version);
  call->respond(std::move(response));
}

// The whole, for staff, who need no entry.
void show_to_staff(const CallPtr& call) {
  const auto id = parse_id<ShowId>(call->path[0]);
  const ShowView* view = id ? call->service.views().show(*id) : nullptr;
  if (!view || !view->show()) return call->refuse(RefusalCode::not_found, "no such show");
  std::uint64_t version = 0;
  call->respond_json(200, availability_json(*view, {}, version));
}

void stream_seats(const CallPtr& call) {
  ShowView* view = find_show_inside(*call);
  if (!view) return;
  if (!call->exchange->can_stream())
    return call->refuse(RefusalCode::overloaded, "poll instead of streaming");
  std::optional<std::uint64_t> since;
  if (const auto last = call->header("Last-Event-ID")) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(last->data(), last->data() + last->size(), value);
    if (error == std::errc() && end == last->data() + last->size()) since = value;
  }
  const EntryProof proof = *check_entry(*call).proof;
  auto stream = call->start_events();
  StreamHub::Source source = [&service = call->service, view, since, proof](
                                 Time now, bool& over) mutable -> std::string {
    const SaleView* sale = service.views().sale(proof.concert);
    const auto entry = sale->active_entry(proof.entry);
    over = !entry || entry->expires_at <= now;  // who is outside sees no seats
    if (over || (since && *since == view->counts().version)) return {};
    std::uint64_t version = 0;
    std::string data = availability_json(*view, since, version);
    since = version;
    return format_event(std::to_string(version), "availability", data);
  };
  const std::string group = to_text(proof.entry);
  call->service.streams.add(std::move(stream), group, milliseconds(250), std::move(source),
                            call->service.now());
}

}  // namespace

std::vector<Route> show_routes() {
  return {
      {http::Method::get, "/v1/concerts/{concert_id}/shows", Access::user, list_shows},
      {http::Method::get, "/v1/shows/{show_id}/seat-map", Access::user, seat_map},
      {http::Method::get, "/v1/shows/{show_id}/seats", Access::user, list_seats},
      {http::Method::get, "/v1/shows/{show_id}/availability", Access::user, availability},
      {http::Method::get, "/v1/shows/{show_id}/events", Access::user, stream_seats},
      {http::Method::get, "/v1/staff/shows/{show_id}/availability", Access::viewer, show_to_staff},
  };
}

}  // namespace frontrow::api
