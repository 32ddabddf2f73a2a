#include "server/private_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace frontrow::server {
namespace {

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

}  // namespace

Result<Done> write_private_file(const std::filesystem::path& file, std::string_view content) {
  const std::string draft = fmt::format("{}.{}", file.string(), ::getpid());
  const int fd = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (fd < 0) return Outage{fmt::format("making {}: {}", draft, std::strerror(errno))};
  const bool written = write_all(fd, content) && ::fsync(fd) == 0;
  const int error = errno;
  ::close(fd);
  if (written && ::rename(draft.c_str(), file.c_str()) == 0) return Done{};
  const int cause = written ? errno : error;
  ::unlink(draft.c_str());
  return Outage{fmt::format("writing {}: {}", file.string(), std::strerror(cause))};
}

}  // namespace frontrow::server
