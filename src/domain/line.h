// The line of one sale: who stands where. A place is a number from a counter; its rank is the order
// of calling (the number itself, or what the draw gave); one watermark says how far has been
// called. Leaving marks one bit, so that a position stays exact and costs O(log n) whatever the
// crowd.
//
//   Line line;
//   line.add(); line.add(); line.add();          // places 1, 2, 3
//   line.set_stage(2, PlaceStage::left);
//   line.position(3);                            // 2: one person ahead
//
// Not thread-safe: its owner guards it.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "domain/queue.h"

namespace frontrow {

// A growing set of bits with counts of its prefixes: one bit a member, and a Fenwick tree over
// blocks of 512 bits (a million members: 125 KB and 8 KB, which stay in the cache).
class GoneTree {
 public:
  void grow(std::uint32_t size);              // new bits are clear
  void set(std::uint32_t index, bool value);  // index from 0
  bool test(std::uint32_t index) const { return words_[index / 64] >> (index % 64) & 1; }
  std::uint32_t count_before(std::uint32_t index) const;  // set bits in [0, index)
  std::uint32_t count() const { return count_; }
  std::uint32_t size() const { return size_; }

 private:
  static constexpr std::uint32_t kBlockBits = 512;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> blocks_{0};  // Fenwick, 1-based
  std::uint32_t size_ = 0;
  std::uint32_t count_ = 0;
};

// What has become of a place. `waiting` covers the called too: those whose rank the watermark has
// reached.
enum class PlaceStage : std::uint8_t { waiting, left, missed, admitted, purchased, expired, ended };

// The outcome of a draw in both directions; shared, since the committer and the readers need it.
struct DrawnRanks {
  std::vector<Rank> rank_of;           // index: lobby number − 1
  std::vector<PlaceNumber> number_at;  // index: rank − 1
};

class Line {
 public:
  PlaceNumber add();
  void remove_last();  // undoes add()
  PlaceNumber last_number() const { return static_cast<PlaceNumber>(stages_.size()); }

  PlaceStage stage(PlaceNumber number) const { return stages_[number - 1]; }
  void set_stage(PlaceNumber number, PlaceStage stage);

  // Gives the lobby's members the ranks that the draw found; null takes them back.
  void set_draw(std::shared_ptr<const DrawnRanks> ranks);
  const std::shared_ptr<const DrawnRanks>& draw() const { return ranks_; }
  Rank rank_of(PlaceNumber number) const {
    return ranks_ && number <= ranks_->rank_of.size() ? ranks_->rank_of[number - 1] : number;
  }
  PlaceNumber number_at(Rank rank) const {
    return ranks_ && rank <= ranks_->number_at.size() ? ranks_->number_at[rank - 1] : rank;
  }

  void set_called_upto(Rank rank) { called_upto_ = rank; }
  Rank called_upto() const { return called_upto_; }
  bool is_called(PlaceNumber number) const { return rank_of(number) <= called_upto_; }

  // People who are neither called nor gone.
  std::uint32_t waiting() const;
  // 1 for the first of them. Requires: `number` is one of them.
  std::uint32_t position(PlaceNumber number) const;
  // The watermark that calls the next `count` of them (fewer where fewer wait).
  Rank watermark_for(std::uint32_t count) const;

 private:
  std::vector<PlaceStage> stages_;  // index: number − 1
  GoneTree gone_;                   // index: rank − 1; those who left while waiting
  std::shared_ptr<const DrawnRanks> ranks_;
  Rank called_upto_ = 0;
};

}  // namespace frontrow
