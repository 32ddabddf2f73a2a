#include <gtest/gtest.h>

#include "base/encoding.h"
#include "base/json_writer.h"
#include "base/time.h"
#include "base/uuid.h"

namespace frontrow {
namespace {

TEST(Rfc3339, WritesUtcWithMilliseconds) {
  EXPECT_EQ(to_rfc3339(Time{0}), "1970-01-01T00:00:00.000Z");
  EXPECT_EQ(to_rfc3339(Time{1'795'000'000'123}), "2026-11-18T11:06:40.123Z");
  EXPECT_EQ(to_rfc3339(Time{951'782'400'000}), "2000-02-29T00:00:00.000Z");
}

TEST(Rfc3339, ReadsWhatItWrites) {
  for (const std::int64_t ms :
       {0LL, 1LL, 951'782'399'999LL, 1'795'000'000'123LL, 253'402'300'799'999LL})
    EXPECT_EQ(parse_rfc3339(to_rfc3339(Time{ms})), Time{ms});
}

TEST(Rfc3339, ReadsOffsetsAndFractions) {
  EXPECT_EQ(parse_rfc3339("1970-01-01T09:00:00+09:00"), Time{0});
  EXPECT_EQ(parse_rfc3339("1970-01-01t00:00:00.1234567z"), Time{123});
  EXPECT_EQ(parse_rfc3339("1970-01-01T00:00:01.5-00:00"), Time{1500});
}

TEST(Rfc3339, RefusesWhatIsNoTime) {
  for (const char* text :
       {"", "2026-11-21", "2026-11-21T20:00:00", "2026-13-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2026-11-21T24:00:00Z", "2026-11-21T20:60:00Z", "2026-11-21T20:00:60Z",
        "2026-11-21 20:00:00Z", "2026-11-21T20:00:00.Z", "2026-11-21T20:00:00+9:00",
        "2026-11-21T20:00:00Zx", "1969-12-31T23:59:59Z", "1970-01-01T00:00:00+01:00",
        "2026-11-21T20:00:00.1234567890Z"})
    EXPECT_FALSE(parse_rfc3339(text)) << text;
}

TEST(TypeId, FollowsThePublishedVectors) {
  // From the TypeID specification's valid.json.
  Uuid uuid;
  for (std::size_t i = 0; i < 16; ++i) uuid.bytes[i] = static_cast<std::uint8_t>(i * 0x11);
  const struct {
    Uuid uuid;
    const char* text;
  } rows[] = {
      {Uuid{}, "00000000000000000000000000"},
      {Uuid{{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16}}, "0000000000000000000000000g"},
      {Uuid{{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
             0xff, 0xff}},
       "7zzzzzzzzzzzzzzzzzzzzzzzzz"},
      {Uuid{{0x01, 0x10, 0xc8, 0x53, 0x1d, 0x09, 0x52, 0xd8, 0xd7, 0x3e, 0x11, 0x94, 0xe9, 0x5b,
             0x5f, 0x19}},
       "0123456789abcdefghjkmnpqrs"},
  };
  for (const auto& row : rows) {
    std::string text;
    append_typeid_suffix(text, row.uuid);
    EXPECT_EQ(text, row.text);
    EXPECT_EQ(parse_typeid_suffix(row.text), row.uuid);
  }
}

TEST(TypeId, RefusesForeignText) {
  for (const char* text : {"", "order_", "order_8zzzzzzzzzzzzzzzzzzzzzzzzz",
                           "order_0123456789ABCDEFGHJKMNPQRS", "show_0123456789abcdefghjkmnpqrs",
                           "order_0123456789abcdefghjkmnpqr", "order_0123456789abcdefghjkmnpqrsu",
                           "order_0123456789abcdefghjkmnpqri", "order-0123456789abcdefghjkmnpqrs"})
    EXPECT_FALSE(parse_id<OrderId>(text)) << text;
}

TEST(UuidV7, SortsByTimeAndCarriesItsVersion) {
  SeededRandom random(7);
  const Uuid early = make_uuid_v7(Time{1'000}, random);
  const Uuid late = make_uuid_v7(Time{2'000}, random);
  EXPECT_LT(early, late);
  EXPECT_EQ(early.bytes[6] >> 4, 7);
  EXPECT_EQ(early.bytes[8] >> 6, 2);
}

TEST(Base64Url, ReadsWhatItWritesAndNothingElse) {
  for (const std::string& bytes : {std::string(), std::string("f"), std::string("fo"),
                                   std::string("foo"), std::string("\xff\x00\x80", 3)})
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
  EXPECT_EQ(to_base64url("foobar"), "Zm9vYmFy");
  for (const char* text : {"Zg==", "Zh", "Z", "Zm9v*", "Zm9 "})
    EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(Html, TextStandsBetweenTagsAndInAttributesOfEitherQuote) {
  EXPECT_EQ(escape_html("<a href=\"x\" title='y'>&"),
            "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
  EXPECT_EQ(escape_html("서울 홀"), "서울 홀");
  EXPECT_EQ(escape_html(""), "");
}

TEST(Hex, ReadsWhatItWritesAndNothingElse) {
  EXPECT_EQ(to_hex(std::string("\x00\xff\x1a", 3)), "00ff1a");
  EXPECT_EQ(from_hex("00FF1a"), std::string("\x00\xff\x1a", 3));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(JsonWriter, WritesNestedValuesWithTheirCommas) {
  std::string out;
  JsonWriter json(out);
  json.begin_object()
      .key("a")
      .number(std::int64_t{-5})
      .key("b")
      .begin_array()
      .string("x\"\n\x01")
      .null();
  json.begin_object().end_object().end_array().key("c").boolean(true).end_object();
  EXPECT_EQ(out, R"({"a":-5,"b":["x\"\n\u0001",null,{}],"c":true})");
}

}  // namespace
}  // namespace frontrow
