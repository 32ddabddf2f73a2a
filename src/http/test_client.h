// A blocking client for the tests: it sends what it is told, byte for byte, and reads answers.
#pragma once

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace frontrow::http {

class TestClient {
 public:
  // `receive_bytes`: a small receive buffer makes a slow reader; 0 leaves the default.
  explicit TestClient(std::uint16_t port, int receive_bytes = 0) {
    descriptor_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_bytes > 0)
      ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
    const int on = 1;
    ::setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = ::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  }
  ~TestClient() { close(); }
  TestClient(TestClient&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)),
        connected_(other.connected_),
        received_(std::move(other.received_)) {}
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool connected() const { return connected_; }
  void close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }
  // Closes so that the server's end is told by a reset.
  void reset() {
    const linger now{1, 0};
    ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    close();
  }

  // False where the connection is broken before all is sent.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Reads until `text` is among what was received and takes all up to its end; what there is where
  // the connection ends or `ms` pass first.
  std::string read_until(std::string_view text, int ms = 5000) {
    std::size_t at;
    while ((at = received_.find(text)) == std::string::npos)
      if (!receive(ms)) return std::exchange(received_, {});
    return take(at + text.size());
  }
  std::string read_bytes(std::size_t count, int ms = 5000) {
    while (received_.size() < count)
      if (!receive(ms)) return std::exchange(received_, {});
    return take(count);
  }
  // Everything until the connection ends; empty optional where it does not within `ms`.
  std::optional<std::string> read_to_end(int ms = 5000) {
    while (receive(ms)) {
    }
    if (!ended_) return {};
    return std::exchange(received_, {});
  }
  bool is_closed_within(int ms) { return read_to_end(ms).has_value(); }

  struct Answer {
    int status = 0;
    std::string head;
    std::string body;
    // The value of the header, empty where there is none.
    std::string header(std::string_view name) const {
      const std::size_t at = head.find("\r\n" + std::string(name) + ": ");
      if (at == std::string::npos) return {};
      const std::size_t begin = at + 4 + name.size();
      return head.substr(begin, head.find("\r\n", begin) - begin);
    }
  };
  // One answer; status 0 where none came whole.
  Answer read_answer(bool without_body = false) {
    Answer answer;
    answer.head = read_until("\r\n\r\n");
    if (!answer.head.ends_with("\r\n\r\n") || !answer.head.starts_with("HTTP/1.1 ")) return answer;
    std::size_t size = 0;
    const std::string length = answer.header("Content-Length");
    std::from_chars(length.data(), length.data() + length.size(), size);
    if (!without_body) answer.body = read_bytes(size);
    if (without_body || answer.body.size() == size)
      answer.status = std::stoi(answer.head.substr(9, 3));
    return answer;
  }
  Answer ask(std::string_view message) {
    send(message);
    return read_answer();
  }

 private:
  bool receive(int ms) {
    pollfd wanted{descriptor_, POLLIN, 0};
    if (::poll(&wanted, 1, ms) <= 0) return false;
    char buffer[16384];
    const ssize_t got = ::recv(descriptor_, buffer, sizeof buffer, 0);
    if (got <= 0) {
      ended_ = true;
      return false;
    }
    received_.append(buffer, static_cast<std::size_t>(got));
    return true;
  }
  std::string take(std::size_t count) {
    std::string text = received_.substr(0, count);
    received_.erase(0, count);
    return text;
  }

  int descriptor_ = -1;
  bool connected_ = false;
  bool ended_ = false;
  std::string received_;
};

}  // namespace frontrow::http
