// Makes and checks the tokens of this installation, with the keys that the store holds now.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/recent_map.h"
#include "domain/place_status.h"
#include "engine/reply.h"
#include "engine/views.h"
#include "identity/entry_tokens.h"
#include "identity/key_ring.h"
#include "identity/queue_tokens.h"

namespace frontrow::api {

// A reference to a token in a kept answer, between two bytes 0x01; `resolve` puts the token there.
std::string entry_reference(const EntryGrant& grant);
std::string queue_reference(SaleNo sale, PlaceNumber number, UserId user, Time issued_at);

// An answer with its tokens in the body, and the tokens once more for cookies.
struct ReadyAnswer {
  int status = 200;
  std::string body;
  std::string entry_token;  // empty: none
  std::string queue_token;
};

// An entry token that the caller has shown.
struct ShownEntry {
  identity::EntryClaims claims;
  std::string token;
};

class TokenDesk {
 public:
  explicit TokenDesk(const Views& views) : views_(views) {}

  // The keys as of now; made anew when the store's have changed.
  std::shared_ptr<const identity::KeyRing> ring() const;

  // What the caller has shown (null: nothing) is given back where it is the grant's token.
  std::string entry_token(const EntryGrant& grant, const ShownEntry* shown = nullptr) const;
  std::string queue_token(SaleNo sale, PlaceNumber number, UserId user, Time issued_at) const;

  Result<identity::EntryClaims, identity::TokenFault> check_entry(std::string_view token,
                                                                  Time now) const;
  std::optional<identity::QueueClaims> check_queue(std::string_view token, Time now) const;

  ReadyAnswer resolve(const Rendered& kept) const;

 private:
  struct Signed {
    Time issued_at, expires_at;
    std::string token;
  };
  const Views& views_;
  mutable std::mutex mutex_;
  mutable std::shared_ptr<const identity::KeyRing> ring_;
  mutable std::atomic<std::uint64_t> ring_version_{UINT64_MAX};
  mutable identity::EntryTokenCache entries_{262'144};
  mutable RecentMap<EntryId, Signed, UuidHash> signed_{131'072};
};

}  // namespace frontrow::api
