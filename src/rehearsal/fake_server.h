// A server for tests of the callers: it takes one connection after the other and answers as the
// test says. Its thread calls the answers; it ends with the object.
//
//   FakeServer server([](std::string_view line) { return FakeServer::ok("{}"); });
//   Caller caller(server.target());
#pragma once

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/check.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

class FakeServer {
 public:
  // From a request's first line to the bytes of the answer; empty: the connection is closed
  // instead.
  using Answers = std::function<std::string(std::string_view)>;

  explicit FakeServer(Answers answers) : answers_(std::move(answers)) {
    listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    FRONTROW_CHECK(bind(listener_, reinterpret_cast<sockaddr*>(&address), size) == 0);
    FRONTROW_CHECK(listen(listener_, 64) == 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    target_.nodes.front().port = ntohs(address.sin_port);
    target_.provider_key = std::string(32, 'k');
    target_.issuer = "rehearsal";
    target_.audience = "frontrow";
    target_.run = "r";
    thread_ = std::thread([this] { serve(); });
  }
  ~FakeServer() {
    stop_ = true;
    thread_.join();
    for (const pollfd& one : sockets_) close(one.fd);
  }
  FakeServer(const FakeServer&) = delete;
  FakeServer& operator=(const FakeServer&) = delete;

  Target& target() { return target_; }
  // First lines of all requests so far, such as "GET /readyz".
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

  static std::string answer(std::string_view status, std::string_view body) {
    return std::string("HTTP/1.1 ").append(status) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
  }
  static std::string ok(std::string_view body) { return answer("200 OK", body); }
  // The connection is closed after it.
  static std::string last(std::string_view body) { return answer(kLast, body); }
  // No answer, and the connection stays open.
  static std::string silence() { return std::string(1, '\0'); }

 private:
  static constexpr std::string_view kLast = "200 Last";

  void serve() {
    sockets_.push_back({listener_, POLLIN, 0});
    while (!stop_) {
      if (poll(sockets_.data(), sockets_.size(), 10) <= 0) continue;
      for (std::size_t i = sockets_.size(); i-- > 1;)
        if (sockets_[i].revents && !serve_one(sockets_[i].fd)) {
          close(sockets_[i].fd);
          sockets_.erase(sockets_.begin() + static_cast<std::ptrdiff_t>(i));
        }
      if (sockets_[0].revents)
        sockets_.push_back({accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC), POLLIN, 0});
    }
  }

  // Requests of the tests are short: each comes in one piece.
  bool serve_one(int fd) {
    std::array<char, 65'536> block;
    const ssize_t got = recv(fd, block.data(), block.size(), 0);
    if (got <= 0) return false;
    const std::string_view request(block.data(), static_cast<std::size_t>(got));
    const std::string line(request.substr(0, request.find(" HTTP/")));
    {
      const std::lock_guard lock(mutex_);
      asked_.push_back(line);
    }
    const std::string out = answers_(line);
    if (out.empty()) return false;
    if (out == silence()) return true;
    const bool is_last = out.find(kLast) != std::string::npos;
    return send(fd, out.data(), out.size(), MSG_NOSIGNAL) > 0 && !is_last;
  }

  const Answers answers_;
  int listener_ = -1;
  Target target_;
  std::vector<pollfd> sockets_;
  std::mutex mutex_;
  std::vector<std::string> asked_;
  std::atomic<bool> stop_ = false;
  std::thread thread_;
};

}  // namespace frontrow::rehearsal
