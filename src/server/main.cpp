// The program. Each subcommand is one function; this file is their table of contents.
#include <fmt/core.h>
#include <unistd.h>

#include "server/admin_commands.h"
#include "server/cli.h"
#include "server/copy.h"
#include "server/data_commands.h"
#include "server/doctor.h"
#include "server/draw_stored.h"
#include "server/draw_verify.h"
#include "server/rehearse_command.h"
#include "server/serve.h"
#include "server/setting_table.h"
#include "server/version.h"

int main(int argc, char** argv) {
  using namespace frontrow::server;
  CommandLine line;
  if (const auto code = read_command_line(argc, argv, environ, line)) return *code;
  switch (line.subcommand) {
    case Subcommand::serve:
      return serve(line.settings);
    case Subcommand::staff_key_create:
      return create_staff_key(line.settings, line.role, line.name);
    case Subcommand::staff_key_list:
      return list_staff_keys(line.settings);
    case Subcommand::staff_key_revoke:
      return revoke_staff_key(line.settings, line.staff_key_id);
    case Subcommand::keys_rotate:
      return rotate_keys(line.settings);
    case Subcommand::draw_verify:
      return verify_draws(line.draw, line.print_ranks);
    case Subcommand::draw_verify_stored:
      return verify_stored_draw(line.settings, line.draw.concert, line.print_ranks);
    case Subcommand::check:
      return check_data(line.settings, line.json);
    case Subcommand::migrate:
      return migrate_data(line.settings);
    case Subcommand::backup:
      return backup_data(line.settings, line.file, line.without_key);
    case Subcommand::restore:
      return restore_data(line.settings, line.file, line.key);
    case Subcommand::copy:
      return copy_data(line.settings, line.from, line.to, line.json);
    case Subcommand::doctor:
      return examine(line.settings);
    case Subcommand::rehearse:
      return rehearse_sale(line.rehearsal);
    case Subcommand::settings:
      fmt::print("{}", settings_help());
      return 0;
    case Subcommand::version:
      fmt::print("frontrow {}\n", kVersion);
      return 0;
  }
}
