#include "rehearsal/profile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace frontrow::rehearsal {
namespace {

using testing::HasSubstr;

class ProfileFile : public testing::Test {
 protected:
  std::string write(const std::string& text) {
    file_ = std::filesystem::path(testing::TempDir()) / "friday.toml";
    std::ofstream(file_) << text;
    return file_.string();
  }
  ~ProfileFile() override { std::filesystem::remove(file_); }
  std::filesystem::path file_;
};

TEST(Profile, EveryNamedOneIsValid) {
  for (const std::string_view name : profile_names()) {
    const auto profile = read_profile(std::string(name), {});
    ASSERT_TRUE(profile) << profile.error();
    EXPECT_EQ(profile->name, name);
    for (const ProfileKey& key : profile_table()) {
      EXPECT_GE((*profile).*key.member, key.least) << name << " " << key.key;
      EXPECT_LE((*profile).*key.member, key.most) << name << " " << key.key;
    }
  }
}

TEST_F(ProfileFile, BeginsFromANamedOneAndFlagsStandAbove) {
  const std::string file = write("profile = \"million\"\n[run]\npeople = 5\nseed = 9\n");
  const auto profile = read_profile(file, {{"--seed", "run", "seed", "11"}});
  ASSERT_TRUE(profile) << profile.error();
  EXPECT_EQ(profile->name, "friday");
  EXPECT_EQ(profile->people, 5);
  EXPECT_EQ(profile->seed, 11);
  EXPECT_EQ(profile->seats, 60'000);
}

TEST_F(ProfileFile, BadInputNamesFileLineAndKey) {
  const struct {
    std::string text;
    std::vector<std::string> words;
  } rows[] = {
      {"[run]\npeopel = 5\n", {"friday.toml:2", "\"peopel\"", "did you mean \"people\"?"}},
      {"\n[runn]\npeople = 5\n", {"friday.toml:2", "[runn]", "did you mean \"run\"?"}},
      {"[run]\n\npeople = 0\n", {"friday.toml:3", "[run] people", "from 1 to"}},
      {"[run]\npeople = \"many\"\n", {"friday.toml:2", "people must be an integer"}},
      {"[bots]\nhammer_permille = 1001\n", {"friday.toml:2", "hammer_permille", "0 to 1000"}},
      {"profile = \"huge\"\n", {"friday.toml:1", "profile must be one of", "million"}},
      {"[run\n", {"friday.toml:1"}},
      {"run = 5\n", {"friday.toml:1", "must be a table"}},
      {"[arrival]\nlobby_permille = 600\nspike_permille = 600\n", {"friday", "lobby_permille"}},
      {"[shop]\nthink_ms_min = 5000\nthink_ms_max = 1\n", {"think_ms_max is less"}},
  };
  for (const auto& row : rows) {
    const auto profile = read_profile(write(row.text), {});
    ASSERT_FALSE(profile) << row.text;
    for (const std::string& word : row.words) EXPECT_THAT(profile.error(), HasSubstr(word));
  }
}

TEST(Profile, TheCrowdHasALoopACoreThatTheServerLeavesIt) {
  Profile profile;
  EXPECT_EQ(crowd_threads(profile, 8, false), 8);
  EXPECT_EQ(crowd_threads(profile, 8, true), 4);
  EXPECT_EQ(crowd_threads(profile, 1, true), 1);
  EXPECT_EQ(crowd_threads(profile, 0, false), 1) << "the system does not say";
  profile.threads = 3;
  EXPECT_EQ(crowd_threads(profile, 8, true), 3);
}

TEST(Profile, AMissingFileAWrongNameAndAWrongFlagAreNamed) {
  EXPECT_THAT(read_profile("none.toml", {}).error(), HasSubstr("none.toml: there is no such file"));
  EXPECT_THAT(read_profile("smal", {}).error(), HasSubstr("did you mean \"small\"?"));
  EXPECT_THAT(read_profile("small", {{"--people", "run", "people", "ten"}}).error(),
              HasSubstr("--people: people must be an integer"));
  EXPECT_THAT(read_profile("small", {{"--set shop.thinks=1", "shop", "thinks", "1"}}).error(),
              HasSubstr("--set shop.thinks=1: unknown key \"thinks\" in [shop]"));
}

}  // namespace
}  // namespace frontrow::rehearsal
