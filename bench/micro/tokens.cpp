// What it costs to know who is calling: queue tokens, entry tokens, JWTs of an identity provider;
// for a token that is seen for the first time, and for one that is known.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "identity/entry_tokens.h"
#include "identity/key_ring.h"
#include "identity/provider_for_tests.h"
#include "identity/provider_jwt.h"
#include "identity/queue_tokens.h"

namespace frontrow::bench {
namespace {

using namespace identity;

constexpr Time kNow{1'795'000'000'000};
constexpr std::size_t kTokens = 256;  // different ones, so that no check is helped by the last

KeyRing make_ring() {
  SeededRandom random(1);
  return KeyRing(make_first_keys(kNow, random));
}

QueueClaims queue_claims(std::uint32_t place) {
  SeededRandom random(place);
  return {1, place, make_id<UserId>(kNow, random)};
}

void MakeQueueToken(benchmark::State& state) {
  const KeyRing ring = make_ring();
  const QueueClaims claims = queue_claims(1);
  for (auto _ : state) benchmark::DoNotOptimize(make_queue_token(ring, claims, kNow));
}
BENCHMARK(MakeQueueToken);

void CheckQueueToken(benchmark::State& state) {
  const KeyRing ring = make_ring();
  std::vector<std::string> tokens;
  for (std::uint32_t i = 0; i < kTokens; ++i)
    tokens.push_back(make_queue_token(ring, queue_claims(i), kNow));
  std::size_t next = 0;
  for (auto _ : state) {
    const auto claims = check_queue_token(ring, tokens[next++ % kTokens], kNow);
    if (!claims) state.SkipWithError("refused");
    benchmark::DoNotOptimize(claims);
  }
}
BENCHMARK(CheckQueueToken);

EntryClaims entry_claims(const KeyRing& ring, std::uint64_t seed) {
  SeededRandom random(seed);
  return {.key = *entry_key_at(ring, kNow),
          .entry = make_id<EntryId>(kNow, random),
          .concert = make_id<ConcertId>(kNow, random),
          .user = make_id<UserId>(kNow, random),
          .issued_at = kNow,
          .expires_at = kNow + seconds(600)};
}

void SignEntryToken(benchmark::State& state) {
  const KeyRing ring = make_ring();
  const EntryClaims claims = entry_claims(ring, 1);
  for (auto _ : state) benchmark::DoNotOptimize(sign_entry_token(ring, claims));
}
BENCHMARK(SignEntryToken);

void check_entry_tokens(benchmark::State& state, EntryTokenCache* cache) {
  const KeyRing ring = make_ring();
  std::vector<std::string> tokens;
  for (std::size_t i = 0; i < kTokens; ++i)
    tokens.push_back(sign_entry_token(ring, entry_claims(ring, i), cache));
  std::size_t next = 0;
  for (auto _ : state) {
    const auto claims = check_entry_token(ring, tokens[next++ % kTokens], kNow, cache);
    if (!claims) state.SkipWithError("refused");
    benchmark::DoNotOptimize(&claims);
  }
}

void CheckEntryTokenFirst(benchmark::State& state) {
  check_entry_tokens(state, nullptr);
}
BENCHMARK(CheckEntryTokenFirst);

void CheckEntryTokenKnown(benchmark::State& state) {
  EntryTokenCache cache;
  check_entry_tokens(state, &cache);
}
BENCHMARK(CheckEntryTokenKnown);

// A provider of one algorithm, and tokens of different users.
struct Issuer {
  explicit Issuer(JwtAlgorithm algorithm) {
    const std::string secret(32, 's');
    provider = {"https://id.example/", "frontrow", algorithm, secret, 0};
    if (algorithm != JwtAlgorithm::hs256)
      provider.key = algorithm == JwtAlgorithm::rs256 ? rsa_key().pem() : ed25519_key().pem();
    for (std::size_t i = 0; i < kTokens; ++i) {
      const std::string payload = fmt::format(
          R"({{"iss":"https://id.example/","aud":"frontrow","sub":"user-{}","exp":1795000600}})",
          i);
      if (algorithm == JwtAlgorithm::hs256)
        tokens.push_back(hs256_signed(secret, R"({"alg":"HS256","typ":"JWT"})", payload));
      else if (algorithm == JwtAlgorithm::rs256)
        tokens.push_back(rsa_key().sign(R"({"alg":"RS256","typ":"JWT"})", payload));
      else
        tokens.push_back(ed25519_key().sign(R"({"alg":"EdDSA","typ":"JWT"})", payload));
    }
  }
  std::shared_ptr<ProviderJwts> reader() const { return *ProviderJwts::make({provider}); }

  Provider provider;
  std::vector<std::string> tokens;
};

// Each pass over the tokens has a reader that has seen none of them.
void check_first(benchmark::State& state, JwtAlgorithm algorithm) {
  const Issuer issuer(algorithm);
  std::shared_ptr<ProviderJwts> reader;
  while (state.KeepRunningBatch(kTokens)) {
    state.PauseTiming();
    reader = issuer.reader();
    state.ResumeTiming();
    for (const std::string& token : issuer.tokens)
      if (!reader->check(token, kNow)) state.SkipWithError("refused");
  }
}

void check_known(benchmark::State& state, JwtAlgorithm algorithm) {
  const Issuer issuer(algorithm);
  const auto reader = issuer.reader();
  for (const std::string& token : issuer.tokens)
    if (!reader->check(token, kNow)) state.SkipWithError("refused");
  std::size_t next = 0;
  for (auto _ : state)
    if (!reader->check(issuer.tokens[next++ % kTokens], kNow)) state.SkipWithError("refused");
}

BENCHMARK_CAPTURE(check_first, Hs256, JwtAlgorithm::hs256)->Name("CheckProviderJwtFirst/HS256");
BENCHMARK_CAPTURE(check_first, Rs256, JwtAlgorithm::rs256)->Name("CheckProviderJwtFirst/RS256");
BENCHMARK_CAPTURE(check_first, EdDsa, JwtAlgorithm::eddsa)->Name("CheckProviderJwtFirst/EdDSA");
BENCHMARK_CAPTURE(check_known, Hs256, JwtAlgorithm::hs256)->Name("CheckProviderJwtKnown/HS256");
BENCHMARK_CAPTURE(check_known, Rs256, JwtAlgorithm::rs256)->Name("CheckProviderJwtKnown/RS256");

}  // namespace
}  // namespace frontrow::bench
