#include "server/logging.h"

#include <gtest/gtest.h>

namespace frontrow::server {
namespace {

constexpr Time kAt{1'795'258'800'000};

TEST(Logging, ALineOfJsonHasTimeLevelMessageAndFields) {
  EXPECT_EQ(compose_line(true, kAt, LogLevel::warn, "few \"descriptors\"",
                         {{"limit", std::int64_t{5}}, {"who", "a\nb"}}),
            R"({"time":")" + to_rfc3339(kAt) +
                R"(","level":"warn","message":"few \"descriptors\"","limit":5,"who":"a\nb"})");
}

TEST(Logging, ALineOfTextIsForPeople) {
  EXPECT_EQ(compose_line(false, kAt, LogLevel::info, "ready", {{"ms", 2.5}, {"n", "x"}}),
            to_rfc3339(kAt) + " info  ready ms=2.5 n=x");
}

TEST(Logging, OnlyTheLevelAndAboveAreWritten) {
  const ManualClock clock(kAt);
  EXPECT_FALSE(logs(LogLevel::error)) << "before the start";
  testing::internal::CaptureStderr();
  start_logging({.level = LogLevel::warn, .json = true, .clock = &clock});
  EXPECT_FALSE(logs(LogLevel::info));
  log_line(LogLevel::info, "not written");
  log_line(LogLevel::error, "written");
  stop_logging();
  log_line(LogLevel::error, "too late");
  const std::string written = testing::internal::GetCapturedStderr();
  EXPECT_NE(written.find("\"written\""), std::string::npos) << written;
  EXPECT_EQ(written.find("not written"), std::string::npos);
  EXPECT_EQ(written.find("too late"), std::string::npos);
}

}  // namespace
}  // namespace frontrow::server
