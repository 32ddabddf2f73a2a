#include "server/admin.h"

#include <boost/json.hpp>
#include <future>

#include "base/encoding.h"
#include "identity/key_ring.h"
#include "identity/roles.h"
#include "server/ending.h"

namespace frontrow::server {
namespace {

namespace json = boost::json;

constexpr std::size_t kNameMost = 100;

// What is answered with {"ok":false}.
struct Refused {
  ExitCode code;
  std::string error;
};

std::string text_of(const json::object& request, std::string_view key) {
  const json::value* value = request.if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

Reply run_or_throw(AdminHost& host, Command command) {
  Reply reply = host.run(std::move(command));
  if (const auto* refusal = std::get_if<Refusal>(&reply)) throw Refused{kNo, refusal->detail};
  if (const std::string fault = fault_of(reply); !fault.empty()) throw Refused{kOutage, fault};
  return reply;
}

std::string key_id_of(const Reply& reply) {
  return to_text(std::get<StaffKeyAnswer>(std::get<Answer>(reply)).key.id);
}

json::object create_staff_key(const json::object& request, AdminHost& host) {
  const auto hash = from_hex(text_of(request, "key_hash"));
  const std::string role = text_of(request, "role"), name = text_of(request, "name");
  CreateStaffKey command;
  if (!hash || hash->size() != command.key_hash.size())
    throw Refused{kUsage, "key_hash must be 64 hex digits"};
  if (!identity::parse_role(role))
    throw Refused{kUsage, "role must be viewer, manager, admin or gate"};
  if (name.size() > kNameMost) throw Refused{kUsage, "name must have at most 100 bytes"};
  std::copy(hash->begin(), hash->end(), command.key_hash.begin());
  command.role = role;
  command.name = name;
  return {{"id", key_id_of(run_or_throw(host, std::move(command)))}};
}

json::object list_staff_keys(AdminHost& host) {
  json::array keys;
  for (const StaffKey& key : host.views().staff_keys()) {
    json::object item{{"id", to_text(key.id)},
                      {"role", key.role},
                      {"name", key.name},
                      {"created_at", to_rfc3339(key.created_at)},
                      {"revoked_at", nullptr}};
    if (key.revoked_at) item["revoked_at"] = to_rfc3339(*key.revoked_at);
    keys.push_back(std::move(item));
  }
  return {{"staff_keys", std::move(keys)}};
}

json::object revoke_staff_key(const json::object& request, AdminHost& host) {
  const auto id = parse_id<StaffKeyId>(text_of(request, "id"));
  if (!id) throw Refused{kUsage, "id must be a staff key's id, as `staff-key list` shows it"};
  return {{"id", key_id_of(run_or_throw(host, RevokeStaffKey{*id}))}};
}

SigningKeyRow row_of(const identity::SigningKey& key) {
  return {identity::to_text(key.id), std::string(identity::to_text(key.purpose)), key.secret,
          key.signs_from, key.retired_at};
}

AddSigningKeys command_of(const std::vector<identity::SigningKey>& added,
                          const std::vector<identity::SigningKey>& retired) {
  AddSigningKeys command;
  for (const auto& key : retired) command.keys.push_back(row_of(key));
  for (const auto& key : added) command.keys.push_back(row_of(key));
  return command;
}

identity::KeyRing ring_of(const Views& views) {
  std::vector<identity::SigningKey> keys;
  for (const SigningKeyRow& row : views.signing_keys()) {
    auto key =
        identity::make_signing_key(row.id, row.purpose, row.secret, row.signs_from, row.retired_at);
    if (!key) throw Refused{kOutage, "the store has a signing key that is none: " + row.id};
    keys.push_back(std::move(*key));
  }
  return identity::KeyRing(keys);
}

json::object rotate_keys(AdminHost& host) {
  const auto rotation = identity::rotate(ring_of(host.views()), host.now(), host.random());
  run_or_throw(host, command_of(rotation.added, rotation.retired));
  json::array keys;
  for (const auto& key : rotation.added)
    keys.push_back(json::object{{"id", identity::to_text(key.id)},
                                {"purpose", identity::to_text(key.purpose)},
                                {"signs_from", to_rfc3339(key.signs_from)}});
  return {{"added", std::move(keys)}};
}

json::object answer(const json::value& request, AdminHost& host) {
  if (!request.is_object()) throw Refused{kUsage, "a request is a JSON object"};
  const json::object& fields = request.as_object();
  const std::string command = text_of(fields, "command");
  if (command == "staff-key create") return create_staff_key(fields, host);
  if (command == "staff-key list") return list_staff_keys(host);
  if (command == "staff-key revoke") return revoke_staff_key(fields, host);
  if (command == "keys rotate") return rotate_keys(host);
  throw Refused{kUsage, "unknown command"};
}

json::object refused(ExitCode code, std::string_view error) {
  return {{"ok", false}, {"exit_code", static_cast<int>(code)}, {"error", error}};
}

}  // namespace

Reply EngineHost::run(Command command) {
  auto promise = std::make_shared<std::promise<Reply>>();
  auto future = promise->get_future();
  engine_.submit(
      {std::move(command), {}, [promise](Reply&& reply) { promise->set_value(std::move(reply)); }});
  return future.get();
}

std::string answer_admin(std::string_view line, AdminHost& host) {
  json::object result;
  try {
    result = answer(json::parse(json::string_view(line.data(), line.size())), host);
    result["ok"] = true;
  } catch (const Refused& fault) {
    result = refused(fault.code, fault.error);
  } catch (const boost::system::system_error&) {
    result = refused(kUsage, "that is not JSON");
  }
  return json::serialize(result);
}

Reply add_first_signing_keys(AdminHost& host) {
  return host.run(command_of(identity::make_first_keys(host.now(), host.random()), {}));
}

std::string fault_of(const Reply& reply) {
  if (const auto* refusal = std::get_if<Refusal>(&reply))
    return refusal->detail.empty() ? "refused" : refusal->detail;
  const auto* failure = std::get_if<Failure>(&reply);
  if (!failure) return {};
  switch (*failure) {
    case Failure::overloaded:
      return "the store did not take the command; try again";
    case Failure::shutting_down:
      return "the server is shutting down; try again when it has ended";
    case Failure::outcome_unknown:
      break;
  }
  return "it is not known whether the command was committed; look before trying again";
}

}  // namespace frontrow::server
