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
#include <optional>
#include <string_view>

#include "base/recent_map.h"

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

// SipHash-2-4 with 128 bits of a token's bytes: without the key nobody can tell which text has
// which fingerprint, and a keyed BLAKE2b costs four times as much.
class TokenHasher {
 public:
  TokenHasher();  // draws its key from the operating system
  TokenFingerprint operator()(std::string_view token) const;

 private:
  std::array<std::uint8_t, 16> key_;
};

template <class Claims>
class TokenCache {
 public:
  // As RecentMap's.
  explicit TokenCache(std::size_t capacity = 65'536) : known_(capacity) {}

  TokenFingerprint fingerprint_of(std::string_view token) const { return hasher_(token); }

  std::optional<Claims> find(const TokenFingerprint& fingerprint) {
    return known_.find(fingerprint);
  }
  // Only for a token whose signature was checked or made by the caller.
  void put(const TokenFingerprint& fingerprint, const Claims& claims) {
    known_.put(fingerprint, claims);
  }
  std::size_t size() const { return known_.size(); }

 private:
  const TokenHasher hasher_;
  RecentMap<TokenFingerprint, Claims, TokenFingerprintHash> known_;
};

}  // namespace frontrow::identity
