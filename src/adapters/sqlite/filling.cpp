// A database that is filled in a folder of its own and moved to its place when it is whole.
#include "store/filling.h"

#include <system_error>

#include "adapters/sqlite/database_file.h"
#include "adapters/sqlite/sqlite_store.h"
#include "store/folder_lock.h"

namespace frontrow::sqlite {
namespace {

constexpr char kDraft[] = "copy.part";

bool is_there(const std::filesystem::path& file) {
  std::error_code error;
  return std::filesystem::exists(std::filesystem::symlink_status(file, error));
}

// What an earlier one left that was killed. The error is retryable where another one is at work.
Result<Done> clear(const std::filesystem::path& draft) {
  const auto lock = FolderLock::take(draft);
  if (!lock) return lock.error();
  std::error_code error;
  std::filesystem::remove_all(draft, error);
  if (error) return Outage{"clearing " + draft.string() + ": " + error.message(), false};
  return Done{};
}

class Draft final : public Filling {
 public:
  Draft(const std::filesystem::path& folder, std::unique_ptr<SqliteStore> store)
      : folder_(folder), draft_(folder / kDraft), store_(std::move(store)) {}
  ~Draft() override {
    store_.reset();
    std::error_code ignored;
    std::filesystem::remove_all(draft_, ignored);
  }

  Result<Done> add(const Changes& rows) override { return append(rows, Time()); }

  Result<Done> scan(RowSink& sink) override {
    const auto reader = store_->open_reader();
    if (!reader) return reader.error();
    if (const auto read = (*reader)->scan(sink); !read) return read.error();
    return Done{};
  }

  Result<Done> keep(Time now) override {
    if (const auto appended = append({}, now); !appended) return appended;
    store_.reset();
    const auto whole = draft_ / "whole.db";
    if (const auto copied = backup_sqlite(draft_, whole); !copied) return copied.error();
    return restore_sqlite(whole, folder_);
  }

 private:
  Result<Done> append(const Changes& rows, Time now) {
    NewsSink none;
    if (const auto begun = store_->begin(none); !begun) return begun.error();
    if (store_->append(rows, {Uuid(), now}) == CommitFate::committed) return Done{};
    return Outage{"writing " + draft_.string() + " failed", false};
  }

  std::filesystem::path folder_, draft_;
  std::unique_ptr<SqliteStore> store_;
};

}  // namespace

Result<std::unique_ptr<Filling>> open_sqlite_filling(const std::filesystem::path& folder,
                                                     const SecretSealer& sealer) {
  const std::string file = database_file(folder);
  if (is_there(file) || is_there(file + "-wal")) return std::unique_ptr<Filling>();
  if (const auto cleared = clear(folder / kDraft); !cleared) return cleared.error();
  auto store = open_sqlite_store(folder / kDraft, {.sealer = &sealer});
  if (!store) return store.error();
  return std::unique_ptr<Filling>(std::make_unique<Draft>(folder, std::move(*store)));
}

}  // namespace frontrow::sqlite
