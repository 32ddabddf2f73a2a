// The numbers of the advisory locks and the settings of the connections.
#pragma once

#include <cstdint>

namespace frontrow::postgresql {

constexpr std::int64_t kBatchLock = 0x46524F57'00000001;  // puts all nodes' batches in one order
constexpr std::int64_t kTickLock = 0x46524F57'00000002;   // whose node ticks
constexpr std::int64_t kMigrationLock = 0x46524F57'00000003;  // while the schema changes

// Plans are for tables that grow faster than the server's knowledge of them: rows are found by
// their keys, always. What a node holds when it hangs or is cut off is freed within a second or
// two. A commit has no statement timeout: an end of the wait would not be an end of the commit.
constexpr char kSettings[] =
    "set synchronous_commit = on; set default_transaction_isolation = 'read committed'; "
    "set statement_timeout = 0; set lock_timeout = '2s'; "
    "set idle_in_transaction_session_timeout = '1s'; set client_min_messages = warning; "
    "set tcp_keepalives_idle = 1; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 2; "
    "set tcp_user_timeout = '2s'; set jit = off; set plan_cache_mode = force_generic_plan; "
    "set enable_seqscan = off; set enable_hashjoin = off; set enable_mergejoin = off";

}  // namespace frontrow::postgresql
