#include "domain/draw.h"

#include <sodium.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "base/planted.h"

namespace frontrow {
namespace {

// Each kind of hashed message starts with its own label, so no message is also one of another kind.
constexpr std::string_view kLobbyLabel = "frontrow-draw-1:lobby";
constexpr std::string_view kJoinLabel = "frontrow-draw-1:join";

class Sha256 {
 public:
  Sha256() { crypto_hash_sha256_init(&state_); }
  Sha256& add(const void* bytes, std::size_t size) {
    crypto_hash_sha256_update(&state_, static_cast<const unsigned char*>(bytes), size);
    return *this;
  }
  Sha256& add(std::string_view text) { return add(text.data(), text.size()); }
  template <std::size_t N>
  Sha256& add(const std::array<std::uint8_t, N>& bytes) {
    return add(bytes.data(), N);
  }
  Digest finish() {
    Digest digest;
    crypto_hash_sha256_final(&state_, digest.data());
    return digest;
  }

 private:
  crypto_hash_sha256_state state_;
};

template <std::size_t N>
std::array<std::uint8_t, N> big_endian(std::uint64_t value) {
  std::array<std::uint8_t, N> bytes;
  for (std::size_t i = 0; i < N; ++i)
    bytes[i] = static_cast<std::uint8_t>(value >> (8 * (N - 1 - i)));
  return bytes;
}

// The ChaCha20 keystream (RFC 8439: 32-bit counter from 0, nonce of zeros) as little-endian words.
class Keystream {
 public:
  explicit Keystream(const Digest& key) : key_(key) {}

  std::uint32_t next() {
    if (at_ == kChunk) refill();
    const std::uint8_t* const b = buffer_.data() + at_;
    at_ += 4;
    return std::uint32_t{b[0]} | std::uint32_t{b[1]} << 8 | std::uint32_t{b[2]} << 16 |
           std::uint32_t{b[3]} << 24;
  }

  // Uniform in [0, bound): the high half of word × bound, where the words whose low half falls into
  // the part that does not divide evenly are thrown away (D. Lemire, arXiv:1805.10941).
  std::uint32_t below(std::uint32_t bound) {
    if (planted(Bug::draw_by_modulo)) return next() % bound;
    std::uint64_t product = std::uint64_t{next()} * bound;
    if (static_cast<std::uint32_t>(product) < bound) [[unlikely]] {
      const std::uint32_t remainder = (0u - bound) % bound;  // 2^32 mod bound
      while (static_cast<std::uint32_t>(product) < remainder)
        product = std::uint64_t{next()} * bound;
    }
    return static_cast<std::uint32_t>(product >> 32);
  }

 private:
  static constexpr std::size_t kBlock = 64;
  static constexpr std::size_t kChunk = 256 * kBlock;

  void refill() {
    static constexpr std::array<unsigned char, crypto_stream_chacha20_ietf_NONCEBYTES> kNonce{};
    buffer_.fill(0);
    crypto_stream_chacha20_ietf_xor_ic(buffer_.data(), buffer_.data(), kChunk, kNonce.data(),
                                       counter_, key_.data());
    counter_ += kChunk / kBlock;
    at_ = 0;
  }

  const Digest& key_;
  std::array<std::uint8_t, kChunk> buffer_;
  std::size_t at_ = kChunk;
  std::uint32_t counter_ = 0;
};

}  // namespace

MemberTag member_tag(const std::array<std::uint8_t, 32>& member_key, UserId user) {
  MemberTag tag;
  crypto_generichash_blake2b(tag.data(), tag.size(), user.uuid.bytes.data(), user.uuid.bytes.size(),
                             member_key.data(), member_key.size());
  return tag;
}

Digest initial_join_digest(ConcertId concert) {
  return Sha256().add(kLobbyLabel).add(concert.uuid.bytes).finish();
}

Digest chain_join(const Digest& before, const JoinRecord& record) {
  return Sha256()
      .add(kJoinLabel)
      .add(before)
      .add(big_endian<4>(record.lobby_number))
      .add(record.tag)
      .add(big_endian<8>(static_cast<std::uint64_t>(record.joined_at.ms)))
      .finish();
}

Digest draw_commitment(const Digest& secret) {
  return Sha256().add(secret).finish();
}

Digest draw_seed(const Digest& secret, const Digest& join_digest, std::string_view public_input) {
  return Sha256().add(secret).add(join_digest).add(public_input).finish();
}

std::vector<std::uint32_t> draw_ranks(const Digest& seed, std::uint32_t count) {
  std::vector<std::uint32_t> ranks(count);
  std::iota(ranks.begin(), ranks.end(), 1u);
  Keystream words(seed);
  for (std::uint32_t left = count; left > 1; --left)
    std::swap(ranks[left - 1], ranks[words.below(left)]);
  return ranks;
}

std::vector<std::uint32_t> invert(const std::vector<std::uint32_t>& ranks) {
  std::vector<std::uint32_t> lobby_numbers(ranks.size());
  for (std::size_t i = 0; i < ranks.size(); ++i) {
    const std::uint32_t rank = ranks[i];
    FRONTROW_CHECK(rank >= 1 && rank <= ranks.size() && lobby_numbers[rank - 1] == 0,
                   "rank {} of {}", rank, ranks.size());
    lobby_numbers[rank - 1] = static_cast<std::uint32_t>(i + 1);
  }
  return lobby_numbers;
}

}  // namespace frontrow
