// A file system under SQLite that fails on demand. While one of these lives, every database that is
// opened goes through it. For tests alone; one at a time.
#pragma once

#include <sqlite3.h>

#include <functional>
#include <string>

namespace frontrow::sqlite {

enum class DiskCall { write, sync };

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  // Asked before each call; a code other than SQLITE_OK is what the call gives, and nothing is
  // done. `log` says whether the file is the write-ahead log.
  std::function<int(DiskCall, bool log)> fault;
  int calls = 0;  // so far

 private:
  static int open(sqlite3_vfs*, sqlite3_filename, sqlite3_file*, int flags, int* flags_out);
  sqlite3_vfs vfs_;
};

}  // namespace frontrow::sqlite
