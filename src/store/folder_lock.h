// The lock on a data folder: one process at a time writes to what is in it. The kernel frees it
// when the process ends, however it ends.
#pragma once

#include <filesystem>
#include <utility>

#include "base/result.h"

namespace frontrow {

class FolderLock {
 public:
  // Makes the folder where there is none. The error is retryable where another process holds the
  // lock, and names it.
  static Result<FolderLock> take(const std::filesystem::path& folder);

  FolderLock(FolderLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace frontrow
