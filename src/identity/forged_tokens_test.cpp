// Forged queue tokens, entry tokens and tickets: one row a forgery. Entry tokens are asked for with
// and without a cache that knows the true token.
#include <gtest/gtest.h>
#include <sodium.h>

#include <algorithm>
#include <string>
#include <vector>

#include "identity/entry_tokens.h"
#include "identity/forgeries_for_tests.h"
#include "identity/provider_for_tests.h"
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

// The decoded bytes changed, and encoded again.
std::string with_byte(const std::string& token, std::size_t at, char value) {
  Bytes bytes = *from_base64url(token);
  bytes[at] = value;
  return to_base64url(bytes);
}

// A version that we never made, under our own MAC.
std::string of_version_two(const std::string& token) {
  Bytes bytes = from_base64url(token)->substr(0, 29);
  bytes[0] = 2;
  const Bytes secret(32, 'q');
  std::array<std::uint8_t, 16> mac;
  crypto_generichash_blake2b(mac.data(), mac.size(),
                             reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
                             reinterpret_cast<const unsigned char*>(secret.data()), secret.size());
  return to_base64url(bytes.append(view_of(mac)));
}

// --- Queue tokens --------------------------------------------------------------------------------

TEST(ForgedTokens, OfTheQueueAreRefused) {
  const QueueClaims claims{.sale_no = 7, .place = 1000, .user = id_of<UserId>(3)};
  const std::string good = make_queue_token(ring(), claims, kNow);
  ASSERT_TRUE(check_queue_token(ring(), good, kNow));
  std::vector<Forgery> rows = mutations(good);
  const std::vector<Forgery> own = {
      {"another version", with_byte(good, 0, 2)},
      {"another version that we signed", of_version_two(good)},
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
      {"white space in the header", signed_by_us(fmt::format("{} ", kHeader), payload)},
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
  Bytes halves_exchanged = bytes;
  std::rotate(halves_exchanged.begin(), halves_exchanged.begin() + 32, halves_exchanged.end());
  return {
      {"an empty signature", header + '.' + payload + '.'},
      {"no signature", header + '.' + payload},
      {"a short signature", header + '.' + payload + '.' + to_base64url(bytes.substr(0, 63))},
      {"a long signature", header + '.' + payload + '.' + to_base64url(bytes + 'x')},
      {"a signature of zeros", header + '.' + payload + '.' + to_base64url(std::string(64, '\0'))},
      {"its halves exchanged", header + '.' + payload + '.' + to_base64url(halves_exchanged)},
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

}  // namespace
}  // namespace frontrow::identity
