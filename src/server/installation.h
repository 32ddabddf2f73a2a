// A data folder that this process has opened for writing: its master key, its store, and the lock
// that the store holds. One process at a time has it. A node on PostgreSQL has its own folder too,
// for its control socket and what it finds out about itself.
//
//   auto installation = open_installation(settings, clock, random);
//   if (!installation) return tell(installation.error());
//   Engine engine(*(*installation)->store, …);
#pragma once

#include <filesystem>
#include <memory>
#include <optional>

#include "base/random.h"
#include "base/result.h"
#include "identity/master_key.h"
#include "server/ending.h"
#include "server/settings.h"
#include "store/folder_lock.h"
#include "store/store.h"

namespace frontrow::server {

// Seals the store's secrets with the master key. Safe on any thread, as `random` must be.
class StoreSealer final : public SecretSealer {
 public:
  StoreSealer(const identity::MasterKey& master, Random& random)
      : sealer_(master), random_(random) {}
  std::string seal(std::string_view plain, std::string_view context) const override {
    return sealer_.seal(plain, context, random_);
  }
  std::optional<std::string> open(std::string_view sealed,
                                  std::string_view context) const override {
    return sealer_.open(sealed, context);
  }

 private:
  identity::Sealer sealer_;
  Random& random_;
};

struct Installation {
  std::filesystem::path data;
  StoreSealer sealer;
  std::optional<FolderLock> lock = {};  // of a node's folder; a database in it has its own
  std::unique_ptr<Store> store = nullptr;
};

// Whether the rows are in a database that nodes share.
bool is_shared(const Settings& settings);

// Names of what stands in a data folder beside the database.
std::filesystem::path master_key_path(const Settings& settings);
std::filesystem::path fingerprint_path(const std::filesystem::path& data);
std::filesystem::path database_path(const std::filesystem::path& data);
std::filesystem::path control_socket_path(const std::filesystem::path& data);

// The master key: made where the installation is new, else read, and compared with the fingerprint
// that the folder keeps. Refuses (usage) where it is missing, readable for others, or another one.
Result<identity::MasterKey, Ending> open_master_key(const Settings& settings, Random& random);

// The same for a command that only reads: writes nothing, makes no key.
Result<identity::MasterKey, Ending> read_master_key(const Settings& settings);

struct OpeningFailure {
  Ending ending;
  bool in_use = false;  // another process holds the lock
};

// Makes the folder (mode 0700) where there is none, opens key and store, brings the schema up to
// date.
Result<std::unique_ptr<Installation>, OpeningFailure> open_installation(const Settings& settings,
                                                                        Random& random);

// Refuses where no data folder was named.
Result<std::filesystem::path, Ending> named_folder(const Settings& settings);
// The same where it has no database.
Result<std::filesystem::path, Ending> existing_database(const Settings& settings);

}  // namespace frontrow::server
