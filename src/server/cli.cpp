#include "server/cli.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "server/config.h"
#include "server/ending.h"
#include "server/rehearse_command.h"
#include "server/setting_table.h"
#include "server/version.h"

namespace frontrow::server {
namespace {

constexpr std::string_view kAbout =
    "Frontrow sells out shows fairly: a waiting room, seats, holds, payments and tickets in one "
    "program.";

constexpr std::string_view kExamples = R"(Examples:
  frontrow serve --data data --demo
  frontrow staff-key create --data data --role manager --name "box office"
  frontrow check --data data --json
  frontrow backup --data data --to friday.db

Exit codes: 0 done, 1 the answer is no, 2 wrong usage or configuration,
3 an outage (store, network, disk), 70 a broken law.)";

constexpr std::string_view kServeExamples = R"(Examples:
  frontrow serve --data data --demo
  frontrow serve --config /etc/frontrow.toml
  frontrow serve --data data --listen 127.0.0.1:0 --set limits.connections=1000
  FRONTROW__WALLET__TOP_UPS=staff frontrow serve --data data

Settings come from a TOML file (--config), above it environment variables FRONTROW__SECTION__KEY,
above them flags. All of them, with their defaults:

)";

constexpr std::string_view kDrawExamples = R"(Examples:
  frontrow draw verify draw.json
  frontrow draw verify --data data --concert concert_01h455vb4pex5vsknk084sn02q
  frontrow draw verify --store $URL --config /etc/frontrow.toml --concert $ID
  curl -s $BASE/v1/concerts/$ID/draw > draw.json
  curl -s "$BASE/v1/concerts/$ID/draw/joins?limit=100" > joins-1.json
  frontrow draw verify --concert $ID --draw draw.json --joins joins-1.json --ranks

A FILE holds one draw, a list of draws, or {"vectors": [draw, …]}; docs/concepts/draw.md defines
every byte. With --data or --store the draw is read from the store with its master key, beside a
running server too. Exit code 1 where a draw is wrong or there is no such concert, 2 where it cannot be read
or has not been held.)";

// Builds the parser; what is parsed goes into `line` and `sources`.
class Parser {
 public:
  Parser(CommandLine& line, SettingSources& sources)
      : line_(line), sources_(sources), app_(std::string(kAbout), "frontrow") {
    app_.set_version_flag("--version", fmt::format("frontrow {}", kVersion));
    app_.require_subcommand(1);
    app_.footer(std::string(kExamples));
    add_serve();
    add_staff_key();
    add_keys();
    add_draw();
    add_check();
    add_migrate();
    add_backup();
    add_restore();
    add_copy();
    add_doctor();
    add_rehearse_options(
        add(app_, Subcommand::rehearse, "rehearse",
            "Send a simulated crowd through a server, and prove that it keeps its promises", ""),
        line.rehearsal);
    add(app_, Subcommand::settings, "settings", "Print every setting with its default",
        "  frontrow settings");
    add(app_, Subcommand::version, "version", "Print the version", "  frontrow version");
  }

  std::optional<int> parse(int argc, const char* const* argv) try {
    app_.parse(argc, argv);
    return {};
  } catch (const CLI::ParseError& fault) {
    return app_.exit(fault) == 0 ? kDone : kUsage;
  }

 private:
  CLI::App& add(CLI::App& parent, Subcommand which, std::string name, std::string about,
                std::string_view examples) {
    CLI::App* const added = parent.add_subcommand(std::move(name), std::move(about));
    added->footer("Examples:\n" + std::string(examples));
    added->callback([this, which] { line_.subcommand = which; });
    return *added;
  }

  CLI::App& add_group(std::string name, std::string about) {
    CLI::App* const group = app_.add_subcommand(std::move(name), std::move(about));
    group->require_subcommand(1);
    return *group;
  }

  // A flag that sets what the setting of this section and key is.
  void add_flag(CLI::App& app, std::string flag, std::string section, std::string key,
                const std::string& value_name = "TEXT") {
    const Setting& setting = *find_setting(section, key);
    const auto keep = [this, flag, section, key](const std::string& text) {
      sources_.flags.push_back({flag, section, key, text});
    };
    app.add_option_function<std::string>(flag, keep, std::string(setting.meaning))
        ->type_name(value_name);
  }

  void add_switch(CLI::App& app, std::string flag, std::string section, std::string key) {
    const Setting& setting = *find_setting(section, key);
    app.add_flag_callback(
        flag,
        [this, flag, section, key] { sources_.flags.push_back({flag, section, key, "true"}); },
        std::string(setting.meaning));
  }

