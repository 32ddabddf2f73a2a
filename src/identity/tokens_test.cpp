// Queue tokens, entry tokens and tickets: that they say what was put in. What is refused stands in
// forged_tokens_test.cpp.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "identity/entry_tokens.h"
#include "identity/queue_tokens.h"
#include "identity/ticket_qr.h"

namespace frontrow::identity {
namespace {

constexpr Time kNow{1'795'000'000'123};

template <class IdType>
IdType id_of(std::uint8_t first) {
  IdType id;
  for (std::size_t i = 0; i < 16; ++i) id.uuid.bytes[i] = static_cast<std::uint8_t>(first + i);
  return id;
}

const KeyRing& test_ring() {
  static const KeyRing ring({
      *make_signing_key("0000000a", "queue", Bytes(32, 'q'), Time{0}, {}),
      *make_signing_key("0000000b", "entry", Bytes(32, 'e'), Time{0}, {}),
      *make_signing_key("0000000c", "ticket", Bytes(32, 't'), Time{0}, {}),
  });
  return ring;
}

EntryClaims test_claims() {
  return {.key = KeyId{11},
          .entry = id_of<EntryId>(1),
          .concert = id_of<ConcertId>(2),
          .user = id_of<UserId>(3),
          .issued_at = kNow,
          .expires_at = kNow + seconds(600)};
}

// Calls `work` `times` times and gives the microseconds of one.
template <class Work>
double microseconds(int times, Work work) {
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < times; ++i) work();
  const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
  return took.count() / times;
}

TEST(QueueTokens, SayWhatWasPutIn) {
  const QueueClaims rows[] = {{0, 0, UserId{}},
                              {1, 48'213, id_of<UserId>(9)},
                              {UINT32_MAX, UINT32_MAX, id_of<UserId>(240)}};
  for (const QueueClaims& claims : rows) {
    const std::string token = make_queue_token(test_ring(), claims, kNow);
    EXPECT_EQ(token.size(), 60u);
    EXPECT_EQ(check_queue_token(test_ring(), token, kNow), claims);
    EXPECT_EQ(make_queue_token(test_ring(), claims, kNow), token);
  }
}

// Tokens that people carry must outlive a new version of the program.
TEST(QueueTokens, HaveTheSameBytesInEveryVersion) {
  EXPECT_EQ(make_queue_token(test_ring(), {7, 48'213, id_of<UserId>(3)}, kNow),
            "AQAAAAoAAAAHAAC8VQMEBQYHCAkKCwwNDg8QERI5ks_TV5HaixhvUB_0T2Bb");
}

TEST(QueueTokens, AreCheckedFast) {
  const std::string token = make_queue_token(test_ring(), {1, 2, id_of<UserId>(9)}, kNow);
  const double each = microseconds(
      20'000, [&] { ASSERT_TRUE(check_queue_token(test_ring(), token, kNow).has_value()); });
  RecordProperty("microseconds", std::to_string(each));
  EXPECT_LT(each, 20);  // about 0.3; the bound leaves room for sanitizers and busy machines
}

TEST(EntryTokens, SayWhatWasPutInToTheSecond) {
  const EntryClaims claims = test_claims();
  const auto read = check_entry_token(test_ring(), sign_entry_token(test_ring(), claims), kNow);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->entry, claims.entry);
  EXPECT_EQ(read->concert, claims.concert);
  EXPECT_EQ(read->user, claims.user);
  EXPECT_EQ(read->key, claims.key);
  EXPECT_EQ(read->issued_at, Time{1'795'000'000'000});
  EXPECT_EQ(read->expires_at, Time{1'795'000'601'000});
}

TEST(EntryTokens, OfTheSameClaimsHaveTheSameBytesInEveryVersion) {
  EXPECT_EQ(sign_entry_token(test_ring(), test_claims()),
            "eyJhbGciOiJFZERTQSIsImtpZCI6IjAwMDAwMDBiIiwidHlwIjoiZW50cnkrand0In0.eyJhdWQiOiJj"
            "b25jZXJ0XzAyMGMyMGExZzcxMDRnbTJyYzFtNzB5NDBoIiwiZXhwIjoxNzk1MDAwNjAxLCJpYXQiOjE3"
            "OTUwMDAwMDAsImp0aSI6ImVudHJ5XzAxMDgxZzgxODYwdzQwajJnYjFnNmd3M3JnIiwic3ViIjoidXNl"
            "cl8wMzBnMmdjMXI4MTQ1MHAzMGQxcjdoMDQ4aiJ9.53Uu5FvoZxRBDpSgM37rDG2rWjs6IDwIuQxASGz"
            "O6TtZtt0Fv8L1twZrrgCBD6a5Usk1oViEirmI-NpmprCDCw");
}

TEST(EntryTokens, EndAtTheFullSecondAfterTheEntryDoes) {
  EntryClaims claims = test_claims();
  const struct {
    std::int64_t expires_ms;
    std::int64_t last_valid_ms;
  } rows[] = {{1'795'000'600'000, 1'795'000'599'999},
              {1'795'000'600'001, 1'795'000'600'999},
              {1'795'000'600'999, 1'795'000'600'999}};
  for (const auto& row : rows) {
    claims.expires_at = Time{row.expires_ms};
    const std::string token = sign_entry_token(test_ring(), claims);
    EXPECT_TRUE(check_entry_token(test_ring(), token, Time{row.last_valid_ms}));
    EXPECT_EQ(check_entry_token(test_ring(), token, Time{row.last_valid_ms + 1}).error(),
              TokenFault::expired);
  }
}

TEST(EntryTokens, AreKnownToTheCacheFromTheirSigningOn) {
  EntryTokenCache cache;
  const std::string token = sign_entry_token(test_ring(), test_claims(), &cache);
  EXPECT_EQ(cache.size(), 1u);
  const auto cached = check_entry_token(test_ring(), token, kNow, &cache);
  const auto verified = check_entry_token(test_ring(), token, kNow);
  ASSERT_TRUE(cached && verified);
  EXPECT_EQ(*cached, *verified);
  EXPECT_EQ(check_entry_token(test_ring(), token, kNow + seconds(601), &cache).error(),
            TokenFault::expired);
  EXPECT_EQ(check_entry_token(KeyRing(), token, kNow, &cache).error(), TokenFault::invalid)
      << "its key is gone";
}

TEST(EntryTokens, TheCacheTakesNothingThatIsForged) {
  EntryTokenCache cache;
  std::string token = sign_entry_token(test_ring(), test_claims());
  token.back() = token.back() == 'A' ? 'Q' : 'A';
  EXPECT_FALSE(check_entry_token(test_ring(), token, kNow, &cache));
  EXPECT_EQ(cache.size(), 0u);
}

TEST(EntryTokens, TheKeyThatSignsIsDecidedByTheTime) {
  EXPECT_EQ(entry_key_at(test_ring(), kNow), KeyId{11});
  EXPECT_FALSE(entry_key_at(KeyRing(), kNow));
}

TEST(TokenCache, StaysWithinItsBoundAndKeepsWhatIsUsed) {
  TokenCache<int> cache(320);
  const auto token = [&](int i) { return cache.fingerprint_of("token " + std::to_string(i)); };
  const TokenFingerprint used = cache.fingerprint_of("used");
  cache.put(used, 1);
  for (int i = 0; i < 5000; ++i) {
    cache.put(token(i), i);
    ASSERT_EQ(cache.find(used), 1) << i;
    ASSERT_LE(cache.size(), 320u);
  }
  EXPECT_EQ(cache.find(token(4999)), 4999);
  EXPECT_FALSE(cache.find(token(0)));
}

TEST(TokenCache, ServesManyThreads) {
  TokenCache<int> cache(1024);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&cache] {
      for (int i = 0; i < 5000; ++i) {
        const TokenFingerprint token = cache.fingerprint_of(std::to_string(i % 700));
        if (const auto found = cache.find(token))
          EXPECT_EQ(*found, i % 700);
        else
          cache.put(token, i % 700);
      }
    });
  for (std::thread& thread : threads) thread.join();
  EXPECT_LE(cache.size(), 1024u);
}

TEST(Tickets, SayWhatWasPutIn) {
  for (const char* seat : {"A-3-12", "1층 가구역-10-7", "X"}) {
    const TicketClaims claims{"0123456789ABCDEFGHJKMNPQRS", id_of<ShowId>(5), seat};
    const std::string text = sign_ticket(test_ring(), claims, kNow);
    EXPECT_EQ(check_ticket(test_ring(), text, kNow), claims);
    EXPECT_EQ(sign_ticket(test_ring(), claims, kNow), text);
    // QR's alphanumeric mode (ISO/IEC 18004) has these and some signs that are not used here.
    EXPECT_EQ(text.find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ:"), std::string::npos);
  }
}

TEST(Tickets, HaveTheSameBytesInEveryVersion) {
  EXPECT_EQ(
      sign_ticket(test_ring(), {"0123456789ABCDEFGHJKMNPQRS", id_of<ShowId>(5), "A-3-12"}, kNow),
      "FT1:0123456789ABCDEFGHJKMNPQRS:000003050R3GG28A1C60T3GF208H44RM84PK6B9H69TNFSZ8EAQ4GD5YP4"
      "09BQZSYMR031TRE45CBGAFMNWQ025DSHWY35PX9JC8WVP1R8DQWABTC53ZSS5QCF87S2PES2X7DEEF7FW08Q04");
}

}  // namespace
}  // namespace frontrow::identity
