#include "rehearsal/profile.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <toml++/toml.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/nearest.h"

namespace frontrow::rehearsal {
namespace {

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view found = nearest(word, known);
  return found.empty() ? "" : fmt::format(", did you mean \"{}\"?", found);
}

std::vector<std::string_view> section_names() {
  std::vector<std::string_view> names;
  for (const ProfileKey& key : profile_table())
    if (names.empty() || names.back() != key.section) names.push_back(key.section);
  return names;
}

std::vector<std::string_view> key_names(std::string_view section) {
  std::vector<std::string_view> names;
  for (const ProfileKey& key : profile_table())
    if (key.section == section) names.push_back(key.key);
  return names;
}

const ProfileKey* find_key(std::string_view section, std::string_view name) {
  for (const ProfileKey& key : profile_table())
    if (key.section == section && key.key == name) return &key;
  return nullptr;
}

std::string unknown(std::string_view section, std::string_view key) {
  const auto known = section_names();
  if (std::ranges::find(known, section) == known.end())
    return fmt::format("unknown section [{}]{}", section, did_you_mean(section, known));
  return fmt::format("unknown key \"{}\" in [{}]{}", key, section,
                     did_you_mean(key, key_names(section)));
}

std::string assign(Profile& profile, const ProfileKey& key, std::optional<std::int64_t> value) {
  if (!value || *value < key.least || *value > key.most)
    return fmt::format("{} must be an integer from {} to {}", key.key, key.least, key.most);
  profile.*key.member = *value;
  return {};
}

// Walks a TOML file and puts what it says into the profile; gathers the faults.
class FileReader {
 public:
  FileReader(std::filesystem::path file, std::vector<std::string>& faults)
      : file_(std::move(file)), faults_(faults) {}

  Profile read() {
    std::error_code error;
    if (!std::filesystem::is_regular_file(file_, error)) {
      faults_.push_back(fmt::format("{}: there is no such file", file_.string()));
      return {};
    }
    try {
      const toml::table table = toml::parse_file(file_.string());
      read_base(table);
      for (const auto& [name, node] : table)
        if (name.str() != "profile") read_section(name, node);
    } catch (const toml::parse_error& fault) {
      report(fault.source(), std::string(fault.description()));
    }
    return profile_;
  }

 private:
  void report(const toml::source_region& where, const std::string& what) {
    faults_.push_back(fmt::format("{}:{}: {}", file_.string(), where.begin.line, what));
  }

  void read_base(const toml::table& table) {
    const toml::node* const node = table.get("profile");
    if (node) {
      const auto known = profile_names();
      const auto name = node->value<std::string>();
      if (!name || std::ranges::find(known, *name) == known.end())
        report(node->source(), fmt::format("profile must be one of {}", fmt::join(known, ", ")));
      else
        profile_ = named_profile(*name);
    }
    profile_.name = file_.stem().string();
  }

  void read_section(const toml::key& name, const toml::node& node) {
    const auto known = section_names();
    if (std::ranges::find(known, name.str()) == known.end())
      return report(name.source(), unknown(name.str(), ""));
    const toml::table* const table = node.as_table();
    if (!table)
      return report(node.source(),
                    fmt::format("\"{}\" must be a table: [{}]", name.str(), name.str()));
    for (const auto& [key, value] : *table) {
      const ProfileKey* const found = find_key(name.str(), key.str());
      if (!found) {
        report(key.source(), unknown(name.str(), key.str()));
        continue;
      }
      const auto* const number = value.as_integer();
      const std::string fault =
          assign(profile_, *found, number ? std::optional(number->get()) : std::nullopt);
      if (!fault.empty()) report(value.source(), fmt::format("[{}] {}", name.str(), fault));
    }
  }

  const std::filesystem::path file_;
  std::vector<std::string>& faults_;
  Profile profile_;
};

void read_flag(const ProfileFlag& flag, Profile& profile, std::vector<std::string>& faults) {
  const ProfileKey* const key = find_key(flag.section, flag.key);
  if (!key)
    return faults.push_back(fmt::format("{}: {}", flag.flag, unknown(flag.section, flag.key)));
  std::int64_t number = 0;
  const char* const end = flag.text.data() + flag.text.size();
  const auto [stopped, error] = std::from_chars(flag.text.data(), end, number);
  const bool is_number = error == std::errc() && stopped == end;
  const std::string fault = assign(profile, *key, is_number ? std::optional(number) : std::nullopt);
  if (!fault.empty()) faults.push_back(fmt::format("{}: {}", flag.flag, fault));
}

// What no single key can say.
void check_sums(const Profile& p, std::vector<std::string>& faults) {
  const auto sum = [&](std::string_view names, std::int64_t total) {
    if (total > 1000)
      faults.push_back(fmt::format("{}: {} are more than 1000 together", p.name, names));
  };
  sum("[arrival] lobby_permille and spike_permille", p.lobby_permille + p.spike_permille);
  sum("[line] tops_up_before_permille and tops_up_in_line_permille",
      p.tops_up_before_permille + p.tops_up_in_line_permille);
  sum("[shop] party_1_permille, party_2_permille and party_3_permille",
      p.party_1_permille + p.party_2_permille + p.party_3_permille);
  sum("[shop] favourite_section_permille and picks_seats_permille",
      p.favourite_section_permille + p.picks_seats_permille);
  sum("[shop] abandons_, cancels_, leaves_inside_, pays_late_ and pays_last_moment_permille",
      p.abandons_permille + p.cancels_permille + p.leaves_inside_permille + p.pays_late_permille +
          p.pays_last_moment_permille);
  sum("[bots] forger_, sharer_, hammer_ and scalper_permille",
      p.forger_permille + p.sharer_permille + p.hammer_permille + p.scalper_permille);
  if (p.think_ms_max < p.think_ms_min)
    faults.push_back(fmt::format("{}: [shop] think_ms_max is less than think_ms_min", p.name));
  if (p.seats < p.shows)
    faults.push_back(fmt::format("{}: [concert] seats are fewer than shows", p.name));
}

}  // namespace

Result<Profile, std::string> read_profile(const std::string& name,
                                          const std::vector<ProfileFlag>& flags) {
  std::vector<std::string> faults;
  const auto known = profile_names();
  Profile profile;
  if (name.find_first_of("./") != std::string::npos)
    profile = FileReader(name, faults).read();
  else if (std::ranges::find(known, name) != known.end())
    profile = named_profile(name);
  else
    faults.push_back(fmt::format("no profile \"{}\"{}", name, did_you_mean(name, known)));
  for (const ProfileFlag& flag : flags) read_flag(flag, profile, faults);
  if (faults.empty()) check_sums(profile, faults);
  if (faults.empty()) return profile;
  return fmt::format("{}", fmt::join(faults, "\n"));
}

}  // namespace frontrow::rehearsal
