#include "adapters/sqlite/faulty_disk_test.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "adapters/sqlite/sqlite_store.h"
#include "store/contract_rows.h"

namespace frontrow::sqlite {
namespace {

FaultyDisk* current = nullptr;
sqlite3_vfs* real = nullptr;

// A file: its methods stand first, as SQLite wants it, and the real file lies behind.
struct File {
  const sqlite3_io_methods* methods;
  bool log;
  sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
};
File* as_file(sqlite3_file* file) {
  return reinterpret_cast<File*>(file);
}
sqlite3_file* inner(sqlite3_file* file) {
  return as_file(file)->inner();
}

int asked(sqlite3_file* file, DiskCall call) {
  if (current == nullptr) return SQLITE_OK;
  ++current->calls;
  return current->fault ? current->fault(call, as_file(file)->log) : SQLITE_OK;
}

template <auto kMethod, class... Args>
int pass(sqlite3_file* file, Args... args) {
  return (inner(file)->pMethods->*kMethod)(inner(file), args...);
}

int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
  const int code = asked(file, DiskCall::write);
  return code == SQLITE_OK ? pass<&sqlite3_io_methods::xWrite>(file, data, size, offset) : code;
}
int sync(sqlite3_file* file, int flags) {
  const int code = asked(file, DiskCall::sync);
  return code == SQLITE_OK ? pass<&sqlite3_io_methods::xSync>(file, flags) : code;
}
void barrier(sqlite3_file* file) {
  inner(file)->pMethods->xShmBarrier(inner(file));
}

using M = sqlite3_io_methods;
const sqlite3_io_methods kMethods = {
    2,
    pass<&M::xClose>,
    pass<&M::xRead, void*, int, sqlite3_int64>,
    write,
    pass<&M::xTruncate, sqlite3_int64>,
    sync,
    pass<&M::xFileSize, sqlite3_int64*>,
    pass<&M::xLock, int>,
    pass<&M::xUnlock, int>,
    pass<&M::xCheckReservedLock, int*>,
    pass<&M::xFileControl, int, void*>,
    pass<&M::xSectorSize>,
    pass<&M::xDeviceCharacteristics>,
    pass<&M::xShmMap, int, int, int, void volatile**>,
    pass<&M::xShmLock, int, int, int>,
    barrier,
    pass<&M::xShmUnmap, int>,
    nullptr,
    nullptr,
};

}  // namespace

int FaultyDisk::open(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags,
                     int* flags_out) {
  File* made = as_file(file);
  made->log = (flags & SQLITE_OPEN_WAL) != 0;
  const int code = real->xOpen(real, name, made->inner(), flags, flags_out);
  made->methods = made->inner()->pMethods ? &kMethods : nullptr;
  return code;
}

FaultyDisk::FaultyDisk() {
  real = sqlite3_vfs_find("unix");
  vfs_ = *real;
  vfs_.zName = "faulty";
  vfs_.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
  vfs_.xOpen = &FaultyDisk::open;
  current = this;
  sqlite3_vfs_register(&vfs_, 1);
}

FaultyDisk::~FaultyDisk() {
  sqlite3_vfs_unregister(&vfs_);
  sqlite3_vfs_register(real, 1);
  current = nullptr;
}

namespace {

class PlainSealer final : public SecretSealer {
 public:
  std::string seal(std::string_view plain, std::string_view) const override {
    return std::string(plain);
  }
  std::optional<std::string> open(std::string_view sealed, std::string_view) const override {
    return std::string(sealed);
  }
};
const PlainSealer kSealer;

class FaultyDiskTest : public testing::Test {
 protected:
  FaultyDiskTest() {
    char name[] = "/tmp/frontrow-faults-XXXXXX";
    folder_ = ::mkdtemp(name);
    open();
  }
  ~FaultyDiskTest() override {
    disk_.fault = nullptr;
    store_.reset();
    std::filesystem::remove_all(folder_);
  }

