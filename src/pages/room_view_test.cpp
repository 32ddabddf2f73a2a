#include "pages/room_view.h"

#include <boost/json/parse.hpp>

namespace frontrow::pages {
namespace {

RoomView describe(const char* status, const char* queue = nullptr) {
  RoomAnswers answers;
  answers.concert = boost::json::parse(
      R"({"concert_id":"concert_1","title":"Winter & Songs","artist":"B","venue":"H","time_zone":"Asia/Seoul","message":null})");
  if (status) answers.status = boost::json::parse(status);
  if (queue) answers.queue = boost::json::parse(queue);
  return describe_room(answers);
}

TEST(RoomView, EachStatusHasItsFlags) {
  const struct {
    const char* status;
    Flags flags;
  } kRows[] = {
      {nullptr, {"no_place", "join"}},
      {R"({"status":"waiting","position":5,"behind":2,"eta_seconds":null,"sale_phase":"open","poll_after_ms":1500})",
       {"waiting", "leave", "eta_none"}},
      {R"({"status":"waiting","position":5,"behind":2,"eta_seconds":null,"sale_phase":"paused"})",
       {"waiting", "leave", "eta_none", "paused"}},
      {R"({"status":"waiting","position":1,"behind":0,"eta_seconds":null,"sale_phase":"sold_out"})",
       {"waiting", "leave", "eta_none", "all_gone"}},
      {R"({"status":"lobby","lobby_count":3,"opens_at":"2026-12-01T11:00:00.000Z","server_time":"2026-12-01T10:58:30.000Z"})",
       {"lobby", "opens_minutes", "leave"}},
      {R"({"status":"admitted"})", {"admitted"}},
      {R"({"status":"missed"})", {"missed", "join"}},
      {R"({"status":"finished","reason":"purchased"})", {"finished_purchased", "join"}},
      {R"({"status":"finished","reason":"closed"})", {"finished_closed"}},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(describe(row.status).flags, row.flags) << (row.status ? row.status : "none");
}

TEST(RoomView, TheWaitIsARangeAndNeverZero) {
  const struct {
    int low, high;
    const char* flag;
    const char* eta;
  } kRows[] = {
      {0, 20, "eta_soon", ""},
      {10, 60, "eta_soon", ""},
      {30, 90, "eta_minutes", "1–2"},
      {61, 115, "eta_minutes", "1–2"},
      {540, 720, "eta_minutes", "9–12"},
      {100, 110, "eta_minutes", "1–2"},
      {3000, 7200, "eta_minutes", "50–120"},
      {7000, 7201, "eta_hours", "1–3"},
      {36000, 36000, "eta_hours", "10"},
  };
  for (const auto& row : kRows) {
    const std::string status = R"({"status":"waiting","position":2,"eta_seconds":{"low":)" +
                               std::to_string(row.low) + R"(,"high":)" + std::to_string(row.high) +
                               "}}";
    const RoomView view = describe(status.c_str());
    EXPECT_TRUE(view.flags.contains(row.flag)) << row.low << " " << row.high;
    const auto eta = view.values.find("eta");
    EXPECT_EQ(eta == view.values.end() ? "" : eta->second, row.eta) << row.low << " " << row.high;
  }
}

TEST(RoomView, PeopleAheadAreThoseBeforeThePosition) {
  const RoomView view = describe(
      R"({"status":"waiting","position":48213,"behind":1000,"eta_seconds":null,"poll_after_ms":4100})",
      R"({"per_minute":600,"last_call_at":"2026-12-01T11:00:00.000Z","server_time":"2026-12-01T11:00:07.900Z"})");
  EXPECT_EQ(view.values.at("ahead"), "48,212");
  EXPECT_EQ(view.values.at("behind"), "1,000");
  EXPECT_EQ(view.values.at("refresh"), "5");
  EXPECT_EQ(view.values.at("per_minute"), "600");
  EXPECT_EQ(view.values.at("last_call"), "7");
  EXPECT_TRUE(view.flags.contains("last_call"));
}

TEST(RoomView, TheOpeningIsToldInMinutesThatHaveBegun) {
  const RoomView view = describe(
      R"({"status":"lobby","lobby_count":12000,"opens_at":"2026-12-01T11:00:00.000Z","server_time":"2026-12-01T10:58:30.000Z"})");
  EXPECT_EQ(view.values.at("opens_in"), "2");
  EXPECT_EQ(view.values.at("lobby_count"), "12,000");
}

TEST(RoomView, AnAnswerThatIsNoObjectSaysNothing) {
  RoomAnswers answers;
  answers.concert = boost::json::parse("[]");
  answers.status = boost::json::parse("3");
  EXPECT_EQ(describe_room(answers).values.at("title"), "");
}

}  // namespace
}  // namespace frontrow::pages
