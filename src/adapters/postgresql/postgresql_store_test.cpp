// The contract of every store, kept by this one on a real server.
#include "adapters/postgresql/postgresql_store.h"

#include "adapters/postgresql/sealer_for_tests.h"
#include "adapters/postgresql/server_for_tests.h"
#include "store/contract_suite.h"

namespace frontrow {
namespace {

const PlainSealer kSealer;

std::unique_ptr<Store> open_store(const std::string& conninfo) {
  auto store = postgresql::open_postgresql_store(conninfo, {.sealer = &kSealer});
  EXPECT_TRUE(store) << (store ? "" : store.error().what);
  return std::move(*store);
}

class PostgresqlHarness final : public contract::Harness {
 public:
  Store& store() override { return *store_; }
  void close_and_open() override {
    store_.reset();
    store_ = open_store(conninfo_);
  }
  // The server ends the sessions in the middle of whatever they do.
  void crash_and_open() override {
    auto crashed = std::move(store_);
    postgresql::TestServer::instance().run(
        "select pg_terminate_backend(pid) from pg_stat_activity "
        "where backend_type = 'client backend' and pid <> pg_backend_pid()");
    crashed.reset();
    store_ = open_store(conninfo_);
  }

 private:
  std::string conninfo_ = postgresql::TestServer::instance().make_database();
  std::unique_ptr<Store> store_ = open_store(conninfo_);
};

std::unique_ptr<contract::Harness> make_harness() {
  return std::make_unique<PostgresqlHarness>();
}

}  // namespace

namespace contract {
INSTANTIATE_TEST_SUITE_P(Postgresql, StoreContract, testing::Values(&make_harness));
}  // namespace contract

}  // namespace frontrow
