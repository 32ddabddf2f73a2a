#include "adapters/sqlite/migrations.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

namespace frontrow::sqlite {
namespace {

constexpr Migration kTwo[] = {
    {1, "one", "create table one (x);", "aa"},
    {2, "two", "create table two (x); insert into one values (2);", "bb"}};

class MigrationsTest : public testing::Test {
 protected:
  MigrationsTest() {
    char name[] = "/tmp/frontrow-migrations-XXXXXX";
    folder_ = ::mkdtemp(name);
  }
  ~MigrationsTest() override { std::filesystem::remove_all(folder_); }

  std::string migrate_with(std::span<const Migration> migrations) {
    Connection connection(folder_ / "db", Connection::Mode::write);
    const auto done = guarded([&] { return migrate(connection, migrations), Done{}; });
    return done ? "" : done.error().what;
  }
  std::int64_t integer(const char* sql) {
    Connection connection(folder_ / "db", Connection::Mode::read);
    return connection.integer(sql);
  }

  std::filesystem::path folder_;
};

TEST_F(MigrationsTest, EachIsAppliedOnce) {
  EXPECT_EQ(migrate_with({kTwo, 1}), "");
  EXPECT_EQ(migrate_with(kTwo), "");
  EXPECT_EQ(migrate_with(kTwo), "");
  EXPECT_EQ(integer("select count(*) from one"), 1);
  EXPECT_EQ(integer("select count(*) from migration"), 2);
}

TEST_F(MigrationsTest, ANewerDatabaseIsRefused) {
  EXPECT_EQ(migrate_with(kTwo), "");
  EXPECT_NE(migrate_with({kTwo, 1}).find("newer version"), std::string::npos);
}

TEST_F(MigrationsTest, AChangedMigrationIsRefused) {
  EXPECT_EQ(migrate_with(kTwo), "");
  const Migration changed[] = {kTwo[0], {2, "two", "create table two (y);", "cc"}};
  EXPECT_NE(migrate_with(changed).find("is not the one of this version"), std::string::npos);
}

TEST_F(MigrationsTest, OneThatFailsLeavesNothing) {
  const Migration broken[] = {kTwo[0], {2, "two", "create table two (x); no sql;", "bb"}};
  EXPECT_NE(migrate_with(broken), "");
  EXPECT_EQ(integer("select count(*) from sqlite_schema where name = 'two'"), 0);
  EXPECT_EQ(migrate_with(kTwo), "");
}

TEST_F(MigrationsTest, AnotherProgramsFileIsRefused) {
  {
    Connection connection(folder_ / "db", Connection::Mode::write);
    connection.run("create table theirs (x)");
  }
  EXPECT_NE(migrate_with(kTwo).find("another program"), std::string::npos);
}

TEST_F(MigrationsTest, TheProgramsOwnAreNumberedWithoutGaps) {
  int number = 0;
  for (const Migration& migration : kMigrations) {
    EXPECT_EQ(migration.number, ++number);
    EXPECT_EQ(migration.checksum.size(), 64U);
  }
  EXPECT_GE(number, 1);
  EXPECT_EQ(migrate_with(kMigrations), "");
}

}  // namespace
}  // namespace frontrow::sqlite
