#include "server/control_socket.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <utility>

namespace frontrow::server {
namespace {

constexpr int kPatienceSeconds = 5;  // for the other end to send its line
constexpr int kAnswerSeconds = 30;   // for the server to answer

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }
  int release() { return std::exchange(fd_, -1); }

 private:
  int fd_;
};

Outage failed(const std::filesystem::path& file, std::string_view doing, bool retryable = false) {
  return {fmt::format("{} {}: {}", doing, file.string(), std::strerror(errno)), retryable};
}

// A socket's address holds 107 bytes, a folder's name may be longer: so the folder is opened and
// named by its descriptor.
struct Address {
  explicit Address(const std::filesystem::path& file)
      : folder(::open(file.has_parent_path() ? file.parent_path().c_str() : ".",
                      O_PATH | O_DIRECTORY | O_CLOEXEC)) {
    const std::string name =
        fmt::format("/proc/self/fd/{}/{}", folder.get(), file.filename().string());
    name.copy(address.sun_path, sizeof address.sun_path - 1);
  }
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&address); }

  Descriptor folder;
  sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
};

void set_timeouts(int fd, int seconds) {
  const timeval time{seconds, 0};
  ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, sizeof time);
  ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &time, sizeof time);
}

bool is_own_user(int fd) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
  return peer.uid == ::geteuid() || peer.uid == 0;
}

// Up to the end of the line; empty where it does not come in time or is too long.
std::optional<std::string> read_line(int fd, std::size_t most) {
  std::string line;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::recv(fd, buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return {};
    line.append(buffer, static_cast<std::size_t>(got));
    const std::size_t end = line.find('\n');
    if (end != std::string::npos) return line.substr(0, end);
    if (line.size() > most) return {};
  }
}

bool write_line(int fd, std::string line) {
  line += '\n';
  std::string_view rest = line;
  while (!rest.empty()) {
    const ssize_t sent = ::send(fd, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return false;
    rest.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<ControlSocket>> ControlSocket::open(const std::filesystem::path& file,
                                                           Answerer answerer) {
  Descriptor listener(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  Descriptor wake(::eventfd(0, EFD_CLOEXEC));
  if (listener.get() < 0 || wake.get() < 0) return failed(file, "making");
  const Address address(file);
  ::unlink(file.c_str());
  // The mode counts from the first moment: what a socket is bound with, less the umask.
  ::fchmod(listener.get(), 0600);
  if (::bind(listener.get(), address.get(), sizeof address.address) != 0)
    return failed(file, "binding");
  if (::chmod(file.c_str(), 0600) != 0) return failed(file, "restricting");
  if (::listen(listener.get(), 16) != 0) return failed(file, "listening on");
  return std::unique_ptr<ControlSocket>(
      new ControlSocket(file, listener.release(), wake.release(), std::move(answerer)));
}

ControlSocket::ControlSocket(std::filesystem::path file, int listener, int wake, Answerer answerer)
    : file_(std::move(file)),
      listener_(listener),
      wake_(wake),
      answerer_(std::move(answerer)),
      thread_([this] { run(); }) {}

ControlSocket::~ControlSocket() {
  const std::uint64_t one = 1;
  while (::write(wake_, &one, sizeof one) < 0 && errno == EINTR) {
  }
  thread_.join();
  ::unlink(file_.c_str());
  ::close(listener_);
  ::close(wake_);
}

void ControlSocket::run() {
  for (;;) {
    pollfd waiting[] = {{listener_, POLLIN, 0}, {wake_, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0) continue;
    if (waiting[1].revents != 0) return;
    const Descriptor connection(::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC));
    if (connection.get() >= 0) serve(connection.get());
  }
}

void ControlSocket::serve(int connection) {
  if (!is_own_user(connection)) return;
  set_timeouts(connection, kPatienceSeconds);
  if (const auto line = read_line(connection, kControlLineBytes))
    write_line(connection, answerer_(*line));
}

Result<std::string> ask_control_socket(const std::filesystem::path& file, std::string_view line) {
  const Descriptor connection(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const Address address(file);
  if (::connect(connection.get(), address.get(), sizeof address.address) != 0)
    return failed(file, "connecting to", true);
  set_timeouts(connection.get(), kAnswerSeconds);
  if (!write_line(connection.get(), std::string(line))) return failed(file, "writing to", true);
  constexpr std::size_t kAnswerBytes = 64 * 1024 * 1024;
  auto answer = read_line(connection.get(), kAnswerBytes);
  if (!answer) return Outage{"the server did not answer the command", false};
  return std::move(*answer);
}

}  // namespace frontrow::server
