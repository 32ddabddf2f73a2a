#include "domain/line.h"

#include <bit>

#include "base/check.h"
#include "base/planted.h"

namespace frontrow {

void GoneTree::grow(std::uint32_t size) {
  size_ = size;
  const std::size_t blocks = (size + kBlockBits - 1) / kBlockBits;
  words_.resize(blocks * (kBlockBits / 64), 0);
  while (blocks_.size() <= blocks) {
    const auto index = static_cast<std::uint32_t>(blocks_.size());
    std::uint32_t sum = 0;  // a new Fenwick node covers the nodes below it, and an empty block
    for (std::uint32_t step = 1; step < (index & -index); step <<= 1) sum += blocks_[index - step];
    blocks_.push_back(sum);
  }
}

void GoneTree::set(std::uint32_t index, bool value) {
  FRONTROW_CHECK(index < size_, "bit {} of {}", index, size_);
  if (test(index) == value) return;
  words_[index / 64] ^= std::uint64_t{1} << (index % 64);
  const std::uint32_t delta = value ? 1u : ~0u;  // wraps: adding ~0 subtracts one
  count_ += delta;
  for (std::uint32_t i = index / kBlockBits + 1; i < blocks_.size(); i += i & -i)
    blocks_[i] += delta;
}

std::uint32_t GoneTree::count_before(std::uint32_t index) const {
  if (count_ == 0) return 0;
  std::uint32_t sum = 0;
  const std::uint32_t block = index / kBlockBits;
  for (std::uint32_t i = block; i > 0; i -= i & -i) sum += blocks_[i];
  std::uint32_t word = block * (kBlockBits / 64);
  for (; word < index / 64; ++word) sum += static_cast<std::uint32_t>(std::popcount(words_[word]));
  if (index % 64 != 0) {
    const std::uint64_t mask = (std::uint64_t{1} << (index % 64)) - 1;
    sum += static_cast<std::uint32_t>(std::popcount(words_[word] & mask));
  }
  return sum;
}

PlaceNumber Line::add() {
  stages_.push_back(PlaceStage::waiting);
  gone_.grow(last_number());
  return last_number();
}

void Line::remove_last() {
  FRONTROW_CHECK(!stages_.empty() && stages_.back() == PlaceStage::waiting, "remove_last");
  stages_.pop_back();
}

void Line::set_stage(PlaceNumber number, PlaceStage stage) {
  stages_[number - 1] = stage;
  // Only who leaves from the line itself leaves a gap in it; for the called the bit changes
  // nothing, since both sides of every difference count it.
  gone_.set(rank_of(number) - 1,
            stage == PlaceStage::left && !planted(Bug::leaving_keeps_position));
}

void Line::set_draw(std::shared_ptr<const DrawnRanks> ranks) {
  const auto members = static_cast<std::uint32_t>(ranks    ? ranks->rank_of.size()
                                                  : ranks_ ? ranks_->rank_of.size()
                                                           : 0);
  ranks_ = std::move(ranks);
  for (PlaceNumber number = 1; number <= members; ++number)
    gone_.set(number - 1, stage(number_at(number)) == PlaceStage::left);
}

std::uint32_t Line::waiting() const {
  const std::uint32_t beyond = last_number() - called_upto_;
  return beyond - (gone_.count() - gone_.count_before(called_upto_));
}

std::uint32_t Line::position(PlaceNumber number) const {
  const Rank rank = rank_of(number);
  return rank - called_upto_ - (gone_.count_before(rank) - gone_.count_before(called_upto_));
}

Rank Line::watermark_for(std::uint32_t count) const {
  Rank rank = called_upto_;
  const Rank last = last_number();
  while (count > 0 && rank < last) {
    if (!gone_.test(rank)) --count;
    ++rank;
  }
  return rank;
}

}  // namespace frontrow
