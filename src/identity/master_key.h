// The master key: 32 bytes in a file that only the program's user can read. Every other secret at
// rest is sealed with a key derived from it, so a copy of the database alone gives none away. All
// nodes of one database need the same file. Values that never change, safe on any thread.
//
//   auto master = load_or_create_master_key(data / "master.key", random);
//   if (!master) return usage_error(master.error());
//   if (stored_fingerprint != master->fingerprint()) return usage_error("another master key …");
//   const Sealer sealer(*master);
//   store.put(sealer.seal(secret, "signing-key/1f2e3d4c", random));
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/encoding.h"
#include "base/random.h"
#include "base/result.h"

namespace frontrow::identity {

using SecretKey = std::array<std::uint8_t, 32>;

// What a derived key is for. Numbers are never reused: they are part of the derivation.
enum class SubKey : std::uint8_t { sealing = 1, fingerprint = 2 };

class MasterKey {
 public:
  explicit MasterKey(const SecretKey& bytes);
  MasterKey(const MasterKey&) = default;
  MasterKey& operator=(const MasterKey&) = default;
  ~MasterKey();  // wipes the bytes

  // A key of its own for a purpose and a number (a sale's, or 0). Always the same for the same
  // three; one says nothing about another (libsodium's crypto_kdf, keyed BLAKE2b).
  SecretKey derive(SubKey purpose, std::uint64_t number = 0) const;

  // 32 hex digits that tell master keys apart and may be stored and logged.
  std::string fingerprint() const;

 private:
  SecretKey bytes_;
};

// Reads the file, or makes it with mode 0600 where there is none (two processes that start together
// end up with the same key). The error is a sentence for the person who starts the program: the
// file cannot be read or made, is no regular file, has not exactly 32 bytes, or others may read or
// write it.
Result<MasterKey, std::string> load_or_create_master_key(const std::filesystem::path& file,
                                                         Random& random);
// The same, but a missing file is an error: for commands that must not invent a key.
Result<MasterKey, std::string> load_master_key(const std::filesystem::path& file);

// Seals secrets for the store with XChaCha20-Poly1305. A sealed text opens only with the context it
// was sealed with, so that one row's secret cannot be moved to another row.
class Sealer {
 public:
  explicit Sealer(const MasterKey& master);
  ~Sealer();
  Sealer(const Sealer&) = default;
  Sealer& operator=(const Sealer&) = default;

  // 41 bytes longer than `plain`.
  Bytes seal(BytesView plain, std::string_view context, Random& random) const;
  // Empty where the text was changed, cut, or sealed with another key or context.
  std::optional<Bytes> open(BytesView sealed, std::string_view context) const;

 private:
  SecretKey key_;
};

}  // namespace frontrow::identity
