#include "identity/roles.h"

#include <array>

namespace frontrow::identity {
namespace {

constexpr std::array<std::string_view, 4> kNames{"viewer", "manager", "admin", "gate"};

}  // namespace

bool admits(Role has, Role needed) {
  switch (needed) {
    case Role::viewer:
      return has != Role::gate;
    case Role::manager:
      return has == Role::manager || has == Role::admin;
    case Role::admin:
      return has == Role::admin;
    case Role::gate:
      return has != Role::viewer;
  }
  return false;
}

std::string_view to_text(Role role) {
  return kNames[static_cast<std::size_t>(role)];
}

std::optional<Role> parse_role(std::string_view text) {
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (kNames[i] == text) return static_cast<Role>(i);
  return {};
}

}  // namespace frontrow::identity
