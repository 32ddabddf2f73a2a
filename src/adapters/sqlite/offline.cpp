// What needs no running store: reading beside one, checking, backing up, restoring.
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database_file.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/reader.h"
#include "adapters/sqlite/sqlite_store.h"
#include "store/folder_lock.h"

namespace frontrow::sqlite {
namespace {

constexpr char kQuickCheck[] = "pragma quick_check(10)";
constexpr char kVacuumInto[] = "vacuum into ?";

[[noreturn]] void fail(const char* doing, const std::filesystem::path& path, int error) {
  throw Failure{SQLITE_IOERR, fmt::format("{} {}: {}", doing, path.string(), std::strerror(error))};
}

void sync(const std::filesystem::path& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC);
  if (fd < 0) fail("opening", path, errno);
  const int code = ::fsync(fd);
  const int error = errno;
  ::close(fd);
  if (code != 0) fail("syncing", path, error);
}

void sync_with_folder(const std::filesystem::path& file) {
  sync(file, O_RDWR);
  const auto folder = std::filesystem::absolute(file).parent_path();
  sync(folder, O_RDONLY | O_DIRECTORY);
}

// Empty where all is well.
std::string quick_check(Connection& connection) {
  Statement check(connection, kQuickCheck);
  std::string findings;
  while (check.step()) {
    const std::string line = Columns(check).text();
    if (line != "ok") findings += line + "\n";
  }
  return findings;
}

void require_absent(const std::filesystem::path& file) {
  if (std::filesystem::exists(std::filesystem::symlink_status(file)))
    throw Failure{SQLITE_CANTOPEN, file.string() + " exists already"};
}

void require_present(const std::filesystem::path& file) {
  if (!std::filesystem::exists(file))
    throw Failure{SQLITE_CANTOPEN, "there is no database " + file.string()};
}

// Removes a half-made file unless it was kept.
class Draft {
 public:
  explicit Draft(std::filesystem::path file) : file_(std::move(file)) { remove(); }
  ~Draft() { remove(); }
  const std::filesystem::path& file() const { return file_; }
  // Atomic: nobody ever sees a half-made file under the name.
  void keep_as(const std::filesystem::path& name) {
    sync(file_, O_RDWR);
    if (::link(file_.c_str(), name.c_str()) != 0) fail("making", name, errno);
    remove();
    sync_with_folder(name);
  }

 private:
  void remove() {
    std::error_code ignored;
    std::filesystem::remove(file_, ignored);
  }
  std::filesystem::path file_;
};

void make_private(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0) fail("making", file, errno);
  ::close(fd);
}

}  // namespace

Result<std::unique_ptr<Reader>> open_sqlite_reader(const std::filesystem::path& folder) {
  return guarded([&] {
    require_present(database_file(folder));
    {
      Connection connection(database_file(folder), Connection::Mode::read);
      require_schema(connection);
    }
    return make_reader(database_file(folder), nullptr, nullptr);
  });
}

Result<std::string> quick_check(const std::filesystem::path& folder) {
  return guarded([&] {
    require_present(database_file(folder));
    Connection connection(database_file(folder), Connection::Mode::read);
    return quick_check(connection);
  });
}

Result<Done> backup_sqlite(const std::filesystem::path& folder, const std::filesystem::path& file) {
  return guarded([&] {
    require_present(database_file(folder));
    require_absent(file);
    Connection connection(database_file(folder), Connection::Mode::read);
    require_schema(connection);
    Draft draft(file.string() + ".part");
    make_private(draft.file());
    connection.run("pragma query_only = off");  // the file is read-only by itself; the copy is not
    Statement vacuum(connection, kVacuumInto);
    const std::string target = draft.file().string();
    vacuum.args().text(target);
    vacuum.run();
    draft.keep_as(file);
    return Done{};
  });
}

Result<Done> restore_sqlite(const std::filesystem::path& file,
                            const std::filesystem::path& folder) {
  auto lock = FolderLock::take(folder);
  if (!lock) return lock.error();
  return guarded([&] {
    require_present(file);
    const auto target = database_file(folder);
    require_absent(target);
    require_absent(target.string() + "-wal");
    Draft draft(target.string() + ".part");
    make_private(draft.file());
    std::error_code error;
    std::filesystem::copy_file(file, draft.file(),
                               std::filesystem::copy_options::overwrite_existing, error);
    if (error) fail("copying", file, error.value());
    {
      Connection connection(draft.file(), Connection::Mode::read);
      require_known_schema(connection);  // an earlier version's: the next start migrates it
      if (const std::string findings = quick_check(connection); !findings.empty())
        throw Failure{SQLITE_CORRUPT, "the backup is damaged: " + findings};
    }
    draft.keep_as(target);
    return Done{};
  });
}

}  // namespace frontrow::sqlite
