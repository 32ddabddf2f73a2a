// Who acts: users with their sessions, staff keys, the audit log, and the answers kept for retries.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"
#include "base/uuid.h"
#include "domain/concert.h"

namespace frontrow {

struct User {
  UserId id;
  std::string email;      // as written; compared by `email_key`
  std::string email_key;  // lower case; empty once forgotten
  std::string name;
  std::string password_hash;
  Time created_at;
  std::optional<Time> forgotten_at = {};
};

struct Session {
  Digest token_hash{};
  UserId user;
  Time expires_at;  // moved on with use
  bool ended = false;
};

struct StaffKey {
  StaffKeyId id;
  Digest key_hash{};
  std::string role;  // viewer, manager, admin, gate
  std::string name;
  Time created_at;
  std::optional<Time> revoked_at = {};
};

struct AuditEntry {
  AuditId id;
  Time at;
  StaffKeyId staff_key;  // nil: the command line
  std::string action;    // "queue.pause", "order.refund", …
  std::string target;    // the id of what was changed
  std::string reason;
  std::string detail;  // a JSON object
};

// A key that signs tokens. `secret` is sealed by the store.
struct SigningKeyRow {
  std::string id;
  std::string purpose;
  std::string secret;
  Time signs_from;
  std::optional<Time> retired_at = {};
};

// Who sent a request, for idempotency: a user or a staff key.
using CallerId = Uuid;

struct KeptAnswer {
  CallerId caller;
  std::string key;
  std::array<std::uint8_t, 16> request_hash{};  // of method, path and body
  int status = 200;
  std::string body;  // tokens in it are references (see engine/reply.h)
  Time at;
};

}  // namespace frontrow
