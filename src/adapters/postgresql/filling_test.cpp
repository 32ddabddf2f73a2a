// An empty database that is filled with another store's rows: all of them, or nothing.
#include <gtest/gtest.h>

#include "adapters/postgresql/postgresql_store.h"
#include "adapters/postgresql/sealer_for_tests.h"
#include "adapters/postgresql/server_for_tests.h"
#include "store/contract_rows.h"

namespace frontrow::postgresql {
namespace {

const PlainSealer kSealer;
constexpr Time kNow{1'900'000'000'000};

class FillingTest : public testing::Test {
 protected:
  std::unique_ptr<Filling> open() {
    auto filling = open_postgresql_filling(database_, kSealer, "a key");
    EXPECT_TRUE(filling) << (filling ? "" : filling.error().what);
    return std::move(*filling);
  }
  Changes rows() {
    Changes rows;
    const Concert concert = make_.concert(1);
    rows.concerts.push_back({{}, concert});
    for (int i = 0; i < 3; ++i) rows.shows.push_back({{}, make_.show(concert)});
    const User user = make_.user("kim@example.com");
    rows.users.push_back({{}, user});
    rows.sessions.push_back({{}, make_.session(user.id)});
    rows.signing_keys.push_back({{}, make_.signing_key("key")});
    rows.audit.push_back(make_.audit_entry());
    rows.kept_answers.push_back(make_.kept_answer("k"));
    return rows;
  }
  static std::vector<std::string> texts(const Changes& rows) {
    contract::TextSink sink;
    for (const auto& row : rows.concerts) sink.take(row.after);
    for (const auto& row : rows.shows) sink.take(row.after);
    for (const auto& row : rows.users) sink.take(row.after);
    for (const auto& row : rows.sessions) sink.take(row.after);
    for (const auto& row : rows.signing_keys) sink.take(row.after);
    for (const auto& row : rows.audit) sink.take(row);
    for (const auto& row : rows.kept_answers) sink.take(row);
    return sink.rows();
  }

  TestServer& server_ = TestServer::instance();
  std::string database_ = server_.make_database();
  contract::RowMaker make_{3};
};

TEST_F(FillingTest, WhatWasKeptIsWhatANodeStartsWith) {
  const Changes all = rows();
  const auto filling = open();
  ASSERT_TRUE(filling->add(all));
  contract::TextSink proof;
  ASSERT_TRUE(filling->scan(proof));
  EXPECT_EQ(proof.rows(), texts(all));
  ASSERT_TRUE(filling->keep(kNow));

  const auto store = std::move(*open_postgresql_store(database_, {.sealer = &kSealer}));
  contract::TextSink scanned;
  const auto greatest = (*store->open_reader())->scan(scanned);
  ASSERT_TRUE(greatest);
  EXPECT_EQ(*greatest, kNow);
  EXPECT_EQ(scanned.rows(), texts(all));
  RowSink nobody;
  EXPECT_EQ(*store->restore(nobody, Time{0}), kNow);
  const auto begun = store->begin(contract::no_news);
  ASSERT_TRUE(begun);
  EXPECT_EQ(**begun, kNow) << "the server's clock is behind it";
  EXPECT_EQ(store->append({}, {make_.uuid(), **begun}), CommitFate::committed);
  EXPECT_EQ(*bind_installation(database_, "another"), "a key");
}

TEST_F(FillingTest, WhatWasNotKeptIsNotThere) {
  ASSERT_TRUE(open()->add(rows()));
  const auto again = open();
  ASSERT_TRUE(again) << "it is empty";
  contract::TextSink proof;
  ASSERT_TRUE(again->scan(proof));
  EXPECT_TRUE(proof.rows().empty());
}

TEST_F(FillingTest, NobodySeesOrUsesTheDatabaseMeanwhile) {
  const auto filling = open();
  ASSERT_TRUE(filling->add(rows()));
  contract::TextSink seen;
  ASSERT_TRUE((*open_postgresql_reader(database_))->scan(seen));
  EXPECT_TRUE(seen.rows().empty());
  const auto bound = bind_installation(database_, "a key");
  ASSERT_FALSE(bound) << "what a node does first";
  EXPECT_FALSE(open_postgresql_filling(database_, kSealer, "a key")) << "nor does a second one";
  EXPECT_TRUE(filling->keep(kNow));
}

TEST_F(FillingTest, ADatabaseThatIsNotEmptyIsRefused) {
  ASSERT_TRUE(open()->keep(kNow));
  EXPECT_EQ(open(), nullptr);
  database_ = server_.make_database();
  ASSERT_TRUE(migrate(database_));
  ASSERT_TRUE(bind_installation(database_, "a key"));
  EXPECT_EQ(open(), nullptr) << "a node was started on it";
}

TEST_F(FillingTest, ARowThatIsThereTwiceFailsAll) {
  const auto filling = open();
  const Changes all = rows();
  ASSERT_TRUE(filling->add(all));
  Changes twice;
  twice.audit = all.audit;
  EXPECT_FALSE(filling->add(twice));
  EXPECT_FALSE(filling->keep(kNow));
  EXPECT_NE(open(), nullptr);
}

}  // namespace
}  // namespace frontrow::postgresql
