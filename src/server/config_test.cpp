#include "server/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "server/setting_table.h"

namespace frontrow::server {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class Config : public testing::Test {
 protected:
  Result<Settings, std::string> read(const std::string& text) {
    std::ofstream(file_) << text;
    sources_.file = file_;
    return read_settings(sources_);
  }
  std::string fault_of(const std::string& text) {
    const auto settings = read(text);
    return settings ? "no fault" : settings.error();
  }
  void TearDown() override { std::filesystem::remove(file_); }

  const std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) /
                                      ("config_" + std::to_string(::getpid()) + ".toml");
  SettingSources sources_;
};

TEST_F(Config, AnEmptyFileOrTableMeansTheDefaults) {
  for (const char* text : {"", "[limits]\n", "[http]\n[wallet]\n[log]\n", "# nothing\n"}) {
    const auto settings = read(text);
    ASSERT_TRUE(settings.ok()) << settings.error();
    EXPECT_EQ(settings->connections, 16'384);
    EXPECT_EQ(settings->top_ups, "self");
    EXPECT_TRUE(settings->providers.empty());
  }
}

TEST_F(Config, EverySettingOfTheTableIsRead) {
  const auto settings = read(R"(
[server]
data = "d"
listen = "[::1]:9"
threads = 3
[store]
url = "sqlite"
[http]
operations = "127.0.0.1:9090"
trusted_proxies = ["10.0.0.0/8", "::1"]
drain_seconds = 0
[limits]
connections = 7
sign_up_per_second = 0
join_per_second = 9
[wallet]
top_ups = "staff"
currency = "EUR"
[identity]
master_key_file = "/k"
[[identity.providers]]
issuer = "i"
audience = "a"
algorithm = "EdDSA"
key_file = "p.pem"
leeway_seconds = 30
[[identity.providers]]
issuer = "j"
audience = "a"
algorithm = "HS256"
key_file = "/s"
[log]
requests = true
)");
  ASSERT_TRUE(settings.ok()) << settings.error();
  EXPECT_EQ(settings->data, file_.parent_path() / "d") << "a path stands beside the file";
  EXPECT_EQ(settings->listen, "[::1]:9");
  EXPECT_EQ(settings->threads, 3);
  EXPECT_EQ(settings->operations, "127.0.0.1:9090");
  EXPECT_EQ(settings->trusted_proxies, (std::vector<std::string>{"10.0.0.0/8", "::1"}));
  EXPECT_EQ(settings->drain_seconds, 0);
  EXPECT_EQ(settings->connections, 7);
  EXPECT_EQ(settings->sign_up_per_second, 0);
  EXPECT_EQ(settings->sign_in_per_second, 20);
  EXPECT_EQ(settings->currency, "EUR");
  EXPECT_EQ(settings->master_key_file, "/k");
  EXPECT_TRUE(settings->log_requests);
  ASSERT_EQ(settings->providers.size(), 2u);
  EXPECT_EQ(settings->providers[0].key_file, file_.parent_path() / "p.pem");
  EXPECT_EQ(settings->providers[0].leeway_seconds, 30);
  EXPECT_EQ(settings->providers[1].key_file, "/s");
}

TEST_F(Config, AFaultNamesFileLineAndKey) {
  const struct {
    const char* text;
    const char* line;
    std::vector<const char*> words;
  } rows[] = {
      {"[limits]\nconections = 5\n", ":2:", {"conections", "did you mean \"connections\""}},
      {"[limit]\nconections = 5\n", ":1:", {"[limit]", "\"limits\""}},
      {"\n\n[wallet]\ntopups = 'self'\n", ":4:", {"topups", "top_ups"}},
      {"[http]\noperation = 'staff'\n", ":2:", {"operation", "operations"}},
      {"[limits]\nconnections = 'many'\n", ":2:", {"connections", "1 to 1000000"}},
      {"[limits]\nconnections = -1\n", ":2:", {"connections", "1 to 1000000"}},
      {"[limits]\nconnections = 1.5\n", ":2:", {"connections", "integer"}},
      {"[wallet]\ntop_ups = 'nobody'\n", ":2:", {"top_ups", "\"self\" or \"staff\""}},
      {"[wallet]\ncurrency = 'won'\n", ":2:", {"currency", "won"}},
      {"[http]\ntrusted_proxies = ['10.0.0.0/8', 'nonsense']\n", ":2:", {"nonsense"}},
      {"[http]\ntrusted_proxies = '10.0.0.0/8'\n", ":2:", {"list"}},
      {"[http]\noperations = 'nowhere'\n", ":2:", {"operations", "HOST:PORT"}},
      {"[server]\nlisten = '127.0.0.1:99999'\n", ":2:", {"listen", "65535"}},
      {"[log]\nrequests = 1\n", ":2:", {"requests", "true or false"}},
      {"[store]\nurl = 'mysql://x'\n", ":2:", {"url", "sqlite"}},
      {"limits = 5\n", ":1:", {"limits", "table"}},
      {"[limits\n", ":1:", {}},
      {"[limits]\nconnections = 1\nconnections = 2\n", ":3:", {"connections"}},
      {"[[identity.providers]]\nissuer = 'x'\n", ":1:", {"audience", "algorithm", "key_file"}},
      {"[[identity.providers]]\nisuer = 'x'\n", ":2:", {"did you mean \"issuer\""}},
      {"[[identity.providers]]\nissuer = 'x'\naudience = 'y'\nalgorithm = 'none'\nkey_file = 'z'\n",
       ":4:",
       {"algorithm", "HS256", "none"}},
      {"[identity.providers]\nissuer = 'x'\n", ":1:", {"[[identity.providers]]"}},
  };
  for (const auto& row : rows) {
    const std::string fault = fault_of(row.text);
    EXPECT_THAT(fault, AllOf(HasSubstr(file_.string()), HasSubstr(row.line))) << row.text;
    for (const char* word : row.words) EXPECT_THAT(fault, HasSubstr(word)) << row.text;
  }
}

TEST_F(Config, AllFaultsAreToldAtOnce) {
  const std::string fault = fault_of("[limits]\nconnections = 0\n[log]\nlevel = 'loud'\n");
  EXPECT_THAT(fault, AllOf(HasSubstr(":2:"), HasSubstr(":4:")));
}

TEST_F(Config, AMissingFileIsAFault) {
  sources_.file = file_.string() + ".missing";
  const auto settings = read_settings(sources_);
  ASSERT_FALSE(settings.ok());
  EXPECT_THAT(settings.error(), HasSubstr(".missing"));
}

TEST_F(Config, TheEnvironmentStandsAboveTheFileAndFlagsAboveIt) {
  sources_.environment = {{"FRONTROW__LIMITS__CONNECTIONS", "20"},
                          {"FRONTROW__WALLET__TOP_UPS", "staff"},
                          {"FRONTROW__HTTP__TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1"},
                          {"FRONTROW_LONG", "1"}};
  sources_.flags = {{"--connections", "limits", "connections", "30"}};
  const auto settings = read("[limits]\nconnections = 10\njoin_per_second = 1\n");
  ASSERT_TRUE(settings.ok()) << settings.error();
  EXPECT_EQ(settings->connections, 30);
  EXPECT_EQ(settings->top_ups, "staff");
  EXPECT_EQ(settings->join_per_second, 1);
  EXPECT_EQ(settings->trusted_proxies.size(), 2u);
}

TEST_F(Config, AWrongVariableOrFlagNamesItself) {
  const struct {
    SettingSources sources;
    std::vector<const char*> words;
  } rows[] = {
      {{.environment = {{"FRONTROW__LIMITS__CONECTIONS", "5"}}},
       {"FRONTROW__LIMITS__CONECTIONS", "connections"}},
      {{.environment = {{"FRONTROW__LIMITS__CONNECTIONS", "5x"}}},
       {"FRONTROW__LIMITS__CONNECTIONS", "integer", "5x"}},
      {{.environment = {{"FRONTROW__LIMITS", "5"}}}, {"FRONTROW__LIMITS"}},
      {{.environment = {{"FRONTROW__SERVER__DEMO", "yes"}}}, {"true or false"}},
      {{.environment = {{"FRONTROW__IDENTITY__PROVIDERS", "x"}}}, {"file"}},
      {{.flags = {{"--listen", "server", "listen", "nonsense"}}}, {"--listen", "HOST:PORT"}},
      {{.flags = {{"--set", "limits", "conections", "5"}}}, {"--set", "connections"}},
      {{.flags = {{"--store", "store", "url", "mysql://x"}}}, {"--store", "PostgreSQL"}},
  };
  for (const auto& row : rows) {
    const auto settings = read_settings(row.sources);
    ASSERT_FALSE(settings.ok());
    for (const char* word : row.words) EXPECT_THAT(settings.error(), HasSubstr(word));
  }
}

TEST(SettingTable, NamesEachSettingOnceWithItsMeaning) {
  std::vector<std::string> names;
  for (const Setting& setting : setting_table()) {
    names.push_back(variable_name(setting));
    EXPECT_EQ(setting.meaning.back(), '.') << names.back();
    EXPECT_THAT(settings_help(), HasSubstr(std::string(setting.meaning)));
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end());
}

TEST(SettingTable, DefaultsPassTheirOwnChecks) {
  for (const Setting& setting : setting_table()) {
    if (setting.kind == SettingKind::list) continue;
    std::string text = default_text(setting);
    if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
    Settings settings;
    EXPECT_EQ(assign_text(settings, setting, text), std::nullopt) << variable_name(setting);
  }
}

TEST(HostPort, HasAHostAndAPort) {
  EXPECT_EQ(parse_host_port("127.0.0.1:0")->port, 0);
  EXPECT_EQ(parse_host_port("localhost:8080")->host, "localhost");
  EXPECT_EQ(parse_host_port("[::1]:65535")->host, "::1");
  for (const char* text : {"", "nonsense", ":80", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1",
                           "::1:80", "[::1:80", "127.0.0.1:80x", "[]:80"})
    EXPECT_FALSE(parse_host_port(text)) << text;
}

}  // namespace
}  // namespace frontrow::server
