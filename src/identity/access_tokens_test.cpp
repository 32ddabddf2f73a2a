#include "identity/access_tokens.h"

#include <gtest/gtest.h>

#include <set>

#include "base/encoding.h"
#include "identity/roles.h"
#include "identity/system_random.h"

namespace frontrow::identity {
namespace {

TEST(AccessTokens, SayTheirKindByTheirShape) {
  SeededRandom random(1);
  const std::string access = make_access_token(random), staff = make_staff_key(random);
  EXPECT_EQ(access.size(), 47u);
  EXPECT_EQ(kind_of_token(access), TokenKind::access);
  EXPECT_EQ(kind_of_token(staff), TokenKind::staff);
}

TEST(AccessTokens, WhatHasAnotherShapeIsNone) {
  SeededRandom random(1);
  const std::string token = make_access_token(random);
  std::string loose = token;  // the last character carries two bits that must be zero
  loose.back() = loose.back() == 'B' ? 'C' : 'B';
  for (const std::string& text :
       {std::string(), std::string("fra_"), token.substr(1), token + "A", token + "=", ' ' + token,
        "frx_" + token.substr(4), "FRA_" + token.substr(4), token.substr(0, 46) + "*", loose})
    EXPECT_FALSE(kind_of_token(text)) << text;
}

TEST(AccessTokens, TheHashIsThatOfTheWholeText) {
  EXPECT_EQ(to_hex(view_of(token_hash("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_NE(token_hash("fra_x"), token_hash("frs_x"));
}

TEST(AccessTokens, OfTheSystemsRandomnessNeverMeet) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(make_access_token(random));
  EXPECT_EQ(seen.size(), 1000u);
}

TEST(TicketCodes, AreTwentySixRandomBase32Characters) {
  SeededRandom random(2);
  std::set<std::string> seen;
  std::set<char> last;
  for (int i = 0; i < 1000; ++i) {
    const std::string code = make_ticket_code(random);
    EXPECT_EQ(code.size(), 26u);
    EXPECT_EQ(parse_ticket_code(code), code);
    seen.insert(code);
    last.insert(code.back());
  }
  EXPECT_EQ(seen.size(), 1000u);
  EXPECT_EQ(last.size(), 32u);  // all five bits of the last character are random
}

TEST(TicketCodes, AreReadAsPeopleTypeThem) {
  EXPECT_EQ(parse_ticket_code("o1il-abcd efgh-jkmn pqrs-tvwx yz"), "0111ABCDEFGHJKMNPQRSTVWXYZ");
  for (const char* text : {"", "0111ABCDEFGHJKMNPQRSTVWXY", "0111ABCDEFGHJKMNPQRSTVWXYZ0",
                           "U111ABCDEFGHJKMNPQRSTVWXYZ", "0111ABCDEFGHJKMNPQRSTVWXY*", "---"})
    EXPECT_FALSE(parse_ticket_code(text)) << text;
}

TEST(Roles, IncludeOneAnotherAsDrawn) {
  constexpr Role kAll[] = {Role::viewer, Role::manager, Role::admin, Role::gate};
  constexpr bool kAdmits[4][4] = {
      // viewer manager admin gate  needed
      {true, false, false, false},  // viewer
      {true, true, false, true},    // manager
      {true, true, true, true},     // admin
      {false, false, false, true},  // gate
  };
  for (std::size_t has = 0; has < 4; ++has)
    for (std::size_t needed = 0; needed < 4; ++needed)
      EXPECT_EQ(admits(kAll[has], kAll[needed]), kAdmits[has][needed])
          << to_text(kAll[has]) << " asks for " << to_text(kAll[needed]);
}

TEST(Roles, HaveNames) {
  for (const char* name : {"viewer", "manager", "admin", "gate"})
    EXPECT_EQ(to_text(*parse_role(name)), name);
  for (const char* name : {"", "Admin", "root", "admin "}) EXPECT_FALSE(parse_role(name)) << name;
}

}  // namespace
}  // namespace frontrow::identity
