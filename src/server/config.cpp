#include "server/config.h"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>

#include "base/nearest.h"
#include "server/setting_table.h"

namespace frontrow::server {
namespace {

constexpr std::string_view kPrefix = "FRONTROW__";

std::string did_you_mean(std::string_view nearest_name) {
  return nearest_name.empty() ? "" : fmt::format(", did you mean \"{}\"?", nearest_name);
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

// Why a pair of names is no setting.
std::string unknown_name(std::string_view section, std::string_view key) {
  const auto known_sections = sections();
  if (std::ranges::find(known_sections, section) == known_sections.end())
    return fmt::format("unknown section [{}]{}", section,
                       did_you_mean(nearest(section, known_sections)));
  return fmt::format("unknown key \"{}\" in [{}]{}", key, section,
                     did_you_mean(nearest(key, keys_of(section))));
}

// Walks a TOML file and puts what it says into settings; gathers the faults.
class FileReader {
 public:
  FileReader(std::filesystem::path file, Settings& settings, std::vector<std::string>& faults)
      : file_(std::move(file)), settings_(settings), faults_(faults) {}

  void read() {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file_, error))
      return faults_.push_back(fmt::format("{}: there is no such file", file_.string()));
    try {
      for (const auto& [name, node] : toml::parse_file(file_.string())) read_section(name, node);
    } catch (const toml::parse_error& fault) {
      report(fault.source(), std::string(fault.description()));
    }
  }

 private:
  void report(const toml::source_region& where, const std::string& what) {
    faults_.push_back(fmt::format("{}:{}: {}", file_.string(), where.begin.line, what));
  }

  void read_section(const toml::key& name, const toml::node& node) {
    const auto known = sections();
    if (std::ranges::find(known, name.str()) == known.end())
      return report(name.source(), unknown_name(name.str(), ""));
    const toml::table* table = node.as_table();
    if (!table)
      return report(node.source(),
                    fmt::format("\"{}\" must be a table: [{}]", name.str(), name.str()));
    for (const auto& [key, value] : *table) read_key(name.str(), key, value);
  }

  void read_key(std::string_view section, const toml::key& key, const toml::node& node) {
    if (section == "identity" && key.str() == "providers") return read_providers(node);
    const Setting* setting = find_setting(section, key.str());
    if (!setting) return report(key.source(), unknown_name(section, key.str()));
    auto value = value_of(node);
    const auto fault = value ? assign(settings_, *setting, from_folder(*setting, std::move(*value)))
                             : "must be " + type_text(*setting);
    if (fault) report(node.source(), fmt::format("[{}] {} {}", section, key.str(), *fault));
  }

  static std::optional<SettingValue> value_of(const toml::node& node) {
    if (const auto* text = node.as_string()) return text->get();
    if (const auto* number = node.as_integer()) return number->get();
    if (const auto* truth = node.as_boolean()) return truth->get();
    const toml::array* array = node.as_array();
    if (!array) return {};
    std::vector<std::string> items;
    for (const toml::node& item : *array) {
      if (!item.is_string()) return {};
      items.push_back(item.as_string()->get());
    }
    return items;
  }

  SettingValue from_folder(const Setting& setting, SettingValue value) const {
    auto* text = std::get_if<std::string>(&value);
    if (setting.kind == SettingKind::path && text && !text->empty()) *text = from_folder(*text);
    return value;
  }
  std::string from_folder(const std::string& path) const {
    return (file_.parent_path() / path).string();
  }

  void read_providers(const toml::node& node) {
    const toml::array* array = node.as_array();
    if (!array || !array->is_homogeneous<toml::table>())
      return report(node.source(), "providers must be tables: [[identity.providers]]");
    for (const toml::node& item : *array) read_provider(*item.as_table());
  }

  void read_provider(const toml::table& table) {
    std::vector<std::string_view> known;
    for (const ProviderKey& key : provider_keys()) {
      known.push_back(key.key);
      if (key.required && !table.contains(key.key))
        report(table.source(), fmt::format("[[identity.providers]] needs \"{}\"", key.key));
    }
    ProviderSettings provider;
    for (const auto& [key, value] : table) {
      if (std::ranges::find(known, key.str()) == known.end())
        report(key.source(), fmt::format("unknown key \"{}\" in [[identity.providers]]{}",
                                         key.str(), did_you_mean(nearest(key.str(), known))));
      else
        read_provider_key(provider, key.str(), value);
    }
    settings_.providers.push_back(std::move(provider));
  }

  void read_provider_key(ProviderSettings& provider, std::string_view key, const toml::node& node) {
    if (key == "leeway_seconds") {
      const auto* number = node.as_integer();
      if (!number || number->get() < 0 || number->get() > 300)
        return report(node.source(), "leeway_seconds must be an integer from 0 to 300");
      provider.leeway_seconds = number->get();
      return;
    }
    const auto* text = node.as_string();
    if (!text || text->get().empty())
      return report(node.source(), fmt::format("{} must be a text that is not empty", key));
    if (key == "algorithm" && text->get() != "HS256" && text->get() != "RS256" &&
        text->get() != "EdDSA")
      return report(node.source(), fmt::format("algorithm must be \"HS256\", \"RS256\" or "
                                               "\"EdDSA\", not \"{}\"",
                                               text->get()));
    if (key == "issuer") provider.issuer = text->get();
    if (key == "audience") provider.audience = text->get();
    if (key == "algorithm") provider.algorithm = text->get();
    if (key == "key_file") provider.key_file = from_folder(text->get());
  }

  const std::filesystem::path file_;
  Settings& settings_;
  std::vector<std::string>& faults_;
};

void read_variable(const std::string& name, const std::string& text, Settings& settings,
                   std::vector<std::string>& faults) {
  const std::string rest = to_lower(std::string_view(name).substr(kPrefix.size()));
  const std::size_t middle = rest.find("__");
  const std::string section = rest.substr(0, middle);
  const std::string key = middle == std::string::npos ? "" : rest.substr(middle + 2);
  if (section == "identity" && key == "providers")
    return faults.push_back(name + ": identity providers can be set in a file alone");
  const Setting* setting = find_setting(section, key);
  if (!setting)
    return faults.push_back(
        fmt::format("environment variable {}: {}", name, unknown_name(section, key)));
  if (const auto fault = assign_text(settings, *setting, text))
    faults.push_back(fmt::format("environment variable {}: {} {}", name, key, *fault));
}

void read_flag(const FlagValue& flag, Settings& settings, std::vector<std::string>& faults) {
  const Setting* setting = find_setting(flag.section, flag.key);
  if (!setting)
    return faults.push_back(fmt::format("{}: {}", flag.flag, unknown_name(flag.section, flag.key)));
  if (const auto fault = assign_text(settings, *setting, flag.text))
    faults.push_back(fmt::format("{}: {}", flag.flag, *fault));
}

}  // namespace

Result<Settings, std::string> read_settings(const SettingSources& sources) {
  Settings settings;
  std::vector<std::string> faults;
  if (sources.file) FileReader(*sources.file, settings, faults).read();
  for (const auto& [name, text] : sources.environment)
    if (name.starts_with(kPrefix)) read_variable(name, text, settings, faults);
  for (const FlagValue& flag : sources.flags) read_flag(flag, settings, faults);
  if (faults.empty()) return settings;
  return fmt::format("{}", fmt::join(faults, "\n"));
}

}  // namespace frontrow::server
