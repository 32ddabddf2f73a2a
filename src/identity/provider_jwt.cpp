#include "identity/provider_jwt.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <boost/json/monotonic_resource.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <mutex>

#include "base/check.h"
#include "identity/strict_json.h"

namespace frontrow::identity {
namespace {

namespace json = boost::json;
constexpr std::int64_t kLastSecond = 253'402'300'799;  // of the year 9999
constexpr std::size_t kPartsOfJws = 3;

constexpr std::array<std::string_view, 10> kFaults{
    "malformed",     "wrong algorithm", "unsupported",    "unknown issuer", "unknown key",
    "bad signature", "bad claims",      "wrong audience", "not yet valid",  "expired"};

// The header of the first token that was accepted, as it was sent, and the key that it chose: a
// provider sends the same with all its tokens, and then it need not be read again.
class AcceptedHeader {
 public:
  // Null for any other header.
  const VerificationKey* key_of(std::string_view text) const {
    return is_set_.load(std::memory_order_acquire) && text == text_ ? key_ : nullptr;
  }
  void set(std::string_view text, const VerificationKey* key) {
    if (is_set_.load(std::memory_order_relaxed)) return;
    const std::lock_guard lock(mutex_);
    if (is_set_.load(std::memory_order_relaxed)) return;
    text_ = text;
    key_ = key;
    is_set_.store(true, std::memory_order_release);
  }

 private:
  std::mutex mutex_;  // of those who set it
  std::atomic<bool> is_set_ = false;
  std::string text_;
  const VerificationKey* key_ = nullptr;
};

struct Issuer {
  Provider provider;
  std::vector<NamedKey> keys;
  std::unique_ptr<AcceptedHeader> accepted = std::make_unique<AcceptedHeader>();
};

struct Jws {
  std::string_view header;       // as it was sent
  std::string_view signed_part;  // header and payload as they were sent
  json::object payload;
  Bytes signature;
};

std::optional<json::object> decode_object(std::string_view part, const json::storage_ptr& storage) {
  const auto text = from_base64url(part);
  if (!text) return {};
  auto value = parse_strict_json(*text, storage);
  if (!value || !value->is_object()) return {};
  return std::move(value->get_object());
}

std::optional<Jws> take_apart(std::string_view token, const json::storage_ptr& storage) {
  const std::size_t header_end = token.find('.'), payload_end = token.rfind('.');
  auto payload = decode_object(token.substr(header_end + 1, payload_end - header_end - 1), storage);
  auto signature = from_base64url(token.substr(payload_end + 1));
  if (!payload || !signature) return {};
  return Jws{token.substr(0, header_end), token.substr(0, payload_end), std::move(*payload),
             std::move(*signature)};
}

// A member that is a string; empty where it is missing or something else.
std::optional<std::string_view> text_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (!value || !value->is_string()) return {};
  return std::string_view(value->get_string().data(), value->get_string().size());
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
  });
}

// Types of tokens that say who someone is (RFC 7519, 5.1; RFC 9068, 2.1). Providers may leave it
// out.
bool is_known_type(const json::object& header) {
  if (!header.contains("typ")) return true;
  const auto type = text_member(header, "typ");
  if (!type) return false;
  for (const std::string_view known : {"JWT", "application/jwt", "at+jwt", "application/at+jwt"})
    if (equal_ignoring_case(*type, known)) return true;
  return false;
}

std::optional<JwtFault> fault_of_header(const json::object& header, JwtAlgorithm algorithm) {
  if (text_member(header, "alg") != to_text(algorithm)) return JwtFault::wrong_algorithm;
  for (const std::string_view name : {"crit", "enc", "zip", "cty", "b64"})
    if (header.contains(name)) return JwtFault::unsupported;
  if (!is_known_type(header)) return JwtFault::unsupported;
  return {};
}

// The key is chosen among the configured ones alone; whatever else a header says about keys
// (`jwk`, `jku`, `x5c`, `x5u`) is never looked at (RFC 8725, 3.10).
const VerificationKey* key_for(const Issuer& issuer, const json::object& header) {
  const bool named = issuer.keys.front().kid.has_value() || issuer.keys.size() > 1;
  if (!named) return issuer.keys.front().key.get();
  if (!header.contains("kid"))
    return issuer.keys.size() == 1 ? issuer.keys.front().key.get() : nullptr;
  const auto kid = text_member(header, "kid");
  if (!kid) return nullptr;
  for (const NamedKey& candidate : issuer.keys)
    if (candidate.kid == *kid) return candidate.key.get();
  return nullptr;
}

// A NumericDate of whole seconds from 1970 to 9999.
std::optional<Time> seconds_member(const json::object& object, std::string_view name) {
  const json::value* const value = object.if_contains(name);
  if (!value || !value->is_int64()) return {};
  const std::int64_t seconds = value->get_int64();
  if (seconds < 0 || seconds > kLastSecond) return {};
  return Time{seconds * 1000};
}

bool has_audience(const json::object& payload, std::string_view wanted) {
  const json::value* const audience = payload.if_contains("aud");
  if (!audience) return false;
  if (audience->is_string()) return audience->get_string() == wanted;
  if (!audience->is_array()) return false;
  bool found = false;
  for (const json::value& one : audience->get_array()) {
    if (!one.is_string()) return false;
    found = found || one.get_string() == wanted;
  }
  return found;
}

struct Claims {
  ProviderUser user;
  std::optional<Time> issued_at;
};

