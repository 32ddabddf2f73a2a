// The table of forged tokens: one row a forgery, each refused for its own reason, asked with and
// without a cache that knows the true token.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "identity/entry_tokens.h"
#include "identity/provider_for_tests.h"
#include "identity/provider_jwt.h"
#include "identity/queue_tokens.h"
#include "identity/ticket_qr.h"

namespace frontrow::identity {
namespace {

constexpr Time kNow{1'795'000'000'000};
constexpr Time kLongAgo{kNow.ms - 1000 * 86'400'000LL};

template <class IdType>
IdType id_of(std::uint8_t first) {
  IdType id;
  for (std::size_t i = 0; i < 16; ++i) id.uuid.bytes[i] = static_cast<std::uint8_t>(first + i);
  return id;
}

SigningKey key_of(const char* id, const char* purpose, char secret,
                  std::optional<Time> retired_at = {}) {
  return *make_signing_key(id, purpose, Bytes(32, secret), Time{0}, retired_at);
}

const KeyRing& ring() {
  static const KeyRing ring({
      key_of("0000000a", "queue", 'q'),
      key_of("0000000b", "entry", 'e'),
      key_of("0000000c", "ticket", 't'),
      key_of("00000001", "queue", 'Q', kLongAgo),
      key_of("00000002", "entry", 'E', kLongAgo),
      key_of("00000003", "ticket", 'T', kLongAgo),
      key_of("00000004", "entry", 'R', kNow - seconds(60)),
  });
  return ring;
}

// Someone else's keys under our ids, and our secrets under ids that we do not have.
const KeyRing& strangers_ring() {
  static const KeyRing ring({key_of("0000000a", "queue", 'x'), key_of("0000000b", "entry", 'x'),
                             key_of("0000000c", "ticket", 'x')});
  return ring;
}
const KeyRing& renamed_ring() {
  static const KeyRing ring({key_of("000000aa", "queue", 'q'), key_of("000000bb", "entry", 'e'),
                             key_of("000000cc", "ticket", 't')});
  return ring;
}
// Our secrets and ids with the purposes exchanged.
const KeyRing& exchanged_ring() {
  static const KeyRing ring({key_of("0000000b", "queue", 'e'), key_of("0000000c", "entry", 't'),
                             key_of("0000000a", "ticket", 'q')});
  return ring;
}
// What our old keys signed before they were retired.
const KeyRing& ended_ring() {
  static const KeyRing ring({key_of("00000001", "queue", 'Q'), key_of("00000002", "entry", 'E'),
                             key_of("00000003", "ticket", 'T')});
  return ring;
}

struct Forgery {
  std::string name;
  std::string text;
};

// Forgeries that make sense for every text with a signature: cut, grown, padded, re-encoded, and a
// bit flipped in each of its characters.
std::vector<Forgery> mutations(const std::string& good) {
  std::vector<Forgery> out = {{"empty", ""},
                              {"one character", good.substr(0, 1)},
                              {"cut by one", good.substr(0, good.size() - 1)},
                              {"cut by four", good.substr(0, good.size() - 4)},
                              {"its second half", good.substr(good.size() / 2)},
                              {"padded", good + "="},
                              {"padded twice", good + "=="},
                              {"grown", good + "A"},
                              {"grown by a group", good + "AAAA"},
                              {"a space before", " " + good},
                              {"a space after", good + " "},
                              {"a line end after", good + "\n"},
                              {"a zero byte after", good + std::string(1, '\0')},
                              {"twice", good + good},
                              {"very long", std::string(100'000, 'A')}};
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 1);
    out.push_back({"bit 0 of character " + std::to_string(i), flipped});
    flipped[i] = static_cast<char>(good[i] ^ 0x20);
    out.push_back({"other case of character " + std::to_string(i), flipped});
  }
  return out;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  FRONTROW_CHECK(at != std::string::npos, "{} is not in {}", from, text);
  return text.replace(at, from.size(), to);
}

// The decoded bytes changed, and encoded again.
std::string with_byte(const std::string& token, std::size_t at, char value) {
  Bytes bytes = *from_base64url(token);
  bytes[at] = value;
  return to_base64url(bytes);
}

// --- Queue tokens --------------------------------------------------------------------------------

TEST(ForgedTokens, OfTheQueueAreRefused) {
  const QueueClaims claims{.sale_no = 7, .place = 1000, .user = id_of<UserId>(3)};
  const std::string good = make_queue_token(ring(), claims, kNow);
  ASSERT_TRUE(check_queue_token(ring(), good, kNow));
  std::vector<Forgery> rows = mutations(good);
  const std::vector<Forgery> own = {
      {"another version", with_byte(good, 0, 2)},
      {"version zero", with_byte(good, 0, 0)},
      {"another key's id", with_byte(good, 4, 1)},
      {"an unknown key's id", with_byte(good, 4, 99)},
      {"another sale", with_byte(good, 8, 8)},
      {"a better place", with_byte(good, 11, 0)},
      {"place one", with_byte(good, 12, 1)},
      {"another user", with_byte(good, 13, 99)},
      {"another MAC", with_byte(good, 44, 0)},
      {"no MAC", good.substr(0, 39)},
      {"a MAC of zeros", good.substr(0, 38) + "gAAAAAAAAAAAAAAAAAAAAA"},
      {"a stranger's secret", make_queue_token(strangers_ring(), claims, kNow)},
      {"our secret under an unknown id", make_queue_token(renamed_ring(), claims, kNow)},
      {"the secret and id of an entry key", make_queue_token(exchanged_ring(), claims, kNow)},
      {"a key whose end has come", make_queue_token(ended_ring(), claims, kNow)},
      {"the standard alphabet of base64", "+/" + good.substr(2)},
      {"an entry token", sign_entry_token(ring(), {.key = KeyId{11},
                                                   .entry = id_of<EntryId>(1),
                                                   .concert = id_of<ConcertId>(2),
                                                   .user = claims.user,
                                                   .issued_at = kNow,
                                                   .expires_at = kNow + seconds(60)})},
  };
  rows.insert(rows.end(), own.begin(), own.end());
  for (const Forgery& row : rows)
    EXPECT_FALSE(check_queue_token(ring(), row.text, kNow)) << row.name << ": " << row.text;
}

// --- Entry tokens --------------------------------------------------------------------------------

constexpr std::string_view kHeader = R"({"alg":"EdDSA","kid":"0000000b","typ":"entry+jwt"})";

EntryClaims entry_claims() {
  return {.key = KeyId{11},
          .entry = id_of<EntryId>(1),
          .concert = id_of<ConcertId>(2),
          .user = id_of<UserId>(3),
          .issued_at = kNow,
          .expires_at = kNow + seconds(600)};
}

std::string part(const std::string& token, int number) {
  std::size_t begin = 0;
  for (int i = 0; i < number; ++i) begin = token.find('.', begin) + 1;
  return token.substr(begin, token.find('.', begin) - begin);
}

std::string payload_of(const std::string& token) {
  return *from_base64url(part(token, 1));
}

// Signed by our own key, so that only the strictness of reading can refuse it.
std::string signed_by_us(std::string_view header, std::string_view payload) {
  const RingKey* const key = ring().find(KeyPurpose::entry, KeyId{11}, kNow);
  std::string token = encoded(header, payload);
  std::array<std::uint8_t, 64> signature;
  EVP_PKEY* const ed25519 = EVP_PKEY_new_raw_private_key(
      EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(key->key.secret.data()),
      32);
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  std::size_t size = signature.size();
  FRONTROW_CHECK(EVP_DigestSignInit(context, nullptr, nullptr, nullptr, ed25519) == 1 &&
                 EVP_DigestSign(context, signature.data(), &size,
                                reinterpret_cast<const unsigned char*>(token.data()),
                                token.size()) == 1);
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(ed25519);
  return token + '.' + to_base64url(view_of(signature));
}

std::vector<Forgery> forged_entry_headers(const std::string& good) {
  const std::string payload = payload_of(good);
  const RingKey* const key = ring().find(KeyPurpose::entry, KeyId{11}, kNow);
  const std::string public_key(view_of(key->public_key));
  return {
      {"alg none", encoded(R"({"alg":"none","kid":"0000000b","typ":"entry+jwt"})", payload) + '.'},
      {"alg none under our header", encoded(kHeader, payload) + '.'},
      {"alg None with our signature",
       signed_by_us(replaced(std::string(kHeader), "EdDSA", "None"), payload)},
      {"HS256 with the public key as secret",
       hs256_signed(public_key, replaced(std::string(kHeader), "EdDSA", "HS256"), payload)},
      {"HS256 under our header", hs256_signed(public_key, kHeader, payload)},
      {"another type", signed_by_us(replaced(std::string(kHeader), "entry+jwt", "JWT"), payload)},
      {"no type", signed_by_us(R"({"alg":"EdDSA","kid":"0000000b"})", payload)},
      {"no kid", signed_by_us(R"({"alg":"EdDSA","typ":"entry+jwt"})", payload)},
      {"a kid that is a path",
       signed_by_us(replaced(std::string(kHeader), "0000000b", "../../dev/null"), payload)},
      {"a kid that is SQL",
       signed_by_us(replaced(std::string(kHeader), "0000000b", "' OR 1=1 --"), payload)},
      {"the kid in upper case",
       signed_by_us(replaced(std::string(kHeader), "0000000b", "0000000B"), payload)},
      {"the kid of an unknown key",
       signed_by_us(replaced(std::string(kHeader), "0000000b", "000000ff"), payload)},
      {"the kid of a ticket key",
       signed_by_us(replaced(std::string(kHeader), "0000000b", "0000000c"), payload)},
      {"a key in the header",
       signed_by_us(R"({"alg":"EdDSA","jwk":{},"kid":"0000000b","typ":"entry+jwt"})", payload)},
      {"critical extensions",
       signed_by_us(R"({"alg":"EdDSA","crit":["x"],"kid":"0000000b","typ":"entry+jwt"})", payload)},
      {"two algorithms",
       signed_by_us(R"({"alg":"EdDSA","alg":"none","kid":"0000000b","typ":"entry+jwt"})", payload)},
      {"another order of the header",
       signed_by_us(R"({"kid":"0000000b","alg":"EdDSA","typ":"entry+jwt"})", payload)},
      {"white space in the header", signed_by_us(std::string(kHeader) + " ", payload)},
      {"an empty header", signed_by_us("", payload)},
  };
}

std::vector<Forgery> forged_entry_payloads(const std::string& good) {
  const std::string payload = payload_of(good);
  const auto with = [&](std::string_view from, std::string_view to) {
    return signed_by_us(kHeader, replaced(payload, from, to));
  };
  return {
      {"an empty payload", signed_by_us(kHeader, "")},
      {"an empty object", signed_by_us(kHeader, "{}")},
      {"no JSON", signed_by_us(kHeader, "claims")},
      {"white space before", signed_by_us(kHeader, " " + payload)},
      {"white space after", signed_by_us(kHeader, payload + "\n")},
      {"white space within", with(",\"iat\"", ", \"iat\"")},
      {"two subjects", with(R"("sub":")", R"("sub":"user_7zzzzzzzzzzzzzzzzzzzzzzzzz","sub":")")},
      {"a further claim", with(R"({"aud")", R"({"adm":1,"aud")")},
      {"the order changed",
       with(R"("exp":1795000600,"iat":1795000000)", R"("iat":1795000000,"exp":1795000600)")},
      {"no exp", with(R"("exp":1795000600,)", "")},
      {"exp as text", with("1795000600", "\"1795000600\"")},
      {"exp with a fraction", with("1795000600", "1795000600.0")},
      {"exp with an exponent", with("1795000600", "1795e6")},
      {"exp far too large", with("1795000600", "99999999999999999999")},
      {"exp after the year 9999", with("1795000600", "253402300800")},
      {"exp negative", with("1795000600", "-1")},
      {"exp minus zero", with("1795000600", "-0")},
      {"exp with a plus", with("1795000600", "+1795000600")},
      {"exp with a leading zero", with("1795000600", "01795000600")},
      {"exp null", with("1795000600", "null")},
      {"exp missing its digits", with("1795000600", "")},
      {"a list of audiences", with(R"("aud":"concert)", R"("aud":["concert)")},
      {"a show as audience", with("concert_", "show_")},
      {"an order as entry", with("entry_", "order_")},
      {"a show as user", with("user_", "show_")},
      {"an id in upper case", with("user_0", "USER_0")},
      {"an empty user", with("user_030g2gc1r81450p30d1r7h048j", "")},
  };
}

std::vector<Forgery> forged_entry_signatures(const std::string& good) {
  EntryClaims ended = entry_claims(), other_user = entry_claims(), retired = entry_claims();
  ended.key = KeyId{2};
  retired.key = KeyId{4};  // retired a minute ago, the token is of now
  other_user.user = id_of<UserId>(200);
  const std::string others = sign_entry_token(ring(), other_user);
  EntryClaims renamed = entry_claims(), exchanged = entry_claims();
  renamed.key = KeyId{0xbb};
  exchanged.key = KeyId{12};
  const std::string header = part(good, 0), payload = part(good, 1), signature = part(good, 2);
  const Bytes bytes = *from_base64url(signature);
  return {
      {"an empty signature", header + '.' + payload + '.'},
      {"no signature", header + '.' + payload},
      {"a short signature", header + '.' + payload + '.' + to_base64url(bytes.substr(0, 63))},
      {"a long signature", header + '.' + payload + '.' + to_base64url(bytes + 'x')},
      {"a signature of zeros", header + '.' + payload + '.' + to_base64url(std::string(64, '\0'))},
      {"its halves exchanged",
       header + '.' + payload + '.' + to_base64url(bytes.substr(32) + bytes.substr(0, 32))},
      {"the signature of another token", header + '.' + payload + '.' + part(others, 2)},
      {"the payload of another token", header + '.' + part(others, 1) + '.' + signature},
      {"four parts", good + ".AAAA"},
      {"five parts, as encrypted tokens have", good + ".AAAA.AAAA"},
      {"an empty first part", '.' + good},
      {"a dot at the end", good + '.'},
      {"dots alone", ".."},
      {"a stranger's key under our id", sign_entry_token(strangers_ring(), entry_claims())},
      {"our secret under an unknown id", sign_entry_token(renamed_ring(), renamed)},
      {"the secret and id of a ticket key", sign_entry_token(exchanged_ring(), exchanged)},
      {"a key whose end has come", sign_entry_token(ended_ring(), ended)},
      {"issued after its key was retired", sign_entry_token(ring(), retired)},
      {"a queue token", make_queue_token(ring(), {1, 1, id_of<UserId>(3)}, kNow)},
  };
}

TEST(ForgedTokens, OfEntriesAreRefused) {
  EntryTokenCache cache;
  const std::string good = sign_entry_token(ring(), entry_claims(), &cache);
  ASSERT_TRUE(check_entry_token(ring(), good, kNow));
  ASSERT_EQ(signed_by_us(kHeader, payload_of(good)), good);
  std::vector<Forgery> rows = mutations(good);
  for (const auto& more :
       {forged_entry_headers(good), forged_entry_payloads(good), forged_entry_signatures(good)})
    rows.insert(rows.end(), more.begin(), more.end());
  for (const Forgery& row : rows)
    for (EntryTokenCache* const known : {static_cast<EntryTokenCache*>(nullptr), &cache}) {
      const auto checked = check_entry_token(ring(), row.text, kNow, known);
      ASSERT_FALSE(checked) << row.name << ": " << row.text;
      EXPECT_EQ(checked.error(), TokenFault::invalid) << row.name;
    }
  EXPECT_EQ(cache.size(), 1u);
}

TEST(ForgedTokens, AnExpiredEntryIsToldApartFromAForgedOne) {
  const std::string good = sign_entry_token(ring(), entry_claims());
  const Time later = kNow + seconds(600);
  EXPECT_EQ(check_entry_token(ring(), good, later).error(), TokenFault::expired);
  std::string forged = good;
  forged.back() = forged.back() == 'A' ? 'Q' : 'A';
  EXPECT_EQ(check_entry_token(ring(), forged, later).error(), TokenFault::invalid);
  // A longer life needs our signature.
  const std::string longer = part(good, 0) + '.' +
                             to_base64url(replaced(payload_of(good), "1795000600", "1795009600")) +
                             '.' + part(good, 2);
  EXPECT_EQ(check_entry_token(ring(), longer, later).error(), TokenFault::invalid);
}

// --- Tickets -------------------------------------------------------------------------------------

TEST(ForgedTokens, OfTicketsAreRefused) {
  const TicketClaims claims{"0123456789ABCDEFGHJKMNPQRS", id_of<ShowId>(5), "A-3-12"};
  const std::string good = sign_ticket(ring(), claims, kNow);
  ASSERT_TRUE(check_ticket(ring(), good, kNow));
  TicketClaims other_code = claims, other_show = claims, other_seat = claims;
  other_code.code.back() = 'T';
  other_show.show = id_of<ShowId>(6);
  other_seat.seat = "A-3-13";
  const auto grafted = [&](const TicketClaims& changed) {  // their claims under our signature
    const std::string text = sign_ticket(ring(), changed, kNow);
    return text.substr(0, text.size() - 100) + good.substr(good.size() - 100);
  };
  std::vector<Forgery> rows = mutations(good);
  const std::vector<Forgery> own = {
      {"another code", grafted(other_code)},
      {"another show", grafted(other_show)},
      {"another seat", grafted(other_seat)},
      {"the code of another ticket", good.substr(0, 4) + other_code.code + good.substr(30)},
      {"another version", "FT2" + good.substr(3)},
      {"no prefix", good.substr(4)},
      {"the code alone", claims.code},
      {"nothing after the code", good.substr(0, 31)},
      {"no signature", good.substr(0, good.size() - 103)},
      {"lower case",
       [&] {
         std::string lower = good;
         for (char& c : lower) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
         return lower;
       }()},
      {"letters that base32 leaves out", good.substr(0, 40) + "ILOU" + good.substr(44)},
      {"a stranger's key under our id", sign_ticket(strangers_ring(), claims, kNow)},
      {"our secret under an unknown id", sign_ticket(renamed_ring(), claims, kNow)},
      {"the secret and id of a queue key", sign_ticket(exchanged_ring(), claims, kNow)},
      {"a key whose end has come", sign_ticket(ended_ring(), claims, kNow)},
      {"an entry token", sign_entry_token(ring(), entry_claims())},
  };
  rows.insert(rows.end(), own.begin(), own.end());
  for (const Forgery& row : rows)
    EXPECT_FALSE(check_ticket(ring(), row.text, kNow)) << row.name << ": " << row.text;
}

// --- Identity providers --------------------------------------------------------------------------

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
      {"a payload with more behind it", rsa_key().sign(kRs256, std::string(kPayload) + "{}"),
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
      {"a queue token", make_queue_token(ring(), {1, 1, id_of<UserId>(3)}, kNow),
       JwtFault::malformed},
      {"an entry token", sign_entry_token(ring(), entry_claims()), JwtFault::unknown_issuer},
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
