#include "adapters/postgresql/migrations.h"

#include <gtest/gtest.h>

#include <thread>

#include "adapters/postgresql/locks.h"
#include "adapters/postgresql/server_for_tests.h"

namespace frontrow::postgresql {
namespace {

constexpr Migration kTwo[] = {
    {1, "one", "create table one (x int);", "aa"},
    {2, "two", "create table two (x int); insert into one values (2);", "bb"}};

class MigrationsTest : public testing::Test {
 protected:
  std::string migrate_with(std::span<const Migration> migrations) {
    const auto done = guarded([&] {
      Connection connection(database_, Target::primary, kSettings);
      return apply_migrations(connection, migrations), Done{};
    });
    return done ? "" : done.error().what;
  }
  std::string value(const std::string& sql) { return server_.value(database_, sql); }

  TestServer& server_ = TestServer::instance();
  std::string database_ = server_.make_database();
};

TEST_F(MigrationsTest, EachIsAppliedOnce) {
  EXPECT_EQ(migrate_with({kTwo, 1}), "");
  EXPECT_EQ(migrate_with(kTwo), "");
  EXPECT_EQ(migrate_with(kTwo), "");
  EXPECT_EQ(value("select count(*) from one"), "1");
  EXPECT_EQ(value("select count(*) from migration"), "2");
}

TEST_F(MigrationsTest, NodesThatStartAtOnceWaitForEachOther) {
  std::vector<std::thread> nodes;
  for (int i = 0; i < 4; ++i)
    nodes.emplace_back([this] { EXPECT_EQ(migrate_with(kMigrations), ""); });
  for (std::thread& node : nodes) node.join();
  EXPECT_EQ(value("select count(*) from migration"), std::to_string(kMigrations.size()));
}

TEST_F(MigrationsTest, ANewerDatabaseIsRefused) {
  EXPECT_EQ(migrate_with(kTwo), "");
  EXPECT_NE(migrate_with({kTwo, 1}).find("newer version"), std::string::npos);
}

TEST_F(MigrationsTest, AChangedMigrationIsRefused) {
  EXPECT_EQ(migrate_with(kTwo), "");
  const Migration changed[] = {kTwo[0], {2, "two", "create table two (y int);", "cc"}};
  EXPECT_NE(migrate_with(changed).find("is not the one of this version"), std::string::npos);
}

TEST_F(MigrationsTest, OneThatFailsLeavesNothing) {
  const Migration broken[] = {kTwo[0], {2, "two", "create table two (x int); no sql;", "bb"}};
  EXPECT_NE(migrate_with(broken), "");
  EXPECT_EQ(value("select to_regclass('two') is null"), "t");
  EXPECT_EQ(migrate_with(kTwo), "");
}

TEST_F(MigrationsTest, AnotherProgramsDatabaseIsRefused) {
  value("create table theirs (x int)");
  EXPECT_NE(migrate_with(kTwo).find("another program"), std::string::npos);
}

}  // namespace
}  // namespace frontrow::postgresql
