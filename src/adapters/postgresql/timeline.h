// The way to the primary that leads no node back into an older history: what one of its connections
// has seen, all of them know. The first server of an address may be a former primary, which is cut
// off from its standby or was started again after the promotion.
//
//   const auto timeline = std::make_shared<Timeline>(conninfo);
//   auto connection = timeline->connect(kSettings);
//   ...
//   if (!timeline->is_newest(*connection)) connection = timeline->connect(kSettings);
//
// Any thread.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "adapters/postgresql/connection.h"

namespace frontrow::postgresql {

class Timeline {
 public:
  explicit Timeline(const std::string& conninfo) : conninfo_(conninfo) {}

  // A connection to the primary; where the address names a former one first, to the one behind it.
  // A Failure where there is none, or a former one alone.
  std::unique_ptr<Connection> connect(const std::string& settings);
  // Whether that holds still.
  bool is_newest(const Connection& connection) const {
    return connection.timeline() >= newest_.load(std::memory_order_relaxed);
  }

 private:
  // Whether no later promotion was seen than the one that its server had.
  bool learn(Connection& connection);

  const std::string conninfo_;
  std::atomic<std::int64_t> newest_{0};
};

}  // namespace frontrow::postgresql
