#include "server/serve.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdio>
#include <thread>

#include "server/demo.h"
#include "server/logging.h"
#include "server/process.h"
#include "server/server_parts.h"
#include "server/setting_table.h"
#include "server/version.h"

namespace frontrow::server {
namespace {

constexpr Duration kLastAnswers = seconds(3);       // after the drain, for open connections
constexpr Duration kLastBytes = milliseconds(500);  // after the engine's last answer
constexpr Duration kHardEnd = milliseconds(6'500);  // after the drain: then the process just ends
constexpr Duration kPause = milliseconds(20);

bool is_loopback(const std::string& listen) {
  const std::string host = parse_host_port(listen)->host;
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

Result<Done, Ending> check_settings(const Settings& settings) {
  if (const auto data = named_folder(settings); !data) return data.error();
  if (settings.demo && !settings.demo_public && !is_loopback(settings.listen))
    return Ending{kUsage, fmt::format("a demonstration has known passwords, so it listens on "
                                      "loopback only, not on {}; --demo-public allows it",
                                      settings.listen)};
  return Done{};
}

void check_open_files(const Settings& settings) {
  const std::int64_t limit = raise_open_files();
  const std::int64_t needed = open_files_needed(settings.connections);
  if (limit < needed)
    log_line(LogLevel::warn, "fewer open files are allowed than [limits] connections needs",
             {{"limit", limit}, {"needed", needed}});
}

void warn_of_free_money(const Settings& settings) {
  if (settings.top_ups == "self" && !settings.demo)
    log_line(LogLevel::warn,
             "[wallet] top_ups is \"self\": whoever signs in gives themselves points; set it to "
             "\"staff\" where points are worth something");
}

Result<Done, Ending> show_demo(const Settings& settings, ServerParts& parts) {
  if (!settings.demo) return Done{};
  const auto text = prepare_demo(settings.data, parts.admin(), parts.base_url());
  if (!text) return Ending{kOutage, "the demonstration: " + text.error().what};
  fmt::print("{}", *text);
  if (settings.pages)
    fmt::print("  for buyers       {0}/\n  for staff        {0}/staff/\n\n", parts.base_url());
  std::fflush(stdout);
  return Done{};
}

[[noreturn]] void end_at_once(ExitCode code, std::string_view why) {
  log_line(LogLevel::warn, why);
  stop_logging();
  ::_exit(code);
}

// Whatever hangs, the process ends: what was acknowledged is in the store.
void end_at_the_latest(Duration after) {
  std::thread([after] {
    std::this_thread::sleep_for(std::chrono::milliseconds(after.ms));
    end_at_once(kDone, "not everything ended in time; the process ends");
  }).detach();
}

void wait_until_quiet(ServerParts& parts, EndSignals& signals, Duration at_most) {
  for (Duration waited; waited < at_most && parts.open_connections() > 0; waited = waited + kPause)
    if (signals.wait_for(kPause)) end_at_once(kNo, "a second signal: the process ends at once");
}

void shut_down(const Settings& settings, ServerParts& parts, EndSignals& signals) {
  const Duration drain = seconds(settings.drain_seconds);
  log_line(LogLevel::info, "shutting down", {{"drain_seconds", settings.drain_seconds}});
  end_at_the_latest(drain + kHardEnd);
  parts.begin_drain();
  if (signals.wait_for(drain)) end_at_once(kNo, "a second signal: the process ends at once");
  parts.stop_listening();
  wait_until_quiet(parts, signals, kLastAnswers);
  parts.settle();
  wait_until_quiet(parts, signals, kLastBytes);
  parts.stop();
}

int serve_parts(const Settings& settings, const SystemClock& clock) {
  EndSignals signals;
  ServerParts parts(settings, clock);
  if (const auto opened = parts.open(); !opened) return tell(opened.error());
  if (const auto started = parts.start(); !started) return tell(started.error());
  log_line(LogLevel::info, "listening on " + parts.base_url(), {{"version", kVersion}});
  if (const auto shown = show_demo(settings, parts); !shown) return tell(shown.error());
  signals.wait();
  shut_down(settings, parts, signals);
  return kDone;
}

int serve_logged(const Settings& settings, const SystemClock& clock) {
  check_open_files(settings);
  warn_of_free_money(settings);
  const int code = serve_parts(settings, clock);
  log_line(LogLevel::info, "ended", {{"exit_code", std::int64_t{code}}});
  return code;
}

}  // namespace

int serve(const Settings& settings) {
  if (const auto checked = check_settings(settings); !checked) return tell(checked.error());
  prepare_process();
  const SystemClock clock;
  start_logging({.level = parse_log_level(settings.log_level),
                 .json = settings.log_format == "json",
                 .clock = &clock});
  const int code = serve_logged(settings, clock);
  stop_logging();
  return code;
}

}  // namespace frontrow::server
