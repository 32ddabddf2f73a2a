#include "http/listener.h"

#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace frontrow::http {
namespace {

constexpr int kBacklog = 4096;
constexpr int kMostAcceptsInTurn = 64;     // before other events get their turn
constexpr std::size_t kLeastReserve = 64;  // connections over the limit that still get their 503

IpAddress address_of(const sockaddr_storage& storage) {
  IpAddress address;
  if (storage.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(storage);
    std::memcpy(address.bytes.data(), &v6.sin6_addr, 16);
    return IpAddress::of_v6(address.bytes);
  }
  const auto& v4 = reinterpret_cast<const sockaddr_in&>(storage);
  std::memcpy(address.bytes.data(), &v4.sin_addr, 4);
  return address;
}

// A descriptor on its way to its thread: where the way ends (the server stops), it is closed.
struct Passed {
  explicit Passed(int number) : descriptor(number) {}
  ~Passed() {
    if (descriptor >= 0) ::close(descriptor);
  }
  Passed(const Passed&) = delete;
  Passed& operator=(const Passed&) = delete;
  int descriptor;
};

std::uint16_t port_of(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof storage;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size);
  return storage.ss_family == AF_INET6
             ? ntohs(reinterpret_cast<const sockaddr_in6&>(storage).sin6_port)
             : ntohs(reinterpret_cast<const sockaddr_in&>(storage).sin_port);
}

// -1 where it fails, with errno set.
int listen_on(const addrinfo& address) {
  const int descriptor = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return -1;
  const int on = 1;
  ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (::bind(descriptor, address.ai_addr, address.ai_addrlen) == 0 &&
      ::listen(descriptor, kBacklog) == 0)
    return descriptor;
  const int error = errno;
  ::close(descriptor);
  errno = error;
  return -1;
}

// Errors that pass when something is closed; all others concern the one connection alone.
bool is_exhausted(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

Listener::Listener(std::shared_ptr<ServerShared> shared,
                   std::vector<std::shared_ptr<IoThread>> threads)
    : shared_(std::move(shared)), threads_(std::move(threads)) {}

Listener::~Listener() {
  close();
}

Result<std::uint16_t> Listener::open() {
  const ServerOptions& options = shared_->options;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  addrinfo* found = nullptr;
  const int failed =
      ::getaddrinfo(options.host.c_str(), std::to_string(options.port).c_str(), &hints, &found);
  if (failed != 0)
    return Outage{fmt::format("cannot listen on {}: {}", options.host, gai_strerror(failed))};
  descriptor_ = listen_on(*found);
  const int error = errno;
  ::freeaddrinfo(found);
  if (descriptor_ < 0)
    return Outage{fmt::format("cannot listen on {}:{}: {}", options.host, options.port,
                              std::strerror(error))};
  return port_of(descriptor_);
}

void Listener::start() {
  if (descriptor_ < 0) return;
  watch_.emplace(threads_.front()->loop(), descriptor_);
  wait();
}

void Listener::wait() {
  watch_->wait([this] { accept_ready(); });
}

void Listener::accept_ready() {
  for (int i = 0; i < kMostAcceptsInTurn; ++i)
    if (descriptor_ < 0 || !accept_one()) break;
  if (descriptor_ >= 0 && !paused_) wait();
}

// False where nobody waits, or there is no room to let them in.
bool Listener::accept_one() {
  sockaddr_storage peer{};
  socklen_t size = sizeof peer;
  const int descriptor = ::accept4(descriptor_, reinterpret_cast<sockaddr*>(&peer), &size,
                                   SOCK_NONBLOCK | SOCK_CLOEXEC);
  if (descriptor < 0) {
    if (is_exhausted(errno)) pause(errno);
    return errno != EAGAIN && errno != EWOULDBLOCK && !paused_;
  }
  const int on = 1;
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  // A client that vanished acknowledges nothing: without this a stream to it would live for
  // minutes.
  const auto unacknowledged_ms = static_cast<unsigned>(shared_->options.write_progress_timeout.ms);
  ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
               sizeof unacknowledged_ms);
  deal(descriptor, address_of(peer));
  return true;
}

void Listener::pause(int error) {
  paused_ = true;
  threads_.front()->counters().accept_pauses.add();
  threads_.front()->log(LogCause::accept_paused,
                        fmt::format("accepting pauses: {}", std::strerror(error)));
}

void Listener::resume() {
  if (!paused_ || descriptor_ < 0) return;
  paused_ = false;
  accept_ready();
}

// Over the limit a few more are let in to be told so; beyond them the connection is closed at once.
void Listener::deal(int descriptor, const IpAddress& peer) {
  const std::size_t limit = shared_->options.max_connections;
  const std::size_t open = shared_->connections.fetch_add(1, std::memory_order_relaxed);
  if (open >= limit + std::max(kLeastReserve, limit / 64)) {
    shared_->connections.fetch_sub(1, std::memory_order_relaxed);
    threads_.front()->counters().over_limit.add();
    ::close(descriptor);
    return;
  }
  const auto& thread = threads_[next_++ % threads_.size()];
  if (thread == threads_.front()) return thread->adopt(descriptor, peer, open >= limit);
  const auto passed = std::make_shared<Passed>(descriptor);
  thread->loop().post([thread, passed, peer, is_over = open >= limit] {
    thread->adopt(std::exchange(passed->descriptor, -1), peer, is_over);
  });
}

void Listener::close() {
  if (watch_) watch_->close();
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace frontrow::http
