// Passwords as Argon2id hashes (RFC 9106) with OWASP's least parameters: 19 MiB, 2 passes, 1 lane;
// about 15 ms of one core each. Safe on any thread, but it is the caller who must bound how many
// run at once: each takes its 19 MiB.
//
// An address that nobody has must cost what a known one costs:
//   const bool right = verify_password(user ? user->password_hash : dummy_password_hash(), given);
//   if (!user || !right) refuse();
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace frontrow::identity {

// The hash with its parameters and salt, "$argon2id$v=19$…", 97 characters. Fails, retryable, where
// the memory cannot be had.
Result<std::string> hash_password(std::string_view password, Random& random);

// Whether `hash` was made of `password`. False as well for a text that is no Argon2id hash.
bool verify_password(std::string_view hash, std::string_view password);

// A hash with today's parameters that no password is known to have.
std::string_view dummy_password_hash();

// Whether the hash was made with other parameters than today's, so that the next sign-in that
// succeeds should store a new one.
bool is_outdated(std::string_view hash);

}  // namespace frontrow::identity
