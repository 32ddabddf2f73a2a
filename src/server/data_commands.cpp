#include "server/data_commands.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>

#include "adapters/postgresql/postgresql_store.h"
#include "adapters/sqlite/sqlite_store.h"
#include "identity/master_key.h"
#include "server/installation.h"
#include "server/private_file.h"
#include "server/snapshot_report.h"

namespace frontrow::server {
namespace {

using Path = std::filesystem::path;

std::string report_as_json(const SnapshotReport& report) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("ok").boolean(report.ok()).key("counts").begin_object();
  for (const SnapshotCount& count : kSnapshotCounts)
    json.key(count.name).number(report.counts.*count.value);
  json.end_object();
  write_violations(json, report);
  json.end_object();
  return out;
}

void print_report(const SnapshotReport& report) {
  for (const SnapshotCount& count : kSnapshotCounts)
    fmt::print("{:16} {:>16}\n", count.name, report.counts.*count.value);
  print_violations(report);
  if (report.ok()) fmt::print("every law holds\n");
}

Result<std::unique_ptr<Reader>, Ending> open_stored(const Settings& settings) {
  const auto told =
      [](Result<std::unique_ptr<Reader>> reader) -> Result<std::unique_ptr<Reader>, Ending> {
    if (!reader) return Ending{kOutage, reader.error().what};
    return std::move(*reader);
  };
  if (is_shared(settings)) return told(postgresql::open_postgresql_reader(settings.store_url));
  const auto data = existing_database(settings);
  if (!data) return data.error();
  return told(sqlite::open_sqlite_reader(*data));
}

Result<SnapshotReport, Ending> check_snapshot(const Settings& settings) {
  const auto reader = open_stored(settings);
  if (!reader) return reader.error();
  SnapshotCheck check;
  if (const auto scanned = (*reader)->scan(check); !scanned)
    return Ending{kOutage, scanned.error().what};
  return check.finish();
}

Path key_beside(const Path& backup) {
  return backup.string() + ".master.key";
}

Result<std::string, Ending> read_key_bytes(const Path& file) {
  // The reading that checks length and modes comes first: what it takes is a key.
  if (const auto key = identity::load_master_key(file); !key)
    return Ending{kUsage, "master key: " + key.error()};
  std::ifstream in(file, std::ios::binary);
  return std::string{std::istreambuf_iterator<char>(in), {}};
}

// The key goes to its place unless the same one is there already.
Result<Done, Ending> restore_key(const Settings& settings, const Path& from) {
  const Path to = master_key_path(settings);
  const auto bytes = read_key_bytes(from);
  if (!bytes) return bytes.error();
  if (std::filesystem::exists(to)) {
    const auto there = read_key_bytes(to);
    if (!there) return there.error();
    if (*there == *bytes) return Done{};
    return Ending{kUsage, fmt::format("{} is another master key than {}; nothing was changed",
                                      to.string(), from.string())};
  }
  if (const auto written = write_private_file(to, *bytes); !written)
    return Ending{kOutage, written.error().what};
  return Done{};
}

Result<Done, Ending> prepare_folder(const Settings& settings) {
  const auto data = named_folder(settings);
  if (!data) return data.error();
  std::error_code error;
  if (std::filesystem::exists(database_path(*data), error))
    return Ending{kUsage, data->string() +
                              " has a database already; a restore never writes over "
                              "data"};
  if (std::filesystem::create_directories(*data, error)) ::chmod(data->c_str(), 0700);
  if (error) return Ending{kOutage, fmt::format("making {}: {}", data->string(), error.message())};
  return Done{};
}

}  // namespace

int check_data(const Settings& settings, bool json) {
  const auto report = check_snapshot(settings);
  if (!report) return tell(report.error());
  if (json)
    fmt::print("{}\n", report_as_json(*report));
  else
    print_report(*report);
  return report->ok() ? kDone : kNo;
}

int migrate_data(const Settings& settings) {
  if (!is_shared(settings))
    return tell({kUsage,
                 "migrate is for PostgreSQL: name it with --store postgresql://…; a database "
                 "in a data folder is brought up to date when the server starts"});
  if (const auto migrated = postgresql::migrate(settings.store_url); !migrated)
    return tell({kOutage, migrated.error().what});
  fmt::print("the schema is up to date\n");
  return kDone;
}

int backup_data(const Settings& settings, const Path& to, bool without_key) {
  if (is_shared(settings))
    return tell({kUsage,
                 "a database on PostgreSQL is backed up with PostgreSQL's own means "
                 "(pg_basebackup and the archived log, or pg_dump); keep the master key "
                 "file beside it"});
  const auto data = existing_database(settings);
  if (!data) return tell(data.error());
  if (std::filesystem::exists(to) || std::filesystem::exists(key_beside(to)))
    return tell({kUsage, to.string() + " is there already; a backup never writes over a file"});
  const auto key = without_key ? Result<std::string, Ending>(std::string())
                               : read_key_bytes(master_key_path(settings));
  if (!key) return tell(key.error());
  if (const auto written = sqlite::backup_sqlite(*data, to); !written)
    return tell({kOutage, written.error().what});
  ::chmod(to.c_str(), 0600);
  fmt::print("database    {} ({} bytes)\n", to.string(), std::filesystem::file_size(to));
  if (without_key) {
    fmt::print("master key  not copied; without {} nobody can open this backup's secrets\n",
               master_key_path(settings).string());
    return kDone;
  }
  if (const auto written = write_private_file(key_beside(to), *key); !written)
    return tell({kOutage, written.error().what});
  fmt::print("master key  {}\n", key_beside(to).string());
  fmt::print("Keep the two in different places: together they give away every secret.\n");
  return kDone;
}

int restore_data(const Settings& settings, const Path& from, const Path& given_key) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(from, error))
    return tell({kUsage, from.string() + " is no file"});
  if (const auto prepared = prepare_folder(settings); !prepared) return tell(prepared.error());
  const Path key = given_key.empty() ? key_beside(from) : given_key;
  const bool has_key = !given_key.empty() || std::filesystem::exists(key);
  if (has_key)
    if (const auto restored = restore_key(settings, key); !restored) return tell(restored.error());
  if (const auto restored = sqlite::restore_sqlite(from, settings.data); !restored)
    return tell({kOutage, restored.error().what});
  fmt::print("database    {}\n", database_path(settings.data).string());
  if (has_key || std::filesystem::exists(master_key_path(settings)))
    fmt::print("master key  {}\n", master_key_path(settings).string());
  else
    fmt::print("master key  missing: put the backup's own at {} before the server starts\n",
               master_key_path(settings).string());
  return kDone;
}

}  // namespace frontrow::server
