#include "adapters/postgresql/primary.h"

#include "adapters/postgresql/locks.h"

namespace frontrow::postgresql {
namespace {

constexpr Milliseconds kRetryEvery{250};
constexpr Milliseconds kBound{1000};

// The first eight digits of a log file's name are the timeline, which grows with every promotion.
const Statement kIdentity{"identity", R"(
  select pg_is_in_recovery(),
    case when pg_is_in_recovery() then 0
      else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint end)"};

}  // namespace

Connection& Primary::connect() {
  if (is_connected()) {
    if (connection_->is_idle()) return *connection_;
    roll_back();
    if (is_connected()) return *connection_;
  }
  const auto now = std::chrono::steady_clock::now();
  if (last_failure_ && now - failed_at_ < kRetryEvery) throw *last_failure_;
  connection_.reset();
  try {
    auto fresh = std::make_unique<Connection>(conninfo_, Target::primary, kSettings);
    check(*fresh);
    connection_ = std::move(fresh);
  } catch (const Failure& failure) {
    last_failure_ = failure;
    failed_at_ = std::chrono::steady_clock::now();
    throw;
  }
  last_failure_.reset();
  return *connection_;
}

void Primary::check(Connection& connection) {
  const Rows rows = connection.run(kIdentity);
  Columns row(rows.get(), 0);
  const bool is_standby = row.boolean();
  const std::int64_t timeline = row.integer();
  if (is_standby) throw Failure{Failure::Kind::lost, "postgresql: the server is a standby"};
  if (timeline < timeline_)
    throw Failure{Failure::Kind::lost,
                  "postgresql: the server is a former primary: another one was promoted"};
  timeline_ = timeline;
}

void Primary::roll_back() {
  if (!is_connected()) return connection_.reset();
  if (connection_->is_idle()) return;
  try {
    connection_->script("rollback", kBound);
  } catch (const Failure&) {
    connection_.reset();
  }
}

}  // namespace frontrow::postgresql
