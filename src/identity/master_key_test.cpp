#include "identity/master_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>
#include <set>
#include <thread>
#include <vector>

#include "identity/system_random.h"

namespace frontrow::identity {
namespace {

using testing::HasSubstr;

class MasterKeyFile : public testing::Test {
 protected:
  MasterKeyFile() {
    std::string name = (std::filesystem::temp_directory_path() / "frontrow-key-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    file_ = folder_ / "master.key";
  }
  ~MasterKeyFile() override { std::filesystem::remove_all(folder_); }

  void write(std::string_view bytes, mode_t mode = 0600) {
    std::ofstream(file_, std::ios::binary) << bytes;
    chmod(file_.c_str(), mode);
  }
  std::string error() { return load_or_create_master_key(file_, random_).error(); }

  std::filesystem::path folder_, file_;
  SystemRandom random_;
};

TEST_F(MasterKeyFile, IsMadeOnceForItsOwnerAlone) {
  const auto made = load_or_create_master_key(file_, random_);
  ASSERT_TRUE(made) << made.error();
  struct stat status;
  ASSERT_EQ(stat(file_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0600u);
  EXPECT_EQ(status.st_size, 32);
  EXPECT_EQ(load_or_create_master_key(file_, random_)->fingerprint(), made->fingerprint());
  EXPECT_EQ(load_master_key(file_)->fingerprint(), made->fingerprint());
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(MasterKeyFile, IsTheSameForAllWhoStartTogether) {
  std::vector<std::string> fingerprints(8);
  std::vector<std::thread> starters;
  for (std::string& fingerprint : fingerprints)
    starters.emplace_back([&] {
      SystemRandom random;
      fingerprint = load_or_create_master_key(file_, random)->fingerprint();
    });
  for (std::thread& starter : starters) starter.join();
  EXPECT_EQ(std::set<std::string>(fingerprints.begin(), fingerprints.end()).size(), 1u);
}

TEST_F(MasterKeyFile, IsRefusedWithAReason) {
  write(std::string(31, 'k'));
  EXPECT_THAT(error(), HasSubstr("has 31 bytes instead of 32"));
  write(std::string(33, 'k'));
  EXPECT_THAT(error(), HasSubstr("has 33 bytes"));
  write(std::string(32, 'k'), 0640);
  EXPECT_THAT(error(), HasSubstr("mode 0640"));
  write(std::string(32, 'k'), 0604);
  EXPECT_THAT(error(), HasSubstr("chmod 600"));
  write(std::string(32, 'k'), 0400);
  EXPECT_TRUE(load_or_create_master_key(file_, random_));
  std::filesystem::remove(file_);
  std::filesystem::create_directory(file_);
  EXPECT_THAT(error(), HasSubstr("is not a regular file"));
}

TEST_F(MasterKeyFile, IsNotInventedForACommand) {
  EXPECT_THAT(load_master_key(file_).error(), HasSubstr("cannot be read: No such file"));
  EXPECT_FALSE(std::filesystem::exists(file_));
}

TEST_F(MasterKeyFile, CannotBeMadeInAMissingFolder) {
  file_ = folder_ / "none" / "master.key";
  EXPECT_THAT(error(), HasSubstr("cannot be made: No such file"));
}

MasterKey key_of(std::uint8_t byte) {
  SecretKey bytes;
  bytes.fill(byte);
  return MasterKey(bytes);
}

TEST(MasterKeys, GiveEachPurposeItsOwnKey) {
  const MasterKey master = key_of(7);
  std::set<SecretKey> keys;
  for (const SubKey purpose : {SubKey::sealing, SubKey::fingerprint})
    for (const std::uint64_t number : {0u, 1u, 2u}) keys.insert(master.derive(purpose, number));
  keys.insert(key_of(8).derive(SubKey::sealing));
  EXPECT_EQ(keys.size(), 7u);
  EXPECT_EQ(master.derive(SubKey::sealing), key_of(7).derive(SubKey::sealing));
}

// Stored databases depend on it.
TEST(MasterKeys, DeriveTheSameInEveryVersion) {
  EXPECT_EQ(key_of(7).fingerprint(), "8d5e730b91f5ce72c4a60e7f861d1a59");
}

TEST(Sealer, OpensWhatItSealed) {
  const Sealer sealer(key_of(1));
  SystemRandom random;
  for (const std::string& plain : {std::string(), std::string("secret"), std::string(1000, '\0')}) {
    const Bytes sealed = sealer.seal(plain, "signing-key/1", random);
    EXPECT_EQ(sealed.size(), plain.size() + 41);
    EXPECT_EQ(sealer.open(sealed, "signing-key/1"), plain);
    EXPECT_NE(sealer.seal(plain, "signing-key/1", random), sealed);
  }
}

TEST(Sealer, RefusesWhatWasChangedMovedOrCut) {
  const Sealer sealer(key_of(1));
  SystemRandom random;
  const Bytes sealed = sealer.seal("secret", "row/1", random);
  EXPECT_FALSE(sealer.open(sealed, "row/2"));
  EXPECT_FALSE(sealer.open(sealed, ""));
  EXPECT_FALSE(Sealer(key_of(2)).open(sealed, "row/1"));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(sealer.open(changed, "row/1")) << "byte " << i;
    EXPECT_FALSE(sealer.open(sealed.substr(0, i), "row/1")) << i << " bytes";
  }
  EXPECT_FALSE(sealer.open(sealed + 'x', "row/1"));
}

}  // namespace
}  // namespace frontrow::identity
