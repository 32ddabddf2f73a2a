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
#include <utility>
#include <vector>

namespace frontrow::identity {

struct TokenFingerprint {
  std::array<std::uint8_t, 16> bytes{};
  bool operator==(const TokenFingerprint&) const = default;
};

// SipHash-2-4 with 128 bits of a token's bytes: without the key nobody can tell which text has
// which fingerprint, and a keyed BLAKE2b costs four times as much.
class TokenHasher {
 public:
  TokenHasher();  // draws its key from the operating system
  TokenFingerprint operator()(std::string_view token) const;

 private:
  std::array<std::uint8_t, 16> key_;
};

// Fingerprints and what they stand for, in two arrays: thousands are forgotten at once, and freeing
// them one by one was a twentieth of a join.
template <class Claims>
class FingerprintTable {
 public:
  // Valid until the next put. Null where it is not known.
  const Claims* find(const TokenFingerprint& fingerprint) const {
    if (slots_.empty()) return nullptr;
    const std::uint32_t index = slots_[slot_of(fingerprint)];
    return index == kFree ? nullptr : &known_[index].second;
  }
  void put(const TokenFingerprint& fingerprint, const Claims& claims) {
    if (known_.size() * 2 >= slots_.size()) grow();
    std::uint32_t& index = slots_[slot_of(fingerprint)];
    if (index != kFree) {
      known_[index].second = claims;
      return;
    }
    index = static_cast<std::uint32_t>(known_.size());
    known_.emplace_back(fingerprint, claims);
  }
  std::size_t size() const { return known_.size(); }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;

  // Where it stands, or would.
  std::size_t slot_of(const TokenFingerprint& fingerprint) const {
    std::size_t at;
    std::memcpy(&at, fingerprint.bytes.data(), sizeof at);
    for (at &= slots_.size() - 1;; at = (at + 1) & (slots_.size() - 1))
      if (slots_[at] == kFree || known_[slots_[at]].first == fingerprint) return at;
  }
  void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, kFree);
    for (std::uint32_t index = 0; index < known_.size(); ++index)
      slots_[slot_of(known_[index].first)] = index;
  }

  std::vector<std::pair<TokenFingerprint, Claims>> known_;
  std::vector<std::uint32_t> slots_;  // a power of two, at most half full
};

template <class Claims>
class TokenCache {
 public:
  // Keeps at least half of `capacity` and at most all of it. Requires: capacity >= 2 * kShards.
  explicit TokenCache(std::size_t capacity = 65'536) : per_half_(capacity / kShards / 2) {}

  TokenFingerprint fingerprint_of(std::string_view token) const { return hasher_(token); }

  std::optional<Claims> find(const TokenFingerprint& fingerprint) {
    Shard& shard = shard_of(fingerprint);
    const std::lock_guard lock(shard.mutex);
    if (const Claims* found = shard.recent.find(fingerprint)) return *found;
    const Claims* const found = shard.older.find(fingerprint);
    if (!found) return {};
    const Claims claims = *found;
    insert(shard, fingerprint, claims);
    return claims;
  }

  // Only for a token whose signature was checked or made by the caller.
  void put(const TokenFingerprint& fingerprint, const Claims& claims) {
    Shard& shard = shard_of(fingerprint);
    const std::lock_guard lock(shard.mutex);
    insert(shard, fingerprint, claims);
  }

  // Entries kept; one that was asked for again may count twice.
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

  struct Shard {
    mutable std::mutex mutex;
    FingerprintTable<Claims> recent;
    FingerprintTable<Claims> older;
  };

  Shard& shard_of(const TokenFingerprint& fingerprint) {
    return shards_[fingerprint.bytes[15] % kShards];
  }

  void insert(Shard& shard, const TokenFingerprint& fingerprint, const Claims& claims) {
    if (shard.recent.size() >= per_half_) {
      shard.older = std::move(shard.recent);
      shard.recent = {};
    }
    shard.recent.put(fingerprint, claims);
  }

  const TokenHasher hasher_;
  const std::size_t per_half_;
  std::array<Shard, kShards> shards_;
};

}  // namespace frontrow::identity
