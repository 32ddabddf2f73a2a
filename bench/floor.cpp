// The floor: what one HTTP request costs when nothing is decided. A bare epoll loop finds the end
// of each message and answers fixed bytes. The server's cost is given as a ratio to this program's.
//
// One thread accepts and hands connections out in turn, so that each worker serves as many as the
// others; each connection belongs to one worker for its life. Loopback only; ends itself after
// --seconds.
#include <arpa/inet.h>
#include <fmt/core.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kBufferBytes = 16 * 1024;  // a request that is longer closes its connection

struct Connection {
  int fd = -1;
  std::size_t used = 0;
  char buffer[kBufferBytes];
};

std::string make_answer(std::size_t body_bytes) {
  const std::string body =
      "{\"text\":\"" + std::string(body_bytes > 11 ? body_bytes - 11 : 0, 'x') + "\"}";
  return fmt::format(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nCache-Control: no-store\r\n"
      "X-Request-Id: 01h455vb4pex5vsknk084sn02q\r\nContent-Length: {}\r\n\r\n{}",
      body.size(), body);
}

// The length of the first message in `data`, or 0 where it is not complete.
std::size_t message_length(const char* data, std::size_t size) {
  const char* end = static_cast<const char*>(memmem(data, size, "\r\n\r\n", 4));
  if (end == nullptr) return 0;
  std::size_t length = static_cast<std::size_t>(end - data) + 4;
  constexpr char kName[] = "\r\nContent-Length:";
  for (const char* line = data; line < end;) {
    line = static_cast<const char*>(memchr(line, '\r', static_cast<std::size_t>(end - line)));
    if (line == nullptr) break;
    if (strncasecmp(line, kName, sizeof kName - 1) == 0) {
      length += std::strtoul(line + sizeof kName - 1, nullptr, 10);
      break;
    }
    ++line;
  }
  return length <= size ? length : 0;
}

bool write_all(int fd, const char* data, std::size_t size) {
  while (size > 0) {
    const ssize_t written = send(fd, data, size, MSG_NOSIGNAL);
    if (written < 0 && errno == EAGAIN) {
      pollfd waiting{fd, POLLOUT, 0};
      if (poll(&waiting, 1, 1000) <= 0) return false;
    } else if (written < 0) {
      return false;
    } else {
      data += written;
      size -= static_cast<std::size_t>(written);
    }
  }
  return true;
}

// Reads once and answers every complete message. False: the connection is over.
bool serve(Connection& connection, const std::string& answer) {
  const ssize_t got =
      recv(connection.fd, connection.buffer + connection.used, kBufferBytes - connection.used, 0);
  if (got < 0) return errno == EAGAIN;
  if (got == 0) return false;
  connection.used += static_cast<std::size_t>(got);
  std::size_t done = 0;
  while (done < connection.used) {
    const std::size_t length = message_length(connection.buffer + done, connection.used - done);
    if (length == 0) break;
    if (!write_all(connection.fd, answer.data(), answer.size())) return false;
    done += length;
  }
  connection.used -= done;
  std::memmove(connection.buffer, connection.buffer + done, connection.used);
  return connection.used < kBufferBytes;
}

void work(int epoll, const std::string& answer) {
  epoll_event events[128];
  for (;;) {
    const int count = epoll_wait(epoll, events, 128, -1);
    for (int i = 0; i < count; ++i) {
      auto* connection = static_cast<Connection*>(events[i].data.ptr);
      if (serve(*connection, answer)) continue;
      close(connection->fd);
      delete connection;
    }
  }
}

int listen_on_loopback() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (listener < 0 || bind(listener, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      listen(listener, 4096) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    std::perror("floor: listen");
    std::exit(3);
  }
  fmt::print("listening on 127.0.0.1:{}\n", ntohs(address.sin_port));
  std::fflush(stdout);
  return listener;
}

void accept_in_turn(int listener, const std::vector<int>& epolls) {
  for (std::size_t turn = 0;; ++turn) {
    const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      usleep(10'000);  // out of descriptors: a retry at once would spin
      continue;
    }
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto* connection = new Connection;
    connection->fd = fd;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = connection;
    epoll_ctl(epolls[turn % epolls.size()], EPOLL_CTL_ADD, fd, &event);
  }
}

}  // namespace

int main(int argc, char** argv) {
  unsigned threads = 2;
  unsigned seconds = 3600;
  std::size_t body_bytes = 330;  // about a poll's answer
  CLI::App app{"A bare epoll responder: the floor that the server is measured against."};
  app.add_option("--threads", threads, "threads that serve")->check(CLI::Range(1, 64));
  app.add_option("--bytes", body_bytes, "size of the answer's body");
  app.add_option("--seconds", seconds, "ends itself after this time")->check(CLI::Range(1, 86400));
  CLI11_PARSE(app, argc, argv);

  alarm(seconds);
  const std::string answer = make_answer(body_bytes);
  const int listener = listen_on_loopback();
  std::vector<int> epolls;
  for (unsigned i = 0; i < threads; ++i) {
    epolls.push_back(epoll_create1(EPOLL_CLOEXEC));
    std::thread(work, epolls.back(), std::cref(answer)).detach();
  }
  accept_in_turn(listener, epolls);
}
