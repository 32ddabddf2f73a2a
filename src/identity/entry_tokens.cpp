#include "identity/entry_tokens.h"

#include <sodium.h>

#include <charconv>

#include "base/check.h"
#include "base/encoding.h"
#include "base/planted.h"

namespace frontrow::identity {
namespace {

constexpr std::int64_t kLastSecond = 253'402'300'799;  // of the year 9999
constexpr std::size_t kTokenBytesMax = 512;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string payload_of(const EntryClaims& claims) {
  const std::int64_t issued = claims.issued_at.ms / 1000;
  const std::int64_t expires = (claims.expires_at.ms + 999) / 1000;
  FRONTROW_CHECK(claims.issued_at.ms >= 0 && expires >= 0 && expires <= kLastSecond,
                 "an entry token from {} to {} ms", claims.issued_at.ms, claims.expires_at.ms);
  return fmt::format(R"({{"aud":"{}","exp":{},"iat":{},"jti":"{}","sub":"{}"}})",
                     to_text(claims.concert), expires, issued, to_text(claims.entry),
                     to_text(claims.user));
}

// Takes the payload apart in its one form, from the front.
class PayloadReader {
 public:
  explicit PayloadReader(std::string_view text) : rest_(text) {}

  PayloadReader& literal(std::string_view expected) {
    good_ = good_ && rest_.starts_with(expected);
    if (good_) rest_.remove_prefix(expected.size());
    return *this;
  }

  template <class IdType>
  PayloadReader& id(IdType& out) {
    const std::size_t end = good_ ? rest_.find('"') : std::string_view::npos;
    const auto parsed = end == std::string_view::npos ? std::optional<IdType>()
                                                      : parse_id<IdType>(rest_.substr(0, end));
    good_ = parsed.has_value();
    if (!good_) return *this;
    out = *parsed;
    rest_.remove_prefix(end);
    return *this;
  }

  // Digits without a leading zero.
  PayloadReader& seconds(Time& out) {
    std::int64_t value = 0;
    const char* const begin = rest_.data();
    const auto [end, error] = std::from_chars(begin, begin + rest_.size(), value);
    good_ = good_ && error == std::errc() && value >= 0 && value <= kLastSecond &&
            (*begin != '0' || end == begin + 1) && *begin != '-';
    if (!good_) return *this;
    out = Time{value * 1000};
    rest_.remove_prefix(static_cast<std::size_t>(end - begin));
    return *this;
  }

  bool finished() const { return good_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

std::optional<EntryClaims> read_payload(std::string_view payload) {
  EntryClaims claims;
  PayloadReader reader(payload);
  reader.literal(R"({"aud":")").id(claims.concert);
  reader.literal(R"(","exp":)").seconds(claims.expires_at);
  reader.literal(R"(,"iat":)").seconds(claims.issued_at);
  reader.literal(R"(,"jti":")").id(claims.entry);
  reader.literal(R"(","sub":")").id(claims.user).literal(R"("})");
  if (!reader.finished()) return {};
  return claims;
}

const RingKey* key_of_header(const KeyRing& ring, std::string_view header, Time now) {
  for (const RingKey& candidate : ring.keys())
    if (candidate.key.purpose == KeyPurpose::entry && candidate.entry_header == header)
      return ring.find(KeyPurpose::entry, candidate.key.id, now);
  return nullptr;
}

// Everything but the expiry. The header's exact bytes say which key, and so the one algorithm.
std::optional<EntryClaims> verify(const KeyRing& ring, std::string_view text, Time now) {
  if (text.size() > kTokenBytesMax) return {};
  const std::size_t header_end = text.find('.');
  const std::size_t payload_end = text.rfind('.');
  if (header_end == std::string_view::npos || header_end == payload_end) return {};
  const RingKey* const key = key_of_header(ring, text.substr(0, header_end), now);
  if (!key) return {};
  const auto payload = from_base64url(text.substr(header_end + 1, payload_end - header_end - 1));
  const auto signature = from_base64url(text.substr(payload_end + 1));
  if (!payload || !signature || signature->size() != crypto_sign_BYTES) return {};
  std::optional<EntryClaims> claims = read_payload(*payload);
  if (!claims) return {};
  if (crypto_sign_ed25519_verify_detached(bytes_of(*signature), bytes_of(text), payload_end,
                                          key->public_key.data()) != 0 &&
      !planted(Bug::forged_entry_taken))
    return {};
  // A key signs nothing outside its time, so such a token comes from someone who stole it.
  const std::optional<Time> retired = key->key.retired_at;
  if (retired && claims->issued_at >= *retired) return {};
  claims->key = key->key.id;
  return claims;
}

}  // namespace

std::optional<KeyId> entry_key_at(const KeyRing& ring, Time issued_at) {
  const RingKey* const key = ring.signing_key(KeyPurpose::entry, issued_at);
  if (!key) return {};
  return key->key.id;
}

std::string sign_entry_token(const KeyRing& ring, const EntryClaims& claims,
                             EntryTokenCache* cache) {
  const RingKey* const key = ring.find(KeyPurpose::entry, claims.key, claims.issued_at);
  FRONTROW_CHECK(key != nullptr, "no entry key {}", to_text(claims.key));
  std::string token = key->entry_header + '.' + to_base64url(payload_of(claims));
  std::array<std::uint8_t, crypto_sign_BYTES> signature;
  crypto_sign_ed25519_detached(signature.data(), nullptr, bytes_of(token), token.size(),
                               key->private_key.data());
  token += '.';
  token += to_base64url(view_of(signature));
  if (cache) cache->put(cache->fingerprint_of(token), as_read(claims));
  return token;
}

EntryClaims as_read(EntryClaims claims) {
  claims.issued_at = Time{claims.issued_at.ms / 1000 * 1000};
  claims.expires_at = Time{(claims.expires_at.ms + 999) / 1000 * 1000};
  return claims;
}

Result<EntryClaims, TokenFault> check_entry_token(const KeyRing& ring, std::string_view text,
                                                  Time now, EntryTokenCache* cache) {
  const TokenFingerprint fingerprint = cache ? cache->fingerprint_of(text) : TokenFingerprint();
  std::optional<EntryClaims> claims = cache ? cache->find(fingerprint) : std::nullopt;
  if (claims) {
    if (!ring.find(KeyPurpose::entry, claims->key, now)) return TokenFault::invalid;
  } else {
    claims = verify(ring, text, now);
    if (!claims) return TokenFault::invalid;
    if (cache) cache->put(fingerprint, *claims);
  }
  if (now >= claims->expires_at) return TokenFault::expired;
  return *claims;
}

}  // namespace frontrow::identity
