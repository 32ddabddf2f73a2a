// The nodes of the server that is rehearsed: which of them answer, and which one a call goes to, as
// a proxy in front would choose. Thread-safe.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace frontrow::rehearsal {

struct NodeAddress {
  std::string host = "127.0.0.1";  // IPv4
  std::uint16_t port = 0;
};
std::string to_text(const NodeAddress& address);  // HOST:PORT
std::string to_text(const std::vector<NodeAddress>& addresses);

inline constexpr std::size_t kNodesMax = 16;  // as many as a Call can name

class Nodes {
 public:
  // Requires: 1 to kNodesMax.
  explicit Nodes(std::size_t count = 1);

  std::size_t count() const { return count_; }
  bool is_away(std::size_t node) const { return away_[node].load(std::memory_order_relaxed); }
  void set_away(std::size_t node, bool away) { away_[node] = away; }
  std::size_t there() const;

  // The node for whoever has this hash: the same while it answers; when one goes, its people alone
  // move. Where none answers, as if all did.
  std::size_t of(std::uint64_t hash) const;

 private:
  const std::size_t count_;
  std::array<std::atomic<bool>, kNodesMax> away_{};
};

// FNV-1a.
std::uint64_t hash_of(std::string_view bytes);

}  // namespace frontrow::rehearsal
