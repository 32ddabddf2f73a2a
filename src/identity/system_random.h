// The operating system's randomness, for every secret, id and nonce of the running program.
// Safe on any thread.
#pragma once

#include "base/random.h"

namespace frontrow::identity {

// Makes libsodium choose its fastest code for this processor. May be called any number of times, on
// any thread; what in this folder holds keys calls it by itself.
void initialize_crypto();

class SystemRandom final : public Random {
 public:
  SystemRandom() { initialize_crypto(); }
  void fill(void* out, std::size_t size) override;
};

}  // namespace frontrow::identity
