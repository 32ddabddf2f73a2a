#include "server/admin_commands.h"

#include <fmt/core.h>

#include <boost/json.hpp>

#include "base/encoding.h"
#include "identity/access_tokens.h"
#include "identity/roles.h"
#include "identity/system_random.h"
#include "server/admin_client.h"

namespace frontrow::server {
namespace {

std::string text_of(const boost::json::value& item, std::string_view key) {
  const auto* value = item.as_object().if_contains(key);
  return value && value->is_string() ? std::string(value->as_string()) : std::string();
}

}  // namespace

int create_staff_key(const Settings& settings, const std::string& role, const std::string& name) {
  if (!identity::parse_role(role))
    return tell({kUsage, "--role must be viewer, manager, admin or gate"});
  identity::SystemRandom random;
  const std::string key = identity::make_staff_key(random);
  const auto answer =
      ask_installation(settings, {{"command", "staff-key create"},
                                  {"role", role},
                                  {"name", name},
                                  {"key_hash", to_hex(view_of(identity::token_hash(key)))}});
  if (!answer) return tell(answer.error());
  fmt::print("{}\n", key);
  return kDone;
}

int list_staff_keys(const Settings& settings) {
  const auto answer = ask_installation(settings, {{"command", "staff-key list"}});
  if (!answer) return tell(answer.error());
  for (const auto& item : answer->at("staff_keys").as_array()) {
    const std::string revoked = text_of(item, "revoked_at");
    fmt::print("{}  {:8}  {}  {}{}\n", text_of(item, "id"), text_of(item, "role"),
               text_of(item, "created_at"), revoked.empty() ? "" : "revoked " + revoked + "  ",
               text_of(item, "name"));
  }
  return kDone;
}

int revoke_staff_key(const Settings& settings, const std::string& id) {
  const auto answer = ask_installation(settings, {{"command", "staff-key revoke"}, {"id", id}});
  if (!answer) return tell(answer.error());
  fmt::print("{} is revoked\n", id);
  return kDone;
}

int rotate_keys(const Settings& settings) {
  const auto answer = ask_installation(settings, {{"command", "keys rotate"}});
  if (!answer) return tell(answer.error());
  for (const auto& item : answer->at("added").as_array())
    fmt::print("{:6}  {} signs from {}\n", text_of(item, "purpose"), text_of(item, "id"),
               text_of(item, "signs_from"));
  return kDone;
}

}  // namespace frontrow::server
