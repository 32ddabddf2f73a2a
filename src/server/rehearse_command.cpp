#include "server/rehearse_command.h"

#include "server/ending.h"

namespace frontrow::server {
namespace {

using rehearsal::RehearseOptions;

constexpr std::string_view kExamples = R"(Examples:
  frontrow rehearse small --report rehearsal.html
  frontrow rehearse million --report million.html
  frontrow rehearse friday.toml --set run.people=50000
  export FRONTROW_STAFF_KEY=$(frontrow staff-key create --data data --role admin --name rehearsal)
  frontrow rehearse large --server 127.0.0.1:8080 --provider-key provider.key
  frontrow rehearse --server 127.0.0.1:8080 --concert $ID --provider-key provider.key
  frontrow rehearse --server 10.0.0.1:8080 --server 10.0.0.2:8080 --provider-key provider.key

Without --server it starts a server of its own, on SQLite in a temporary folder. A server that is
given must know the crowd's identity provider and must not limit by address, since all people come
from this machine:

  [limits]
  join_per_second = 0

  [[identity.providers]]
  issuer = "rehearsal"
  audience = "frontrow"
  algorithm = "HS256"
  key_file = "provider.key"

Exit codes: 0 every promise was kept, 1 one was broken, 2 wrong usage, 3 an outage.

)";

// A flag that stands for a key of the profile.
void add_profile_flag(CLI::App& app, RehearseOptions& options, std::string flag, std::string key,
                      const std::string& meaning) {
  app.add_option_function<std::string>(
         flag,
         [&options, flag, key](const std::string& text) {
           options.flags.push_back({flag, "run", key, text});
         },
         meaning)
      ->type_name("NUMBER");
}

void keep_pairs(RehearseOptions& options, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) {
    const std::size_t equals = text.find('='), dot = text.find('.');
    if (equals == std::string::npos || dot > equals)
      throw CLI::ValidationError("--set", "must be SECTION.KEY=NUMBER, not " + text);
    options.flags.push_back({"--set " + text, text.substr(0, dot),
                             text.substr(dot + 1, equals - dot - 1), text.substr(equals + 1)});
  }
}

void add_target_options(CLI::App& app, RehearseOptions& options) {
  app.add_option(
         "--server", options.servers,
         "A running server; without it one is started. Given several times: nodes that share "
         "a store, over which the people are spread as a proxy would")
      ->type_name("ADDRESS:PORT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--concert", options.concert, "The concert to rehearse; without it one is created")
      ->type_name("ID");
  app.add_option("--staff-key", options.staff_key,
                 "A staff key (manager or admin), better given as FRONTROW_STAFF_KEY in the "
                 "environment")
      ->type_name("KEY");
  CLI::Option* const key = app.add_option("--provider-key", options.provider_key_file,
                                          "The HS256 secret that the server knows too")
                               ->type_name("FILE");
  app.add_option("--issuer", options.issuer, "The `iss` of the crowd's tokens")
      ->capture_default_str();
  app.add_option("--audience", options.audience, "Their `aud`")->capture_default_str();
  app.add_option("--server-pid", options.server_pids,
                 "The server's process on this machine, to measure it; once for each node")
      ->type_name("PID")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.get_option("--server")->needs(key);
  app.get_option("--concert")->needs(app.get_option("--server"));
}

}  // namespace

void add_rehearse_options(CLI::App& app, RehearseOptions& options) {
  app.footer([] { return std::string(kExamples) + rehearsal::profile_help(); });
  app.add_option("PROFILE", options.profile, "A named profile, or a TOML file")
      ->capture_default_str();
  add_profile_flag(app, options, "--people", "people", "How many people come");
  add_profile_flag(app, options, "--seed", "seed", "The same seed gives the same people");
  add_profile_flag(app, options, "--threads", "threads", "Event loops of the crowd; 0: one a core");
  add_profile_flag(app, options, "--connections", "connections", "Connections that they share");
  app.add_option_function<std::vector<std::string>>(
         "--set", [&options](const std::vector<std::string>& texts) { keep_pairs(options, texts); },
         "Any key of the profile; may be repeated")
      ->type_name("SECTION.KEY=NUMBER")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add_target_options(app, options);
  app.add_option("--report", options.report, "Write the report as one HTML file")
      ->type_name("FILE");
  app.add_option(
         "--folder", options.folder,
         "Where the history and the started server's data go, instead of a temporary folder")
      ->type_name("DIR");
  app.add_flag("--keep", options.keep, "Keep the temporary folder");
  app.add_flag("--json", options.json, "Lines of JSON: a moment each second, then the result");
  app.add_flag("--quiet", options.quiet, "Only the result");
}

int rehearse_sale(const RehearseOptions& options) {
  std::string error;
  const auto end = rehearsal::rehearse(options, error);
  return tell({static_cast<ExitCode>(static_cast<int>(end)), error});
}

}  // namespace frontrow::server
