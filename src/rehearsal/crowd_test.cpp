#include "rehearsal/crowd.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "rehearsal/fake_server.h"

namespace frontrow::rehearsal {
namespace {

// It may have filled the wallet, which is read afterwards.
TEST(Crowd, ACallUnderWayAtTheStopIsWrittenDownAsUnknown) {
  ASSERT_GE(sodium_init(), 0);
  FakeServer server([](std::string_view) { return FakeServer::silence(); });
  Profile profile;
  for (const ProfileKey& key : profile_table())
    if (key.section == "bots") profile.*key.member = key.least;
  profile.people = 1;
  profile.threads = 1;
  profile.top_up_seconds = 0;
  profile.tops_up_before_permille = 1000;
  const People people(profile);
  Venue venue;
  venue.price_max = 100;
  SeatNames seats;
  Plan plan{profile, people, venue, server.target(), seats, steady_us()};

  std::string pattern = (std::filesystem::temp_directory_path() / "crowd-XXXXXX").string();
  const std::filesystem::path folder = mkdtemp(pattern.data());
  Crowd crowd(plan, folder);
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
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace frontrow::rehearsal
