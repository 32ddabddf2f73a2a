// What was asked for lately: a bounded map in shards, safe on any thread. At the bound the half
// that was not asked for lately is forgotten.
//
//   RecentMap<EntryId, Signed, UuidHash> signed(65'536);
//   if (const auto known = signed.find(entry)) return known->token;
//   signed.put(entry, {…});
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace frontrow {

// Keys and values in two arrays: thousands are forgotten at once, and freeing them one by one was a
// twentieth of a join.
template <class Key, class Value, class Hash>
class ArrayMap {
 public:
  // Valid until the next put. Null where it is not known.
  const Value* find(const Key& key) const {
    if (slots_.empty()) return nullptr;
    const std::uint32_t index = slots_[slot_of(key)];
    return index == kFree ? nullptr : &items_[index].second;
  }
  void put(const Key& key, const Value& value) {
    if (items_.size() * 2 >= slots_.size()) grow();
    std::uint32_t& index = slots_[slot_of(key)];
    if (index != kFree) {
      items_[index].second = value;
      return;
    }
    index = static_cast<std::uint32_t>(items_.size());
    items_.emplace_back(key, value);
  }
  std::size_t size() const { return items_.size(); }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;

  // Where it stands, or would.
  std::size_t slot_of(const Key& key) const {
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = Hash()(key) & mask;; at = (at + 1) & mask)
      if (slots_[at] == kFree || items_[slots_[at]].first == key) return at;
  }
  void grow() {
    slots_.assign(slots_.empty() ? 16 : slots_.size() * 2, kFree);
    for (std::uint32_t index = 0; index < items_.size(); ++index)
      slots_[slot_of(items_[index].first)] = index;
  }

  std::vector<std::pair<Key, Value>> items_;
  std::vector<std::uint32_t> slots_;  // a power of two, at most half full
};

// `Hash` must spread over all its bits.
template <class Key, class Value, class Hash>
class RecentMap {
 public:
  // Keeps at least half of `capacity` and at most all of it. Requires: capacity >= 2 * kShards.
  explicit RecentMap(std::size_t capacity) : per_half_(capacity / kShards / 2) {}

  std::optional<Value> find(const Key& key) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    if (const Value* found = shard.recent.find(key)) return *found;
    const Value* const found = shard.older.find(key);
    if (!found) return {};
    Value value = *found;
    insert(shard, key, value);
    return value;
  }

  void put(const Key& key, const Value& value) {
    Shard& shard = shard_of(key);
    const std::lock_guard lock(shard.mutex);
    insert(shard, key, value);
  }

  // Values kept; one that was asked for again may count twice.
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
    ArrayMap<Key, Value, Hash> recent;
    ArrayMap<Key, Value, Hash> older;
  };

  Shard& shard_of(const Key& key) { return shards_[Hash()(key) >> 40 & (kShards - 1)]; }

  void insert(Shard& shard, const Key& key, const Value& value) {
    if (shard.recent.size() >= per_half_) {
      shard.older = std::move(shard.recent);
      shard.recent = {};
    }
    shard.recent.put(key, value);
  }

  const std::size_t per_half_;
  std::array<Shard, kShards> shards_;
};

}  // namespace frontrow
