#include "identity/system_random.h"

#include <sodium.h>

#include <array>
#include <cstring>

#include "base/check.h"

namespace frontrow::identity {

void initialize_crypto() {
  static const int initialized = sodium_init();
  FRONTROW_CHECK(initialized >= 0, "libsodium cannot start: no randomness from the system");
}

// Bytes come from the system in blocks, since each question is a system call; what was handed out
// is wiped from the block.
void SystemRandom::fill(void* out, std::size_t size) {
  constexpr std::size_t kBlock = 512;
  struct Block {
    std::array<unsigned char, kBlock> bytes;
    std::size_t left = 0;
    ~Block() { sodium_memzero(bytes.data(), bytes.size()); }
  };
  static thread_local Block block;
  if (size > kBlock) return randombytes_buf(out, size);
  if (block.left < size) {
    randombytes_buf(block.bytes.data(), kBlock);
    block.left = kBlock;
  }
  unsigned char* const from = block.bytes.data() + (kBlock - block.left);
  std::memcpy(out, from, size);
  sodium_memzero(from, size);
  block.left -= size;
}

}  // namespace frontrow::identity
