#include "server/draw_verify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

namespace frontrow::server {
namespace {

namespace json = boost::json;

// The vectors that the second verifier, tests/draw/verify.py, is checked with too.
json::array vectors() {
  std::ifstream in("tests/draw/vectors.json");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  return json::parse(text).at("vectors").as_array();
}

TEST(DrawVerify, FindsThePublishedVectorsRight) {
  ASSERT_GE(vectors().size(), 5u);
  for (const json::value& draw : vectors()) {
    const auto finding = verify_draw(draw);
    ASSERT_TRUE(finding.ok()) << finding.error();
    EXPECT_TRUE(finding->problems.empty()) << finding->name << ": " << finding->problems.front();
  }
}

TEST(DrawVerify, NamesWhatWasChanged) {
  const json::value good = vectors().at(2);
  const std::string zeros(64, '0');
  const struct {
    const char* field;
    json::value value;
    const char* word;
  } rows[] = {
      {"secret", json::value(zeros), "committed"},
      {"commitment", json::value(zeros), "committed"},
      {"join_digest", json::value(zeros), "digest"},
      {"seed", json::value(zeros), "seed"},
      {"public_input", "another", "seed"},
      {"count", 9, "10 joins"},
      {"algorithm", "frontrow-draw-2", "algorithm"},
      {"ranks", json::array{1, 2, 3}, "ranks"},
      {"concert_id", "concert_00000000000000000000000000", "digest"},
      {"joins", json::array{}, "digest"},
  };
  for (const auto& row : rows) {
    json::value wrong = good;
    wrong.as_object()[row.field] = row.value;
    const auto finding = verify_draw(wrong);
    ASSERT_TRUE(finding.ok()) << row.field << finding.error();
    EXPECT_THAT(finding->problems, testing::Contains(testing::HasSubstr(row.word))) << row.field;
  }
}

TEST(DrawVerify, SaysWhatItCannotRead) {
  const json::value good = vectors().at(2);
  const std::pair<const char*, json::value> rows[] = {
      {"secret", nullptr}, {"secret", "00"},
      {"seed", nullptr},   {"concert_id", "concert_x"},
      {"joins", "none"},   {"joins", json::array{5}},
      {"count", "ten"},    {"algorithm", 1},
      {"public_input", 5}, {"ranks", "none"},
  };
  for (const auto& [field, value] : rows) {
    json::value wrong = good;
    wrong.as_object()[field] = value;
    EXPECT_FALSE(verify_draw(wrong).ok()) << field;
  }
  EXPECT_FALSE(verify_draw(json::value("draw")).ok());
  EXPECT_FALSE(verify_draw(json::object{}).ok());
}

}  // namespace
}  // namespace frontrow::server
