#include "rehearsal/nodes.h"

#include <fmt/format.h>

#include "base/check.h"

namespace frontrow::rehearsal {
namespace {

// The finalizer of SplitMix64: each bit of `x` moves half of the result's.
std::uint64_t mixed(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

}  // namespace

std::string to_text(const NodeAddress& address) {
  return fmt::format("{}:{}", address.host, address.port);
}

std::string to_text(const std::vector<NodeAddress>& addresses) {
  std::string out;
  for (std::size_t i = 0; i < addresses.size(); ++i)
    out += (i == 0 ? "" : i + 1 == addresses.size() ? " and " : ", ") + to_text(addresses[i]);
  return out;
}

Nodes::Nodes(std::size_t count) : count_(count) {
  FRONTROW_CHECK(count >= 1 && count <= kNodesMax, "{} nodes", count);
}

std::size_t Nodes::there() const {
  std::size_t sum = 0;
  for (std::size_t node = 0; node < count_; ++node) sum += !is_away(node);
  return sum;
}

// Each node has a number for each hash; the greatest wins.
std::size_t Nodes::of(std::uint64_t hash) const {
  if (count_ == 1) return 0;
  const bool all_away = there() == 0;
  std::size_t best = 0;
  std::uint64_t most = 0;
  for (std::size_t node = 0; node < count_; ++node) {
    if (!all_away && is_away(node)) continue;
    const std::uint64_t number = mixed(hash + (node + 1) * 0x9E3779B97F4A7C15u);
    if (number < most) continue;
    most = number;
    best = node;
  }
  return best;
}

std::uint64_t hash_of(std::string_view bytes) {
  std::uint64_t hash = 0xCBF29CE484222325u;
  for (const char byte : bytes) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001B3u;
  return hash;
}

}  // namespace frontrow::rehearsal
