// Where random bytes come from: the operating system in the server, a seed in tests.
#pragma once

#include <cstddef>
#include <cstdint>

namespace frontrow {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(void* out, std::size_t size) = 0;

  std::uint64_t next() {
    std::uint64_t value;
    fill(&value, sizeof value);
    return value;
  }
  // Uniform in [0, bound). Requires: bound > 0. Rejects instead of reducing, so it has no bias.
  std::uint64_t below(std::uint64_t bound) {
    const std::uint64_t limit = UINT64_MAX - UINT64_MAX % bound;
    std::uint64_t value = next();
    while (value >= limit) value = next();
    return value % bound;
  }
};

// splitmix64 (S. Vigna, public domain algorithm): repeatable and fast, never for secrets.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(void* out, std::size_t size) override;

 private:
  std::uint64_t state_;
};

}  // namespace frontrow
