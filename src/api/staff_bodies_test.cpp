#include "api/staff_bodies.h"

#include <gtest/gtest.h>

namespace frontrow::api {
namespace {

std::string concert(std::string_view sale, std::string_view shows, std::string_view more = "") {
  return R"({"title":"First Snow","artist":"Baram","venue":"Seoul Hall","time_zone":"Asia/Seoul",)" +
         ("\"sale\":" + std::string(sale)) + ",\"shows\":" + std::string(shows) +
         ",\"published\":true" + std::string(more) + "}";
}

std::string show(std::string_view sections) {
  return R"([{"starts_at":"2026-12-24T10:00:00Z","seat_map":{"sections":)" + std::string(sections) +
         "}}]";
}

constexpr std::string_view kOpens = R"({"opens_at":"2026-12-01T11:00:00Z"})";
constexpr std::string_view kSections =
    R"([{"name":"A","price":154000,"rows":20,"seats_per_row":30}])";

template <class Value>
std::vector<std::string> pointers(const Result<Value, Refusal>& result) {
  std::vector<std::string> out;
  if (!result)
    for (const FieldError& error : result.error().errors) out.push_back(error.pointer);
  return out;
}

using Pointers = std::vector<std::string>;

TEST(StaffBodies, AConcertHasTheDefaultsOfTheContract) {
  const auto read = read_concert(concert(kOpens, show(kSections)));
  ASSERT_TRUE(read);
  SaleSettings expected;
  expected.opens_at = expected.lobby_opens_at = *parse_rfc3339("2026-12-01T11:00:00Z");
  EXPECT_EQ(read->sale, expected);
  ASSERT_EQ(read->shows.size(), 1u);
  EXPECT_EQ(read->shows[0].sections[0].seat_count(), 600u);
  EXPECT_FALSE(read->shows[0].doors_at);
  EXPECT_TRUE(read->published);
}

TEST(StaffBodies, EachBrokenRuleOfASaleIsNamed) {
  const struct {
    const char* sale;
    const char* pointer;
  } rows[] = {
      {R"({})", "/sale/opens_at"},
      {R"({"opens_at":null})", "/sale/opens_at"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","lobby_opens_at":"2026-12-01T11:00:01Z"})",
       "/sale/lobby_opens_at"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","closes_at":"2026-12-01T11:00:00Z"})",
       "/sale/closes_at"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","capacity":0})", "/sale/capacity"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","capacity":10000001})", "/sale/capacity"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","capacity":1.5})", "/sale/capacity"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","people_per_seat":1001})", "/sale/people_per_seat"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","entry_seconds":9})", "/sale/entry_seconds"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","draw":1})", "/sale/draw"},
      {R"({"opens_at":"2026-12-01T11:00:00Z","sp~e/ed":1})", "/sale/sp~0e~1ed"},
      {"[]", "/sale"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(pointers(read_concert(concert(row.sale, show(kSections)))), Pointers{row.pointer})
        << row.sale;
}

TEST(StaffBodies, EachBrokenRuleOfAShowIsNamed) {
  const std::string at = "/shows/0/seat_map/sections";
  const struct {
    const char* sections;
    std::string pointer;
  } rows[] = {
      {"[]", at},
      {"{}", at},
      {"[1]", at + "/0"},
      {R"([{"name":"A-B","price":1,"rows":1,"seats_per_row":1}])", at + "/0/name"},
      {R"([{"name":"A\nB","price":1,"rows":1,"seats_per_row":1}])", at + "/0/name"},
      {R"([{"name":"","price":1,"rows":1,"seats_per_row":1}])", at + "/0/name"},
      {R"([{"name":"ABCDEFGHIJKLMNOPQRSTU","price":1,"rows":1,"seats_per_row":1}])",
       at + "/0/name"},
      {R"([{"name":"A","price":-1,"rows":1,"seats_per_row":1}])", at + "/0/price"},
      {R"([{"name":"A","price":1000000001,"rows":1,"seats_per_row":1}])", at + "/0/price"},
      {R"([{"name":"A","price":1,"rows":1001,"seats_per_row":1}])", at + "/0/rows"},
      {R"([{"name":"A","price":1,"rows":1,"seats_per_row":0}])", at + "/0/seats_per_row"},
      {R"([{"name":"A","price":1,"rows":1,"seats_per_row":1,"colour":"red"}])", at + "/0/colour"},
      {R"([{"name":"A","price":1,"rows":1,"seats_per_row":1},
           {"name":"A","price":1,"rows":1,"seats_per_row":1}])",
       at + "/1/name"},
      {R"([{"name":"A","price":1,"rows":1000,"seats_per_row":200},
           {"name":"B","price":1,"rows":1,"seats_per_row":1}])",
       at},
  };
  for (const auto& row : rows)
    EXPECT_EQ(pointers(read_concert(concert(kOpens, show(row.sections)))), Pointers{row.pointer})
        << row.sections;
}

TEST(StaffBodies, SeatsUpToTheBoundAreTaken) {
  const auto read = read_concert(
      concert(kOpens, show(R"([{"name":"가나다라마바사아자차카타파하거너더러머버","price":0,
                                "rows":200,"seats_per_row":1000}])")));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->shows[0].sections[0].seat_count(), 200'000u);
}

TEST(StaffBodies, AllBrokenRulesAreNamedAtOnce) {
  const auto read =
      read_concert(R"({"title":"","colour":"red","sale":{"opens_at":"x"},"shows":[]})");
  EXPECT_EQ(pointers(read), (Pointers{"/title", "/artist", "/venue", "/time_zone", "/sale/opens_at",
                                      "/shows", "/published", "/colour"}));
}

