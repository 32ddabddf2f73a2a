#include "identity/key_ring.h"

#include <sodium.h>

#include <algorithm>

#include "base/check.h"
#include "base/json_writer.h"
#include "identity/system_random.h"

namespace frontrow::identity {
namespace {

constexpr std::array<std::string_view, kKeyPurposes.size()> kNames{"queue", "entry", "ticket"};
constexpr std::size_t kSecretBytes = 32;
constexpr std::size_t kKeyIdBytes = 4;

// Longer than anything that the key signs is used: a place waits at most for its sale's end, an
// entry lives a day and an hour at most unless staff extend it, a printed ticket waits for its
// show.
constexpr Duration life_after_retirement(KeyPurpose purpose) {
  constexpr Duration kDay = seconds(86'400);
  switch (purpose) {
    case KeyPurpose::queue:
      return {400 * kDay.ms};
    case KeyPurpose::entry:
      return {7 * kDay.ms};
    case KeyPurpose::ticket:
      return {800 * kDay.ms};
  }
  return {};
}

RingKey expand(const SigningKey& key) {
  FRONTROW_CHECK(key.secret.size() == kSecretBytes, "key {} has {} bytes", to_text(key.id),
                 key.secret.size());
  RingKey expanded;
  expanded.key = key;
  if (key.purpose == KeyPurpose::queue) return expanded;
  crypto_sign_ed25519_seed_keypair(expanded.public_key.data(), expanded.private_key.data(),
                                   reinterpret_cast<const unsigned char*>(key.secret.data()));
  if (key.purpose == KeyPurpose::entry)
    expanded.entry_header =
        to_base64url(R"({"alg":"EdDSA","kid":")" + to_text(key.id) + R"(","typ":"entry+jwt"})");
  return expanded;
}

bool has_ended(const SigningKey& key, Time now) {
  const std::optional<Time> end = ends_at(key);
  return end && now >= *end;
}

KeyId unused_id(const std::vector<KeyId>& taken, Random& random) {
  KeyId id;
  do {
    random.fill(&id.value, sizeof id.value);
  } while (std::find(taken.begin(), taken.end(), id) != taken.end());
  return id;
}

std::vector<SigningKey> make_keys(std::vector<KeyId> taken, Time signs_from, Random& random) {
  std::vector<SigningKey> keys;
  for (const KeyPurpose purpose : kKeyPurposes) {
    SigningKey key{.id = unused_id(taken, random),
                   .purpose = purpose,
                   .secret = Bytes(kSecretBytes, '\0'),
                   .signs_from = signs_from};
    random.fill(key.secret.data(), key.secret.size());
    taken.push_back(key.id);
    keys.push_back(std::move(key));
  }
  return keys;
}

}  // namespace

std::string_view to_text(KeyPurpose purpose) {
  return kNames[static_cast<std::size_t>(purpose)];
}

std::optional<KeyPurpose> parse_key_purpose(std::string_view text) {
  for (const KeyPurpose purpose : kKeyPurposes)
    if (to_text(purpose) == text) return purpose;
  return {};
}

std::string to_text(KeyId id) {
  return fmt::format("{:08x}", id.value);
}

std::optional<KeyId> parse_key_id(std::string_view text) {
  const auto bytes = from_hex(text);
  if (!bytes || bytes->size() != kKeyIdBytes) return {};
  KeyId id;
  for (const char byte : *bytes) id.value = id.value << 8 | static_cast<unsigned char>(byte);
  if (to_text(id) != text) return {};
  return id;
}

std::optional<SigningKey> make_signing_key(std::string_view id, std::string_view purpose,
                                           Bytes secret, Time signs_from,
                                           std::optional<Time> retired_at) {
  const auto key_id = parse_key_id(id);
  const auto key_purpose = parse_key_purpose(purpose);
  if (!key_id || !key_purpose || secret.size() != kSecretBytes) return {};
  return SigningKey{*key_id, *key_purpose, std::move(secret), signs_from, retired_at};
}

std::optional<Time> ends_at(const SigningKey& key) {
  if (!key.retired_at) return {};
  return *key.retired_at + life_after_retirement(key.purpose);
}

KeyRing::KeyRing(const std::vector<SigningKey>& keys) {
  initialize_crypto();
  for (const SigningKey& key : keys) {
    for (const RingKey& other : keys_)
      FRONTROW_CHECK(other.key.id != key.id, "two keys have the id {}", to_text(key.id));
    keys_.push_back(expand(key));
  }
}

const RingKey* KeyRing::signing_key(KeyPurpose purpose, Time at) const {
  const RingKey* newest = nullptr;
  for (const RingKey& candidate : keys_) {
    const SigningKey& key = candidate.key;
    if (key.purpose != purpose || key.signs_from > at) continue;
    if (key.retired_at && *key.retired_at <= at) continue;
    // Of two that sign from the same moment all nodes must take the same one.
    if (!newest || newest->key.signs_from < key.signs_from ||
        (newest->key.signs_from == key.signs_from && newest->key.id < key.id))
      newest = &candidate;
  }
  return newest;
}

const RingKey* KeyRing::find(KeyPurpose purpose, KeyId id, Time now) const {
  for (const RingKey& candidate : keys_)
    if (candidate.key.id == id)
      return candidate.key.purpose == purpose && !has_ended(candidate.key, now) ? &candidate
                                                                                : nullptr;
  return nullptr;
}

std::string KeyRing::jwks(Time now) const {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("keys").begin_array();
  for (const RingKey& candidate : keys_) {
    if (candidate.key.purpose == KeyPurpose::queue || has_ended(candidate.key, now)) continue;
    json.begin_object().key("kty").string("OKP").key("crv").string("Ed25519");
    json.key("alg").string("EdDSA").key("use").string(to_text(candidate.key.purpose));
    json.key("kid").string(to_text(candidate.key.id));
    json.key("x").string(to_base64url(view_of(candidate.public_key))).end_object();
  }
  json.end_array().end_object();
  return out;
}

std::vector<SigningKey> make_first_keys(Time now, Random& random) {
  return make_keys({}, now, random);
}

Rotation rotate(const KeyRing& ring, Time now, Random& random) {
  const Time from = now + kRotationDelay;
  Rotation rotation;
  std::vector<KeyId> taken;
  for (const RingKey& old : ring.keys()) {
    taken.push_back(old.key.id);
    if (old.key.retired_at) continue;
    rotation.retired.push_back(old.key);
    rotation.retired.back().retired_at = from;
  }
  rotation.added = make_keys(std::move(taken), from, random);
  return rotation;
}

}  // namespace frontrow::identity
