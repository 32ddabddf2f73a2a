// The one accent colour of an installation, as the pages' style sheet needs it. Pure; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace frontrow::pages {

struct Colour {
  std::uint8_t red = 0, green = 0, blue = 0;
};

// "#3346b4"; empty for anything else.
std::optional<Colour> parse_colour(std::string_view text);
// Between 1 and 21 (WCAG 2.2, "contrast ratio").
double contrast(Colour a, Colour b);

// Why a text cannot be the accent, as a sentence ("must be …"); empty where it can. White words
// stand on it and it stands on white as words, so it needs a contrast of 4.5 with white
// (WCAG 2.2, 1.4.3).
std::string fault_of_accent(std::string_view text);

// The style sheet that sets the accent, and for dark pages one that is lighter by as much as their
// ground needs. Requires: no fault_of_accent.
std::string brand_css(std::string_view accent);

}  // namespace frontrow::pages
