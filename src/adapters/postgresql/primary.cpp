#include "adapters/postgresql/primary.h"

#include "adapters/postgresql/locks.h"

namespace frontrow::postgresql {
namespace {

constexpr Milliseconds kRetryEvery{250};
constexpr Milliseconds kBound{1000};

}  // namespace

Connection& Primary::connect() {
  if (is_connected() && timeline_->is_newest(*connection_)) {
    if (connection_->is_idle()) return *connection_;
    roll_back();
    if (is_connected()) return *connection_;
  }
  const auto now = std::chrono::steady_clock::now();
  if (last_failure_ && now - failed_at_ < kRetryEvery) throw *last_failure_;
  connection_.reset();
  try {
    connection_ = timeline_->connect(kSettings);
    ++opened_;
  } catch (const Failure& failure) {
    last_failure_ = failure;
    failed_at_ = std::chrono::steady_clock::now();
    throw;
  }
  last_failure_.reset();
  return *connection_;
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
