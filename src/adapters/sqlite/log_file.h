// Keeps the write-ahead log's file longer than what is written to it. A sync after a write at a
// file's end must also write the file's new size, which doubles its cost; writing over zeros needs
// no such thing. SQLite takes zeros behind the log's end for what they are: no frame.
#pragma once

#include <cstdint>
#include <filesystem>

namespace frontrow::sqlite {

class LogFile {
 public:
  // Requires: the log exists.
  explicit LogFile(const std::filesystem::path& database);
  ~LogFile();
  LogFile(const LogFile&) = delete;
  LogFile& operator=(const LogFile&) = delete;

  // Makes room behind `pages` of log where it is short, up to 32 MB. A failure changes nothing but
  // the speed: a full disk shows at the next commit.
  void reserve(std::int64_t pages);

 private:
  int fd_;
  std::int64_t size_ = 0;
};

}  // namespace frontrow::sqlite
