// "Did you mean": the known word that is nearest to a mistyped one. A pure function.
#pragma once

#include <span>
#include <string_view>

namespace frontrow {

// The candidate that needs the fewest insertions, removals, replacements and swaps of neighbours to
// become `word`; empty where all are further away than half of its length.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

}  // namespace frontrow
