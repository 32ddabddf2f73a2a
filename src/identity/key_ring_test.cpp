#include "identity/key_ring.h"

#include <gtest/gtest.h>

#include "identity/strict_json.h"

namespace frontrow::identity {
namespace {

constexpr Time kStart{1'795'000'000'000};

std::vector<SigningKey> first_keys() {
  SeededRandom random(1);
  return make_first_keys(kStart, random);
}

// The keys after a rotation at `now`, as a store keeps them.
std::vector<SigningKey> rotated(std::vector<SigningKey> keys, Time now, std::uint64_t seed) {
  SeededRandom random(seed);
  const Rotation rotation = rotate(KeyRing(keys), now, random);
  for (const SigningKey& retired : rotation.retired)
    for (SigningKey& key : keys)
      if (key.id == retired.id) key = retired;
  keys.insert(keys.end(), rotation.added.begin(), rotation.added.end());
  return keys;
}

TEST(KeyRing, HasOneFirstKeyForEachPurpose) {
  const KeyRing ring(first_keys());
  for (const KeyPurpose purpose : kKeyPurposes) {
    const RingKey* const key = ring.signing_key(purpose, kStart);
    ASSERT_NE(key, nullptr) << to_text(purpose);
    EXPECT_EQ(ring.find(purpose, key->key.id, kStart), key);
    EXPECT_EQ(ring.signing_key(purpose, kStart - milliseconds(1)), nullptr);
  }
}

TEST(KeyRing, AKeyServesItsPurposeAlone) {
  const KeyRing ring(first_keys());
  const KeyId entry = ring.signing_key(KeyPurpose::entry, kStart)->key.id;
  EXPECT_EQ(ring.find(KeyPurpose::ticket, entry, kStart), nullptr);
  EXPECT_EQ(ring.find(KeyPurpose::queue, entry, kStart), nullptr);
  EXPECT_EQ(ring.find(KeyPurpose::entry, KeyId{entry.value + 1}, kStart), nullptr);
}

TEST(KeyRing, ARotatedKeySignsAfterAMinute) {
  const std::vector<SigningKey> before = first_keys();
  const KeyRing ring(rotated(before, kStart + seconds(1000), 2));
  EXPECT_EQ(ring.keys().size(), 6u);
  const Time change = kStart + seconds(1060);
  for (const KeyPurpose purpose : kKeyPurposes) {
    const KeyId old = KeyRing(before).signing_key(purpose, kStart)->key.id;
    EXPECT_EQ(ring.signing_key(purpose, change - milliseconds(1))->key.id, old);
    EXPECT_NE(ring.signing_key(purpose, change)->key.id, old);
    EXPECT_NE(ring.find(purpose, old, change), nullptr) << "it still verifies";
    EXPECT_EQ(ring.signing_key(purpose, kStart)->key.id, old) << "what was issued is made again";
  }
}

TEST(KeyRing, ARetiredKeyEndsAfterTheLastOfItsTokens) {
  const KeyRing ring(rotated(first_keys(), kStart, 2));
  for (const RingKey& key : ring.keys()) {
    const auto end = ends_at(key.key);
    EXPECT_EQ(end.has_value(), key.key.retired_at.has_value());
    if (!end) continue;
    EXPECT_GT(*end, *key.key.retired_at + seconds(86'400 + 3'600));
    EXPECT_NE(ring.find(key.key.purpose, key.key.id, *end - milliseconds(1)), nullptr);
    EXPECT_EQ(ring.find(key.key.purpose, key.key.id, *end), nullptr);
  }
}

TEST(KeyRing, TwoRotationsWithinAMinuteLeaveNoGap) {
  std::vector<SigningKey> keys = rotated(first_keys(), kStart + seconds(1000), 2);
  keys = rotated(keys, kStart + seconds(1030), 3);
  const KeyRing ring(keys);
  for (int second = 0; second < 1200; ++second)
    for (const KeyPurpose purpose : kKeyPurposes)
      ASSERT_NE(ring.signing_key(purpose, kStart + seconds(second)), nullptr) << second;
  int signing = 0;
  for (const RingKey& key : ring.keys()) signing += !key.key.retired_at;
  EXPECT_EQ(signing, 3);
}

TEST(KeyRing, OfTwoKeysFromOneMomentAllNodesTakeTheSame) {
  std::vector<SigningKey> keys = first_keys();
  SeededRandom random(9);
  const std::vector<SigningKey> others = make_first_keys(kStart, random);
  keys.insert(keys.end(), others.begin(), others.end());
  const std::vector<SigningKey> reversed(keys.rbegin(), keys.rend());
  for (const KeyPurpose purpose : kKeyPurposes)
    EXPECT_EQ(KeyRing(keys).signing_key(purpose, kStart)->key.id,
              KeyRing(reversed).signing_key(purpose, kStart)->key.id);
}

TEST(KeyRing, PublishesWhatVerifiesEntriesAndTickets) {
  const std::vector<SigningKey> keys = rotated(first_keys(), kStart, 2);
  const KeyRing ring(keys);
  const auto document = parse_strict_json(ring.jwks(kStart));
  ASSERT_TRUE(document);
  const auto& published = document->at("keys").as_array();
  EXPECT_EQ(published.size(), 4u);  // two that sign now, two that will
  for (const auto& jwk : published) {
    EXPECT_EQ(jwk.at("kty"), "OKP");
    EXPECT_EQ(jwk.at("crv"), "Ed25519");
    EXPECT_EQ(jwk.at("alg"), "EdDSA");
    const auto purpose = parse_key_purpose(jwk.at("use").as_string().c_str());
    const auto id = parse_key_id(jwk.at("kid").as_string().c_str());
    ASSERT_TRUE(purpose && id);
    EXPECT_NE(*purpose, KeyPurpose::queue);
    const RingKey* const key = ring.find(*purpose, *id, kStart);
    ASSERT_NE(key, nullptr);
    EXPECT_EQ(from_base64url(jwk.at("x").as_string().c_str()), view_of(key->public_key));
    for (const SigningKey& secret : keys)
      EXPECT_EQ(ring.jwks(kStart).find(to_base64url(secret.secret)), std::string::npos);
  }
  const Time after = kStart + seconds(900 * 86'400LL);
  EXPECT_EQ(parse_strict_json(ring.jwks(after))->at("keys").as_array().size(), 2u);
}

// RFC 8037, appendix A: the seed and its public key.
TEST(KeyRing, MakesThePublicKeyOfTheStandard) {
  const auto seed = from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
  const auto key = make_signing_key("00000001", "entry", *seed, kStart, {});
  EXPECT_EQ(to_base64url(view_of(KeyRing({*key}).keys()[0].public_key)),
            "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
}

TEST(SigningKeys, AreReadFromWhatAStoreKeeps) {
  const Bytes secret(32, 's');
  const auto key = make_signing_key("0000abcd", "ticket", secret, kStart, kStart + seconds(1));
  ASSERT_TRUE(key);
  EXPECT_EQ(to_text(key->id), "0000abcd");
  EXPECT_EQ(key->purpose, KeyPurpose::ticket);
  EXPECT_EQ(key->secret, secret);
  for (const char* id : {"", "abcd", "0000ABCD", "0000abcd0", "0000abcg", "../../etc"})
    EXPECT_FALSE(make_signing_key(id, "ticket", secret, kStart, {})) << id;
  EXPECT_FALSE(make_signing_key("0000abcd", "session", secret, kStart, {}));
  EXPECT_FALSE(make_signing_key("0000abcd", "ticket", secret.substr(1), kStart, {}));
}

TEST(KeyRingDeathTest, RefusesTwoKeysOfOneId) {
  const std::vector<SigningKey> keys = first_keys();
  EXPECT_DEATH(KeyRing({keys[0], keys[0]}), "two keys have the id");
}

}  // namespace
}  // namespace frontrow::identity
