#include "rehearsal/caller.h"

#include <gtest/gtest.h>

#include "rehearsal/fake_server.h"

namespace frontrow::rehearsal {
namespace {

using Asked = std::vector<std::string>;
constexpr auto kShortPatience = std::chrono::milliseconds(100);

TEST(Caller, WhatMayHaveActedIsNotAskedAgain) {
  for (const std::string& answer :
       {FakeServer::silence(), std::string(), std::string("HTTP/1.1")}) {
    FakeServer server([&](std::string_view) { return answer; });
    Caller caller(server.target(), kShortPatience);
    EXPECT_FALSE(caller.call("POST", "/v1/staff/concerts", {}, "{}"));
    EXPECT_EQ(server.asked(), (Asked{"POST /v1/staff/concerts"}));
  }
}

TEST(Caller, AQuestionThatChangesNothingIsAskedTwice) {
  FakeServer server([](std::string_view) { return FakeServer::silence(); });
  Caller caller(server.target(), kShortPatience);
  EXPECT_FALSE(caller.call("GET", "/readyz"));
  EXPECT_EQ(server.asked(), (Asked{"GET /readyz", "GET /readyz"}));
}

TEST(Caller, AConnectionThatWasClosedWhileIdleIsOpenedAgain) {
  FakeServer server([](std::string_view) { return FakeServer::last("{}"); });
  Caller caller(server.target(), kShortPatience);
  EXPECT_TRUE(caller.call("POST", "/one"));
  EXPECT_TRUE(caller.call("POST", "/two"));
  EXPECT_EQ(server.asked(), (Asked{"POST /one", "POST /two"}));
}

TEST(Caller, ANodeThatDoesNotAnswerIsLeftForAnother) {
  FakeServer silent([](std::string_view) { return FakeServer::silence(); });
  FakeServer cut_off([](std::string_view) { return FakeServer::answer("503 Away", "{}"); });
  FakeServer well([](std::string_view) { return FakeServer::ok("{}"); });
  Target target = silent.target();
  NodeAddress nobody;
  {
    FakeServer ended([](std::string_view) { return FakeServer::ok("{}"); });
    nobody = ended.target().nodes.front();
  }
  target.nodes = {nobody, target.nodes.front(), cut_off.target().nodes.front(),
                  well.target().nodes.front()};
  Caller caller(target, kShortPatience);
  const auto reply = caller.call("GET", "/readyz");
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(silent.asked().size(), 1u);
  EXPECT_EQ(cut_off.asked().size(), 1u);
  EXPECT_TRUE(caller.call("POST", "/one")) << "from now on of the one that is well";
  EXPECT_EQ(well.asked(), (Asked{"GET /readyz", "POST /one"}));
}

}  // namespace
}  // namespace frontrow::rehearsal
