// An amount of points: an integer in the minor unit of the installation's one currency.
#pragma once

#include <compare>
#include <cstdint>

namespace frontrow {

struct Money {
  std::int64_t amount = 0;
  auto operator<=>(const Money&) const = default;
  constexpr Money operator+(Money other) const { return {amount + other.amount}; }
  constexpr Money operator-(Money other) const { return {amount - other.amount}; }
  constexpr Money operator-() const { return {-amount}; }
};

}  // namespace frontrow
