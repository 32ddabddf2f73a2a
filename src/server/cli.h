// The command line: what can be asked, its help with examples, and the settings that flags give.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "rehearsal/rehearse.h"
#include "server/draw_verify.h"
#include "server/settings.h"

namespace frontrow::server {

enum class Subcommand {
  serve,
  staff_key_create,
  staff_key_list,
  staff_key_revoke,
  keys_rotate,
  draw_verify,
  draw_verify_stored,
  check,
  migrate,
  backup,
  restore,
  copy,
  doctor,
  rehearse,
  settings,
  version,
};

struct CommandLine {
  Subcommand subcommand = Subcommand::version;
  Settings settings;  // of the subcommands that know a data folder

  std::string role, name;      // staff-key create
  std::string staff_key_id;    // staff-key revoke
  DrawFiles draw;              // draw verify; of a data folder the concert alone
  bool print_ranks = false;    // draw verify
  bool json = false;           // check, copy
  std::filesystem::path file;  // backup, restore
  std::filesystem::path key;   // restore
  bool without_key = false;    // backup
  std::string from, to;        // copy
  rehearsal::RehearseOptions rehearsal;
};

// Reads arguments and environment. An exit code where there is nothing more to do: help was
// printed (0), or what is wrong (2).
std::optional<int> read_command_line(int argc, const char* const* argv,
                                     const char* const* environment, CommandLine& line);

}  // namespace frontrow::server
