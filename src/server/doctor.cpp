#include "server/doctor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "adapters/sqlite/sqlite_store.h"
#include "server/control_socket.h"
#include "server/doctor_postgresql.h"
#include "server/doctor_sqlite.h"
#include "server/ending.h"
#include "server/installation.h"
#include "server/process.h"
#include "server/setting_table.h"
#include "server/system_clock.h"
#include "server/version.h"

namespace frontrow::server {
namespace {

using Path = std::filesystem::path;
using Findings = std::vector<Finding>;

constexpr std::int64_t kMebibyte = 1024 * 1024;
constexpr std::int64_t kFreeLeast = 1024 * kMebibyte;  // below: a warning
constexpr int kSyncs = 9;
constexpr double kSyncLeastMicros = 20;           // no disk that keeps what it is told is quicker
constexpr double kSyncMostMicros = 20'000;        // each commit waits for one
constexpr Time kEarliestSane{1'735'689'600'000};  // 2025-01-01

void add(Findings& findings, Health health, std::string subject, std::string words) {
  findings.push_back({health, std::move(subject), std::move(words)});
}
void warn_unless(bool fine, Findings& findings, std::string subject, std::string good,
                 std::string bad) {
  add(findings, fine ? Health::good : Health::warning, std::move(subject),
      fine ? std::move(good) : std::move(bad));
}

// --- settings ---

void look_at_settings(const Settings& settings, Findings& findings) {
  warn_unless(settings.top_ups == "staff" || settings.demo, findings, "[wallet] top_ups",
              "points come from " + std::string(settings.demo ? "a demonstration" : "staff alone"),
              "\"self\": whoever signs in gives themselves points, so tickets cost nothing; set "
              "top_ups = \"staff\" where points are worth something");
  const std::string host = parse_host_port(settings.listen)->host;
  const bool is_local = host.starts_with("127.") || host == "localhost" || host == "::1";
  if (!is_local)
    add(findings, Health::note, "[server] listen",
        host +
            " is reached from other machines without TLS: put a proxy that ends TLS before it, "
            "and name it in [http] trusted_proxies");
  if (!is_local && settings.operations == "public")
    add(findings, Health::note, "[http] operations",
        "\"public\": everybody who reaches the server may read its metrics");
}

// --- the machine ---

void look_at_open_files(const Settings& settings, Findings& findings) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  const std::int64_t needed = open_files_needed(settings.connections);
  const auto most = static_cast<std::int64_t>(std::min<rlim_t>(limit.rlim_max, INT64_MAX));
  warn_unless(most >= needed, findings, "open files",
              fmt::format("{} allowed, {} needed", most, needed),
              fmt::format("{} allowed, but [limits] connections = {} needs {}: beyond the limit "
                          "people wait for a free connection; raise LimitNOFILE or lower "
                          "connections",
                          most, settings.connections, needed));
}

void look_at_clock(const Path& database, Findings& findings) {
  const Time now = wall_clock();
  struct stat status{};
  const bool has_database = ::stat(database.c_str(), &status) == 0;
  const Time changed{std::int64_t{status.st_mtime} * 1000};
  if (now < kEarliestSane || (has_database && changed > now + seconds(60)))
    return add(findings, Health::warning, "clock",
               "the wall clock says " + to_rfc3339(now) +
                   ", which is in the past: sales open late, and holds and entries that ended seem "
                   "alive");
  if (!wall_clock_is_synchronised())
    return add(findings, Health::note, "clock",
               to_rfc3339(now) +
                   ", and the kernel knows of nothing that keeps it right: over a "
                   "restart holds last as long as the wall clock is right");
  add(findings, Health::good, "clock", to_rfc3339(now) + ", kept right by a time source");
}

// --- the data folder ---

std::string name_of_file_system(const Path& data) {
  struct statfs status{};
  if (::statfs(data.c_str(), &status) != 0) return "";
  switch (static_cast<std::uint32_t>(status.f_type)) {
    case 0x01021994:
      return "tmpfs";
    case 0x6969:
      return "nfs";
    case 0xFF534D42:
    case 0xFE534D42:
      return "smb";
    default:
      return "";
  }
}

void look_at_file_system(const Path& data, Findings& findings) {
  const std::string name = name_of_file_system(data);
  if (name == "tmpfs")
    add(findings, Health::warning, "file system", "tmpfs: everything is gone after a restart");
  if (name == "nfs" || name == "smb")
    add(findings, Health::warning, "file system",
        name +
            ": locks over a network are not to be relied on, and SQLite loses data without them; "
            "use a local disk");
}

// The median time of a small synced write in microseconds; negative where it cannot be done.
double time_a_sync(const Path& data) {
  const std::string file = fmt::format("{}/doctor.{}", data.string(), ::getpid());
  const int fd = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) return -1;
  std::vector<double> micros;
  const std::string page(4096, 'x');
  for (int i = 0; i < kSyncs; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    if (::write(fd, page.data(), page.size()) < 0 || ::fdatasync(fd) != 0) break;
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - begin;
    micros.push_back(took.count());
  }
  ::close(fd);
  ::unlink(file.c_str());
  if (micros.size() < kSyncs) return -1;
  std::ranges::sort(micros);
  return micros[kSyncs / 2];
}

void look_at_sync(const Path& data, Findings& findings) {
  const double micros = time_a_sync(data);
  const std::string time = fmt::format("a synced write takes {:.0f} µs", micros);
  if (micros < 0)
    add(findings, Health::warning, "sync", "nothing can be written to " + data.string());
  else if (micros < kSyncLeastMicros)
    add(findings, Health::warning, "sync",
        time + ", which no disk can: what was acknowledged may be lost with the power");
  else if (micros > kSyncMostMicros)
    add(findings, Health::warning, "sync", time + ": each commit waits so long");
  else
    add(findings, Health::good, "sync", time);
}

