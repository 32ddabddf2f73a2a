// The one file that includes Asio. Its locks are off (concurrency hint UNSAFE): each io_context
// belongs to one thread, and what other threads post comes in through our own queue and an eventfd,
// so that a burst of posts costs one wake-up.
#include "http/io_loop.h"

#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <deque>
#include <mutex>
#include <utility>
#include <vector>

#include "base/check.h"

namespace frontrow::http {
namespace asio = boost::asio;
using boost::system::error_code;
// Typed by their executor: the default's type erasure costs an indirection and an allocation a
// call.
using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, asio::io_context::executor_type>;
using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;

struct IoLoop::Impl {
  struct Repeater {
    Repeater(asio::io_context& context, Duration every, std::function<void()> what)
        : timer(context), interval(every.ms), function(std::move(what)) {}
    asio::steady_timer timer;
    std::chrono::milliseconds interval;
    std::function<void()> function;
  };

  Impl() : context(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE), wake_up(context) {
    const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    FRONTROW_CHECK(descriptor >= 0, "eventfd: errno {}", errno);
    wake_up.assign(descriptor);
    wait_for_posts();
  }

  // Requires: the mutex is held, so that close cannot take the descriptor away in between.
  void wake() {
    const std::uint64_t one = 1;
    const ssize_t written = ::write(wake_up.native_handle(), &one, sizeof one);
    FRONTROW_CHECK(written == sizeof one, "eventfd: errno {}", errno);
  }
  void wait_for_posts();
  void run_posts();
  void repeat(Repeater& repeater);

  asio::io_context context;
  Descriptor wake_up;
  std::uint64_t wake_ups = 0;
  std::deque<Repeater> repeaters;
  bool closing = false;

  std::mutex mutex;  // guards the rest
  std::vector<std::function<void()>> posts;
  bool closed = false;
};

void IoLoop::Impl::wait_for_posts() {
  wake_up.async_read_some(asio::buffer(&wake_ups, sizeof wake_ups),
                          [this](const error_code& error, std::size_t) {
                            if (error || closing) return;
                            run_posts();
                            if (!closing) wait_for_posts();
                          });
}

void IoLoop::Impl::run_posts() {
  std::vector<std::function<void()>> ready;
  {
    const std::lock_guard lock(mutex);
    ready.swap(posts);
  }
  for (auto& function : ready) {
    if (closing) break;
    function();
    function = nullptr;
  }
}

void IoLoop::Impl::repeat(Repeater& repeater) {
  repeater.timer.expires_after(repeater.interval);
  repeater.timer.async_wait([this, &repeater](const error_code& error) {
    if (error || closing) return;
    repeater.function();
    if (!closing) repeat(repeater);
  });
}

IoLoop::IoLoop() : impl_(std::make_unique<Impl>()) {}

IoLoop::~IoLoop() = default;

void IoLoop::run() {
  impl_->context.run();
}

void IoLoop::post(std::function<void()> function) {
  const std::lock_guard lock(impl_->mutex);
  if (impl_->closed) return;
  const bool is_first = impl_->posts.empty();
  impl_->posts.push_back(std::move(function));
  if (is_first) impl_->wake();
}

void IoLoop::close() {
  std::vector<std::function<void()>> unrun;
  impl_->closing = true;
  for (auto& repeater : impl_->repeaters) repeater.timer.cancel();
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->closed = true;
    unrun.swap(impl_->posts);
    error_code ignored;
    impl_->wake_up.close(ignored);
  }
}

void IoLoop::every(Duration interval, std::function<void()> function) {
  auto& repeater = impl_->repeaters.emplace_back(impl_->context, interval, std::move(function));
  impl_->repeat(repeater);
}

struct ReadWatch::Impl {
  Impl(asio::io_context& context, int number) : descriptor(context, number) {}
  Descriptor descriptor;
};

ReadWatch::ReadWatch(IoLoop& loop, int descriptor)
    : impl_(std::make_unique<Impl>(loop.impl().context, descriptor)) {}

ReadWatch::~ReadWatch() {
  close();
}

void ReadWatch::wait(std::function<void()> readable) {
  impl_->descriptor.async_wait(asio::posix::descriptor_base::wait_read,
                               [readable = std::move(readable)](const error_code& error) {
                                 if (!error) readable();
                               });
}

void ReadWatch::close() {
  if (impl_->descriptor.is_open()) impl_->descriptor.release();
}

struct Socket::Impl {
  explicit Impl(asio::io_context& context) : socket(context) {}
  TcpSocket socket;
};

Socket::Socket(IoLoop& loop, int descriptor) : impl_(std::make_unique<Impl>(loop.impl().context)) {
  // The family matters to Asio only where it opens or names endpoints, which is never done here.
  impl_->socket.assign(asio::ip::tcp::v4(), descriptor);
}

Socket::~Socket() = default;

void Socket::read(char* buffer, std::size_t size, std::shared_ptr<SocketOwner> owner) {
  impl_->socket.async_read_some(
      asio::buffer(buffer, size),
      [owner = std::move(owner)](const error_code& error, std::size_t bytes) {
        owner->on_read(error ? 0 : bytes);
      });
}

void Socket::wait_writable(std::shared_ptr<SocketOwner> owner) {
  impl_->socket.async_wait(TcpSocket::wait_write,
                           [owner = std::move(owner)](const error_code&) { owner->on_writable(); });
}

ssize_t Socket::write(std::span<const iovec> pieces) {
  msghdr message{};
  message.msg_iov = const_cast<iovec*>(pieces.data());
  message.msg_iovlen = pieces.size();
  while (true) {
    const ssize_t written =
        ::sendmsg(impl_->socket.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written >= 0) return written;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
    if (errno != EINTR) return -1;
  }
}

ssize_t Socket::write(const char* data, std::size_t size) {
  while (true) {
    const ssize_t written =
        ::send(impl_->socket.native_handle(), data, size, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (written >= 0) return written;
    if (errno == EAGAIN || errno == EWOULDBLOCK) return 0;
    if (errno != EINTR) return -1;
  }
}

void Socket::end_writing() {
  ::shutdown(impl_->socket.native_handle(), SHUT_WR);
}

void Socket::close() {
  error_code ignored;
  impl_->socket.close(ignored);
}

bool Socket::is_open() const {
  return impl_->socket.is_open();
}

}  // namespace frontrow::http
