#include "rehearsal/connections.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>

namespace frontrow::rehearsal {
namespace {

constexpr std::size_t kBlockBytes = 256 * 1024;
constexpr int kEventsAtOnce = 512;
constexpr unsigned kSourceAddresses = 200;  // 127.0.1.1 … 127.0.1.200

int to_int(std::string_view text) {
  int value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// The value of a header, found at the begin of a line whatever its case.
std::string_view header(std::string_view head, std::string_view name) {
  for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
       at = head.find("\r\n", at + 2)) {
    std::string_view line = head.substr(at + 2);
    if (line.size() <= name.size() || line[name.size()] != ':' ||
        strncasecmp(line.data(), name.data(), name.size()) != 0)
      continue;
    line = line.substr(name.size() + 1, line.find("\r\n") - name.size() - 1);
    while (line.starts_with(' ')) line.remove_prefix(1);
    return line;
  }
  return {};
}

}  // namespace

std::size_t read_answer(std::string_view text, Answer& answer) {
  const std::size_t end = text.find("\r\n\r\n");
  if (end == std::string_view::npos || text.size() < 12) return 0;
  const std::string_view head = text.substr(0, end + 2);
  const std::string_view length = header(head, "content-length");
  const std::size_t total = end + 4 + static_cast<std::size_t>(to_int(length));
  if (text.size() < total) return 0;
  answer.status = to_int(text.substr(9, 3));
  answer.body = text.substr(end + 4, total - end - 4);
  answer.replayed = header(head, "idempotent-replayed") == "true";
  return total;
}

Connections::Connections(const Target& target, std::size_t count, unsigned first)
    : first_(first),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      connections_(std::max(count, target.nodes.size())),
      block_(new char[kBlockBytes]) {
  for (const NodeAddress& address : target.nodes) {
    Node& node = nodes_.emplace_back();
    node.address.sin_family = AF_INET;
    node.address.sin_port = htons(address.port);
    inet_pton(AF_INET, address.host.c_str(), &node.address.sin_addr);
  }
  for (std::size_t i = connections_.size(); i-- > 0;)
    node_of(static_cast<std::uint32_t>(i)).closed.push_back(static_cast<std::uint32_t>(i));
}

Connections::~Connections() {
  for (const Connection& one : connections_)
    if (one.fd >= 0) close(one.fd);
  close(epoll_);
}

// Begins to connect. False: the system refused at once.
bool Connections::open(std::uint32_t number) {
  Connection& one = connections_[number];
  const sockaddr_in& target = node_of(number).address;
  one.fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (one.fd < 0) return false;
  const int on = 1;
  setsockopt(one.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (ntohl(target.sin_addr.s_addr) >> 24 == 127) {
    setsockopt(one.fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    sockaddr_in source{};
    source.sin_family = AF_INET;
    source.sin_addr.s_addr = htonl(0x7F000101u + (first_ + number) % kSourceAddresses);
    bind(one.fd, reinterpret_cast<const sockaddr*>(&source), sizeof source);
  }
  const int done = connect(one.fd, reinterpret_cast<const sockaddr*>(&target), sizeof target);
  if (done != 0 && errno != EINPROGRESS) {
    close(one.fd);
    one.fd = -1;
    return false;
  }
  epoll_event event{};
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  event.data.u32 = number;
  epoll_ctl(epoll_, EPOLL_CTL_ADD, one.fd, &event);
  one.phase = Phase::connecting;
  ++opened_;
  return true;
}

std::uint32_t Connections::send(std::size_t node, const std::string& text, std::int64_t now_us) {
  const bool reuse = !nodes_[node].idle.empty();
  std::vector<std::uint32_t>& from = reuse ? nodes_[node].idle : nodes_[node].closed;
  const std::uint32_t number = from.back();
  from.pop_back();
  ++busy_;
  Connection& one = connections_[number];
  one.sent_us = now_us;
  if (reuse) {
    one.phase = Phase::busy;
    write(number, text);
  } else if (open(number)) {
    one.out = text;
  } else {
    one.phase = Phase::failed;
    broken_.push_back(number);
  }
  return number;
}

// A call is far smaller than a socket's buffer, so a short write means a broken connection.
void Connections::write(std::uint32_t number, std::string_view text) {
  const ssize_t sent = ::send(connections_[number].fd, text.data(), text.size(), MSG_NOSIGNAL);
  if (sent != static_cast<ssize_t>(text.size())) broken_.push_back(number);
}

void Connections::connected(std::uint32_t number, const Handler& handler) {
  Connection& one = connections_[number];
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(one.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error != 0) return lose(number, Outcome::lost, handler);
  one.phase = Phase::busy;
  write(number, one.out);
  one.out.clear();
}

void Connections::release(std::uint32_t number) {
  connections_[number].phase = Phase::idle;
  node_of(number).idle.push_back(number);
  --busy_;
}

void Connections::lose(std::uint32_t number, Outcome outcome, const Handler& handler) {
  Connection& one = connections_[number];
  const bool was_busy = one.phase != Phase::idle;
  const bool unsent = one.phase == Phase::connecting || one.phase == Phase::failed;
  if (one.fd >= 0) close(one.fd);
  if (!was_busy) std::erase(node_of(number).idle, number);
  one = {};
  node_of(number).closed.push_back(number);
  if (!was_busy) return;
  --busy_;
  handler({number, outcome, {}, unsent});
}

void Connections::receive(std::uint32_t number, const Handler& handler) {
  Connection& one = connections_[number];
  while (one.fd >= 0) {
    const ssize_t got = recv(one.fd, block_.get(), kBlockBytes, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0 || one.phase != Phase::busy) return lose(number, Outcome::lost, handler);
    bytes_in_ += static_cast<std::uint64_t>(got);
    std::string_view text(block_.get(), static_cast<std::size_t>(got));
    std::string gathered;
    if (!one.in.empty()) {
      one.in.append(text);
      text = one.in;
    }
    Answer answer;
    const std::size_t whole = read_answer(text, answer);
    if (whole == 0) {
      if (one.in.empty()) one.in = text;
    } else if (whole < text.size()) {
      return lose(number, Outcome::unexpected, handler);  // more than was asked for
    } else {
      gathered.swap(one.in);  // the answer looks into it
      release(number);
      handler({number, Outcome::ok, answer, false});
      if (static_cast<std::size_t>(got) < kBlockBytes) return;
    }
  }
}

void Connections::wait(std::int64_t timeout_us, const Handler& handler) {
  epoll_event events[kEventsAtOnce];
  if (!broken_.empty()) timeout_us = 0;
  const timespec timeout{timeout_us / 1'000'000, timeout_us % 1'000'000 * 1000};
  const int count = epoll_pwait2(epoll_, events, kEventsAtOnce, &timeout, nullptr);
  for (int i = 0; i < count; ++i) {
    const std::uint32_t number = events[i].data.u32;
    if (connections_[number].fd < 0) continue;
    if (connections_[number].phase == Phase::connecting) {
      if (events[i].events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) connected(number, handler);
      continue;
    }
    if (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) receive(number, handler);
    // The end came with the answer: seen now, or a later call would be lost on it.
    if (events[i].events & EPOLLRDHUP && connections_[number].phase == Phase::idle)
      receive(number, handler);
  }
  while (!broken_.empty()) {
    const std::uint32_t number = broken_.back();
    broken_.pop_back();
    // An event of this round may have told it already.
    const Phase phase = connections_[number].phase;
    if (phase == Phase::busy || phase == Phase::failed) lose(number, Outcome::lost, handler);
  }
}

void Connections::give_up(std::int64_t sent_before_us, const Handler& handler) {
  for (std::uint32_t number = 0; number < connections_.size(); ++number) {
    const Connection& one = connections_[number];
    const bool waits = one.phase == Phase::busy || one.phase == Phase::connecting;
    if (waits && one.sent_us < sent_before_us) lose(number, Outcome::timed_out, handler);
  }
}

}  // namespace frontrow::rehearsal
