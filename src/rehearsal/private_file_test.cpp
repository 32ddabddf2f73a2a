#include "rehearsal/private_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "rehearsal/history.h"

namespace frontrow::rehearsal {
namespace {

namespace fs = std::filesystem;

mode_t mode_of(const fs::path& path) {
  struct stat status{};
  return stat(path.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

class PrivateFile : public testing::Test {
 protected:
  PrivateFile() {
    umask(022);
    std::string pattern = (fs::temp_directory_path() / "private-XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~PrivateFile() override { fs::remove_all(folder_); }

  fs::path folder_;
};

TEST_F(PrivateFile, ANewFileIsForItsOwnerAlone) {
  ASSERT_TRUE(write_private_file(folder_ / "key", "secret"));
  EXPECT_EQ(mode_of(folder_ / "key"), 0600u);
  EXPECT_EQ(fs::file_size(folder_ / "key"), 6u);
}

TEST_F(PrivateFile, AnOpenFileOfBeforeIsClosed) {
  std::ofstream(folder_ / "key") << "an older secret";
  ASSERT_EQ(mode_of(folder_ / "key"), 0644u);
  ASSERT_TRUE(write_private_file(folder_ / "key", "secret"));
  EXPECT_EQ(mode_of(folder_ / "key"), 0600u);
  EXPECT_EQ(fs::file_size(folder_ / "key"), 6u);
}

TEST_F(PrivateFile, TheHistoryIsForItsOwnerAlone) {
  const History history(folder_ / "calls.bin");
  EXPECT_EQ(mode_of(folder_ / "calls.bin"), 0600u);
}

TEST_F(PrivateFile, ANewFolderIsForItsOwnerAloneAndAnOldOneIsLeftAlone) {
  fs::permissions(folder_, fs::perms(0755));
  ASSERT_TRUE(make_private_folder(folder_ / "a" / "b"));
  EXPECT_EQ(mode_of(folder_ / "a" / "b"), 0700u);
  ASSERT_TRUE(make_private_folder(folder_));
  EXPECT_EQ(mode_of(folder_), 0755u);
}

TEST_F(PrivateFile, WhatCannotBeMadeIsTold) {
  EXPECT_FALSE(write_private_file(folder_ / "missing" / "key", "secret"));
  EXPECT_FALSE(write_private_file("/dev/full", "secret"));
  EXPECT_FALSE(make_private_folder("/dev/null/folder"));
}

}  // namespace
}  // namespace frontrow::rehearsal
