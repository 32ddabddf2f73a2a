// Tokens whose signature has been checked, or made, here before: a bounded map from a token's bytes
// to its claims, so that a signature is verified once and not at each call. Safe on any thread.
//
// The bytes are kept as a keyed hash under a key that is drawn at start: nothing in memory can be
// used as a token, and nobody can aim at one of its shards or find a token by timing comparisons.
// At the bound the half that was not asked for lately is forgotten; a forgotten token is verified
// again. Times are not looked at here: what was found must still be judged with `now`.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <mutex>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace frontrow::identity {

struct TokenFingerprint {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const TokenFingerprint&) const = default;
};

struct TokenFingerprintHash {
  std::size_t operator()(const TokenFingerprint& fingerprint) const {
    std::size_t value;
    std::memcpy(&value, fingerprint.bytes.data(), sizeof value);
    return value;
  }
};

// Keyed BLAKE2b-128 of a token's bytes.
class TokenHasher {
 public:
  TokenHasher();  // draws its key from the operating system
  TokenFingerprint operator()(std::string_view token) const;

 private:
  std::array<std::uint8_t, 32> key_;
};

template <class Claims>
class TokenCache {
 public:
  // Keeps at least half of `capacity` and at most all of it. Requires: capacity >= 2 * kShards.
  explicit TokenCache(std::size_t capacity = 65'536) : per_half_(capacity / kShards / 2) {}

  std::optional<Claims> find(std::string_view token) {
    const TokenFingerprint fingerprint = hasher_(token);
    Shard& shard = shard_of(fingerprint);
    const std::lock_guard lock(shard.mutex);
    if (const auto found = shard.recent.find(fingerprint); found != shard.recent.end())
      return found->second;
    const auto found = shard.older.find(fingerprint);
    if (found == shard.older.end()) return {};
    Claims claims = found->second;
    shard.older.erase(found);
    insert(shard, fingerprint, claims);
    return claims;
  }

  // Only for a token whose signature was checked or made by the caller.
  void put(std::string_view token, const Claims& claims) {
    const TokenFingerprint fingerprint = hasher_(token);
    Shard& shard = shard_of(fingerprint);
    const std::lock_guard lock(shard.mutex);
    insert(shard, fingerprint, claims);
  }

  std::size_t size() const {
    std::size_t total = 0;
    for (const Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      total += shard.recent.size() + shard.older.size();
    }
    return total;
  }

 private:
  static constexpr std::size_t kShards = 16;

  using Map = std::unordered_map<TokenFingerprint, Claims, TokenFingerprintHash>;
  struct Shard {
    mutable std::mutex mutex;
    Map recent;
    Map older;
  };

  Shard& shard_of(const TokenFingerprint& fingerprint) {
    return shards_[fingerprint.bytes[15] % kShards];
  }

  void insert(Shard& shard, const TokenFingerprint& fingerprint, const Claims& claims) {
    if (shard.recent.size() >= per_half_) {
      shard.older = std::move(shard.recent);
      shard.recent = Map();
    }
    shard.recent.insert_or_assign(fingerprint, claims);
  }

  const TokenHasher hasher_;
  const std::size_t per_half_;
  std::array<Shard, kShards> shards_;
};

}  // namespace frontrow::identity
