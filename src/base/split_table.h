// A hash table in many small ones. A table that doubles moves everything it has: with 100,000
// orders everybody waits 20 ms for it. A part moves a 64th of that, and the parts grow at different
// times.
//
// Has the interface of the table, as far as it is used. What is found stays valid as in the table.
// Requires: the table's hash spreads over all its bits.
#pragma once

#include <array>
#include <cstddef>
#include <utility>

namespace frontrow {

template <class Table>
class SplitTable {
  static constexpr std::size_t kParts = 64;
  using Parts = std::array<Table, kParts>;

  // Goes through the parts one after another. `OfParts` and `Inner` are both const or both not.
  template <class OfParts, class Inner>
  class Iterator {
   public:
    using value_type = typename Table::value_type;
    using reference = decltype(*std::declval<Inner>());
    using pointer = decltype(&*std::declval<Inner>());
    using difference_type = std::ptrdiff_t;
    using iterator_category = std::forward_iterator_tag;

    Iterator() = default;
    Iterator(OfParts& parts, std::size_t part, Inner at) : parts_(&parts), part_(part), at_(at) {
      skip_ends();
    }
    reference operator*() const { return *at_; }
    pointer operator->() const { return &*at_; }
    Iterator& operator++() {
      ++at_;
      skip_ends();
      return *this;
    }
    Iterator operator++(int) { return std::exchange(*this, ++Iterator(*this)); }
    bool operator==(const Iterator& other) const {
      return part_ == other.part_ && at_ == other.at_;
    }

   private:
    friend class SplitTable;
    void skip_ends() {
      while (at_ == (*parts_)[part_].end() && part_ + 1 < kParts) at_ = (*parts_)[++part_].begin();
    }
    OfParts* parts_ = nullptr;
    std::size_t part_ = 0;
    Inner at_ = {};
  };

 public:
  using value_type = typename Table::value_type;
  using iterator = Iterator<Parts, typename Table::iterator>;
  using const_iterator = Iterator<const Parts, typename Table::const_iterator>;

  SplitTable() = default;
  explicit SplitTable(const Table& empty) { parts_.fill(empty); }

  iterator begin() { return {parts_, 0, parts_[0].begin()}; }
  iterator end() { return {parts_, kParts - 1, parts_.back().end()}; }
  const_iterator begin() const { return {parts_, 0, parts_[0].begin()}; }
  const_iterator end() const { return {parts_, kParts - 1, parts_.back().end()}; }
  std::size_t size() const {
    std::size_t sum = 0;
    for (const Table& part : parts_) sum += part.size();
    return sum;
  }

  template <class Key>
  iterator find(const Key& key) {
    const std::size_t part = part_of(key);
    const auto at = parts_[part].find(key);
    return at == parts_[part].end() ? end() : iterator(parts_, part, at);
  }
  template <class Key>
  const_iterator find(const Key& key) const {
    const std::size_t part = part_of(key);
    const auto at = parts_[part].find(key);
    return at == parts_[part].end() ? end() : const_iterator(parts_, part, at);
  }
  template <class Key>
  bool contains(const Key& key) const {
    return parts_[part_of(key)].contains(key);
  }
  template <class Key>
  decltype(auto) at(const Key& key) {
    return parts_[part_of(key)].at(key);
  }
  template <class Key>
  decltype(auto) at(const Key& key) const {
    return parts_[part_of(key)].at(key);
  }
  template <class Key>
  decltype(auto) operator[](const Key& key) {
    return parts_[part_of(key)][key];
  }

  void insert(const value_type& value) { parts_[part_of(value)].insert(value); }
  template <class Key, class Value>
  void insert_or_assign(const Key& key, Value&& value) {
    parts_[part_of(key)].insert_or_assign(key, std::forward<Value>(value));
  }
  // Whether it was new.
  template <class Key, class... Values>
  bool try_emplace(const Key& key, Values&&... values) {
    return parts_[part_of(key)].try_emplace(key, std::forward<Values>(values)...).second;
  }
  std::size_t erase(const typename Table::key_type& key) { return parts_[part_of(key)].erase(key); }
  void erase(iterator at) { parts_[at.part_].erase(at.at_); }

 private:
  // From bits that the tables themselves use neither for a place nor for telling keys apart.
  template <class Key>
  std::size_t part_of(const Key& key) const {
    return (parts_[0].hash_function()(key) >> 20) % kParts;
  }

  Parts parts_;
};

}  // namespace frontrow
