// Chance without state: what a person does at a moment depends on the seed, the person and what is
// asked, never on what was asked before. So one seed gives the same people whatever the threads do.
#pragma once

#include <cstdint>

namespace frontrow::rehearsal {

// What is being decided. The numbers are part of what a seed means: append, never reorder.
enum class Question : std::uint32_t {
  kind,
  wave,
  arrival,
  party,
  choice,
  section,
  show,
  topping_up,
  topping_up_at,
  hidden_tab,
  freeze,
  second_device,
  device_delay,
  leaves,
  comes_back,
  misses,
  after_hold,
  late,
  double_click,
  repeats,
  greedy,
  think,
  backoff,
  leave_after,
  pick,
  bot,
};

// splitmix64's finish (S. Vigna) over seed, person, question and turn: 64 even bits.
constexpr std::uint64_t chance(std::uint64_t seed, std::uint32_t person, Question question,
                               std::uint32_t turn = 0) {
  std::uint64_t z = seed + 0x9E3779B97F4A7C15ULL * (std::uint64_t{person} + 1);
  z ^= (std::uint64_t{static_cast<std::uint32_t>(question)} << 32 | turn) * 0xD6E8FEB86659FD93ULL;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// Uniform in [0, bound), up to a bias of bound / 2^32. Requires: bound > 0.
constexpr std::uint32_t below(std::uint64_t bits, std::uint32_t bound) {
  return static_cast<std::uint32_t>((bits >> 32) * bound >> 32);
}

// True for `permille` of a thousand.
constexpr bool happens(std::uint64_t bits, std::int64_t permille) {
  return below(bits, 1000) < static_cast<std::uint32_t>(permille);
}

// Uniform in [0, 1).
constexpr double fraction(std::uint64_t bits) {
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

}  // namespace frontrow::rehearsal
