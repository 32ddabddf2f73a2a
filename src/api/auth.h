// Who is calling: an access token (of a session here, or an identity provider's JWT), a staff key,
// a queue token, an entry token; from a header, or from a cookie where no header was sent.
#pragma once

#include <functional>
#include <optional>

#include "api/call.h"
#include "domain/commands.h"
#include "identity/queue_tokens.h"

namespace frontrow::api {

// Sets call.user and goes on, now or later; or refuses.
void require_user(const CallPtr& call, std::function<void(const CallPtr&)> then);
// Sets call.staff where the key's role admits `needed` (empty: any key); or refuses and gives
// false.
bool require_staff(Call& call, std::optional<identity::Role> needed);

// The place that the call's queue token proves, or the refusal. Whether it is in the queue of the
// call's concert is for the caller to see: a place knows its sale alone.
struct PlaceProof {
  std::optional<identity::QueueClaims> claims = {};
  RefusalCode refusal = RefusalCode::queue_token_required;
};
PlaceProof find_place(Call& call);

// The entry that the call's entry token proves: signature, expiry, owner, and the concert where the
// call names one. Requires: call.user.
struct EntryCheck {
  std::optional<EntryProof> proof = {};
  RefusalCode refusal = RefusalCode::entry_token_required;
  // Another node may have granted it so lately that nobody here has heard of it: then the store
  // must be asked, or the token be believed.
  bool may_be_news = false;
};
EntryCheck check_entry(Call& call);

// Whether the entry is active, as far as this node has heard. Requires: the check gave a proof.
bool may_shop(const Call& call, const EntryCheck& check);

// For reads behind an entry: it must also be active now. Empty after a refusal.
std::optional<EntryProof> require_active_entry(Call& call);

}  // namespace frontrow::api