TEST(StaffBodies, AChangeIsMergedIntoTheSettings) {
  SaleSettings now;
  now.opens_at = now.lobby_opens_at = *parse_rfc3339("2026-12-01T11:00:00Z");
  now.closes_at = *parse_rfc3339("2026-12-31T00:00:00Z");
  now.capacity = 7;
  const auto read = read_concert_change(R"({"sale":{"hold_seconds":60,"closes_at":null}})", now);
  ASSERT_TRUE(read);
  SaleSettings expected = now;
  expected.hold_seconds = 60;
  expected.closes_at.reset();
  EXPECT_EQ(*read->sale, expected);
  EXPECT_FALSE(read->title);
}

TEST(StaffBodies, ASaleWithoutALobbyStaysWithoutOneWhenItsOpeningMoves) {
  SaleSettings now;
  now.opens_at = now.lobby_opens_at = *parse_rfc3339("2026-12-01T11:00:00Z");
  const char* const earlier = R"({"sale":{"opens_at":"2026-11-01T11:00:00Z"}})";
  const auto moved = read_concert_change(earlier, now);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->sale->lobby_opens_at, moved->sale->opens_at);
  now.lobby_opens_at = now.lobby_opens_at - seconds(600);
  EXPECT_EQ(pointers(read_concert_change(earlier, now)), Pointers{"/sale/lobby_opens_at"});
}

TEST(StaffBodies, AChangeOfNothingIsRefused) {
  EXPECT_EQ(pointers(read_concert_change("", {})), Pointers{""});
  EXPECT_EQ(pointers(read_concert_change("{}", {})), Pointers{""});
  EXPECT_EQ(pointers(read_concert_change(R"({"sale":{}})", {})), Pointers{"/sale"});
  EXPECT_EQ(pointers(read_concert_change(R"({"published":true})", {})), Pointers{"/published"});
}

TEST(StaffBodies, EachActionHasItsOwnFields) {
  const struct {
    const char* body;
    Pointers wrong;
  } rows[] = {
      {R"({"action":"pause","reason":"x"})", {}},
      {R"({"action":"pause"})", {"/reason"}},
      {R"({"action":"pause","reason":""})", {"/reason"}},
      {R"({"action":"pause","reason":"x","capacity":1})", {"/capacity"}},
      {R"({"action":"stop","reason":"x"})", {"/action"}},
      {R"({"action":"set","reason":"x","capacity":1})", {}},
      {R"({"action":"set","reason":"x","people_per_seat":0})", {}},
      {R"({"action":"set","reason":"x"})", {"/capacity"}},
      {R"({"action":"set","reason":"x","entries_per_minute":0})", {"/entries_per_minute"}},
      {R"({"action":"message","reason":"x","text":null})", {}},
      {R"({"action":"message","reason":"x","text":"soon"})", {}},
      {R"({"action":"message","reason":"x"})", {"/text"}},
      {R"({"action":"message","reason":"x","text":1})", {"/text"}},
      {R"({"action":"extend","reason":"x","seconds":60})", {}},
      {R"({"action":"extend","reason":"x","seconds":0})", {"/seconds"}},
      {R"({"action":"public_input","reason":"x","text":"1, 7, 12"})", {}},
      {R"({"action":"public_input","reason":"x","text":null})", {"/text"}},
  };
  for (const auto& row : rows)
    EXPECT_EQ(pointers(read_queue_action(row.body)), row.wrong) << row.body;
}

TEST(StaffBodies, SeatsAreNamedByLabelOrByRows) {
  const struct {
    const char* body;
    Pointers wrong;
  } rows[] = {
      {R"({"action":"block","reason":"x","seats":["A-1-1"]})", {}},
      {R"({"action":"block","reason":"x","section":"A","rows":{"from":1,"to":2}})", {}},
      {R"({"action":"block","reason":"x"})", {"/seats"}},
      {R"({"action":"block","reason":"x","seats":[]})", {"/seats"}},
      {R"({"action":"block","reason":"x","section":"A"})", {"/rows"}},
      {R"({"action":"block","reason":"x","section":"A","rows":{"from":2,"to":1}})", {"/rows/to"}},
      {R"({"action":"block","reason":"x","section":"A","rows":{"from":0,"to":1}})", {"/rows/from"}},
      {R"({"action":"block","reason":"x","section":"A","rows":{"from":1,"to":1},"seats":["A-1-1"]})",
       {"/seats"}},
  };
  for (const auto& row : rows)
    EXPECT_EQ(pointers(read_seat_action(row.body)), row.wrong) << row.body;
}

TEST(StaffBodies, AnEmptyBodyStandsForNoFields) {
  EXPECT_TRUE(read_nothing(""));
  EXPECT_TRUE(read_nothing("{}"));
  EXPECT_EQ(pointers(read_nothing(R"({"a":1})")), Pointers{"/a"});
  EXPECT_EQ(pointers(read_reason("")), Pointers{"/reason"});
  EXPECT_EQ(read_reason("{").error().code, RefusalCode::malformed_json);
}

TEST(StaffBodies, OnlyNamesOfTheDatabaseAreTimeZones) {
  for (const char* name : {"Asia/Seoul", "UTC", "Etc/GMT+9", "America/Port-au-Prince",
                           "America/Argentina/Buenos_Aires"})
    EXPECT_TRUE(is_time_zone(name)) << name;
  for (const char* name :
       {"", "/", "Asia/", "/Asia/Seoul", "Asia//Seoul", "../Asia/Seoul", "Asia/../UTC", "Asia/.",
        "asia/seoul", "Seoul time", "tzdata.zi", "Asia/Seoul\n", "+9"})
    EXPECT_FALSE(is_time_zone(name)) << name;
}

}  // namespace
}  // namespace frontrow::api
