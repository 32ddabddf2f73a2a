// JSON as RFC 8259 has it and no more: Boost.JSON keeps the last of two equal keys, which is how
// two readers of one token come to see two different tokens. Pure function, safe on any thread.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string_view>

namespace frontrow::identity {

// Empty for text that is not exactly one JSON value in UTF-8, has an object with two equal keys
// (after escapes are read), or nests deeper than 16. Numbers that are no 64-bit integers become
// doubles.
// The value lives in `storage`.
std::optional<boost::json::value> parse_strict_json(std::string_view text,
                                                    boost::json::storage_ptr storage = {});

}  // namespace frontrow::identity
