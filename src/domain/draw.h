// The draw: ranks for everyone who joined the lobby, from a secret that was committed to before the
// first join, the digest of all joins, and a public input that came after the last join.
// docs/concepts/draw.md defines every byte, so that any other program can check a draw.
//
// Pure functions of their arguments, safe on any thread. Their results never change for the
// algorithm of this name: another way to draw is another name.
//
//   Digest joins = initial_join_digest(concert);
//   for (const JoinRecord& record : lobby) joins = chain_join(joins, record);
//   const Digest seed = draw_seed(secret, joins, public_input);
//   const std::vector<std::uint32_t> ranks = draw_ranks(seed, count);
//   // ranks[lobby_number - 1] is the place, from 1, of the person with that lobby number.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/uuid.h"

namespace frontrow {

inline constexpr std::string_view kDrawAlgorithm = "frontrow-draw-1";

using Digest = std::array<std::uint8_t, 32>;
using MemberTag = std::array<std::uint8_t, 16>;

// One join of a lobby as everybody may see it: without the user's id.
struct JoinRecord {
  std::uint32_t lobby_number = 0;  // 1 for the first who joined, then without gaps
  MemberTag tag{};
  Time joined_at;
  auto operator<=>(const JoinRecord&) const = default;
};

// Names a member in the list of joins: the person is told the own tag, nobody without the key can
// link a tag to a user. One key serves one sale, so that tags cannot be linked between sales; the
// key is never published and must not be derived from the draw's secret, which is.
MemberTag member_tag(const std::array<std::uint8_t, 32>& member_key, UserId user);

// The digest of a lobby that nobody has joined yet.
Digest initial_join_digest(ConcertId concert);

// The digest after one more join. The order of joins is part of it.
Digest chain_join(const Digest& before, const JoinRecord& record);

// SHA-256 of the secret: public from the sale's creation.
Digest draw_commitment(const Digest& secret);

// SHA-256 of secret, digest of the joins and public input (UTF-8 bytes; empty where there is none).
Digest draw_seed(const Digest& secret, const Digest& join_digest, std::string_view public_input);

// The rank of each lobby number: result[i] is the rank, from 1, of lobby number i + 1. All
// permutations are equally likely over uniform seeds. Costs 4 bytes and about 25 ns a member.
std::vector<std::uint32_t> draw_ranks(const Digest& seed, std::uint32_t count);

// The other direction: result[r] is the lobby number of rank r + 1.
// Requires: `ranks` is a permutation of 1 … ranks.size().
std::vector<std::uint32_t> invert(const std::vector<std::uint32_t>& ranks);

}  // namespace frontrow