  // --data, --store, --config and --set: how a subcommand finds its installation.
  void add_common(CLI::App& app) {
    add_flag(app, "--data", "server", "data", "DIR");
    add_flag(app, "--store", "store", "url", "URL");
    add_setting_sources(app);
  }

  void add_setting_sources(CLI::App& app) {
    app.add_option_function<std::string>(
           "--config", [this](const std::string& file) { sources_.file = file; },
           "A TOML file with settings.")
        ->type_name("FILE");
    app.add_option_function<std::vector<std::string>>(
           "--set", [this](const std::vector<std::string>& texts) { keep_pairs(texts); },
           "Any setting, as section.key=value; may be repeated.")
        ->type_name("SECTION.KEY=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  }

  void keep_pairs(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) {
      const std::size_t equals = text.find('=');
      const std::size_t dot = text.find('.');
      if (equals == std::string::npos || dot > equals)
        throw CLI::ValidationError("--set", "must be SECTION.KEY=VALUE, not " + text);
      sources_.flags.push_back({"--set " + text, text.substr(0, dot),
                                text.substr(dot + 1, equals - dot - 1), text.substr(equals + 1)});
    }
  }

  void add_serve() {
    CLI::App& app = add(app_, Subcommand::serve, "serve", "Serve until SIGTERM", "");
    app.footer([] { return std::string(kServeExamples) + settings_help(); });
    add_common(app);
    add_flag(app, "--listen", "server", "listen", "HOST:PORT");
    add_flag(app, "--threads", "server", "threads", "NUMBER");
    add_flag(app, "--log-level", "log", "level", "LEVEL");
    add_flag(app, "--log-format", "log", "format", "FORMAT");
    add_switch(app, "--demo", "server", "demo");
    add_switch(app, "--demo-public", "server", "demo_public");
  }

  void add_staff_key() {
    CLI::App& group = add_group("staff-key", "Keys of staff: create, list, revoke");
    CLI::App& create =
        add(group, Subcommand::staff_key_create, "create", "Print a new staff key",
            "  frontrow staff-key create --data data --role manager --name \"box office\"\n"
            "  KEY=$(frontrow staff-key create --data data --role gate)");
    add_common(create);
    create.add_option("--role", line_.role, "viewer, manager, admin or gate")
        ->required()
        ->check(CLI::IsMember({"viewer", "manager", "admin", "gate"}));
    create.add_option("--name", line_.name, "What the key is for, shown in lists");
    CLI::App& list = add(group, Subcommand::staff_key_list, "list", "List the staff keys",
                         "  frontrow staff-key list --data data");
    add_common(list);
    CLI::App& revoke =
        add(group, Subcommand::staff_key_revoke, "revoke", "Make a staff key worthless at once",
            "  frontrow staff-key revoke --data data staffkey_01h455vb4pex5vsknk084sn02q");
    add_common(revoke);
    revoke.add_option("ID", line_.staff_key_id, "The key's id, as the list shows it")->required();
  }

  void add_keys() {
    CLI::App& group = add_group("keys", "The keys that sign tokens");
    CLI::App& rotate =
        add(group, Subcommand::keys_rotate, "rotate",
            "Add new signing keys; they sign after 60 s, the old ones verify until their last "
            "token ended",
            "  frontrow keys rotate --data data");
    add_common(rotate);
  }

  void add_draw() {
    CLI::App& group = add_group("draw", "Draws of lobbies");
    CLI::App& verify = add(group, Subcommand::draw_verify, "verify",
                           "Check a draw from its published values, or from a store", "");
    verify.footer(std::string(kDrawExamples));
    verify.add_option("FILE", line_.draw.files, "Draws as JSON");
    CLI::Option* const draw = verify.add_option("--draw", line_.draw.draw,
                                                "The answer of GET /v1/concerts/{concert_id}/draw");
    verify
        .add_option("--joins", line_.draw.joins,
                    "The answers of GET /v1/concerts/{concert_id}/draw/joins, all pages")
        ->needs(draw);
    verify.add_option("--concert", line_.draw.concert, "The concert's id");
    verify.add_flag("--ranks", line_.print_ranks, "Print each lobby number's rank");
    add_common(verify);
    verify.callback([this] { choose_draw(); });
  }

  // Published values come from files, everything else from the store.
  void choose_draw() {
    const bool is_published = !line_.draw.files.empty() || !line_.draw.draw.empty();
    line_.subcommand = is_published ? Subcommand::draw_verify : Subcommand::draw_verify_stored;
    if (!is_published && line_.draw.concert.empty())
      throw CLI::RequiredError("FILE, --draw, or --data or --store with --concert");
    if (is_published && (sources_.file || !sources_.flags.empty()))
      throw CLI::ValidationError("--data", "a draw is read from files or from a store");
    if (!line_.draw.concert.empty() && is_published && line_.draw.draw.empty())
      throw CLI::ValidationError("--concert", "a FILE names its concerts itself");
  }

  void add_check() {
    CLI::App& app = add(app_, Subcommand::check, "check", "Prove every law over all that is stored",
                        "  frontrow check --data data\n"
                        "  frontrow check --data data --json | jq .counts\n"
                        "  frontrow check --store postgresql://frontrow@db2/frontrow");
    add_common(app);
    app.add_flag("--json", line_.json, "One JSON object on standard output");
  }

  void add_migrate() {
    CLI::App& app = add(app_, Subcommand::migrate, "migrate",
                        "Bring the schema of a database on PostgreSQL up to date",
                        "  frontrow migrate --store postgresql://frontrow@db1,db2/frontrow");
    add_common(app);
  }

  void add_backup() {
    CLI::App& app = add(app_, Subcommand::backup, "backup",
                        "Copy the database in one snapshot, also while a server runs",
                        "  frontrow backup --data data --to friday.db\n"
                        "  frontrow backup --data data --to friday.db --without-key");
    add_common(app);
    app.add_option("--to,--out", line_.file, "The new file; FILE.master.key gets the master key")
        ->required()
        ->type_name("FILE");
    app.add_flag("--without-key", line_.without_key, "Do not copy the master key");
  }

  void add_restore() {
    CLI::App& app =
        add(app_, Subcommand::restore, "restore",
            "Put a backup into a data folder that has no database",
            "  frontrow restore --data restored --from friday.db\n"
            "  frontrow restore --data restored --from friday.db --key safe/master.key");
    add_common(app);
    app.add_option("--from", line_.file, "The backup")->required()->type_name("FILE");
    app.add_option("--key", line_.key, "Its master key, where it is not FILE.master.key")
        ->type_name("FILE");
  }

  void add_copy() {
    CLI::App& app =
        add(app_, Subcommand::copy, "copy",
            "Move a stopped installation from SQLite to an empty PostgreSQL, or back",
            "  frontrow copy --from sqlite:data --to postgresql://frontrow@db1/frontrow\n"
            "  frontrow copy --from sqlite:data --to postgresql://frontrow@db1/frontrow --json\n"
            "  frontrow copy --from postgresql://frontrow@db1/frontrow --to sqlite:new \\\n"
            "    --set identity.master_key_file=/etc/frontrow/master.key\n"
            "\n"
            "Everything is copied or nothing: it is kept only when every row is equal and every "
            "law holds.\nThe source is only read. Exit code 1 where a server runs on it or the "
            "target is not empty.\nWho serves the target needs the source's master key.");
    app.add_option("--from", line_.from, "The stopped installation: sqlite:DIR or postgresql://…")
        ->required()
        ->type_name("STORE");
    app.add_option("--to", line_.to, "The empty store of the other kind")
        ->required()
        ->type_name("STORE");
    add_setting_sources(app);
    app.add_flag("--json", line_.json, "One JSON object on standard output");
  }

  void add_doctor() {
    CLI::App& app = add(app_, Subcommand::doctor, "doctor",
                        "Look at machine, settings and data, and say what each finding costs",
                        "  frontrow doctor --data data --config /etc/frontrow.toml\n"
                        "  frontrow doctor --store postgresql://frontrow@db1,db2/frontrow");
    add_common(app);
  }

  CommandLine& line_;
  SettingSources& sources_;
  CLI::App app_;
};

void read_environment(const char* const* environment, SettingSources& sources) {
  for (; environment && *environment; ++environment) {
    const std::string_view pair = *environment;
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos)
      sources.environment.emplace_back(pair.substr(0, equals), pair.substr(equals + 1));
  }
}

bool needs_settings(Subcommand subcommand) {
  return subcommand != Subcommand::draw_verify && subcommand != Subcommand::rehearse &&
         subcommand != Subcommand::settings && subcommand != Subcommand::version;
}

}  // namespace

std::optional<int> read_command_line(int argc, const char* const* argv,
                                     const char* const* environment, CommandLine& line) {
  SettingSources sources;
  Parser parser(line, sources);
  if (const auto code = parser.parse(argc, argv)) return code;
  if (!needs_settings(line.subcommand)) return {};
  read_environment(environment, sources);
  auto settings = read_settings(sources);
  if (!settings) return tell({kUsage, settings.error()});
  line.settings = std::move(*settings);
  return {};
}

}  // namespace frontrow::server
