// The roles of staff keys, and which role includes which:
//
//   admin ──▶ manager ──▶ viewer
//     └──────────┴──────▶ gate
//
// Pure functions, safe on any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace frontrow::identity {

enum class Role : std::uint8_t { viewer, manager, admin, gate };

// Whether somebody with the role `has` may do what asks for `needed`.
bool admits(Role has, Role needed);

// "viewer", "manager", "admin" or "gate".
std::string_view to_text(Role role);
// Empty for any other text.
std::optional<Role> parse_role(std::string_view text);

}  // namespace frontrow::identity
