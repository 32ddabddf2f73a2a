#include "server/installation.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <fstream>
#include <iterator>
#include <system_error>

#include "adapters/postgresql/postgresql_store.h"
#include "adapters/sqlite/sqlite_store.h"
#include "server/private_file.h"
#include "server/setting_table.h"

namespace frontrow::server {
namespace {

Ending usage(std::string message) {
  return {kUsage, std::move(message)};
}

std::string read_fingerprint(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::string text;
  std::getline(in, text);
  return text;
}

// Writes down which key the folder was made with.
Result<identity::MasterKey, Ending> remember(identity::MasterKey key,
                                             const std::filesystem::path& data) {
  const auto written = write_private_file(fingerprint_path(data), key.fingerprint() + "\n");
  if (!written) return Ending{kOutage, written.error().what};
  return key;
}

Result<Done, Ending> make_folder(const std::filesystem::path& data) {
  std::error_code error;
  if (std::filesystem::is_directory(data, error)) return Done{};
  if (!std::filesystem::create_directories(data, error))
    return usage(fmt::format("the data folder {} cannot be made: {}", data.string(),
                             error ? error.message() : "something else has that name"));
  ::chmod(data.c_str(), 0700);
  return Done{};
}

OpeningFailure outage(const Outage& outage) {
  return {{kOutage, outage.what}, outage.retryable};
}

// Every node of a database must have the same master key: what one seals the others open.
Result<Done, OpeningFailure> bind_key(const std::string& url, const identity::MasterKey& key) {
  if (const auto migrated = postgresql::migrate(url); !migrated) return outage(migrated.error());
  const auto bound = postgresql::bind_installation(url, key.fingerprint());
  if (!bound) return outage(bound.error());
  if (*bound == key.fingerprint()) return Done{};
  return OpeningFailure{
      usage(fmt::format("the database belongs to another master key than this node's (fingerprint "
                        "{} instead of {}): give all nodes the same [identity] master_key_file",
                        *bound, key.fingerprint()))};
}

Result<std::unique_ptr<Store>, OpeningFailure> open_store(const Settings& settings,
                                                          const identity::MasterKey& key,
                                                          const StoreSealer& sealer) {
  if (is_shared(settings)) {
    if (const auto bound = bind_key(settings.store_url, key); !bound) return bound.error();
    auto store = postgresql::open_postgresql_store(settings.store_url, {.sealer = &sealer});
    if (!store) return outage(store.error());
    return std::move(*store);
  }
  auto store = sqlite::open_sqlite_store(settings.data, {.sealer = &sealer});
  if (!store) return outage(store.error());
  return std::unique_ptr<Store>(std::move(*store));
}

}  // namespace

bool is_shared(const Settings& settings) {
  return names_postgresql(settings.store_url);
}

std::filesystem::path master_key_path(const Settings& settings) {
  if (!settings.master_key_file.empty()) return settings.master_key_file;
  return std::filesystem::path(settings.data) / "master.key";
}

std::filesystem::path fingerprint_path(const std::filesystem::path& data) {
  return data / "master.fingerprint";
}

std::filesystem::path database_path(const std::filesystem::path& data) {
  return data / "frontrow.db";
}

std::filesystem::path control_socket_path(const std::filesystem::path& data) {
  return data / "control.sock";
}

Result<identity::MasterKey, Ending> open_master_key(const Settings& settings, Random& random) {
  const std::filesystem::path data = settings.data;
  const bool is_known = !read_fingerprint(fingerprint_path(data)).empty();
  if (is_known || std::filesystem::exists(database_path(data))) {
    auto key = read_master_key(settings);
    if (!key || is_known) return key;
    return remember(std::move(*key), data);
  }
  auto key = identity::load_or_create_master_key(master_key_path(settings), random);
  if (!key) return usage("master key: " + key.error());
  return remember(std::move(*key), data);
}

Result<identity::MasterKey, Ending> read_master_key(const Settings& settings) {
  auto key = identity::load_master_key(master_key_path(settings));
  if (!key)
    return usage("master key: " + key.error() +
                 "; what is sealed in the database opens with its own master key alone, so put "
                 "that file back");
  const std::string known = read_fingerprint(fingerprint_path(settings.data));
  if (!known.empty() && known != key->fingerprint())
    return usage(
        fmt::format("{} is another master key than the one that this data folder was made "
                    "with (fingerprint {} instead of {})",
                    master_key_path(settings).string(), key->fingerprint(), known));
  return std::move(*key);
}

Result<std::unique_ptr<Installation>, OpeningFailure> open_installation(const Settings& settings,
                                                                        Random& random) {
  const auto data = named_folder(settings);
  if (!data) return OpeningFailure{data.error()};
  if (auto made = make_folder(*data); !made) return OpeningFailure{made.error()};
  const auto master = open_master_key(settings, random);
  if (!master) return OpeningFailure{master.error()};
  auto installation =
      std::make_unique<Installation>(Installation{*data, StoreSealer(*master, random)});
  if (is_shared(settings)) {
    auto lock = FolderLock::take(*data);
    if (!lock) return outage(lock.error());
    installation->lock.emplace(std::move(*lock));
  }
  auto store = open_store(settings, *master, installation->sealer);
  if (!store) return store.error();
  installation->store = std::move(*store);
  return installation;
}

Result<std::filesystem::path, Ending> named_folder(const Settings& settings) {
  if (settings.data.empty())
    return usage(
        "which data folder? Name it with --data DIR, [server] data or "
        "FRONTROW__SERVER__DATA");
  return std::filesystem::path(settings.data);
}

Result<std::filesystem::path, Ending> existing_database(const Settings& settings) {
  auto data = named_folder(settings);
  if (!data) return data.error();
  std::error_code error;
  if (!std::filesystem::is_regular_file(database_path(*data), error))
    return usage(fmt::format("{} holds no database of Frontrow", data->string()));
  return std::move(*data);
}

}  // namespace frontrow::server
