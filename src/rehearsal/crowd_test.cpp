#include "rehearsal/crowd.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "rehearsal/fake_server.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::string_view kSoldOut = R"({"code":"queue_closed"})";

Profile without_bots() {
  Profile profile;
  for (const ProfileKey& key : profile_table())
    if (key.section == "bots") profile.*key.member = key.least;
  profile.threads = 1;
  return profile;
}

struct TemporaryFolder {
  std::string pattern = (std::filesystem::temp_directory_path() / "crowd-XXXXXX").string();
  const std::filesystem::path path = mkdtemp(pattern.data());
  ~TemporaryFolder() { std::filesystem::remove_all(path); }
};

// It may have filled the wallet, which is read afterwards.
TEST(Crowd, ACallUnderWayAtTheStopIsWrittenDownAsUnknown) {
  ASSERT_GE(sodium_init(), 0);
  FakeServer server([](std::string_view) { return FakeServer::silence(); });
  Profile profile = without_bots();
  profile.people = 1;
  profile.top_up_seconds = 0;
  profile.tops_up_before_permille = 1000;
  const People people(profile);
  Venue venue;
  venue.price_max = 100;
  SeatNames seats;
  Plan plan{profile, people, venue, server.target(), seats, steady_us()};

  const TemporaryFolder folder;
  Crowd crowd(plan, folder.path);
  crowd.start();
  for (int i = 0; i < 5'000 && server.asked().empty(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_EQ(server.asked(), (std::vector<std::string>{"POST /v1/wallet/top-ups"}));
  plan.stop = true;
  crowd.join();

  std::vector<Call> calls;
  crowd.histories().front()->for_each([&](const Call& call) { calls.push_back(call); });
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls.front().action, Action::top_up);
  EXPECT_EQ(calls.front().outcome, Outcome::timed_out);
  EXPECT_GT(calls.front().value, 0u) << "how many points it may have brought";
}

// One person whose node takes no connection is served by the other, and no call is lost.
TEST(Crowd, WhoseNodeIsGoneIsServedByAnother) {
  ASSERT_GE(sodium_init(), 0);
  FakeServer well([](std::string_view) { return FakeServer::answer("409 No", kSoldOut); });
  NodeAddress nobody;
  {
    FakeServer ended([](std::string_view) { return FakeServer::silence(); });
    nobody = ended.target().nodes.front();
  }
  Target target = well.target();
  target.nodes.push_back(nobody);
  Profile profile = without_bots();
  profile.people = 40;
  profile.top_up_seconds = profile.lobby_seconds = 0;
  profile.tops_up_before_permille = 0;
  profile.second_device_permille = 0;
  profile.spike_permille = 1000;
  profile.lobby_permille = 0;
  profile.spike_seconds = 1;
  const People people(profile);
  Venue venue;
  SeatNames seats;
  Plan plan{profile, people, venue, target, seats, steady_us()};
  const TemporaryFolder folder;
  Crowd crowd(plan, folder.path);
  crowd.start();
  crowd.join();
  EXPECT_TRUE(plan.nodes.is_away(1));
  EXPECT_EQ(well.asked().size(), 40u);
  std::uint64_t refused = 0;
  crowd.histories().front()->for_each([&](const Call& call) {
    EXPECT_EQ(call.node, 0);
    refused += call.outcome == Outcome::queue_closed;
  });
  EXPECT_EQ(refused, 40u);
}

}  // namespace
}  // namespace frontrow::rehearsal