Result<Claims, JwtFault> read_claims(const json::object& payload, const Provider& provider) {
  const auto subject = text_member(payload, "sub");
  const auto expires = seconds_member(payload, "exp");
  const auto not_before = seconds_member(payload, "nbf");
  const auto issued = seconds_member(payload, "iat");
  if (!subject || subject->empty() || subject->size() > kSubjectBytesMax || !expires ||
      (payload.contains("nbf") && !not_before) || (payload.contains("iat") && !issued))
    return JwtFault::bad_claims;
  if (!has_audience(payload, provider.audience)) return JwtFault::wrong_audience;
  const Duration leeway = seconds(provider.leeway_seconds);
  return Claims{{provider_user_id(provider.issuer, *subject),
                 not_before ? *not_before - leeway : Time{0}, *expires + leeway},
                issued};
}

std::optional<JwtFault> fault_of_time(const ProviderUser& user, Time now) {
  if (now < user.not_before) return JwtFault::not_yet_valid;
  if (now >= user.expires_at) return JwtFault::expired;
  return {};
}

Result<const VerificationKey*, JwtFault> key_of_header(const Issuer& issuer,
                                                       const json::object& header) {
  if (const auto fault = fault_of_header(header, issuer.provider.algorithm)) return *fault;
  const VerificationKey* const key = key_for(issuer, header);
  if (!key) return JwtFault::unknown_key;
  return key;
}

Result<ProviderUser, JwtFault> verify(const Issuer& issuer, const Jws& jws,
                                      const VerificationKey& key, Time now) {
  if (!key.verifies(jws.signed_part, jws.signature)) return JwtFault::bad_signature;
  const auto claims = read_claims(jws.payload, issuer.provider);
  if (!claims) return claims.error();
  const Duration ahead = kIssuedAheadMax + seconds(issuer.provider.leeway_seconds);
  if (claims->issued_at && *claims->issued_at > now + ahead) return JwtFault::not_yet_valid;
  return claims->user;
}

std::string fault_of_settings(const Provider& provider, const std::vector<Issuer>& others) {
  if (provider.issuer.empty() || provider.issuer.find('\0') != std::string::npos)
    return "it has no issuer, or one with a zero byte";
  if (provider.audience.empty()) return "it has no audience";
  if (provider.leeway_seconds < 0 || provider.leeway_seconds > 3600)
    return "its leeway is not 0 to 3600 seconds";
  for (const Issuer& other : others)
    if (other.provider.issuer == provider.issuer) return "it is there twice";
  return "";
}

}  // namespace

struct ProviderJwts::Parts {
  std::vector<Issuer> issuers;
  TokenCache<ProviderUser> cache;
};

std::string_view to_text(JwtFault fault) {
  return kFaults[static_cast<std::size_t>(fault)];
}

bool looks_like_jwt(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '.')) == kPartsOfJws - 1 &&
         text.front() != '.' && text.back() != '.';
}

UserId provider_user_id(std::string_view issuer, std::string_view subject) {
  std::string name(issuer);
  name.append(1, '\0').append(subject);
  const boost::uuids::uuid made = boost::uuids::name_generator_sha1(boost::uuids::ns::url())(name);
  UserId user;
  std::copy(made.begin(), made.end(), user.uuid.bytes.begin());
  return user;
}

Result<std::shared_ptr<ProviderJwts>, std::string> ProviderJwts::make(
    std::vector<Provider> providers) {
  auto parts = std::make_unique<Parts>();
  for (Provider& provider : providers) {
    const std::string who = "identity provider \"" + provider.issuer + "\": ";
    if (std::string fault = fault_of_settings(provider, parts->issuers); !fault.empty())
      return who + fault;
    auto keys = read_verification_keys(provider.algorithm, provider.key);
    if (!keys) return who + "key: " + keys.error();
    provider.key.clear();
    parts->issuers.push_back({std::move(provider), std::move(*keys)});
  }
  return std::shared_ptr<ProviderJwts>(new ProviderJwts(std::move(parts)));
}

ProviderJwts::ProviderJwts(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ProviderJwts::~ProviderJwts() = default;

bool ProviderJwts::empty() const {
  return parts_->issuers.empty();
}

Result<ProviderUser, JwtFault> ProviderJwts::check(std::string_view token, Time now) {
  if (token.size() > kProviderJwtBytesMax) return JwtFault::malformed;
  const TokenFingerprint fingerprint = parts_->cache.fingerprint_of(token);
  if (const auto known = parts_->cache.find(fingerprint)) {
    if (const auto fault = fault_of_time(*known, now)) return *fault;
    return *known;
  }
  auto user = read(token, now);
  if (!user) return user;
  parts_->cache.put(fingerprint, *user);
  if (const auto fault = fault_of_time(*user, now)) return *fault;
  return user;
}

Result<ProviderUser, JwtFault> ProviderJwts::read(std::string_view token, Time now) const {
  if (!looks_like_jwt(token)) return JwtFault::malformed;
  // A token's few members fit a block on the stack; the objects die before it.
  std::array<unsigned char, 4096> block;
  json::monotonic_resource resource(block.data(), block.size());
  const auto jws = take_apart(token, &resource);
  if (!jws) return JwtFault::malformed;
  const auto name = text_member(jws->payload, "iss");
  const auto issuer = std::find_if(parts_->issuers.begin(), parts_->issuers.end(),
                                   [&](const Issuer& one) { return name == one.provider.issuer; });
  const bool is_known = issuer != parts_->issuers.end();
  if (is_known) {
    if (const VerificationKey* key = issuer->accepted->key_of(jws->header))
      return verify(*issuer, *jws, *key, now);
  }
  const auto header = decode_object(jws->header, &resource);
  if (!header) return JwtFault::malformed;
  if (!is_known) return JwtFault::unknown_issuer;
  const auto key = key_of_header(*issuer, *header);
  if (!key) return key.error();
  auto user = verify(*issuer, *jws, **key, now);
  if (user) issuer->accepted->set(jws->header, *key);
  return user;
}

}  // namespace frontrow::identity
