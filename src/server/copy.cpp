#include "server/copy.h"

#include <fmt/core.h>
#include <sys/stat.h>

#include "adapters/postgresql/postgresql_store.h"
#include "adapters/sqlite/sqlite_store.h"
#include "identity/system_random.h"
#include "server/copy_rows.h"
#include "server/database_access.h"
#include "server/installation.h"
#include "server/setting_table.h"

namespace frontrow::server {
namespace {

constexpr std::string_view kSqlite = "sqlite:";

// What the settings say of everything else, and where this end of the copy is.
Result<Settings, Ending> settings_of(const Settings& common, const std::string& address,
                                     std::string_view flag) {
  Settings settings = common;
  settings.data.clear();
  settings.store_url.clear();
  if (names_postgresql(address))
    settings.store_url = address;
  else if (address.starts_with(kSqlite) && address.size() > kSqlite.size())
    settings.data = address.substr(kSqlite.size());
  else
    return Ending{kUsage, fmt::format("{} must be sqlite:DIR or postgresql://…", flag)};
  return settings;
}

Ending in_use(const std::string& what) {
  return {kNo, what + "; nothing was copied"};
}

// A stopped installation. While this lives no server starts on its data folder.
struct Source {
  Settings settings;
  StoreSealer sealer;
  std::string fingerprint;
  std::filesystem::path key_file;
  std::optional<FolderLock> lock = {};
  std::unique_ptr<Reader> reader = nullptr;                   // of a data folder
  std::unique_ptr<postgresql::RestingStore> store = nullptr;  // of a database
};

Result<FolderLock, Ending> lock_folder(const std::filesystem::path& data) {
  auto lock = FolderLock::take(data);
  if (lock) return std::move(*lock);
  if (lock.error().retryable) return in_use(lock.error().what + ": stop the server first");
  return Ending{kOutage, lock.error().what};
}

Result<Done, Ending> require_bound(const Settings& settings, const identity::MasterKey& key) {
  const auto bound = postgresql::bound_installation(settings.store_url);
  if (!bound) return Ending{kOutage, bound.error().what};
  if (bound->empty()) return Ending{kUsage, "no node was ever started on the source"};
  if (*bound == key.fingerprint()) return Done{};
  return Ending{kUsage, fmt::format("{} is another master key than the source's (fingerprint {} "
                                    "instead of {})",
                                    master_key_path(settings).string(), key.fingerprint(), *bound)};
}

Result<std::unique_ptr<Source>, Ending> open_source(const Settings& settings, Random& random) {
  std::optional<FolderLock> lock;
  if (is_shared(settings)) {
    if (settings.master_key_file.empty())
      return Ending{kUsage,
                    "which master key? Name its file with --set identity.master_key_file=FILE"};
  } else {
    const auto data = existing_database(settings);
    if (!data) return data.error();
    auto taken = lock_folder(*data);
    if (!taken) return taken.error();
    lock.emplace(std::move(*taken));
  }
  const auto master = read_master_key(settings);
  if (!master) return master.error();
  if (is_shared(settings))
    if (const auto bound = require_bound(settings, *master); !bound) return bound.error();
  auto source =
      std::make_unique<Source>(Source{settings, StoreSealer(*master, random), master->fingerprint(),
                                      master_key_path(settings), std::move(lock)});
  if (is_shared(settings)) return source;
  auto reader = open_reader_with_secrets(settings.data, source->sealer);
  if (!reader) return Ending{kOutage, reader.error().what};
  source->reader = std::move(*reader);
  return source;
}

Result<std::unique_ptr<Filling>, Ending> open_target(const Settings& settings,
                                                     const Source& source) {
  if (!is_shared(settings)) {
    std::error_code error;
    if (std::filesystem::create_directories(settings.data, error))
      ::chmod(settings.data.c_str(), 0700);
  }
  auto filling = is_shared(settings) ? postgresql::open_postgresql_filling(
                                           settings.store_url, source.sealer, source.fingerprint)
                                     : sqlite::open_sqlite_filling(settings.data, source.sealer);
  if (!filling) return Ending{kOutage, filling.error().what};
  if (!*filling)
    return Ending{kNo,
                  "the target is not empty: it has rows, or a node was started on it once; a copy "
                  "never adds to what is there. Nothing was copied"};
  return std::move(*filling);
}

// A database rests until the copy is kept. After the target is open: where both are one database,
// this is refused at once.
Result<Done, Ending> let_rest(Source& source) {
  if (source.reader) return Done{};
  auto store = postgresql::open_at_rest(source.settings.store_url, source.sealer);
  if (!store) return Ending{kOutage, store.error().what + "; nothing was copied"};
  if (!*store)
    return in_use("nodes are connected to the source, or another command: stop them first");
  source.store = std::move(*store);
  return Done{};
}

Result<Comparison, Ending> fill_from(const Source& source, Filling& target) {
  const Scan scan = [&](RowSink& sink) {
    return source.reader ? source.reader->scan(sink) : source.store->scan(sink);
  };
  auto both = fill(scan, target);
  if (!both) return Ending{kOutage, both.error().what + "; nothing was copied"};
  return std::move(*both);
}

}  // namespace

int copy_data(const Settings& settings, const std::string& from, const std::string& to, bool json) {
  const auto from_settings = settings_of(settings, from, "--from");
  if (!from_settings) return tell(from_settings.error());
  const auto to_settings = settings_of(settings, to, "--to");
  if (!to_settings) return tell(to_settings.error());
  if (is_shared(*from_settings) == is_shared(*to_settings))
    return tell({kUsage,
                 "one of --from and --to must be sqlite:DIR and the other postgresql://…; for a "
                 "copy of the same kind there are backup and restore"});
  identity::SystemRandom random;
  const auto source = open_source(*from_settings, random);
  if (!source) return tell(source.error());
  const auto target = open_target(*to_settings, **source);
  if (!target) return tell(target.error());
  if (const auto rests = let_rest(**source); !rests) return tell(rests.error());
  const auto both = fill_from(**source, **target);
  if (!both) return tell(both.error());
  if (both->ok())
    if (const auto kept = (*target)->keep(both->greatest_now); !kept)
      return tell({kOutage, kept.error().what +
                                "; the target has either everything or nothing: frontrow check "
                                "tells"});
  json ? fmt::print("{}\n", as_json(*both)) : print(*both);
  if (!both->ok()) return tell({kNo, "nothing was copied"});
  if (!json)
    fmt::print(
        "copied; who serves it needs the same master key: [identity] master_key_file = "
        "\"{}\"\n",
        (*source)->key_file.string());
  return kDone;
}

}  // namespace frontrow::server
