#include "api/token_desk.h"

#include <charconv>

#include "base/check.h"

namespace frontrow::api {
namespace {

constexpr char kMark = '\x01';

std::string_view take_until(std::string_view& text, char end) {
  const auto at = text.find(end);
  FRONTROW_CHECK(at != std::string_view::npos, "a reference of our own");
  const std::string_view piece = text.substr(0, at);
  text.remove_prefix(at + 1);
  return piece;
}

std::int64_t take_number(std::string_view& text) {
  const std::string_view piece = take_until(text, ',');
  std::int64_t value = 0;
  std::from_chars(piece.data(), piece.data() + piece.size(), value);
  return value;
}

template <class IdType>
IdType take_id(std::string_view& text) {
  const auto uuid = parse_typeid_suffix(take_until(text, ','));
  FRONTROW_CHECK(uuid.has_value(), "an id of our own");
  return IdType{*uuid};
}

void append(std::string& out, std::int64_t value) {
  out += std::to_string(value) + ',';
}

template <class Tag>
void append(std::string& out, const Id<Tag>& id) {
  append_typeid_suffix(out, id.uuid);
  out += ',';
}

// Whichever of our keys has signed it.
bool is_token_of(const ShownEntry& shown, identity::EntryClaims granted) {
  granted.key = shown.claims.key;
  return as_read(granted) == shown.claims;
}

}  // namespace

std::string entry_reference(const EntryGrant& grant) {
  std::string out = {kMark, 'E'};
  append(out, grant.entry);
  append(out, grant.concert);
  append(out, grant.user);
  append(out, grant.issued_at.ms);
  append(out, grant.expires_at.ms);
  out += kMark;
  return out;
}

std::string queue_reference(SaleNo sale, PlaceNumber number, UserId user, Time issued_at) {
  std::string out = {kMark, 'Q'};
  append(out, sale);
  append(out, number);
  append(out, user);
  append(out, issued_at.ms);
  out += kMark;
  return out;
}

std::shared_ptr<const identity::KeyRing> TokenDesk::ring() const {
  const std::uint64_t version = views_.signing_keys_version();
  std::lock_guard lock(mutex_);
  if (version == ring_version_.load(std::memory_order_relaxed)) return ring_;
  std::vector<identity::SigningKey> keys;
  for (const SigningKeyRow& row : views_.signing_keys()) {
    auto key =
        identity::make_signing_key(row.id, row.purpose, row.secret, row.signs_from, row.retired_at);
    FRONTROW_CHECK(key.has_value(), "signing key {}", row.id);
    keys.push_back(std::move(*key));
  }
  ring_ = std::make_shared<const identity::KeyRing>(keys);
  ring_version_.store(version, std::memory_order_relaxed);
  return ring_;
}

std::string TokenDesk::entry_token(const EntryGrant& grant, const ShownEntry* shown) const {
  const identity::EntryClaims granted = {{},         grant.entry,     grant.concert,
                                         grant.user, grant.issued_at, grant.expires_at};
  if (shown && is_token_of(*shown, granted)) return shown->token;
  if (const auto known = signed_.find(grant.entry);
      known && known->issued_at == grant.issued_at && known->expires_at == grant.expires_at)
    return known->token;
  const auto keys = ring();
  const auto key = identity::entry_key_at(*keys, grant.issued_at);
  FRONTROW_CHECK(key.has_value(), "no key signed at {}", grant.issued_at.ms);
  std::string token = identity::sign_entry_token(
      *keys, {*key, grant.entry, grant.concert, grant.user, grant.issued_at, grant.expires_at},
      &entries_);
  signed_.put(grant.entry, {grant.issued_at, grant.expires_at, token});
  return token;
}

std::string TokenDesk::queue_token(SaleNo sale, PlaceNumber number, UserId user,
                                   Time issued_at) const {
  return identity::make_queue_token(*ring(), {sale, number, user}, issued_at);
}

Result<identity::EntryClaims, identity::TokenFault> TokenDesk::check_entry(std::string_view token,
                                                                           Time now) const {
  return identity::check_entry_token(*ring(), token, now, &entries_);
}

std::optional<identity::QueueClaims> TokenDesk::check_queue(std::string_view token,
                                                            Time now) const {
  return identity::check_queue_token(*ring(), token, now);
}

ReadyAnswer TokenDesk::resolve(const Rendered& kept) const {
  ReadyAnswer out;
  out.status = kept.status;
  std::string_view rest = kept.body;
  for (auto mark = rest.find(kMark); mark != std::string_view::npos; mark = rest.find(kMark)) {
    out.body += rest.substr(0, mark);
    rest.remove_prefix(mark + 1);
    std::string_view reference = take_until(rest, kMark);
    const char kind = reference.front();
    reference.remove_prefix(1);
    if (kind == 'E') {
      EntryGrant grant;
      grant.entry = take_id<EntryId>(reference);
      grant.concert = take_id<ConcertId>(reference);
      grant.user = take_id<UserId>(reference);
      grant.issued_at = Time{take_number(reference)};
      grant.expires_at = Time{take_number(reference)};
      out.entry_token = entry_token(grant);
      out.body += out.entry_token;
    } else {
      const auto sale = static_cast<SaleNo>(take_number(reference));
      const auto number = static_cast<PlaceNumber>(take_number(reference));
      const auto user = take_id<UserId>(reference);
      out.queue_token = queue_token(sale, number, user, Time{take_number(reference)});
      out.body += out.queue_token;
    }
  }
  out.body += rest;
  return out;
}

}  // namespace frontrow::api
