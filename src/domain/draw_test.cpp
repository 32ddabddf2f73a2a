#include "domain/draw.h"

#include <gtest/gtest.h>
#include <sodium.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <string>

#include "base/encoding.h"
#include "base/json_writer.h"

namespace frontrow {
namespace {

using Ranks = std::vector<std::uint32_t>;

template <std::size_t N>
std::array<std::uint8_t, N> counting_from(std::uint8_t first) {
  std::array<std::uint8_t, N> bytes;
  std::iota(bytes.begin(), bytes.end(), first);
  return bytes;
}

std::string hex(const Digest& digest) {
  return to_hex(view_of(digest));
}

std::array<std::uint8_t, 32> test_member_key() {
  return counting_from<32>(0);
}

// The lobby of tests/draw/vectors.json: member i is the user whose id starts with i.
JoinRecord vector_join(std::uint32_t lobby_number) {
  UserId user;
  user.uuid.bytes[0] = static_cast<std::uint8_t>(lobby_number - 1);
  return {.lobby_number = lobby_number,
          .tag = member_tag(test_member_key(), user),
          .joined_at = Time{1'795'000'000'123 + 137 * std::int64_t{lobby_number - 1}}};
}

Digest vector_joins(std::uint32_t count) {
  Digest digest = initial_join_digest(ConcertId{Uuid{counting_from<16>(0x10)}});
  for (std::uint32_t n = 1; n <= count; ++n) digest = chain_join(digest, vector_join(n));
  return digest;
}

TEST(Draw, FollowsItsPublishedVectors) {
  const Digest secret = counting_from<32>(0);
  EXPECT_EQ(hex(draw_commitment(secret)),
            "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd");
  const struct {
    std::uint32_t count;
    const char* public_input;
    const char* join_digest;
    const char* seed;
    Ranks ranks;
  } rows[] = {
      {1,
       "",
       "e1ac2d59699a338454221d0c9283f52613d94dbc4fc61d1b0bdcc3319a798e74",
       "3f07be27ba28a5aec6c6a6a5e215e12b85e10ffd28be5fe5b55ae6f4e9b6f2b8",
       {1}},
      {10,
       "",
       "38a32af0ed728137e441ffd22c43c16f037e02e08760c43c0a53cf8c1989b6ff",
       "901d5943d54bfba84b3c890b2368370df5350a9bf8f8e1bdc78f1cdc5606b891",
       {7, 10, 5, 6, 8, 2, 3, 4, 1, 9}},
      {10,
       "KOSPI 2026-11-20 close 4153.27 ₩",
       "38a32af0ed728137e441ffd22c43c16f037e02e08760c43c0a53cf8c1989b6ff",
       "50aa427007cc7bb7d6046f4823a187e91760220aac55ca2c32d5a8132377316c",
       {8, 9, 7, 1, 2, 10, 3, 4, 6, 5}},
  };
  for (const auto& row : rows) {
    const Digest joins = vector_joins(row.count);
    EXPECT_EQ(hex(joins), row.join_digest);
    const Digest seed = draw_seed(secret, joins, row.public_input);
    EXPECT_EQ(hex(seed), row.seed);
    EXPECT_EQ(draw_ranks(seed, row.count), row.ranks);
  }
}

TEST(Draw, OfNobodyIsEmpty) {
  EXPECT_EQ(hex(initial_join_digest(ConcertId{})),
            "0a24dcc94cfc4a9233a01a5b2cfe77bc7ceffe48dbb0de582fd4c2ef60e12604");
  EXPECT_TRUE(draw_ranks(Digest{}, 0).empty());
}

// More words than one piece of keystream holds, and bounds large enough for rejections to happen.
TEST(Draw, OfAHundredThousandIsThatOfTheReference) {
  const Ranks ranks = draw_ranks(counting_from<32>(0), 100'000);
  EXPECT_EQ(ranks[0], 35'612u);
  EXPECT_EQ(ranks[99'999], 48'896u);
  std::string bytes;
  for (const std::uint32_t rank : ranks)
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(rank >> shift);
  Digest digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                     bytes.size());
  EXPECT_EQ(hex(digest), "8bad2566da5a43f1d534d6ccbf3d49d6e83f03dc4793eed71966ff5db2f31ae9");
}

TEST(Draw, EveryFieldOfAJoinIsInTheDigest) {
  const Digest before = initial_join_digest(ConcertId{});
  const JoinRecord record = vector_join(7);
  const Digest after = chain_join(before, record);
  JoinRecord other_number = record, other_tag = record, other_time = record;
  other_number.lobby_number = 8;
  other_tag.tag[15] ^= 1;
  other_time.joined_at.ms += 1;
  EXPECT_NE(chain_join(before, other_number), after);
  EXPECT_NE(chain_join(before, other_tag), after);
  EXPECT_NE(chain_join(before, other_time), after);
  EXPECT_NE(chain_join(after, record), after);
  EXPECT_NE(initial_join_digest(ConcertId{Uuid{counting_from<16>(1)}}), before);
}

TEST(Draw, TheOrderOfJoinsIsInTheDigest) {
  const Digest start = initial_join_digest(ConcertId{});
  EXPECT_NE(chain_join(chain_join(start, vector_join(1)), vector_join(2)),
            chain_join(chain_join(start, vector_join(2)), vector_join(1)));
}

TEST(Draw, AMemberTagTellsNothingWithoutItsKey) {
  const UserId user{Uuid{counting_from<16>(0)}};
  const MemberTag tag = member_tag(test_member_key(), user);
  EXPECT_EQ(to_hex(view_of(tag)), "7e8df1151d929e733a803856042e4798");
  EXPECT_NE(member_tag(counting_from<32>(1), user), tag);
  EXPECT_NE(member_tag(test_member_key(), UserId{}), tag);
}

TEST(Draw, InvertGivesTheLobbyNumberOfEachRank) {
  EXPECT_EQ(invert({3, 1, 2}), (Ranks{2, 3, 1}));
  const Ranks ranks = draw_ranks(Digest{}, 1000);
  EXPECT_EQ(invert(invert(ranks)), ranks);
}

TEST(DrawDeathTest, InvertRefusesWhatIsNoPermutation) {
  EXPECT_DEATH(invert({1, 1}), "rank 1 of 2");
  EXPECT_DEATH(invert({0}), "rank 0 of 1");
  EXPECT_DEATH(invert({2}), "rank 2 of 1");
}

// About 25 ms on the machine that the design was measured on. The bound leaves room for slow and
// busy machines and for sanitizers, but not for another complexity.
TEST(Draw, OfAMillionIsFast) {
  const auto start = std::chrono::steady_clock::now();
  const Ranks ranks = draw_ranks(counting_from<32>(9), 1'000'000);
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds", std::to_string(took.count()));
  EXPECT_LT(took.count(), 1000);
  EXPECT_EQ(ranks.size(), 1'000'000u);
}

// --- Uniformity ----------------------------------------------------------------------------------
// 10,000 draws with fixed seeds. For each choice of one, two or three members the ranks that they
// got together are counted in cells that must be equally likely, and Pearson's chi-square is turned
// into a normal deviate (E. B. Wilson, M. M. Hilferty, 1931). A deviate above 6.5 has a probability
// of 4e-11; with the 696 choices of 16 members a false alarm has less than 3e-8.

constexpr int kDraws = 10'000;
constexpr double kAlarm = 6.5;

using Drawer = std::function<Ranks(const Digest& seed, std::uint32_t count)>;

double deviate(const std::vector<int>& cells, std::size_t possible) {
  const double expected = static_cast<double>(kDraws) / static_cast<double>(possible);
  double chi_square = expected * static_cast<double>(possible);  // cells that stayed empty
  for (const int seen : cells) chi_square += seen * (seen / expected - 2);
  const auto freedom = static_cast<double>(possible - 1);
  const double spread = 2 / (9 * freedom);
  return (std::cbrt(chi_square / freedom) - (1 - spread)) / std::sqrt(spread);
}

Digest numbered_seed(std::uint32_t number) {
  Digest seed{};
  for (std::size_t i = 0; i < 4; ++i) seed[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return draw_commitment(seed);
}

// The greatest deviate over all choices of `members` of `count` people.
double worst_deviate(const std::vector<Ranks>& draws, std::uint32_t count, int members) {
  std::size_t possible = 1;
  for (int i = 0; i < members; ++i) possible *= count - static_cast<std::size_t>(i);
  double worst = -1e9;
  const std::uint32_t last_b = members > 1 ? count : 1, last_c = members > 2 ? count : 1;
  for (std::uint32_t a = 0; a < count; ++a)
    for (std::uint32_t b = members > 1 ? a + 1 : 0; b < last_b; ++b)
      for (std::uint32_t c = members > 2 ? b + 1 : 0; c < last_c; ++c) {
        std::vector<int> cells(std::size_t{count} * count * count);
        for (const Ranks& ranks : draws) {
          std::size_t cell = ranks[a] - 1;
          if (members > 1) cell = cell * count + ranks[b] - 1;
          if (members > 2) cell = cell * count + ranks[c] - 1;
          ++cells[cell];
        }
        worst = std::max(worst, deviate(cells, possible));
      }
  return worst;
}

double worst_deviate_of(const Drawer& drawer, std::uint32_t count, int members) {
  std::vector<Ranks> draws;
  for (std::uint32_t i = 0; i < kDraws; ++i) draws.push_back(drawer(numbered_seed(i), count));
  return worst_deviate(draws, count, members);
}

TEST(DrawFairness, SinglesPairsAndTriplesAreUniform) {
  for (const std::uint32_t count : {3u, 5u, 8u, 16u})
    for (int members = 1; members <= (count == 3 ? 2 : 3); ++members)
      EXPECT_LT(worst_deviate_of(draw_ranks, count, members), kAlarm)
          << members << " of " << count << " members";
}

// The same check must see the classic mistakes, or it would prove nothing.
Ranks naive_swap(const Digest& seed, std::uint32_t count) {
  Ranks ranks(count);
  std::iota(ranks.begin(), ranks.end(), 1u);
  for (std::uint32_t i = 0; i < count; ++i) std::swap(ranks[i], ranks[seed[i] % count]);
  return ranks;
}

Ranks modulo_of_a_nibble(const Digest& seed, std::uint32_t count) {
  Ranks ranks(count);
  std::iota(ranks.begin(), ranks.end(), 1u);
  for (std::uint32_t left = count; left > 1; --left)
    std::swap(ranks[left - 1], ranks[(seed[left - 1] & 15) % left]);
  return ranks;
}

// Never leaves an element where it is (S. Sattolo): only cycles of full length.
Ranks off_by_one(const Digest& seed, std::uint32_t count) {
  Ranks ranks(count);
  std::iota(ranks.begin(), ranks.end(), 1u);
  for (std::uint32_t left = count; left > 1; --left)
    std::swap(ranks[left - 1], ranks[seed[left - 1] % (left - 1)]);
  return ranks;
}

// Requires: count == 16. Four rounds on two halves of two bits, each with its own random function.
Ranks four_round_feistel(const Digest& seed, std::uint32_t count) {
  Ranks ranks;
  for (std::uint32_t member = 0; member < count; ++member) {
    std::uint32_t left = member >> 2, right = member & 3;
    for (std::uint32_t round = 0; round < 4; ++round) {
      const std::uint32_t mixed = left ^ (seed[4 * round + right] & 3);
      left = right;
      right = mixed;
    }
    ranks.push_back((left << 2 | right) + 1);
  }
  return ranks;
}

TEST(DrawFairness, TheCheckSeesPlantedBiases) {
  const struct {
    const char* name;
    Drawer drawer;
    std::uint32_t count;
    int members;
  } rows[] = {
      {"naive swap, one member", naive_swap, 8, 1},
      {"naive swap, pairs", naive_swap, 8, 2},
      {"modulo, one member", modulo_of_a_nibble, 5, 1},
      {"modulo, triples", modulo_of_a_nibble, 5, 3},
      {"off by one, one member", off_by_one, 16, 1},
      {"Feistel, pairs", four_round_feistel, 16, 2},
      {"Feistel, triples", four_round_feistel, 16, 3},
  };
  for (const auto& row : rows)
    EXPECT_GT(worst_deviate_of(row.drawer, row.count, row.members), kAlarm) << row.name;
}

// --- The second verifier -------------------------------------------------------------------------

std::string published(std::uint32_t count, const std::string& public_input) {
  const ConcertId concert{Uuid{counting_from<16>(0x55)}};
  const Digest secret = numbered_seed(count);
  Digest digest = initial_join_digest(concert);
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("algorithm").string(kDrawAlgorithm).key("concert_id").id(concert);
  json.key("secret").string(hex(secret)).key("public_input").string(public_input);
  json.key("joins").begin_array();
  for (std::uint32_t n = 1; n <= count; ++n) {
    const JoinRecord record = vector_join(n);
    digest = chain_join(digest, record);
    json.begin_object().key("lobby_number").number(std::int64_t{n});
    json.key("tag").string(to_hex(view_of(record.tag))).key("joined_at").time(record.joined_at);
    json.end_object();
  }
  const Digest seed = draw_seed(secret, digest, public_input);
  json.end_array().key("commitment").string(hex(draw_commitment(secret)));
  json.key("join_digest").string(hex(digest)).key("seed").string(hex(seed));
  json.key("ranks").begin_array();
  for (const std::uint32_t rank : draw_ranks(seed, count)) json.number(std::int64_t{rank});
  json.end_array().end_object();
  return out;
}

int verify(const std::string& path) {
  const int status =
      std::system(("python3 -B tests/draw/verify.py " + path + " >/dev/null").c_str());
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int verify_text(const std::string& text) {
  std::string path = (std::filesystem::temp_directory_path() / "frontrow-draw-XXXXXX").string();
  const int file = mkstemp(path.data());
  if (file < 0) return -1;
  close(file);
  std::ofstream(path) << text;
  const int code = verify(path);
  std::remove(path.c_str());
  return code;
}

class DrawVerifier : public testing::Test {
 protected:
  void SetUp() override {
    if (std::system("python3 --version >/dev/null 2>&1") != 0) GTEST_SKIP() << "no python3 here";
  }
};

TEST_F(DrawVerifier, ConfirmsTheVectors) {
  EXPECT_EQ(verify("tests/draw/vectors.json"), 0);
}

TEST_F(DrawVerifier, ConfirmsWhatTheProgramDraws) {
  for (const std::uint32_t count : {0u, 1u, 2u, 200u})
    EXPECT_EQ(verify_text(published(count, "Lotto 1199: 4 8 15 16 23 42")), 0) << count;
}

TEST_F(DrawVerifier, SeesEveryChangedValue) {
  const std::string good = published(20, "input");
  for (const char* key : {"concert_id\":\"concert_", "secret\":\"", "public_input\":\"",
                          "lobby_number\":", "tag\":\"", "joined_at\":\"", "commitment\":\"",
                          "join_digest\":\"", "seed\":\"", "ranks\":["}) {
    std::string bad = good;
    const std::size_t at = bad.find(key) + std::string_view(key).size();
    bad[at] = bad[at] == '1' ? '2' : '1';
    EXPECT_EQ(verify_text(bad), 1) << key;
  }
}

TEST_F(DrawVerifier, SaysThatItCannotRead) {
  EXPECT_EQ(verify_text("{"), 2);
  EXPECT_EQ(verify_text("{\"algorithm\":\"frontrow-draw-1\"}"), 2);
}

}  // namespace
}  // namespace frontrow