  void open() {
    store_.reset();
    auto opened = open_sqlite_store(folder_, {.sealer = &kSealer, .fold_rows = 20});
    ASSERT_TRUE(opened) << opened.error().what;
    store_ = std::move(*opened);
  }
  // Appends one order with its wallet and user, and remembers what was acknowledged.
  CommitFate append() {
    Changes changes;
    const auto concert = make_.concert(1);
    const Order order = make_.held_order(make_.show(concert), make_.id<UserId>());
    changes.orders.push_back({{}, order});
    Transfer transfer = make_.transfer(order.user, 1);
    transfer.balance_after = {7};
    contract::add(changes, transfer);
    changes.audit.push_back(make_.audit_entry());
    if (!store_->begin(contract::no_news)) return CommitFate::not_committed;
    const CommitFate fate = store_->append(changes, {make_.uuid(), Time{++now_}});
    if (fate == CommitFate::committed) acknowledged_.push_back(order);
    if (fate == CommitFate::unknown) unknown_.push_back(order);
    return fate;
  }
  // Whatever was acknowledged is there, whatever was refused is not, and nothing is there in part.
  void expect_what_was_promised() {
    const auto reader = std::move(*store_->open_reader());
    for (const Order& order : acknowledged_) {
      const auto found = *reader->order(order.id);
      ASSERT_TRUE(found);
      EXPECT_EQ(contract::text(*found), contract::text(order));
      EXPECT_EQ(reader->wallet(order.user)->balance, Money{7});
    }
    std::size_t known = acknowledged_.size();
    for (const Order& order : unknown_) {
      const bool there = reader->order(order.id)->has_value();
      EXPECT_EQ(reader->wallet(order.user)->balance.amount, there ? 7 : 0);
      known += there;
    }
    EXPECT_EQ(reader->orders({.limit = 100'000})->size(), known);
    EXPECT_EQ(reader->audit({}, 100'000)->size(), known);
  }

  FaultyDisk disk_;
  std::filesystem::path folder_;
  std::unique_ptr<SqliteStore> store_;
  contract::RowMaker make_{11};
  std::int64_t now_ = 0;
  std::vector<Order> acknowledged_, unknown_;
};

TEST_F(FaultyDiskTest, AFailedSyncIsUnknownAndNothingIsWrittenAfterIt) {
  for (int i = 0; i < 30; ++i) ASSERT_EQ(append(), CommitFate::committed);
  disk_.fault = [](DiskCall call, bool) {
    return call == DiskCall::sync ? SQLITE_IOERR_FSYNC : SQLITE_OK;
  };
  EXPECT_EQ(append(), CommitFate::unknown);
  disk_.fault = nullptr;  // the disk says that it is well again, and is not believed
  const int calls = disk_.calls;
  const auto begun = store_->begin(contract::no_news);
  ASSERT_FALSE(begun);
  EXPECT_FALSE(begun.error().retryable);
  EXPECT_EQ(disk_.calls, calls);
  open();
  expect_what_was_promised();
  EXPECT_EQ(append(), CommitFate::committed);
}

TEST_F(FaultyDiskTest, AFullDiskRefusesTheBatchAndGoesOnWhenThereIsRoom) {
  for (int i = 0; i < 30; ++i) ASSERT_EQ(append(), CommitFate::committed);
  for (int round = 0; round < 20; ++round) {
    int left = round;  // so many writes still fit
    disk_.fault = [&](DiskCall call, bool) {
      return call == DiskCall::write && left-- <= 0 ? SQLITE_FULL : SQLITE_OK;
    };
    const CommitFate fate = append();
    EXPECT_TRUE(fate == CommitFate::not_committed || fate == CommitFate::committed);
    if (round == 0) {
      EXPECT_EQ(fate, CommitFate::not_committed);
    }
    disk_.fault = nullptr;
    ASSERT_EQ(append(), CommitFate::committed);
    expect_what_was_promised();
  }
  open();
  expect_what_was_promised();
}

// Each write and each sync of a run fails once, the folding and the checkpoints among them.
TEST_F(FaultyDiskTest, WhicheverCallFailsWhatWasAcknowledgedIsThereAfterwards) {
  for (int nth = 1; nth < 400; nth += 3) {
    int left = nth;
    bool failed = false;
    disk_.fault = [&](DiskCall call, bool) {
      if (failed || --left > 0) return SQLITE_OK;
      failed = true;
      return call == DiskCall::sync ? SQLITE_IOERR_FSYNC : SQLITE_IOERR_WRITE;
    };
    for (int i = 0; i < 40 && !failed; ++i) append();
    disk_.fault = nullptr;
    open();
    expect_what_was_promised();
    ASSERT_FALSE(HasFailure()) << "call " << nth;
  }
  EXPECT_GT(unknown_.size(), 10U);
}

TEST_F(FaultyDiskTest, AFailedSyncOfACheckpointStopsTheStore) {
  bool database_synced = false;
  disk_.fault = [&](DiskCall call, bool log) {
    if (call != DiskCall::sync || log) return SQLITE_OK;
    database_synced = true;
    return SQLITE_IOERR_FSYNC;
  };
  Changes long_batch;
  long_batch.kept_answers.push_back(make_.kept_answer("long"));
  long_batch.kept_answers.back().body.assign(500'000, 'x');
  bool stopped = false;
  for (int i = 0; i < 100 && !stopped; ++i) {
    const auto begun = store_->begin(contract::no_news);
    stopped = !begun;
    if (stopped) {
      EXPECT_FALSE(begun.error().retryable);
    } else {
      store_->append(long_batch, {make_.uuid(), Time{++now_}});
    }
  }
  EXPECT_TRUE(stopped);
  EXPECT_TRUE(database_synced);
  disk_.fault = nullptr;
  const KeptAnswer& answer = long_batch.kept_answers.back();
  open();
  const auto reader = std::move(*store_->open_reader());
  EXPECT_TRUE(*reader->kept_answer(answer.caller, answer.key));
}

}  // namespace
}  // namespace frontrow::sqlite
