#include "server/setting_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "http/address.h"
#include "pages/brand.h"

namespace frontrow::server {
namespace {

using enum SettingKind;

std::string check_host_port(const std::string& text) {
  return parse_host_port(text) ? "" : "must be HOST:PORT with a port from 0 to 65535";
}

std::string check_operations(const std::string& text) {
  if (text == "public" || text == "staff" || parse_host_port(text)) return "";
  return "must be \"public\", \"staff\" or HOST:PORT";
}

std::string check_network(const std::string& text) {
  return http::Network::parse(text) ? "" : "must be a network such as \"10.0.0.0/8\"";
}

std::string check_store(const std::string& text) {
  if (text.empty() || text == "sqlite") return "";
  if (names_postgresql(text)) return "";
  return "must be \"sqlite\", or PostgreSQL as postgresql://USER@HOST/DATABASE";
}

std::string check_currency(const std::string& text) {
  const bool letters = std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
  return letters && text.size() == 3 ? "" : "must be a currency's three capital letters (ISO 4217)";
}

std::string check_name(const std::string& text) {
  return text.empty() || text.size() > 100 ? "must be 1 to 100 bytes" : "";
}

std::string check_welcome(const std::string& text) {
  return text.size() > 1'000 ? "must be at most 1,000 bytes" : "";
}

// What a page may link to without running anything.
std::string check_help(const std::string& text) {
  for (const std::string_view scheme : {"https://", "mailto:", "tel:", "/"})
    if (text.starts_with(scheme)) return "";
  return text.empty() ? "" : "must begin with https://, mailto:, tel: or /";
}

std::string check_accent(const std::string& text) {
  return pages::fault_of_accent(text);
}

std::string check_logo(const std::string& text) {
  for (const std::string_view ending : {".svg", ".png", ".webp"})
    if (text.ends_with(ending)) return "";
  return text.empty() ? "" : "must be a file that ends in .svg, .png or .webp";
}

const std::array kSettings{
    Setting{"server",
            "data",
            path,
            &Settings::data,
            0,
            0,
            {},
            nullptr,
            "The data folder. It is made where it is missing; one process at a time writes to it."},
    Setting{"server",
            "listen",
            text,
            &Settings::listen,
            0,
            0,
            {},
            check_host_port,
            "Where the server listens, HOST:PORT; port 0 picks one, and the log says which."},
    Setting{"server",
            "threads",
            integer,
            &Settings::threads,
            0,
            256,
            {},
            nullptr,
            "Threads that read and write HTTP; 0: one a core."},
    Setting{"server",
            "demo",
            boolean,
            &Settings::demo,
            0,
            0,
            {},
            nullptr,
            "Fill an empty database with a demonstration, and print what to do with it. Listens on "
            "loopback only."},
    Setting{"server",
            "demo_public",
            boolean,
            &Settings::demo_public,
            0,
            0,
            {},
            nullptr,
            "Let a demonstration listen on other addresses too."},
    Setting{"store",
            "url",
            text,
            &Settings::store_url,
            0,
            0,
            {},
            check_store,
            "Where the rows are kept: \"sqlite\" or empty for a database in the data folder; "
            "postgresql://USER@HOST[,HOST]/DATABASE for several nodes."},
    Setting{"http",
            "operations",
            text,
            &Settings::operations,
            0,
            0,
            {},
            check_operations,
            "Who sees /metrics, /docs and details: \"public\", \"staff\" (a staff key is asked "
            "for), or HOST:PORT (only there)."},
    Setting{"http",
            "trusted_proxies",
            list,
            &Settings::trusted_proxies,
            0,
            0,
            {},
            check_network,
            "Networks of proxies whose X-Forwarded-For is believed."},
    Setting{"http",
            "drain_seconds",
            integer,
            &Settings::drain_seconds,
            0,
            300,
            {},
            nullptr,
            "How long new connections are still taken after SIGTERM, in seconds, so that a load "
            "balancer sees /readyz fail first; the process ends at most 7 s later."},
    Setting{"limits",
            "connections",
            integer,
            &Settings::connections,
            1,
            1'000'000,
            {},
            nullptr,
            "Open connections; beyond it 503."},
    Setting{"limits",
            "sign_up_per_second",
            integer,
            &Settings::sign_up_per_second,
            0,
            1'000'000,
            {},
            nullptr,
            "Sign-ups per second and client address, with a burst of 5 times as many; 0: no "
            "limit; beyond it 429."},
    Setting{"limits",
            "sign_in_per_second",
            integer,
            &Settings::sign_in_per_second,
            0,
            1'000'000,
            {},
            nullptr,
            "Sign-ins per second and client address, with a burst of 5 times as many; 0: no "
            "limit; beyond it 429."},
    Setting{"limits",
            "join_per_second",
            integer,
            &Settings::join_per_second,
            0,
            100'000'000,
            {},
            nullptr,
            "Joins of a queue per second and client address, with a burst of twice as many; 0: no "
            "limit; beyond it 429."},
    Setting{"wallet", "top_ups", choice, &Settings::top_ups, 0, 0, "self|staff", nullptr,
            "Who tops up wallets: users themselves, or staff alone. \"self\" makes points free: "
            "for demonstrations and tests."},
    Setting{"wallet",
            "currency",
            text,
            &Settings::currency,
            0,
            0,
            {},
            check_currency,
            "The one currency's code, shown beside money. Amounts are in its minor unit."},
    Setting{"pages",
            "serve",
            boolean,
            &Settings::pages,
            0,
            0,
            {},
            nullptr,
            "Whether the pages for buyers and staff are served; without them the contract alone."},
    Setting{"pages",
            "name_en",
            text,
            &Settings::name_en,
            0,
            0,
            {},
            check_name,
            "The name that pages in English carry."},
    Setting{"pages",
            "name_ko",
            text,
            &Settings::name_ko,
            0,
            0,
            {},
            check_name,
            "The name that pages in Korean carry."},
    Setting{"pages",
            "welcome_en",
            text,
            &Settings::welcome_en,
            0,
            0,
            {},
            check_welcome,
            "A sentence above the list of concerts, in English; empty: none."},
    Setting{"pages",
            "welcome_ko",
            text,
            &Settings::welcome_ko,
            0,
            0,
            {},
            check_welcome,
            "A sentence above the list of concerts, in Korean; empty: none."},
    Setting{"pages",
            "accent",
            text,
            &Settings::accent,
            0,
            0,
            {},
            check_accent,
            "The one colour of buttons and links, \"#rrggbb\", dark enough for white words on it. "
            "Dark pages get a lighter one."},
    Setting{"pages",
            "logo_file",
            path,
            &Settings::logo_file,
            0,
            0,
            {},
            check_logo,
            "A picture beside the name, .svg, .png or .webp of at most 256 KiB, read at the start; "
            "empty: none."},
    Setting{"pages",
            "help",
            text,
            &Settings::help,
            0,
            0,
            {},
            check_help,
            "Where people find help, https://…, mailto:…, tel:… or /…; a link at the foot of each "
            "page. Empty: none."},
    Setting{"identity",
            "master_key_file",
            path,
            &Settings::master_key_file,
            0,
            0,
            {},
            nullptr,
            "The file with the key that seals secrets in the store; empty: master.key in the data "
            "folder, made where a new installation has none."},
    Setting{"engine",
            "queue",
            integer,
            &Settings::queue,
            64,
            10'000'000,
            {},
            nullptr,
            "Commands that may wait for a commit; a quarter is kept for claims, payments, cancels "
            "and staff; beyond it 503."},
    Setting{"engine",
            "batch",
            integer,
            &Settings::batch,
            1,
            100'000,
            {},
            nullptr,
            "Commands in one commit, at most; the rest waits for the next."},
    Setting{"log", "level", choice, &Settings::log_level, 0, 0, "debug|info|warn|error", nullptr,
            "The least level that is written."},
    Setting{"log", "format", choice, &Settings::log_format, 0, 0, "json|text", nullptr,
            "Lines of JSON, or text for a person."},
    Setting{"log",
            "requests",
            boolean,
            &Settings::log_requests,
            0,
            0,
            {},
            nullptr,
            "A line for each answered request: method, route, status, milliseconds."},
};

constexpr std::array kProviderKeys{
    ProviderKey{"issuer", "text", "The tokens' `iss`."},
    ProviderKey{"audience", "text", "What must be in the tokens' `aud`."},
    ProviderKey{"algorithm", "\"HS256\", \"RS256\" or \"EdDSA\"",
                "The one algorithm that is taken."},
    ProviderKey{"key_file", "path",
                "The secret's bytes (HS256, at least 32), a PEM file with the public key, or a "
                "JWKS file."},
    ProviderKey{"leeway_seconds", "integer, 0 to 300",
                "How wrong the provider's clock may be for `exp` and `nbf`; default 0.", false},
};

template <class Range>
std::string join(const Range& items, std::string_view separator) {
  std::string out;
  for (const auto& item : items) {
    if (!out.empty()) out += separator;
    out += item;
  }
  return out;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (part.starts_with(' ')) part.remove_prefix(1);
    while (part.ends_with(' ')) part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

std::string quoted_choices(std::string_view choices) {
  std::vector<std::string> names = split(choices, '|');
  for (std::string& name : names) name = '"' + name + '"';
  const std::string last = names.back();
  names.pop_back();
  return join(names, ", ") + " or " + last;
}

std::optional<std::string> fault_of_text(const Setting& setting, const std::string& value) {
  if (setting.kind == choice) {
    const auto names = split(setting.choices, '|');
    if (std::ranges::find(names, value) == names.end())
      return fmt::format("must be {}, not \"{}\"", quoted_choices(setting.choices), value);
  }
  if (!setting.check) return {};
  std::string fault = setting.check(value);
  if (fault.empty()) return {};
  return fmt::format("\"{}\" {}", value, fault);
}

std::optional<std::string> put(Settings& settings, const Setting& setting,
                               std::string Settings::* member, const SettingValue& value) {
  const auto* given = std::get_if<std::string>(&value);
  if (!given) return "must be " + type_text(setting);
  if (auto fault = fault_of_text(setting, *given)) return fault;
  settings.*member = *given;
  return {};
}

std::optional<std::string> put(Settings& settings, const Setting& setting,
                               std::int64_t Settings::* member, const SettingValue& value) {
  const auto* given = std::get_if<std::int64_t>(&value);
  if (!given || *given < setting.least || *given > setting.most)
    return fmt::format("must be an integer from {} to {}", setting.least, setting.most);
  settings.*member = *given;
  return {};
}

std::optional<std::string> put(Settings& settings, const Setting&, bool Settings::* member,
                               const SettingValue& value) {
  const auto* given = std::get_if<bool>(&value);
  if (!given) return "must be true or false";
  settings.*member = *given;
  return {};
}

std::optional<std::string> put(Settings& settings, const Setting& setting,
                               std::vector<std::string> Settings::* member,
                               const SettingValue& value) {
  const auto* given = std::get_if<std::vector<std::string>>(&value);
  if (!given) return "must be a list of texts";
  for (const std::string& item : *given)
    if (auto fault = fault_of_text(setting, item)) return fault;
  settings.*member = *given;
  return {};
}

std::optional<SettingValue> value_of_text(const Setting& setting, const std::string& given) {
  if (setting.kind == boolean) {
    if (given != "true" && given != "false") return {};
    return given == "true";
  }
  if (setting.kind == list) return split(given, ',');
  if (setting.kind != integer) return given;
  std::int64_t number = 0;
  const char* const end = given.data() + given.size();
  const auto [stopped, fault] = std::from_chars(given.data(), end, number);
  if (fault != std::errc() || stopped != end) return {};
  return number;
}

}  // namespace

std::span<const Setting> setting_table() {
  return kSettings;
}

std::span<const ProviderKey> provider_keys() {
  return kProviderKeys;
}

const Setting* find_setting(std::string_view section, std::string_view key) {
  for (const Setting& setting : kSettings)
    if (setting.section == section && setting.key == key) return &setting;
  return nullptr;
}

std::vector<std::string_view> sections() {
  std::vector<std::string_view> names;
  for (const Setting& setting : kSettings)
    if (names.empty() || names.back() != setting.section) names.push_back(setting.section);
  return names;
}

std::vector<std::string_view> keys_of(std::string_view section) {
  std::vector<std::string_view> names;
  for (const Setting& setting : kSettings)
    if (setting.section == section) names.push_back(setting.key);
  if (section == "identity") names.push_back("providers");
  return names;
}

std::optional<std::string> assign(Settings& settings, const Setting& setting,
                                  const SettingValue& value) {
  return std::visit([&](auto member) { return put(settings, setting, member, value); },
                    setting.member);
}

std::optional<std::string> assign_text(Settings& settings, const Setting& setting,
                                       const std::string& given) {
  const auto value = value_of_text(setting, given);
  if (!value) return fmt::format("must be {}, not \"{}\"", type_text(setting), given);
  return assign(settings, setting, *value);
}

std::string default_text(const Setting& setting) {
  static const Settings defaults;
  if (const auto* member = std::get_if<std::string Settings::*>(&setting.member))
    return '"' + defaults.**member + '"';
  if (const auto* member = std::get_if<std::int64_t Settings::*>(&setting.member))
    return std::to_string(defaults.**member);
  if (const auto* member = std::get_if<bool Settings::*>(&setting.member))
    return defaults.**member ? "true" : "false";
  return "[]";
}

std::string type_text(const Setting& setting) {
  switch (setting.kind) {
    case integer:
      return fmt::format("an integer from {} to {}", setting.least, setting.most);
    case boolean:
      return "true or false";
    case list:
      return "a list of texts";
    case choice:
      return quoted_choices(setting.choices);
    case path:
      return "a path";
    case text:
      break;
  }
  return "a text";
}

std::string variable_name(const Setting& setting) {
  std::string name = fmt::format("FRONTROW__{}__{}", setting.section, setting.key);
  for (char& c : name)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return name;
}

std::string settings_help() {
  std::string out;
  for (const std::string_view section : sections()) {
    out += fmt::format("  [{}]\n", section);
    for (const Setting& setting : kSettings)
      if (setting.section == section)
        out += fmt::format("    {} = {}\n        {}. {}\n", setting.key, default_text(setting),
                           type_text(setting), setting.meaning);
  }
  out += "  [[identity.providers]]  an identity provider; any number of them\n";
  for (const ProviderKey& key : kProviderKeys)
    out += fmt::format("    {}\n        {}. {}\n", key.key, key.type, key.meaning);
  return out;
}

bool names_postgresql(std::string_view url) {
  return url.starts_with("postgresql://") || url.starts_with("postgres://");
}

std::optional<HostPort> parse_host_port(std::string_view given) {
  const std::size_t colon = given.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string_view host = given.substr(0, colon);
  const std::string_view port = given.substr(colon + 1);
  if (host.starts_with('[') != host.ends_with(']')) return {};
  if (host.starts_with('['))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return {};
  std::uint16_t number = 0;
  const auto [stopped, fault] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (host.empty() || port.empty() || fault != std::errc() || stopped != port.data() + port.size())
    return {};
  return HostPort{std::string(host), number};
}

}  // namespace frontrow::server
