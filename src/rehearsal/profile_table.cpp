// The keys of a profile, and the named ones.
#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "rehearsal/profile.h"

namespace frontrow::rehearsal {
namespace {

using P = Profile;

constexpr ProfileKey share(std::string_view section, std::string_view key,
                           std::int64_t Profile::* member, std::string_view meaning) {
  return {section, key, member, 0, 1000, meaning};
}

constexpr std::array kKeys{
    ProfileKey{"run", "people", &P::people, 1, 4'000'000, "Accounts in the crowd, bots among them"},
    ProfileKey{"run", "seed", &P::seed, 0, INT64_MAX, "The same seed gives the same people"},
    ProfileKey{"run", "seconds_max", &P::seconds_max, 1, 86'400,
               "Seconds after which those who are left are counted as unfinished"},
    ProfileKey{"run", "connections", &P::connections, 1, 60'000,
               "Connections that the people share"},
    ProfileKey{"run", "threads", &P::threads, 0, 64,
               "Event loops of the crowd; 0: one a core, of half of the cores where the server is "
               "on this machine"},
    ProfileKey{"run", "timeout_seconds", &P::timeout_seconds, 1, 60,
               "Seconds after which a call without an answer counts as unknown"},
    ProfileKey{"run", "wallets_read", &P::wallets_read, 0, 4'000'000,
               "Wallets that are read at the end, those of buyers first"},
    ProfileKey{"concert", "seats", &P::seats, 1, 1'000'000, "Seats of all shows together"},
    ProfileKey{"concert", "shows", &P::shows, 1, 50, "Shows that share the seats"},
    ProfileKey{"concert", "seats_per_row", &P::seats_per_row, 1, 200, "Seats of a row"},
    ProfileKey{"concert", "rows_per_section", &P::rows_per_section, 1, 200, "Rows of a section"},
    ProfileKey{"concert", "price", &P::price, 1, 1'000'000, "Price of a seat, in points"},
    ProfileKey{"concert", "draw", &P::draw, 0, 1, "1: places are drawn among the lobby"},
    ProfileKey{"concert", "capacity", &P::capacity, 1, 10'000'000, "People inside at a time"},
    ProfileKey{"concert", "entries_per_minute", &P::entries_per_minute, 1, 100'000'000,
               "People called in a minute"},
    ProfileKey{"concert", "people_per_seat", &P::people_per_seat, 0, 1000,
               "People inside for each seat that is left; 0: no such limit"},
    ProfileKey{"concert", "entry_seconds", &P::entry_seconds, 10, 86'400, "Length of an entry"},
    ProfileKey{"concert", "claim_seconds", &P::claim_seconds, 1, 3'600,
               "Time to come when it is one's turn"},
    ProfileKey{"concert", "hold_seconds", &P::hold_seconds, 1, 3'600, "Length of a hold"},
    ProfileKey{"concert", "max_seats_per_user", &P::max_seats_per_user, 1, 100,
               "Seats a person may have"},
    ProfileKey{"arrival", "top_up_seconds", &P::top_up_seconds, 0, 3'600,
               "Seconds before the lobby opens in which wallets are filled"},
    ProfileKey{"arrival", "lobby_seconds", &P::lobby_seconds, 0, 3'600,
               "Seconds that the lobby is open before the sale"},
    share("arrival", "lobby_permille", &P::lobby_permille, "Who comes while the lobby is open"),
    ProfileKey{"arrival", "spike_seconds", &P::spike_seconds, 1, 3'600,
               "Length of the rush that begins with the opening"},
    share("arrival", "spike_permille", &P::spike_permille,
          "Who comes in the rush; the rest comes in the tail"),
    ProfileKey{"arrival", "tail_seconds", &P::tail_seconds, 1, 86'400,
               "Length of the tail, in which ever fewer come"},
    share("line", "tops_up_before_permille", &P::tops_up_before_permille,
          "Who fills the wallet before joining"),
    share("line", "tops_up_in_line_permille", &P::tops_up_in_line_permille,
          "Who fills it while waiting; the rest when a payment is refused"),
    share("line", "hidden_tab_permille", &P::hidden_tab_permille,
          "Whose tab is hidden now and then, and freezes"),
    ProfileKey{"line", "hidden_seconds", &P::hidden_seconds, 1, 600,
               "Longest time that a hidden tab is late"},
    share("line", "second_device_permille", &P::second_device_permille,
          "Who joins with a second device too"),
    share("line", "leaves_permille", &P::leaves_permille, "Who leaves the line"),
    share("line", "comes_back_permille", &P::comes_back_permille,
          "Of those who left, missed their call or ran out of time: who joins again"),
    share("line", "misses_permille", &P::misses_permille, "Who is away when called"),
    share("shop", "party_1_permille", &P::party_1_permille, "Who wants one seat"),
    share("shop", "party_2_permille", &P::party_2_permille, "Who wants two"),
    share("shop", "party_3_permille", &P::party_3_permille, "Who wants three; the rest four"),
    share("shop", "favourite_section_permille", &P::favourite_section_permille,
          "Who wants the best seats of one section"),
    share("shop", "picks_seats_permille", &P::picks_seats_permille,
          "Who picks seats from a section's list; the rest takes the best of the house"),
    ProfileKey{"shop", "think_ms_min", &P::think_ms_min, 0, 600'000,
               "Shortest time to think before a step, in milliseconds"},
    ProfileKey{"shop", "think_ms_max", &P::think_ms_max, 0, 600'000,
               "Longest time to think before a step, in milliseconds"},
    share("shop", "abandons_permille", &P::abandons_permille, "Who lets a hold run out"),
    share("shop", "cancels_permille", &P::cancels_permille, "Who gives a hold back"),
    share("shop", "leaves_inside_permille", &P::leaves_inside_permille,
          "Who leaves with a hold in hand"),
    share("shop", "pays_late_permille", &P::pays_late_permille,
          "Who pays a second after the hold has ended"),
    share("shop", "pays_last_moment_permille", &P::pays_last_moment_permille,
          "Who pays just before the hold ends"),
    share("shop", "double_click_permille", &P::double_click_permille,
          "Who sends a hold or a payment twice at once, with one key"),
    share("shop", "repeats_permille", &P::repeats_permille,
          "Who sends an answered call again, with its key"),
    share("shop", "greedy_permille", &P::greedy_permille,
          "Who wants more than the limit, and shops on with a used entry"),
    share("bots", "forger_permille", &P::forger_permille, "Bots with forged tokens"),
    share("bots", "sharer_permille", &P::sharer_permille,
          "Bots that shop with somebody else's entry"),
    share("bots", "hammer_permille", &P::hammer_permille, "Bots that poll thirty times a second"),
    share("bots", "scalper_permille", &P::scalper_permille,
          "Bots that buy as many seats as they can, without thinking"),
    ProfileKey{"server", "threads", &P::server_threads, 0, 256,
               "Threads of the server that the rehearsal starts; 0: one a core"},
    ProfileKey{"server", "kills", &P::kills, 0, 100,
               "How often that server is killed (kill -9) and started again"},
    ProfileKey{"server", "kill_after_seconds", &P::kill_after_seconds, 0, 86'400,
               "Seconds from the start to the first kill"},
    ProfileKey{"server", "kill_every_seconds", &P::kill_every_seconds, 1, 3'600,
               "Seconds from one kill to the next"},
};

Profile small() {
  Profile p;
  p.people = 20'000;
  p.seconds_max = 100;
  p.connections = 1'000;
  // So many may be called at any moment that everybody polls every two seconds: all are told soon.
  p.capacity = 25'000;
  p.entries_per_minute = 12'000;
  p.lobby_seconds = 5;
  p.tail_seconds = 8;
  p.hold_seconds = 5;
  p.entry_seconds = 30;
  p.claim_seconds = 6;
  p.think_ms_min = 100;
  p.think_ms_max = 700;
  p.wallets_read = 4'000;
  return p;
}

Profile large() {
  Profile p;
  p.people = 100'000;
  p.seats = 10'000;
  p.shows = 2;
  p.capacity = 2'000;
  p.entries_per_minute = 12'000;
  p.lobby_seconds = 30;
  p.spike_seconds = 10;
  p.tail_seconds = 60;
  p.hold_seconds = 30;
  return p;
}

Profile million() {
  Profile p;
  p.people = 1'000'000;
  p.seats = 60'000;
  p.seats_per_row = 50;
  p.seconds_max = 660;
  p.connections = 4'000;
  p.capacity = 10'000;
  p.entries_per_minute = 24'000;  // everybody has come before all is sold
  p.entry_seconds = 60;
  p.claim_seconds = 30;
  p.hold_seconds = 15;
  p.top_up_seconds = 25;
  p.lobby_seconds = 75;
  p.lobby_permille = 400;
  p.spike_seconds = 60;
  p.spike_permille = 300;
  p.tail_seconds = 70;
  p.hidden_seconds = 20;
  p.think_ms_min = 500;
  p.think_ms_max = 3'000;
  p.wallets_read = 60'000;
  p.hammer_permille = 1;
  return p;
}

Profile drill() {
  Profile p = small();
  p.kills = 5;
  p.kill_after_seconds = 11;
  p.kill_every_seconds = 3;
  return p;
}

Profile bots() {
  Profile p = small();
  p.forger_permille = 60;
  p.sharer_permille = 60;
  p.hammer_permille = 10;
  p.scalper_permille = 300;
  p.greedy_permille = 150;
  return p;
}

struct Named {
  std::string_view name;
  std::string_view meaning;
  Profile (*make)();
};
constexpr std::array kNamed{
    Named{"standard", "10,000 people for 2,000 seats, unhurried", [] { return Profile{}; }},
    Named{"small", "20,000 people for 2,000 seats in less than a minute", small},
    Named{"large", "100,000 people for two shows with 10,000 seats", large},
    Named{"million", "1,000,000 people for 60,000 seats", million},
    Named{"bots", "small, with every second account a bot or greedy", bots},
    Named{"drill", "small, and the server is killed five times meanwhile", drill},
};

const Named* find_named(std::string_view name) {
  for (const Named& one : kNamed)
    if (one.name == name) return &one;
  return nullptr;
}

}  // namespace

std::span<const ProfileKey> profile_table() {
  return kKeys;
}

std::vector<std::string_view> profile_names() {
  std::vector<std::string_view> names;
  for (const Named& one : kNamed) names.push_back(one.name);
  return names;
}

Profile named_profile(std::string_view name) {
  const Named* const found = find_named(name);
  FRONTROW_CHECK(found, "no profile \"{}\"", name);
  Profile profile = found->make();
  profile.name = name;
  return profile;
}

std::string_view profile_meaning(std::string_view name) {
  const Named* const found = find_named(name);
  return found ? found->meaning : "";
}

std::int64_t crowd_threads(const Profile& profile, std::int64_t cores, bool shares_with_server) {
  if (profile.threads > 0) return profile.threads;
  return std::clamp<std::int64_t>(shares_with_server ? cores / 2 : cores, 1, 64);
}

std::string profile_help() {
  std::string out = "Profiles:\n";
  for (const Named& one : kNamed) out += fmt::format("  {:9} {}\n", one.name, one.meaning);
  out += "\nKeys of a profile's file, with their defaults:\n";
  const Profile defaults;
  std::string_view section;
  for (const ProfileKey& key : kKeys) {
    if (key.section != section) out += fmt::format("  [{}]\n", key.section);
    section = key.section;
    out += fmt::format("    {} = {}\n        {} to {}. {}.\n", key.key, defaults.*key.member,
                       key.least, key.most, key.meaning);
  }
  return out;
}

}  // namespace frontrow::rehearsal
