#include "pages/brand.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace frontrow::pages {
namespace {

constexpr double kReadable = 4.5;
constexpr double kReadableInTheDark = 6;
constexpr Colour kWhite{255, 255, 255};
constexpr Colour kDarkPaper{36, 39,
                            45};  // --sunk of the dark pages, the lightest that words stand on

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return {};
}

double linear(std::uint8_t part) {
  const double value = part / 255.0;
  return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
}

double luminance(Colour colour) {
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

Colour mixed_with_white(Colour colour, double share) {
  const auto mix = [share](std::uint8_t part) {
    return static_cast<std::uint8_t>(std::lround(part + (255 - part) * share));
  };
  return {mix(colour.red), mix(colour.green), mix(colour.blue)};
}

Colour lightened_for_the_dark(Colour colour) {
  constexpr int kSteps = 50;
  for (int step = 0; step < kSteps; ++step) {
    const Colour lighter = mixed_with_white(colour, static_cast<double>(step) / kSteps);
    if (contrast(lighter, kDarkPaper) >= kReadableInTheDark) return lighter;
  }
  return kWhite;
}

}  // namespace

std::optional<Colour> parse_colour(std::string_view text) {
  if (text.size() != 7 || text[0] != '#') return {};
  std::uint8_t parts[3];
  for (std::size_t i = 0; i < 3; ++i) {
    const auto high = hex_digit(text[1 + 2 * i]), low = hex_digit(text[2 + 2 * i]);
    if (!high || !low) return {};
    parts[i] = static_cast<std::uint8_t>(*high * 16 + *low);
  }
  return Colour{parts[0], parts[1], parts[2]};
}

double contrast(Colour a, Colour b) {
  const double x = luminance(a) + 0.05, y = luminance(b) + 0.05;
  return std::max(x, y) / std::min(x, y);
}

std::string fault_of_accent(std::string_view text) {
  const auto colour = parse_colour(text);
  if (!colour) return "must be a colour such as \"#3346b4\"";
  const double found = contrast(*colour, kWhite);
  if (found >= kReadable) return {};
  return fmt::format("must be darker: its contrast with white is {:.1f}, and words need {}", found,
                     kReadable);
}

std::string brand_css(std::string_view accent) {
  const auto colour = parse_colour(accent);
  FRONTROW_CHECK(colour.has_value(), "{}", accent);
  const Colour dark = lightened_for_the_dark(*colour);
  return fmt::format(":root{{--brand:#{:02x}{:02x}{:02x};--brand-dark:#{:02x}{:02x}{:02x}}}\n",
                     colour->red, colour->green, colour->blue, dark.red, dark.green, dark.blue);
}

}  // namespace frontrow::pages
