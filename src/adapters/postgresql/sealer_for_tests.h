// For tests alone.
#pragma once

#include "store/store.h"

namespace frontrow {

// Marks what it sealed, and binds it to its context.
class PlainSealer final : public SecretSealer {
 public:
  std::string seal(std::string_view plain, std::string_view context) const override {
    return "sealed/" + std::string(context) + "/" + std::string(plain);
  }
  std::optional<std::string> open(std::string_view sealed,
                                  std::string_view context) const override {
    const std::string prefix = "sealed/" + std::string(context) + "/";
    if (!sealed.starts_with(prefix)) return {};
    return std::string(sealed.substr(prefix.size()));
  }
};

}  // namespace frontrow
