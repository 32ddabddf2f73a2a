#include "rehearsal/aftermath.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "rehearsal/fake_server.h"

namespace frontrow::rehearsal {
namespace {

// One account topped up; the server then fails one of the reads.
struct Reads {
  std::string_view fails;  // a part of the path; empty: none
  std::string_view unread;
};

class AftermathReads : public testing::TestWithParam<Reads> {};

TEST_P(AftermathReads, WhatTheServerDoesNotTellIsNamed) {
  ASSERT_GE(sodium_init(), 0);
  FakeServer server([](std::string_view line) {
    const std::string_view fails = GetParam().fails;
    if (!fails.empty() && line.find(fails) != std::string_view::npos)
      return FakeServer::answer("503 Service Unavailable", R"({"code":"overloaded"})");
    if (line.find("/orders") != std::string_view::npos)
      return FakeServer::ok(R"({"items":[],"next_cursor":null})");
    return FakeServer::ok(R"({"balance":100,"sold":0,"revenue":0})");
  });
  server.target().staff_key = "key";
  Profile profile;
  profile.people = 10;
  const People people(profile);
  Venue venue;
  SeatNames seats;
  const Plan plan{profile, people, venue, server.target(), seats};
  History history;
  Call call;
  call.action = Action::top_up;
  call.outcome = Outcome::created;
  history.add(call);

  Caller caller(server.target());
  EXPECT_EQ(read_aftermath(caller, plan, {&history}).unread, GetParam().unread);
}

INSTANTIATE_TEST_SUITE_P(EachRead, AftermathReads,
                         testing::Values(Reads{"", ""}, Reads{"/orders", "the paid orders"},
                                         Reads{"/stats", "the sale's statistics"},
                                         Reads{"/v1/wallet", "a wallet"}));

}  // namespace
}  // namespace frontrow::rehearsal
