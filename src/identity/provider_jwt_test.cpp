// What is accepted from an identity provider. What is refused stands in forged_jwts_test.cpp.
#include "identity/provider_jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "identity/provider_for_tests.h"

namespace frontrow::identity {
namespace {

using testing::HasSubstr;

constexpr Time kNow{1'795'000'000'123};
constexpr std::string_view kIssuer = "https://id.example/";
const std::string kSecret(32, 's');
constexpr std::string_view kPayload =
    R"({"iss":"https://id.example/","aud":"frontrow","sub":"alice","exp":1795000600})";

std::shared_ptr<ProviderJwts> with_key(JwtAlgorithm algorithm, const Bytes& key,
                                       std::int64_t leeway = 0) {
  auto made = ProviderJwts::make({{std::string(kIssuer), "frontrow", algorithm, key, leeway}});
  FRONTROW_CHECK(made.ok(), "{}", made.error());
  return *made;
}

std::string error_of(JwtAlgorithm algorithm, const Bytes& key) {
  const auto made = ProviderJwts::make({{std::string(kIssuer), "frontrow", algorithm, key, 0}});
  return made ? "accepted" : made.error();
}

std::string key_set(std::initializer_list<std::string> members) {
  std::string out = R"({"keys":[)";
  for (const std::string& member : members) out += (out.back() == '[' ? "" : ",") + member;
  return out + "]}";
}

// Computed with Python's uuid.uuid5(uuid.NAMESPACE_URL, iss + "\0" + sub).
TEST(ProviderUsers, HaveIdsOfIssuerAndSubject) {
  EXPECT_EQ(to_hex(view_of(provider_user_id(kIssuer, "alice").uuid.bytes)),
            "0b0effaac3a857d8b4ed124561c583e2");
  EXPECT_NE(provider_user_id(kIssuer, "alice"), provider_user_id(kIssuer, "alicf"));
  EXPECT_NE(provider_user_id("https://id.example/a", "lice"), provider_user_id(kIssuer, "alice"));
}

TEST(ProviderJwts, OfEachAlgorithmAreAccepted) {
  const struct {
    const char* name;
    JwtAlgorithm algorithm;
    std::string key;
    std::string token;
  } rows[] = {
      {"HS256", JwtAlgorithm::hs256, kSecret,
       hs256_signed(kSecret, R"({"alg":"HS256","typ":"JWT"})", kPayload)},
      {"RS256 in PEM", JwtAlgorithm::rs256, rsa_key().pem(),
       rsa_key().sign(R"({"alg":"RS256","typ":"at+jwt","kid":"whatever"})", kPayload)},
      {"RS256 in a set", JwtAlgorithm::rs256, key_set({rsa_key().jwk("one")}),
       rsa_key().sign(R"({"alg":"RS256","kid":"one"})", kPayload)},
      {"EdDSA in PEM", JwtAlgorithm::eddsa, ed25519_key().pem(),
       ed25519_key().sign(R"({"alg":"EdDSA"})", kPayload)},
      {"EdDSA in a set", JwtAlgorithm::eddsa, key_set({ed25519_key().jwk("one")}),
       ed25519_key().sign(R"({"kid":"one","alg":"EdDSA","typ":"jwt"})", kPayload)},
  };
  for (const auto& row : rows) {
    const auto providers = with_key(row.algorithm, row.key);
    EXPECT_TRUE(looks_like_jwt(row.token));
    for (const char* time : {"at first", "from the cache"}) {
      const auto user = providers->check(row.token, kNow);
      ASSERT_TRUE(user) << row.name << " " << time << ": " << to_text(user.error());
      EXPECT_EQ(user->user, provider_user_id(kIssuer, "alice")) << row.name;
      EXPECT_EQ(user->expires_at, Time{1'795'000'600'000}) << row.name;
    }
    EXPECT_EQ(providers->check(row.token, Time{1'795'000'600'000}).error(), JwtFault::expired);
  }
}

// What was judged good is kept by its bytes: other bytes, and other issuers, are judged anew.
TEST(ProviderJwts, AnAcceptedHeaderIsGoodForItsIssuerAlone) {
  constexpr std::string_view kOther =
      R"({"iss":"https://other.example/","aud":"frontrow","sub":"alice","exp":1795000600})";
  constexpr std::string_view kHeader = R"({"alg":"HS256"})";
  const auto made = ProviderJwts::make(
      {{std::string(kIssuer), "frontrow", JwtAlgorithm::hs256, kSecret, 0},
       {"https://other.example/", "frontrow", JwtAlgorithm::eddsa, ed25519_key().pem(), 0}});
  ASSERT_TRUE(made);
  ProviderJwts& providers = **made;
  EXPECT_TRUE(providers.check(hs256_signed(kSecret, kHeader, kPayload), kNow));
  const auto fault = [&](const std::string& token) { return providers.check(token, kNow).error(); };
  EXPECT_EQ(fault(hs256_signed(kSecret, kHeader, kOther)), JwtFault::wrong_algorithm);
  EXPECT_EQ(fault(hs256_signed(kSecret, R"({"alg":"none"})", kPayload)), JwtFault::wrong_algorithm);
  EXPECT_EQ(fault(hs256_signed(kSecret, R"({"alg":"HS256","crit":[]})", kPayload)),
            JwtFault::unsupported);
  EXPECT_EQ(fault(hs256_signed("another secret of the same length", kHeader, kPayload)),
            JwtFault::bad_signature);
}

std::string with_claims(std::string_view claims) {
  return hs256_signed(kSecret, R"({"alg":"HS256"})",
                      fmt::format(R"({{"iss":"{}",{}}})", kIssuer, claims));
}

TEST(ProviderJwts, MayHaveOtherClaimsAndSeveralAudiences) {
  const auto providers = with_key(JwtAlgorithm::hs256, kSecret);
  for (const char* claims :
       {R"("sub":"a","aud":["other","frontrow"],"exp":1795000600)",
        R"("sub":"a","aud":"frontrow","exp":1795000600,"nbf":1795000000,"iat":1795000000)",
        R"("sub":"a","aud":"frontrow","exp":1795000600,"iat":1795000300)",
        R"("sub":"a","aud":"frontrow","exp":253402300799,"roles":[{"a":1},{"a":1.5}],"x":null)"})
    EXPECT_TRUE(providers->check(with_claims(claims), kNow)) << claims;
}

TEST(ProviderJwts, TheLeewayOfTheProviderCountsAndNoOther) {
  const std::string expired = with_claims(R"("sub":"a","aud":"frontrow","exp":1794999990)");
  const std::string early =
      with_claims(R"("sub":"a","aud":"frontrow","exp":1795000600,"nbf":1795000010)");
  const auto strict = with_key(JwtAlgorithm::hs256, kSecret, 0);
  const auto lenient = with_key(JwtAlgorithm::hs256, kSecret, 30);
  for (int round = 0; round < 2; ++round) {  // then from the cache
    EXPECT_EQ(strict->check(expired, kNow).error(), JwtFault::expired);
    EXPECT_EQ(strict->check(early, kNow).error(), JwtFault::not_yet_valid);
    EXPECT_TRUE(lenient->check(expired, kNow));
    EXPECT_TRUE(lenient->check(early, kNow));
  }
  EXPECT_EQ(lenient->check(expired, kNow + seconds(20)).error(), JwtFault::expired);
  EXPECT_TRUE(strict->check(early, kNow + seconds(10)));
}

TEST(ProviderJwts, ASetMayHoldSeveralKeys) {
  const auto providers = with_key(
      JwtAlgorithm::rs256,
      key_set({rsa_key().jwk("one"), stranger_rsa_key().jwk("two", R"(,"use":"sig","alg":"RS256")"),
               ed25519_key().jwk("three"), rsa_key().jwk("four", R"(,"use":"enc")")}));
  EXPECT_TRUE(providers->check(rsa_key().sign(R"({"alg":"RS256","kid":"one"})", kPayload), kNow));
  EXPECT_TRUE(
      providers->check(stranger_rsa_key().sign(R"({"alg":"RS256","kid":"two"})", kPayload), kNow));
  const struct {
    const char* header;
    JwtFault fault;
  } rows[] = {{R"({"alg":"RS256","kid":"two"})", JwtFault::bad_signature},
              {R"({"alg":"RS256","kid":"three"})", JwtFault::unknown_key},
              {R"({"alg":"RS256","kid":"four"})", JwtFault::unknown_key},
              {R"({"alg":"RS256"})", JwtFault::unknown_key}};
  for (const auto& row : rows)
    EXPECT_EQ(providers->check(rsa_key().sign(row.header, kPayload), kNow).error(), row.fault)
        << row.header;
}

TEST(ProviderJwts, OfSeveralProvidersAreToldApartByIssuer) {
  const std::string other(40, 'o');
  const auto made =
      ProviderJwts::make({{std::string(kIssuer), "frontrow", JwtAlgorithm::hs256, kSecret, 0},
                          {"https://other.example", "shop", JwtAlgorithm::hs256, other, 0}});
  ASSERT_TRUE(made);
  constexpr std::string_view kOther =
      R"({"iss":"https://other.example","aud":"shop","sub":"alice","exp":1795000600})";
  const auto user = (*made)->check(hs256_signed(other, R"({"alg":"HS256"})", kOther), kNow);
  ASSERT_TRUE(user);
  EXPECT_NE(user->user, provider_user_id(kIssuer, "alice"));
  EXPECT_EQ((*made)->check(hs256_signed(kSecret, R"({"alg":"HS256"})", kOther), kNow).error(),
            JwtFault::bad_signature);
}

TEST(ProviderJwts, NoProviderKnowsNobody) {
  const auto made = ProviderJwts::make({});
  ASSERT_TRUE(made);
  EXPECT_TRUE((*made)->empty());
  EXPECT_EQ((*made)->check(hs256_signed(kSecret, R"({"alg":"HS256"})", kPayload), kNow).error(),
            JwtFault::unknown_issuer);
}

TEST(ProviderKeys, AreRefusedWithAReason) {
  const TestKey weak(1024);
  const struct {
    JwtAlgorithm algorithm;
    std::string key;
    const char* why;
  } rows[] = {
      {JwtAlgorithm::hs256, std::string(31, 's'), "the secret has 31 bytes, fewer than 32"},
      {JwtAlgorithm::hs256, rsa_key().pem(), "it is a PEM file"},
      {JwtAlgorithm::rs256, "", "it is no RS256 public key"},
      {JwtAlgorithm::rs256, "some text", "it is no RS256 public key"},
      {JwtAlgorithm::rs256, ed25519_key().pem(), "it is no RS256 public key"},
      {JwtAlgorithm::eddsa, rsa_key().pem(), "it is no EdDSA public key"},
      {JwtAlgorithm::rs256, weak.pem(), "has 1024 bits"},
      {JwtAlgorithm::rs256, key_set({weak.jwk("a")}), "has 1024 bits"},
      {JwtAlgorithm::rs256, key_set({}), "it has no RS256 key"},
      {JwtAlgorithm::rs256, key_set({ed25519_key().jwk("a")}), "it has no RS256 key"},
      {JwtAlgorithm::rs256, key_set({rsa_key().jwk("a"), stranger_rsa_key().jwk("a")}), "same kid"},
      {JwtAlgorithm::rs256, key_set({rsa_key().jwk(""), stranger_rsa_key().jwk("")}), "or none"},
      {JwtAlgorithm::rs256, R"({"keys":[],"keys":[]})", "it is no JWK set"},
      {JwtAlgorithm::rs256, R"({"keys":[)", "it is no JWK set"},
      {JwtAlgorithm::rs256, R"({"keys":[{"kty":"RSA","n":"AQAB"}]})", "it is no RS256 public key"},
      {JwtAlgorithm::eddsa, R"({"keys":[{"kty":"OKP","crv":"Ed25519","x":"AQAB"}]})",
       "it is no EdDSA public key"},
  };
  for (const auto& row : rows) EXPECT_THAT(error_of(row.algorithm, row.key), HasSubstr(row.why));
  EXPECT_THAT(error_of(JwtAlgorithm::rs256, "x"), HasSubstr("\"https://id.example/\""));
}

TEST(ProviderSettings, AreRefusedWithAReason) {
  const Provider good{"https://a", "frontrow", JwtAlgorithm::hs256, kSecret, 0};
  Provider no_issuer = good, no_audience = good, leeway = good;
  no_issuer.issuer.clear();
  no_audience.audience.clear();
  leeway.leeway_seconds = -1;
  EXPECT_THAT(ProviderJwts::make({no_issuer}).error(), HasSubstr("no issuer"));
  EXPECT_THAT(ProviderJwts::make({no_audience}).error(), HasSubstr("no audience"));
  EXPECT_THAT(ProviderJwts::make({leeway}).error(), HasSubstr("leeway"));
  EXPECT_THAT(ProviderJwts::make({good, good}).error(), HasSubstr("there twice"));
}

TEST(ProviderAlgorithms, HaveNames) {
  for (const char* name : {"HS256", "RS256", "EdDSA"})
    EXPECT_EQ(to_text(*parse_jwt_algorithm(name)), name);
  for (const char* name : {"", "none", "hs256", "HS512", "ES256"})
    EXPECT_FALSE(parse_jwt_algorithm(name)) << name;
}

}  // namespace
}  // namespace frontrow::identity
