#include "pages/brand.h"

namespace frontrow::pages {
namespace {

TEST(Brand, AnAccentIsAColourThatWhiteWordsCanStandOn) {
  const struct {
    const char* text;
    bool is_good;
  } kRows[] = {
      {"#3346b4", true},  {"#000000", true}, {"#B00020", true}, {"#ffffff", false},
      {"#ffcc00", false}, {"3346b4", false}, {"#334", false},   {"#33g6b4", false},
      {"", false},        {"red", false},
  };
  for (const auto& row : kRows)
    EXPECT_EQ(fault_of_accent(row.text).empty(), row.is_good) << row.text;
}

TEST(Brand, ContrastIsThatOfTheStandard) {
  EXPECT_NEAR(contrast({0, 0, 0}, {255, 255, 255}), 21, 0.01);
  EXPECT_NEAR(contrast({119, 119, 119}, {255, 255, 255}), 4.48, 0.01);
}

TEST(Brand, TheDarkPagesGetALighterOne) {
  EXPECT_EQ(brand_css("#3346b4").substr(0, 28), ":root{--brand:#3346b4;--bran");
  const std::string css = brand_css("#000000");
  const auto dark = parse_colour(css.substr(css.rfind('#'), 7));
  ASSERT_TRUE(dark);
  EXPECT_GE(contrast(*dark, {27, 29, 34}), 6);
}

}  // namespace
}  // namespace frontrow::pages
