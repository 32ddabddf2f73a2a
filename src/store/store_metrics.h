// Figures of a store that nodes share: its threads write them, any thread reads them.
#pragma once

#include <atomic>
#include <cstdint>

namespace frontrow {

struct StoreMetrics {
  // Connections opened, the first included.
  std::atomic<std::uint64_t> batch_connections{0};
  std::atomic<std::uint64_t> tick_connections{0};
  std::atomic<std::uint64_t> news_connections{0};
  // That other nodes committed, and that this one did.
  std::atomic<std::uint64_t> notifications_heard{0};
  std::atomic<std::uint64_t> notifications_sent{0};
  std::atomic<std::int64_t> standbys{-1};        // that commits may wait for; -1: not known
  std::atomic<bool> standby_lost{false};         // commits wait for one, and there is none
  std::atomic<std::int64_t> commit_began_ms{0};  // of the steady clock; 0: none is under way
};

}  // namespace frontrow
