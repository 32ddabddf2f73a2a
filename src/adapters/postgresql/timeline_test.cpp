// What a node believes while a standby is promoted and the former primary is still up.
#include <gtest/gtest.h>

#include "adapters/postgresql/postgresql_store.h"
#include "adapters/postgresql/sealer_for_tests.h"
#include "adapters/postgresql/server_for_tests.h"
#include "store/contract_rows.h"

namespace frontrow::postgresql {
namespace {

const PlainSealer kSealer;

class Promotion : public testing::Test {
 protected:
  ~Promotion() override {
    store_.reset();
    std::filesystem::remove(link_);
  }
  // Which server the link's address leads to from now on.
  void lead_to(const TestServer& server) {
    std::filesystem::remove(link_);
    std::filesystem::create_directory_symlink(server.folder(), link_);
  }
  std::string address(const std::string& hosts) const {
    return fmt::format("host={} port={} user=tester dbname={}", hosts, old_.port(), name_);
  }
  void open(const std::string& conninfo) {
    auto store = open_postgresql_store(conninfo, {.sealer = &kSealer});
    ASSERT_TRUE(store) << store.error().what;
    store_ = std::move(*store);
  }
  // Ends sessions on a server; `which` is a condition for pg_stat_activity.
  void end_sessions(const TestServer& server, const std::string& which) {
    Connection admin(address(server.folder().string()), Target::primary,
                     "set client_min_messages = warning");
    admin.script(
        fmt::format("select pg_terminate_backend(pid, 2000) from pg_stat_activity where datname = "
                    "current_database() and pid <> pg_backend_pid() and {}",
                    which),
        Milliseconds(10'000));
  }
  Order append() {
    Changes changes;
    const Order order = make_.held_order(make_.show(make_.concert(1)), make_.id<UserId>());
    changes.orders.push_back({{}, order});
    const auto now = store_->begin(contract::no_news);
    EXPECT_TRUE(now) << (now ? "" : now.error().what);
    if (now) {
      EXPECT_EQ(store_->append(changes, {make_.uuid(), **now}), CommitFate::committed);
    }
    return order;
  }

  TestServer& old_ = TestServer::instance();
  std::string name_ = [this] {
    const std::string conninfo = old_.make_database();
    return conninfo.substr(conninfo.rfind('=') + 1);
  }();
  std::filesystem::path link_ = old_.folder().string() + "-link";
  std::unique_ptr<Store> store_;
  contract::RowMaker make_{5};
};

TEST_F(Promotion, AReaderLeavesTheFormerPrimaryWhenABatchHasSeenTheNewOne) {
  lead_to(old_);
  open(address(link_.string()));
  const auto reader = std::move(*store_->open_reader());
  const Order before = append();
  ASSERT_TRUE(*reader->order(before.id));
  const auto promoted = old_.make_standby();
  promoted->promote();

  lead_to(*promoted);
  end_sessions(old_, "query not like '%from orders where id%'");
  const Order after = append();
  const auto found = reader->order(after.id);
  ASSERT_TRUE(found) << found.error().what;
  EXPECT_TRUE(*found) << "the reader's session on the former primary lives, and knows nothing";

  lead_to(old_);
  end_sessions(*promoted, "true");
  const auto refused = reader->order(after.id);
  ASSERT_FALSE(refused) << "it must not go back";
  EXPECT_NE(refused.error().what.find("former primary"), std::string::npos) << refused.error().what;
  EXPECT_TRUE(refused.error().retryable);
  EXPECT_FALSE(store_->open_reader()) << "nor must a new one";
  EXPECT_FALSE(store_->begin(contract::no_news));

  lead_to(*promoted);
  EXPECT_TRUE(*reader->order(after.id));
}

TEST_F(Promotion, TheNewPrimaryIsFoundBehindTheFormerOneInTheAddress) {
  lead_to(old_);
  const auto promoted = old_.make_standby();
  open(address(link_.string() + "," + promoted->folder().string()));
  const auto reader = std::move(*store_->open_reader());
  append();
  promoted->promote();
  lead_to(*promoted);
  end_sessions(old_, "true");
  append();

  lead_to(old_);
  end_sessions(*promoted, "true");
  const Order after = append();
  EXPECT_TRUE(*reader->order(after.id));
  EXPECT_TRUE((*store_->open_reader())->order(after.id));
}

TEST_F(Promotion, WhoOnlyReadsPassesOverAStandbyThatRefuses) {
  const auto standby = old_.make_standby();
  standby->run("select pg_wal_replay_pause()");
  const std::string conninfo = old_.make_database();
  const std::string unheard_of = conninfo.substr(conninfo.rfind('=') + 1);
  ASSERT_TRUE(migrate(conninfo));
  const std::string both =
      fmt::format("host={},{} port={} user=tester dbname={}", old_.folder().string(),
                  standby->folder().string(), old_.port(), unheard_of);
  const auto reader = open_postgresql_reader(both);
  ASSERT_TRUE(reader) << reader.error().what;
  RowSink nobody;
  EXPECT_TRUE((*reader)->scan(nobody));
}

}  // namespace
}  // namespace frontrow::postgresql
