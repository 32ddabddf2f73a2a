// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>

namespace frontrow::rehearsal {

std::string grouped(std::uint64_t number);        // 1,234,567
std::string milliseconds_text(std::uint64_t us);  // "0.42 ms", "1.3 s"
std::string bytes_text(std::uint64_t bytes);      // "12.3 MiB"
std::string clock_text(double seconds);           // "3:07"
std::string duration_text(double seconds);        // "3 min 7 s"

}  // namespace frontrow::rehearsal
