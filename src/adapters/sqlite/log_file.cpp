#include "adapters/sqlite/log_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <string>

namespace frontrow::sqlite {
namespace {

constexpr std::int64_t kFrameBytes = 4096 + 24;  // a page and its header
constexpr std::int64_t kRoomBytes = 128 * 1024;  // more than most commits write
constexpr std::int64_t kChunkBytes = 1024 * 1024;
constexpr std::int64_t kMostBytes = 32 * 1024 * 1024;  // a log as long as this is written over

}  // namespace

LogFile::LogFile(const std::filesystem::path& database)
    : fd_(::open((database.string() + "-wal").c_str(), O_WRONLY | O_CLOEXEC)) {}

LogFile::~LogFile() {
  if (fd_ >= 0) ::close(fd_);
}

void LogFile::reserve(std::int64_t pages) {
  const std::int64_t wanted = pages * kFrameBytes + kRoomBytes;
  if (fd_ < 0 || wanted <= size_ || wanted > kMostBytes) return;
  struct stat status;
  if (::fstat(fd_, &status) != 0) return;
  size_ = status.st_size;
  if (wanted <= size_) return;
  const std::string zeros(static_cast<std::size_t>(kChunkBytes), '\0');
  const ssize_t written = ::pwrite(fd_, zeros.data(), zeros.size(), size_);
  if (written > 0) size_ += written;
}

}  // namespace frontrow::sqlite
