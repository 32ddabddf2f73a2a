// Rows in memory by key: a put or a find costs one probe, rows keep their places, and their order
// by key is made when it is asked for.
//
//   RowTable<Wallet> wallets;
//   wallets.put(wallet);                       // replaces the row with the same key
//   if (const Wallet* found = wallets.find(user)) ...
//
// `key_of(row)` and `hash_of(key)` must exist for the row.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

namespace frontrow::sqlite {

template <class Row>
class RowTable {
 public:
  using Key = std::decay_t<decltype(key_of(std::declval<const Row&>()))>;

  // Whether the key is new.
  bool put(const Row& row) {
    if (rows_.size() * 2 >= slots_.size()) grow();
    Slot& slot = slot_of(key_of(row));
    if (slot.index != kFree) return rows_[slot.index] = row, false;
    slot = {tag_of(hash_of(key_of(row))), static_cast<std::uint32_t>(rows_.size())};
    rows_.push_back(row);
    return true;
  }

  // Null where there is none. Valid until the table is destroyed; a later put may change the row.
  const Row* find(const Key& key) const {
    if (slots_.empty()) return nullptr;
    const Slot& slot = const_cast<RowTable*>(this)->slot_of(key);
    return slot.index == kFree ? nullptr : &rows_[slot.index];
  }

  std::size_t size() const { return rows_.size(); }
  bool empty() const { return rows_.empty(); }
  // In the order in which the keys came.
  auto begin() const { return rows_.begin(); }
  auto end() const { return rows_.end(); }
  const Row& operator[](std::size_t index) const { return rows_[index]; }

  std::vector<const Row*> sorted() const {
    std::vector<std::pair<Key, const Row*>> order;
    order.reserve(rows_.size());
    for (const Row& row : rows_) order.emplace_back(key_of(row), &row);
    std::sort(order.begin(), order.end(),
              [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<const Row*> out;
    out.reserve(order.size());
    for (const auto& [key, row] : order) out.push_back(row);
    return out;
  }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;
  struct Slot {
    std::uint32_t tag = 0;  // bits of the hash that the slot's place does not tell
    std::uint32_t index = kFree;
  };

  static std::uint32_t tag_of(std::size_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

  Slot& slot_of(const Key& key) {
    const std::size_t hash = hash_of(key);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
      Slot& slot = slots_[at];
      if (slot.index == kFree) return slot;
      if (slot.tag == tag_of(hash) && key_of(rows_[slot.index]) == key) return slot;
    }
  }

  void grow() {
    std::vector<Slot> old = std::move(slots_);
    slots_.assign(std::max<std::size_t>(64, old.size() * 2), Slot());
    const std::size_t mask = slots_.size() - 1;
    for (std::uint32_t index = 0; index < rows_.size(); ++index) {
      const std::size_t hash = hash_of(key_of(rows_[index]));
      std::size_t at = hash & mask;
      while (slots_[at].index != kFree) at = (at + 1) & mask;
      slots_[at] = {tag_of(hash), index};
    }
  }

  std::deque<Row> rows_;
  std::vector<Slot> slots_;  // a power of two, at most half full
};

}  // namespace frontrow::sqlite
