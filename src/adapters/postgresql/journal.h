// The journal as a log that every node follows: what others appended since the last look.
#pragma once

#include <algorithm>

#include "adapters/postgresql/connection.h"
#include "store/store.h"

namespace frontrow::postgresql {

// A place in the journal: everything up to it is in this node's memory.
struct JournalPlace {
  std::int64_t seq = 0;
  Uuid batch;  // of that row: the same number with another batch is another history
  Time now;
};

// The newest row's place, in the open transaction's snapshot.
JournalPlace newest_place(Connection& connection);

class Follower {
 public:
  Follower(const SecretSealer& sealer, const JournalPlace& place)
      : sealer_(&sealer), place_(place) {}

  const JournalPlace& place() const { return place_; }
  // This node appended a row itself.
  void advance(const JournalPlace& to) { place_ = to; }

  // Asks for the rows after `place` and for the server's time.
  static void ask(Pipeline& pipeline, const JournalPlace& place);
  // Takes the two answers, told row by row. Whether there may be more: then ask again. A Failure
  // that is `broken` where the rows do not follow the place: they were deleted meanwhile, or the
  // database has lost what this node has seen.
  bool take(const Rows& rows, const Rows& clock, NewsSink& news);
  // The server's time at the last look, never below a batch that was told.
  Time now() const { return std::max(now_, place_.now); }

 private:
  void require_place(const PGresult* rows) const;

  const SecretSealer* sealer_;
  JournalPlace place_;
  Time now_;
};

}  // namespace frontrow::postgresql
