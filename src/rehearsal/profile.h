// A profile: everything that makes one rehearsal, as numbers that a TOML file may set. Values are
// defaults < the named profile < the file < flags; each unknown name and wrong value is an error
// that says where it stands.
//
//   auto profile = read_profile("small", {});
//   if (!profile) return usage_error(profile.error());
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace frontrow::rehearsal {

// Shares are in permille. Times are in seconds, think times in milliseconds.
struct Profile {
  std::string name = "standard";

  // [run]
  std::int64_t people = 10'000;
  std::int64_t seed = 1;
  std::int64_t seconds_max = 900;
  std::int64_t connections = 4'000;
  std::int64_t threads = 0;  // see crowd_threads()
  std::int64_t timeout_seconds = 10;
  std::int64_t wallets_read = 20'000;

  // [concert], for the one that the rehearsal creates
  std::int64_t seats = 2'000;
  std::int64_t shows = 1;
  std::int64_t seats_per_row = 25;
  std::int64_t rows_per_section = 10;
  std::int64_t price = 50'000;
  std::int64_t draw = 1;
  std::int64_t capacity = 500;
  std::int64_t entries_per_minute = 6'000;
  std::int64_t people_per_seat = 20;
  std::int64_t entry_seconds = 120;
  std::int64_t claim_seconds = 12;
  std::int64_t hold_seconds = 15;
  std::int64_t max_seats_per_user = 4;

  // [arrival]
  std::int64_t top_up_seconds = 3;  // before the lobby opens, wallets are filled
  std::int64_t lobby_seconds = 6;
  std::int64_t lobby_permille = 500;
  std::int64_t spike_seconds = 4;
  std::int64_t spike_permille = 350;
  std::int64_t tail_seconds = 15;

  // [line]
  std::int64_t tops_up_before_permille = 300;
  std::int64_t tops_up_in_line_permille = 300;
  std::int64_t hidden_tab_permille = 80;
  std::int64_t hidden_seconds = 5;
  std::int64_t second_device_permille = 50;
  std::int64_t leaves_permille = 20;
  std::int64_t comes_back_permille = 500;
  std::int64_t misses_permille = 15;

  // [shop]
  std::int64_t party_1_permille = 300;
  std::int64_t party_2_permille = 450;
  std::int64_t party_3_permille = 100;
  std::int64_t favourite_section_permille = 250;
  std::int64_t picks_seats_permille = 200;
  std::int64_t think_ms_min = 300;
  std::int64_t think_ms_max = 1'500;
  std::int64_t abandons_permille = 40;
  std::int64_t cancels_permille = 20;
  std::int64_t leaves_inside_permille = 15;
  std::int64_t pays_late_permille = 10;
  std::int64_t pays_last_moment_permille = 15;
  std::int64_t double_click_permille = 50;
  std::int64_t repeats_permille = 30;
  std::int64_t greedy_permille = 20;

  // [bots]
  std::int64_t forger_permille = 5;
  std::int64_t sharer_permille = 5;
  std::int64_t hammer_permille = 3;
  std::int64_t scalper_permille = 10;

  // [server], for the one that the rehearsal starts
  std::int64_t server_threads = 0;
  std::int64_t kills = 0;
  std::int64_t kill_after_seconds = 15;
  std::int64_t kill_every_seconds = 3;
};

struct ProfileKey {
  std::string_view section;
  std::string_view key;
  std::int64_t Profile::* member;
  std::int64_t least = 0;
  std::int64_t most = 0;
  std::string_view meaning;
};
std::span<const ProfileKey> profile_table();

// SECTION.KEY=VALUE, as a person wrote it after `flag`.
struct ProfileFlag {
  std::string flag;
  std::string section;
  std::string key;
  std::string text;
};

// `name` is one of profile_names() or a TOML file (a name with a dot or a slash), which may say
// `profile = "NAME"` at its top to begin from that one. The error has one line for each fault, and
// each names its place (FILE:LINE, the flag) and the key.
Result<Profile, std::string> read_profile(const std::string& name,
                                          const std::vector<ProfileFlag>& flags);

std::vector<std::string_view> profile_names();
// The named profile and one sentence about it. Requires: one of profile_names().
Profile named_profile(std::string_view name);
std::string_view profile_meaning(std::string_view name);

// How many event loops the crowd has on a machine with so many cores.
std::int64_t crowd_threads(const Profile& profile, std::int64_t cores, bool shares_with_server);

// All keys with range, default and meaning, for the help.
std::string profile_help();

}  // namespace frontrow::rehearsal
