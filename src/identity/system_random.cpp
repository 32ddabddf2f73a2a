#include "identity/system_random.h"

#include <sodium.h>

#include "base/check.h"

namespace frontrow::identity {

void initialize_crypto() {
  static const int initialized = sodium_init();
  FRONTROW_CHECK(initialized >= 0, "libsodium cannot start: no randomness from the system");
}

void SystemRandom::fill(void* out, std::size_t size) {
  randombytes_buf(out, size);
}

}  // namespace frontrow::identity
