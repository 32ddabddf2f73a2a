// Forged JWTs of an identity provider: one row a forgery, each refused for its own reason, by a
// reader that knows the true token and by one that does not.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "identity/entry_tokens.h"
#include "identity/forgeries_for_tests.h"
#include "identity/provider_for_tests.h"
#include "identity/provider_jwt.h"

namespace frontrow::identity {
namespace {

constexpr Time kNow{1'795'000'000'000};

struct ForgedJwt {
  std::string name;
  std::string text;
  JwtFault fault;
};

constexpr std::string_view kRs256 = R"({"alg":"RS256","typ":"JWT"})";
constexpr std::string_view kPayload =
    R"({"iss":"https://id.example/","aud":"frontrow","sub":"alice","exp":1795000600})";

std::shared_ptr<ProviderJwts> rs256_provider() {
  return *ProviderJwts::make(
      {{"https://id.example/", "frontrow", JwtAlgorithm::rs256, rsa_key().pem(), 0}});
}

std::string entry_token() {
  const KeyRing ring({*make_signing_key("0000000b", "entry", Bytes(32, 'e'), Time{0}, {})});
  return sign_entry_token(ring,
                          {.key = KeyId{11}, .issued_at = kNow, .expires_at = kNow + seconds(60)});
}

std::vector<ForgedJwt> forged_algorithms() {
  using enum JwtFault;
  const std::string pem = rsa_key().pem();
  const std::string none = R"({"alg":"none"})";
  return {
      {"alg none without a signature", encoded(none, kPayload) + '.', malformed},
      {"alg none with a signature", encoded(none, kPayload) + ".AAAA", wrong_algorithm},
      {"alg nOnE", encoded(R"({"alg":"nOnE"})", kPayload) + ".AAAA", wrong_algorithm},
      {"alg empty", rsa_key().sign(R"({"alg":""})", kPayload), wrong_algorithm},
      {"alg missing", rsa_key().sign(R"({"typ":"JWT"})", kPayload), wrong_algorithm},
      {"alg null", rsa_key().sign(R"({"alg":null})", kPayload), wrong_algorithm},
      {"alg a list", rsa_key().sign(R"({"alg":["RS256"]})", kPayload), wrong_algorithm},
      {"alg in lower case", rsa_key().sign(R"({"alg":"rs256"})", kPayload), wrong_algorithm},
      {"alg twice", rsa_key().sign(R"({"alg":"none","alg":"RS256"})", kPayload), malformed},
      {"alg twice by an escape", rsa_key().sign(R"({"\u0061lg":"none","alg":"RS256"})", kPayload),
       malformed},
      {"HS256 with the PEM as secret", hs256_signed(pem, R"({"alg":"HS256"})", kPayload),
       wrong_algorithm},
      {"HS256 with the PEM as secret under RS256", hs256_signed(pem, kRs256, kPayload),
       bad_signature},
      {"RS512", rsa_key().sign(R"({"alg":"RS512"})", kPayload), wrong_algorithm},
      {"PS256", rsa_key().sign(R"({"alg":"PS256"})", kPayload), wrong_algorithm},
      {"EdDSA with a key of its own", ed25519_key().sign(R"({"alg":"EdDSA"})", kPayload),
       wrong_algorithm},
      {"an Ed25519 signature under RS256", ed25519_key().sign(kRs256, kPayload), bad_signature},
  };
}

std::vector<ForgedJwt> forged_headers() {
  using enum JwtFault;
  const auto with = [](std::string_view more, const TestKey& key = stranger_rsa_key()) {
    return key.sign(fmt::format(R"({{"alg":"RS256",{}}})", more), kPayload);
  };
  return {
      {"a stranger's key", stranger_rsa_key().sign(kRs256, kPayload), bad_signature},
      {"a stranger's key in the header", with(R"("jwk":)" + stranger_rsa_key().jwk("x")),
       bad_signature},
      {"a stranger's key by address", with(R"("jku":"https://evil.example/jwks")"), bad_signature},
      {"a stranger's certificate by address", with(R"("x5u":"https://evil.example/c")"),
       bad_signature},
      {"a kid that is a path", with(R"("kid":"../../../dev/null")"), bad_signature},
      {"a kid that is SQL", with(R"("kid":"x' UNION SELECT 'key")"), bad_signature},
      {"critical extensions", with(R"("crit":["exp"])", rsa_key()), unsupported},
      {"an empty list of them", with(R"("crit":[])", rsa_key()), unsupported},
      {"an unencoded payload", with(R"("b64":false)", rsa_key()), unsupported},
      {"a token within the token", with(R"("cty":"JWT")", rsa_key()), unsupported},
      {"compression", with(R"("zip":"DEF")", rsa_key()), unsupported},
      {"encryption", with(R"("enc":"A256GCM")", rsa_key()), unsupported},
      {"the type of our entry tokens", with(R"("typ":"entry+jwt")", rsa_key()), unsupported},
      {"the type of a logout token", with(R"("typ":"logout+jwt")", rsa_key()), unsupported},
      {"a type that is no text", with(R"("typ":1)", rsa_key()), unsupported},
      {"a header that is a list", rsa_key().sign(R"(["RS256"])", kPayload), malformed},
      {"a header that is no JSON", rsa_key().sign("RS256", kPayload), malformed},
      {"an empty header", rsa_key().sign("", kPayload), malformed},
  };
}

std::vector<ForgedJwt> forged_claims() {
  using enum JwtFault;
  const auto with = [](std::string_view from, std::string_view to) {
    return rsa_key().sign(kRs256, replaced(std::string(kPayload), from, to));
  };
  const auto exp = [&](std::string_view value) { return with("1795000600", value); };
  const auto more = [&](std::string_view claims) {
    return with("\"exp\"", std::string(claims) + ",\"exp\"");
  };
  return {
      {"another issuer", with("id.example", "evil.example"), unknown_issuer},
      {"our issuer without its slash", with("example/", "example"), unknown_issuer},
      {"our issuer in upper case", with("id.example", "ID.example"), unknown_issuer},
      {"no issuer", with(R"("iss":"https://id.example/",)", ""), unknown_issuer},
      {"a list of issuers", with(R"("https://id.example/")", R"(["https://id.example/"])"),
       unknown_issuer},
      {"two issuers", more(R"("iss":"https://id.example/")"), malformed},
      {"another audience", with("frontrow", "backrow"), wrong_audience},
      {"an audience that begins like ours", with("frontrow", "frontrow2"), wrong_audience},
      {"no audience", with(R"("aud":"frontrow",)", ""), wrong_audience},
      {"an empty list of audiences", with(R"("frontrow")", "[]"), wrong_audience},
      {"a list of other audiences", with(R"("frontrow")", R"(["a","b"])"), wrong_audience},
      {"a list with a number", with(R"("frontrow")", R"(["frontrow",1])"), wrong_audience},
      {"a nested list", with(R"("frontrow")", R"([["frontrow"]])"), wrong_audience},
      {"two subjects", more(R"("sub":"bob")"), malformed},
      {"an empty subject", with("alice", ""), bad_claims},
      {"no subject", with(R"("sub":"alice",)", ""), bad_claims},
      {"a subject that is a number", with(R"("alice")", "1"), bad_claims},
      {"a subject that is too long", with("alice", std::string(256, 'a')), bad_claims},
      {"no exp", with(R"(,"exp":1795000600)", ""), bad_claims},
      {"expired", exp("1794999999"), expired},
      {"expired this moment", exp("1795000000"), expired},
      {"exp zero", exp("0"), expired},
      {"exp as text", exp("\"1795000600\""), bad_claims},
      {"exp with a fraction", exp("1795000600.5"), bad_claims},
      {"exp with an exponent", exp("1.7950006e9"), bad_claims},
      {"exp negative", exp("-1"), bad_claims},
      {"exp beyond 64 bits", exp("99999999999999999999999"), bad_claims},
      {"exp the greatest of 64 bits", exp("9223372036854775807"), bad_claims},
      {"exp wraps to a small number", exp("18446744073709551616"), bad_claims},
      {"exp null", exp("null"), bad_claims},
      {"exp true", exp("true"), bad_claims},
      {"two exp", more(R"("exp":1)"), malformed},
      {"not valid yet", more(R"("nbf":1795000001)"), not_yet_valid},
      {"nbf as text", more(R"("nbf":"0")"), bad_claims},
      {"nbf null", more(R"("nbf":null)"), bad_claims},
      {"issued in an hour", more(R"("iat":1795003600)"), not_yet_valid},
      {"iat with a fraction", more(R"("iat":1.5)"), bad_claims},
      {"a payload that is a list", rsa_key().sign(kRs256, "[]"), malformed},
      {"an empty payload", rsa_key().sign(kRs256, ""), malformed},
      {"a payload nested too deeply", more(R"("x":)" + std::string(20, '[') + std::string(20, ']')),
       malformed},
      {"a payload that is no UTF-8", with("alice", "al\xff"), malformed},
      {"a payload with more behind it", rsa_key().sign(kRs256, fmt::format("{}{{}}", kPayload)),
       malformed},
      {"too long", more(R"("x":")" + std::string(8192, 'x') + '"'), malformed},
  };
}

TEST(ForgedTokens, OfIdentityProvidersAreRefused) {
  const auto fresh = rs256_provider(), knowing = rs256_provider();
  const std::string good = rsa_key().sign(kRs256, kPayload);
  ASSERT_TRUE(knowing->check(good, kNow));
  const std::string header = part(good, 0), payload = part(good, 1), signature = part(good, 2);
  std::vector<ForgedJwt> rows = {
      {"an empty signature", header + '.' + payload + '.', JwtFault::malformed},
      {"four parts", good + ".AAAA", JwtFault::malformed},
      {"the standard alphabet", header + '.' + payload + ".++//", JwtFault::malformed},
      {"a padded header", header + "=." + payload + '.' + signature, JwtFault::malformed},
      {"a short signature", header + '.' + payload + '.' + signature.substr(0, 340),
       JwtFault::bad_signature},
      {"a queue token", std::string(60, 'A'), JwtFault::malformed},
      {"an entry token", entry_token(), JwtFault::unknown_issuer},
  };
  for (const auto& more : {forged_algorithms(), forged_headers(), forged_claims()})
    rows.insert(rows.end(), more.begin(), more.end());
  for (const ForgedJwt& row : rows)
    for (const auto& providers : {fresh, knowing, fresh}) {
      const auto checked = providers->check(row.text, kNow);
      ASSERT_FALSE(checked) << row.name << ": " << row.text;
      EXPECT_EQ(checked.error(), row.fault) << row.name << ": " << to_text(checked.error());
    }
  for (const Forgery& row : mutations(good))
    for (const auto& providers : {fresh, knowing})
      EXPECT_FALSE(providers->check(row.text, kNow)) << row.name << ": " << row.text;
}

TEST(ForgedTokens, AMacIsRefusedInEveryByte) {
  const std::string secret(32, 's');
  const auto providers =
      *ProviderJwts::make({{"https://id.example/", "frontrow", JwtAlgorithm::hs256, secret, 0}});
  const std::string good = hs256_signed(secret, R"({"alg":"HS256"})", kPayload);
  const std::string message = good.substr(0, good.rfind('.'));
  const Bytes mac = *from_base64url(part(good, 2));
  EXPECT_TRUE(providers->check(good, kNow));
  for (std::size_t i = 0; i < mac.size(); ++i) {
    Bytes changed = mac;
    changed[i] = static_cast<char>(changed[i] ^ 0x80);
    EXPECT_EQ(providers->check(message + '.' + to_base64url(changed), kNow).error(),
              JwtFault::bad_signature);
    EXPECT_FALSE(providers->check(message + '.' + to_base64url(mac.substr(0, i)), kNow));
  }
  EXPECT_EQ(providers->check(rsa_key().sign(kRs256, kPayload), kNow).error(),
            JwtFault::wrong_algorithm);
}

}  // namespace
}  // namespace frontrow::identity
