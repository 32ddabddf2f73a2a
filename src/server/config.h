// Settings from their four sources, the later above the earlier: defaults, a TOML file, environment
// variables FRONTROW__SECTION__KEY, flags. Every unknown name and every wrong value is an error.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "server/settings.h"

namespace frontrow::server {

struct FlagValue {
  std::string flag;  // as the person wrote it, for errors
  std::string section;
  std::string key;
  std::string text;
};

struct SettingSources {
  std::optional<std::filesystem::path> file = {};
  // Variables; those whose name does not begin with FRONTROW__ are passed over.
  std::vector<std::pair<std::string, std::string>> environment = {};
  std::vector<FlagValue> flags = {};
};

// The error is one line for each fault, which names the place (FILE:LINE, the variable, the flag),
// the key, and for an unknown key the nearest one that there is. Relative paths in a file are
// taken from the file's folder.
Result<Settings, std::string> read_settings(const SettingSources& sources);

}  // namespace frontrow::server