void look_at_free_disk(const Path& data, Findings& findings) {
  std::error_code error;
  const auto space = std::filesystem::space(data, error);
  const auto free = error ? 0 : static_cast<std::int64_t>(space.available);
  warn_unless(free >= kFreeLeast, findings, "free disk", fmt::format("{} MiB", free / kMebibyte),
              fmt::format("{} MiB: when it is full, nothing can be sold", free / kMebibyte));
}

void look_at_modes(const Settings& settings, const Path& data, Findings& findings) {
  bool all_private = true;
  for (const Path& path : {data, database_path(data), control_socket_path(data),
                           master_key_path(settings), data / "demo.json"}) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0 || (status.st_mode & 077) == 0) continue;
    all_private = false;
    add(findings, Health::warning, "modes",
        fmt::format("{} has mode {:o}: others on this machine reach it; chmod go= {}",
                    path.string(), status.st_mode & 07777, path.string()));
  }
  if (all_private) add(findings, Health::good, "modes", "only this user reaches the data");
}

void look_at_master_key(const Settings& settings, Findings& findings) {
  const auto key = identity::load_master_key(master_key_path(settings));
  if (!key) return add(findings, Health::warning, "master key", key.error());
  add(findings, Health::good, "master key",
      fmt::format("fingerprint {}; a backup without a copy of it cannot be used",
                  key->fingerprint()));
}

void look_at_database(const Path& data, Findings& findings) {
  const auto fault = sqlite::quick_check(data);
  if (!fault) return add(findings, Health::warning, "database", fault.error().what);
  std::error_code error;
  const auto size =
      static_cast<std::int64_t>(std::filesystem::file_size(database_path(data), error));
  warn_unless(fault->empty(), findings, "database",
              fmt::format("{} MiB; SQLite's own check finds nothing", size / kMebibyte),
              "SQLite finds damage: " + *fault + "; restore a backup");
  const auto facts = look_at_sqlite(data);
  if (!facts) return add(findings, Health::warning, "SQLite", facts.error().what);
  for (Finding& finding : judge(*facts)) findings.push_back(std::move(finding));
}

void look_at_owner(const Path& data, Findings& findings) {
  const auto answer = ask_control_socket(control_socket_path(data), R"({"command":"hello"})");
  add(findings, Health::good, "server",
      answer ? "one runs on this data" : "none runs on this data");
}

void look_at_broken_batches(const Path& data, Findings& findings) {
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(data, error))
    if (entry.path().filename().string().starts_with("broken-batch-"))
      add(findings, Health::warning, "laws",
          entry.path().string() +
              ": the server stopped before a commit that would have broken a "
              "law; report the file, then remove it");
}

void look_at_data(const Settings& settings, Findings& findings) {
  const auto data = existing_database(settings);
  if (!data) return add(findings, Health::warning, "data", data.error().message);
  look_at_owner(*data, findings);
  look_at_modes(settings, *data, findings);
  look_at_master_key(settings, findings);
  look_at_database(*data, findings);
  look_at_broken_batches(*data, findings);
  look_at_file_system(*data, findings);
  look_at_sync(*data, findings);
  look_at_free_disk(*data, findings);
}

// --- a database that nodes share ---

void look_at_shared_key(const Settings& settings, const postgresql::ServerFacts& facts,
                        Findings& findings) {
  if (settings.data.empty() && settings.master_key_file.empty())
    return add(findings, Health::note, "master key",
               "not looked at: name the nodes' with --set identity.master_key_file=FILE");
  if (!std::filesystem::exists(master_key_path(settings)) && !facts.fingerprint)
    return add(findings, Health::note, "master key", "none yet; the first node makes it");
  const auto key = identity::load_master_key(master_key_path(settings));
  if (!key) return add(findings, Health::warning, "master key", key.error());
  findings.push_back(judge_master_key(facts, key->fingerprint()));
}

void look_at_shared(const Settings& settings, Findings& findings) {
  const auto facts = postgresql::look_at_server(settings.store_url, wall_clock);
  if (!facts) return add(findings, Health::warning, "database", facts.error().what);
  for (Finding& finding : judge(*facts)) findings.push_back(std::move(finding));
  look_at_shared_key(settings, *facts, findings);
}

// A node's own folder; there need be none to look at the database.
void look_at_node(const Settings& settings, Findings& findings) {
  const Path data = settings.data;
  std::error_code error;
  if (!std::filesystem::is_directory(data, error)) return;
  look_at_owner(data, findings);
  look_at_modes(settings, data, findings);
  look_at_broken_batches(data, findings);
}

}  // namespace

std::vector<Finding> look(const Settings& settings) {
  Findings findings;
  add(findings, Health::good, "version", std::string(kVersion));
  look_at_settings(settings, findings);
  look_at_open_files(settings, findings);
  look_at_clock(database_path(settings.data), findings);
  if (is_shared(settings)) {
    look_at_shared(settings, findings);
    look_at_node(settings, findings);
  } else {
    look_at_data(settings, findings);
  }
  return findings;
}

int examine(const Settings& settings) {
  if (const auto data = named_folder(settings); !data && !is_shared(settings))
    return tell(data.error());
  bool warned = false;
  for (const Finding& finding : look(settings)) {
    constexpr std::string_view kMarks[] = {"ok", "note", "WARNING"};
    fmt::print("{:8} {}: {}\n", kMarks[static_cast<int>(finding.health)], finding.subject,
               finding.words);
    warned = warned || finding.health == Health::warning;
  }
  return warned ? kNo : kDone;
}

}  // namespace frontrow::server
