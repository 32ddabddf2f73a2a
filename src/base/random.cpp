#include "base/random.h"

#include <algorithm>
#include <cstring>

namespace frontrow {

void SeededRandom::fill(void* out, std::size_t size) {
  auto* at = static_cast<std::uint8_t*>(out);
  while (size > 0) {
    std::uint64_t z = (state_ += 0x9E3779B97F4A7C15ULL);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
    z ^= z >> 31;
    const std::size_t take = std::min<std::size_t>(size, sizeof z);
    std::memcpy(at, &z, take);
    at += take;
    size -= take;
  }
}

}  // namespace frontrow
