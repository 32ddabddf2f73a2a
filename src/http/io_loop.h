// One event loop and its sockets: all that the server asks of the system's polling. A loop runs
// on one thread; every function is for that thread (or before run) but post, which any may call.
#pragma once

#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

#include "base/time.h"

namespace frontrow::http {

class IoLoop {
 public:
  IoLoop();
  ~IoLoop();
  IoLoop(const IoLoop&) = delete;
  IoLoop& operator=(const IoLoop&) = delete;

  // Runs until close.
  void run();
  // Runs `function` on the loop's thread, in the order posted. After close it is destroyed unrun.
  void post(std::function<void()> function);
  // Ends run, timers and posting: what was posted and not run is destroyed here. Requires: every
  // socket and watch is closed.
  void close();
  // Calls `function` each `interval`, until close. The first time after one interval.
  void every(Duration interval, std::function<void()> function);

  struct Impl;
  Impl& impl() { return *impl_; }

 private:
  std::unique_ptr<Impl> impl_;
};

// Waits until a descriptor of somebody else (a listening socket) is readable.
class ReadWatch {
 public:
  // Requires: `descriptor` stays open until close; non-blocking.
  ReadWatch(IoLoop& loop, int descriptor);
  ~ReadWatch();  // Requires: closed, or the loop never ran
  // Calls `readable` once. Requires: no wait under way.
  void wait(std::function<void()> readable);
  // Forgets the wait and the descriptor, without closing it.
  void close();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// Who is told about a socket. It is kept alive while an operation is under way.
class SocketOwner {
 public:
  virtual ~SocketOwner() = default;
  // `bytes` were read; 0: the peer has ended, or the connection is broken.
  virtual void on_read(std::size_t bytes) = 0;
  virtual void on_writable() = 0;
};

// A connected stream socket.
class Socket {
 public:
  // Takes over the descriptor. Requires: non-blocking.
  Socket(IoLoop& loop, int descriptor);
  ~Socket();

  // Calls on_read once, later. Requires: no read under way; the buffer stays until then.
  void read(char* buffer, std::size_t size, std::shared_ptr<SocketOwner> owner);
  // Calls on_writable once, later. Requires: no wait under way.
  void wait_writable(std::shared_ptr<SocketOwner> owner);

  // Writes what the kernel takes now: bytes, 0 where it takes none, -1 where the connection is
  // broken.
  ssize_t write(std::span<const iovec> pieces);
  ssize_t write(const char* data, std::size_t size);
  // No more bytes from us; those written are still delivered.
  void end_writing();
  // Operations under way are forgotten. Does nothing a second time.
  void close();
  bool is_open() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace frontrow::http
