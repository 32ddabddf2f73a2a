// The program's version; a test compares it with CMakeLists.txt.
#pragma once

#include <string_view>

namespace frontrow::server {

inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace frontrow::server
