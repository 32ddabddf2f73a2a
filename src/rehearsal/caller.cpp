#include "rehearsal/caller.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "rehearsal/connections.h"

namespace frontrow::rehearsal {

Caller::~Caller() {
  end();
}

void Caller::end() {
  if (fd_ >= 0) close(fd_);
  fd_ = -1;
}

bool Caller::open() {
  for (std::size_t tries = 0; fd_ < 0 && tries < target_.nodes.size(); ++tries)
    if (!open(target_.nodes[at_])) turn_to_next();
  return fd_ >= 0;
}

bool Caller::open(const NodeAddress& node) {
  fd_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto ms = patience_.count();
  const timeval patience{ms / 1000, ms % 1000 * 1000};
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(node.port);
  inet_pton(AF_INET, node.host.c_str(), &address.sin_addr);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
  end();
  return false;
}

bool Caller::write(const std::string& text) {
  for (std::size_t sent = 0; sent < text.size();) {
    const ssize_t done = send(fd_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    sent += static_cast<std::size_t>(done);
  }
  return true;
}

std::optional<Caller::Reply> Caller::exchange(const std::string& text) {
  ended_unheard_ = false;
  if (!write(text)) {
    ended_unheard_ = errno == EPIPE || errno == ECONNRESET;
    return {};
  }
  std::string in;
  std::array<char, 65'536> block;
  while (true) {
    const ssize_t got = recv(fd_, block.data(), block.size(), 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      ended_unheard_ = in.empty() && (got == 0 || errno == ECONNRESET);
      return {};
    }
    in.append(block.data(), static_cast<std::size_t>(got));
    Answer answer;
    if (read_answer(in, answer) == in.size()) return Reply{answer.status, std::string(answer.body)};
  }
}

std::optional<Caller::Reply> Caller::call(std::string_view method, std::string_view path,
                                          std::string_view bearer, std::string_view body,
                                          std::string_view header) {
  std::string text =
      fmt::format("{} {} HTTP/1.1\r\nHost: {}\r\n", method, path, to_text(target_.nodes[at_]));
  if (!bearer.empty()) text += fmt::format("Authorization: Bearer {}\r\n", bearer);
  if (!body.empty()) text += "Content-Type: application/json\r\n";
  if (!header.empty()) text.append(header).append("\r\n");
  if (method != "GET") text += fmt::format("Content-Length: {}\r\n", body.size());
  text.append("\r\n").append(body);
  for (std::size_t tries = 0; tries < 1 + target_.nodes.size(); ++tries) {
    const bool is_reused = fd_ >= 0;
    if (!open()) return {};
    const bool is_last = tries + 1 >= target_.nodes.size();
    auto reply = exchange(text);
    // A node that is cut off from the store says so; another may not be.
    if (reply && (is_last || method != "GET" || reply->status != 503)) return reply;
    end();
    if (reply || !ended_unheard_) turn_to_next();
    // The server may have closed it while it was idle; otherwise it may have acted.
    if (method != "GET" && !(is_reused && ended_unheard_)) return {};
  }
  return {};
}

}  // namespace frontrow::rehearsal
