#include "server/doctor_sqlite.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <set>

#include "adapters/sqlite/connection.h"

namespace frontrow::server {
namespace {

using testing::HasSubstr;

constexpr std::int64_t kMebibyte = 1024 * 1024;

SqliteFacts good_facts() {
  return {.version = "3.40.1",
          .built_version = "3.40.1",
          .journal_mode = "wal",
          .page_size = 4096,
          .log_bytes = 512 * kMebibyte,
          .writer_journal_mode = "wal",
          .writer_synchronous = 2};
}

TEST(DoctorSqlite, FindsNothingWhereAllIsAsTheServerSetsIt) {
  for (const Finding& finding : judge(good_facts()))
    EXPECT_EQ(finding.health, Health::good) << finding.subject << ": " << finding.words;
  SqliteFacts extra = good_facts();
  extra.writer_synchronous = 3;
  EXPECT_EQ(judge(extra)[2].health, Health::good);
}

TEST(DoctorSqlite, SaysWhatEachFindingCosts) {
  const struct {
    void (*change)(SqliteFacts&);
    Health health;
    const char* subject;
    const char* words;
  } rows[] = {
      {[](SqliteFacts& f) { f.version = "3.34.0"; }, Health::note, "SQLite", "3.34.0"},
      {[](SqliteFacts& f) { f.journal_mode = "delete"; }, Health::warning, "journal_mode",
       "stops every writer"},
      {[](SqliteFacts& f) { f.writer_journal_mode = "delete"; }, Health::warning, "journal_mode",
       "local disk"},
      {[](SqliteFacts& f) { f.writer_synchronous = 1; }, Health::warning, "synchronous",
       "normal instead of full: a loss of power"},
      {[](SqliteFacts& f) { f.writer_synchronous = 0; }, Health::warning, "synchronous", "off"},
      {[](SqliteFacts& f) { f.page_size = 65536; }, Health::warning, "page_size", "that much more"},
      {[](SqliteFacts& f) { f.page_size = 512; }, Health::warning, "page_size", "more pages"},
      {[](SqliteFacts& f) { f.log_bytes += kMebibyte; }, Health::warning, "write-ahead log",
       "513 MiB: a long read"},
  };
  for (const auto& row : rows) {
    SqliteFacts facts = good_facts();
    row.change(facts);
    int bad = 0;
    for (const Finding& finding : judge(facts)) {
      if (finding.health == Health::good) continue;
      ++bad;
      EXPECT_EQ(finding.health, row.health) << row.words;
      EXPECT_EQ(finding.subject, row.subject);
      EXPECT_THAT(finding.words, HasSubstr(row.words));
    }
    EXPECT_EQ(bad, 1) << row.words;
  }
}

class SqliteFolder : public testing::Test {
 protected:
  SqliteFolder()
      : folder_(std::filesystem::temp_directory_path() /
                ("frontrow-doctor-" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder_);
  }
  ~SqliteFolder() override { std::filesystem::remove_all(folder_); }

  std::set<std::filesystem::path> files() const {
    std::set<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      found.insert(entry.path());
    return found;
  }

  std::filesystem::path folder_;
};

TEST_F(SqliteFolder, IsReadAsItIsAndLeftAsItWas) {
  {
    sqlite::Connection other(folder_ / "frontrow.db", sqlite::Connection::Mode::write);
    other.run("create table t (x); pragma journal_mode = delete; pragma page_size = 8192; vacuum;");
  }
  const std::set<std::filesystem::path> before = files();
  const auto facts = look_at_sqlite(folder_);
  ASSERT_TRUE(facts.ok()) << facts.error().what;
  EXPECT_EQ(facts->version, sqlite3_libversion());
  EXPECT_EQ(facts->journal_mode, "delete");
  EXPECT_EQ(facts->page_size, 8192);
  EXPECT_EQ(facts->log_bytes, 0);
  EXPECT_EQ(facts->writer_journal_mode, "wal");
  EXPECT_EQ(facts->writer_synchronous, 2);
  EXPECT_EQ(files(), before);
}

TEST_F(SqliteFolder, WithoutADatabaseIsAnOutage) {
  EXPECT_FALSE(look_at_sqlite(folder_).ok());
}

}  // namespace
}  // namespace frontrow::server
