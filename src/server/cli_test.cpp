#include "server/cli.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace frontrow::server {
namespace {

using testing::HasSubstr;

struct Parsed {
  std::optional<int> code;
  CommandLine line;
  std::string out, err;
};

Parsed parse(std::vector<const char*> arguments, std::vector<const char*> environment = {}) {
  arguments.insert(arguments.begin(), "frontrow");
  environment.push_back(nullptr);
  Parsed parsed;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  parsed.code = read_command_line(static_cast<int>(arguments.size()), arguments.data(),
                                  environment.data(), parsed.line);
  parsed.out = testing::internal::GetCapturedStdout();
  parsed.err = testing::internal::GetCapturedStderr();
  return parsed;
}

TEST(CommandLine, HelpHasExamplesEverywhere) {
  const std::vector<std::vector<const char*>> commands{{},
                                                       {"serve"},
                                                       {"staff-key", "create"},
                                                       {"staff-key", "list"},
                                                       {"staff-key", "revoke"},
                                                       {"check"},
                                                       {"backup"},
                                                       {"restore"},
                                                       {"doctor"},
                                                       {"keys", "rotate"},
                                                       {"draw", "verify"}};
  for (auto command : commands) {
    command.push_back("--help");
    const Parsed parsed = parse(command);
    EXPECT_EQ(parsed.code, 0);
    EXPECT_THAT(parsed.out, HasSubstr("Examples:")) << parsed.out;
    EXPECT_THAT(parsed.out, HasSubstr("  frontrow ")) << parsed.out;
    EXPECT_EQ(parsed.err, "");
  }
  EXPECT_THAT(parse({"serve", "--help"}).out, HasSubstr("join_per_second = 5000"));
}

TEST(CommandLine, WrongUsageIsTwoAndSaysWhat) {
  const std::vector<std::vector<const char*>> rows{
      {},
      {"dance"},
      {"serve", "--dance"},
      {"serve", "--data", "d", "--listen", "nonsense"},
      {"serve", "--data", "d", "--listen", "127.0.0.1:99999"},
      {"serve", "--data", "d", "--store", "mysql://x"},
      {"serve", "--data", "d", "--set", "limits"},
      {"serve", "--data", "d", "--set", "limits.conections=5"},
      {"serve", "--data", "d", "--config", "/missing.toml"},
      {"staff-key"},
      {"staff-key", "create", "--data", "d"},
      {"staff-key", "create", "--data", "d", "--role", "king"},
      {"draw", "verify"},
      {"draw", "verify", "--joins", "x"},
      {"draw", "verify", "--data", "d"},
      {"draw", "verify", "a.json", "--data", "d", "--concert", "c"},
      {"draw", "verify", "--draw", "a.json", "--data", "d"},
      {"draw", "verify", "a.json", "--concert", "c"},
      {"backup", "--data", "d"},
      {"restore", "--data", "d"},
  };
  for (const auto& row : rows) {
    const Parsed parsed = parse(row);
    EXPECT_EQ(parsed.code, 2) << testing::PrintToString(row);
    EXPECT_NE(parsed.err, "") << testing::PrintToString(row);
  }
}

TEST(CommandLine, FlagsAndVariablesBecomeSettings) {
  const Parsed parsed = parse({"serve", "--data", "d", "--listen", "127.0.0.1:0", "--demo", "--set",
                               "limits.connections=9", "--set", "wallet.top_ups=staff"},
                              {"FRONTROW__LIMITS__CONNECTIONS=8", "FRONTROW__LOG__LEVEL=warn"});
  ASSERT_EQ(parsed.code, std::nullopt) << parsed.err;
  EXPECT_EQ(parsed.line.subcommand, Subcommand::serve);
  const Settings& settings = parsed.line.settings;
  EXPECT_EQ(settings.data, "d");
  EXPECT_EQ(settings.listen, "127.0.0.1:0");
  EXPECT_TRUE(settings.demo);
  EXPECT_FALSE(settings.demo_public);
  EXPECT_EQ(settings.connections, 9);
  EXPECT_EQ(settings.top_ups, "staff");
  EXPECT_EQ(settings.log_level, "warn");
}

TEST(CommandLine, EachSubcommandTakesItsOptions) {
  const Parsed create =
      parse({"staff-key", "create", "--data", "d", "--role", "gate", "--name", "n"});
  EXPECT_EQ(create.line.subcommand, Subcommand::staff_key_create);
  EXPECT_EQ(create.line.role, "gate");
  EXPECT_EQ(create.line.name, "n");
  EXPECT_EQ(parse({"staff-key", "revoke", "--data", "d", "staffkey_x"}).line.staff_key_id,
            "staffkey_x");
  EXPECT_TRUE(parse({"check", "--data", "d", "--json"}).line.json);
  EXPECT_EQ(parse({"backup", "--data", "d", "--to", "f"}).line.file, "f");
  EXPECT_EQ(parse({"backup", "--data", "d", "--out", "f"}).line.file, "f");
  EXPECT_EQ(parse({"restore", "--data", "d", "--from", "f", "--key", "k"}).line.key, "k");
  EXPECT_EQ(parse({"doctor", "--data", "d"}).line.subcommand, Subcommand::doctor);
  EXPECT_EQ(parse({"keys", "rotate", "--data", "d"}).line.subcommand, Subcommand::keys_rotate);
  const Parsed stored = parse({"draw", "verify", "--data", "d", "--concert", "c", "--ranks"});
  EXPECT_EQ(stored.line.subcommand, Subcommand::draw_verify_stored);
  EXPECT_EQ(stored.line.settings.data, "d");
  EXPECT_EQ(stored.line.draw.concert, "c");
  EXPECT_TRUE(stored.line.print_ranks);
  const Parsed draw = parse({"draw", "verify", "a.json", "b.json", "--ranks"});
  EXPECT_EQ(draw.line.subcommand, Subcommand::draw_verify);
  EXPECT_EQ(draw.line.draw.files.size(), 2u);
  EXPECT_TRUE(draw.line.print_ranks);
}

TEST(CommandLine, AWrongVariableStopsEverySubcommandWithADataFolder) {
  for (const char* command : {"serve", "check", "doctor"}) {
    const Parsed parsed = parse({command, "--data", "d"}, {"FRONTROW__LIMITS__CONECTIONS=5"});
    EXPECT_EQ(parsed.code, 2);
    EXPECT_THAT(parsed.err, HasSubstr("connections"));
  }
  EXPECT_EQ(parse({"version"}, {"FRONTROW__LIMITS__CONECTIONS=5"}).code, std::nullopt);
}

}  // namespace
}  // namespace frontrow::server
