// The one table of settings: from it come reading and checking, the text of `--help`, the reference
// in the documents, and the nearest known key in an error.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "server/settings.h"

namespace frontrow::server {

using SettingValue = std::variant<std::string, std::int64_t, bool, std::vector<std::string>>;

// A sentence that says what is wrong with a text; empty where nothing is.
using TextCheck = std::string (*)(const std::string& text);

enum class SettingKind { text, path, choice, integer, boolean, list };

struct Setting {
  std::string_view section;
  std::string_view key;
  SettingKind kind = SettingKind::text;
  std::variant<std::string Settings::*, std::int64_t Settings::*, bool Settings::*,
               std::vector<std::string> Settings::*>
      member;
  std::int64_t least = 0;         // integers
  std::int64_t most = 0;          // integers
  std::string_view choices = {};  // of a choice, separated by "|"
  TextCheck check = nullptr;      // of a text, and of each item of a list
  std::string_view meaning;       // a sentence, with the unit and what happens at the bound
};

std::span<const Setting> setting_table();

// A key of a [[identity.providers]] table.
struct ProviderKey {
  std::string_view key;
  std::string_view type;
  std::string_view meaning;
  bool required = true;
};
std::span<const ProviderKey> provider_keys();

const Setting* find_setting(std::string_view section, std::string_view key);
std::vector<std::string_view> sections();
std::vector<std::string_view> keys_of(std::string_view section);

// Puts a value of the right kind in its place, or says what is wrong with it ("must be …").
std::optional<std::string> assign(Settings& settings, const Setting& setting,
                                  const SettingValue& value);
// The same for a text, as flags and environment variables give it: lists are separated by commas.
std::optional<std::string> assign_text(Settings& settings, const Setting& setting,
                                       const std::string& text);

// As TOML writes it: "text", 5, true, ["a", "b"].
std::string default_text(const Setting& setting);
// "integer, 0 to 5", "\"self\" or \"staff\"", …
std::string type_text(const Setting& setting);
// FRONTROW__SECTION__KEY
std::string variable_name(const Setting& setting);

// All settings with type, default and meaning, for `frontrow serve --help`.
std::string settings_help();

// Splits HOST:PORT ("127.0.0.1:8080", "[::1]:0"); empty where it is neither.
struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
std::optional<HostPort> parse_host_port(std::string_view text);
// Whether a store's URL is one of PostgreSQL.
bool names_postgresql(std::string_view url);

}  // namespace frontrow::server
