// A load generator: raw sockets, one epoll, one thread. It is bounded in count and in time, checks
// every status, and reads the server's own CPU time around the requests: that figure stays true
// when client and server share the machine's cores.
#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>
#include <vector>

#include "options.h"
#include "request_template.h"

namespace frontrow::bench {
namespace {

using SteadyClock = std::chrono::steady_clock;
constexpr std::size_t kReadBytes = 256 * 1024;
constexpr std::uint64_t kLostMax = 1000;  // connections that broke; then the run is given up
constexpr auto kLastAnswers = std::chrono::seconds(5);

struct Connection {
  int fd = -1;
  std::uint64_t number = 0;  // the request that it waits for
  bool busy = false;
  SteadyClock::time_point sent;
  std::string in;
  std::size_t expected = 0;  // whole length of the answer; 0 while its head is not complete
};

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

// User and system time of whole processes, all threads, ended ones too, to the nanosecond.
double cpu_seconds(const std::vector<int>& pids) {
  double seconds = 0;
  for (const int pid : pids) {
    clockid_t clock;
    timespec time;
    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &time) != 0)
      throw std::runtime_error(fmt::format("no process {}", pid));
    seconds += static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
  }
  return seconds;
}

// The length of the answer that `in` begins with; 0 while its head is not complete.
std::size_t answer_length(const std::string& in) {
  const std::size_t head = in.find("\r\n\r\n");
  if (head == std::string::npos) return 0;
  for (std::size_t at = in.find("\r\n"); at < head; at = in.find("\r\n", at + 2)) {
    if (strncasecmp(in.c_str() + at + 2, "content-length:", 15) == 0)
      return head + 4 + std::strtoul(in.c_str() + at + 17, nullptr, 10);
  }
  return head + 4;
}

// The value of a header, found by its name in any case; empty where there is none.
std::string header_of(const std::string& answer, const std::string& name) {
  const std::size_t head = answer.find("\r\n\r\n");
  for (std::size_t at = answer.find("\r\n"); at < head; at = answer.find("\r\n", at + 2)) {
    const std::size_t value = at + 2 + name.size() + 1;
    if (value < answer.size() && answer[value - 1] == ':' &&
        strncasecmp(answer.c_str() + at + 2, name.c_str(), name.size()) == 0) {
      const std::size_t text = answer.find_first_not_of(' ', value);
      return answer.substr(text, answer.find("\r\n", text) - text);
    }
  }
  return {};
}

// The text of a JSON field, found by its name alone: the answers are the server's own and their
// captured values (ids, tokens, statuses) hold no escapes.
std::string field_of(const std::string& answer, const std::string& name) {
  const std::string key = "\"" + name + "\":";
  std::size_t at = answer.find(key);
  if (at == std::string::npos) return {};
  at += key.size();
  while (at < answer.size() && answer[at] == ' ') ++at;
  if (at < answer.size() && answer[at] == '"')
    return answer.substr(at + 1, answer.find('"', at + 1) - at - 1);
  return answer.substr(at, answer.find_first_of(",}]", at) - at);
}

// What --capture names: a JSON field, `@Name` a header, `:status` the status.
std::string captured_of(const std::string& answer, const std::string& name) {
  if (name == ":status") return answer.substr(std::strlen("HTTP/1.1 "), 3);
  return name.starts_with('@') ? header_of(answer, name.substr(1)) : field_of(answer, name);
}

class Load {
 public:
  explicit Load(const Options& options)
      : options_(options), requests_(options), epoll_(epoll_create1(0)) {
    latencies_us_.reserve(options.count);
    if (!options.out_file.empty()) captured_.resize(options.count);
    for (unsigned i = 0; i < options.connections; ++i) {
      connections_.push_back(std::make_unique<Connection>());
      open(*connections_.back());
    }
    if (options_.rate > 0)
      for (auto& connection : connections_) greet(*connection);
  }

  void run() {
    const double cpu_before = cpu_seconds(options_.pids);
    start_ = SteadyClock::now();
    for (auto& connection : connections_) idle_.push_back(connection.get());
    while (issue() || busy_ > 0) {
      if (!wait()) break;
    }
    seconds_ = seconds_since(start_);
    cpu_ = cpu_seconds(options_.pids) - cpu_before;
  }

  bool failed() const { return unexpected_ > 0 || lost_ > 0 || done() < options_.count; }
  void print() const;
  void write_captured() const;

 private:
  std::uint64_t done() const { return latencies_us_.size(); }

  void open(Connection& connection) {
    connection.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options_.port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connection.fd < 0 ||
        connect(connection.fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
      throw std::runtime_error(fmt::format("connect: {}", std::strerror(errno)));
    const int on = 1;
    setsockopt(connection.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &connection;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event);
  }

  // One question and its answer, whatever it is: the server has taken the connection on, and the
  // first requests that are due do not wait for hundreds of connections.
  void greet(Connection& connection) {
    constexpr std::string_view kGreeting = "GET /readyz HTTP/1.1\r\nHost: bench\r\n\r\n";
    send(connection.fd, kGreeting.data(), kGreeting.size(), MSG_NOSIGNAL);
    std::size_t length = 0;
    while (length == 0 || connection.in.size() < length) {
      const ssize_t got = recv(connection.fd, read_buffer_.get(), kReadBytes, 0);
      if (got <= 0) throw std::runtime_error("the server closes a new connection");
      connection.in.append(read_buffer_.get(), static_cast<std::size_t>(got));
      length = answer_length(connection.in);
    }
    connection.in.clear();
  }

  // Sends on every idle connection that may. False: nothing is left to send.
  bool issue() {
    const auto now = SteadyClock::now();
    if (now - start_ > std::chrono::seconds(options_.seconds)) return false;
    while (next_ < options_.count) {
      if (idle_.empty() || (options_.rate > 0 && due(next_) > now)) return true;
      Connection& connection = *idle_.front();
      idle_.pop_front();
      send_next(connection);
    }
    return false;
  }

  SteadyClock::time_point due(std::uint64_t number) const {
    return start_ + std::chrono::nanoseconds(static_cast<std::int64_t>(static_cast<double>(number) *
                                                                       1e9 / options_.rate));
  }

  void send_next(Connection& connection) {
    connection.number = next_++;
    requests_.make(buffer_, connection.number);
    connection.busy = true;
    ++busy_;
    // With a rate a request waits from when it was due, whether or not a connection was idle then.
    connection.sent = options_.rate > 0 ? due(connection.number) : SteadyClock::now();
    // One request is far smaller than a socket's buffer, so a short write means a broken
    // connection.
    const ssize_t sent = send(connection.fd, buffer_.data(), buffer_.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(buffer_.size())) lose(connection);
  }

  // Handles what has arrived. False: the time for the last answers is over, or too much was lost.
  bool wait() {
    epoll_event events[256];
    timespec timeout{0, 100'000'000};
    if (options_.rate > 0 && next_ < options_.count && !idle_.empty()) {
      const auto left = std::max(due(next_) - SteadyClock::now(), SteadyClock::duration{});
      timeout.tv_nsec = std::min<long>(
          timeout.tv_nsec, std::chrono::duration_cast<std::chrono::nanoseconds>(left).count());
    }
    const int count = epoll_pwait2(epoll_, events, 256, &timeout, nullptr);
    for (int i = 0; i < count; ++i) receive(*static_cast<Connection*>(events[i].data.ptr));
    const double late = seconds_since(start_) - options_.seconds;
    return lost_ < kLostMax && late < std::chrono::duration<double>(kLastAnswers).count();
  }

  void receive(Connection& connection) {
    const std::size_t before = connection.in.size();
    const ssize_t got = recv(connection.fd, read_buffer_.get(), kReadBytes, MSG_DONTWAIT);
    if (got < 0 && errno == EAGAIN) return;
    if (got <= 0) return lose(connection);
    connection.in.append(read_buffer_.get(), static_cast<std::size_t>(got));
    if (connection.expected == 0) connection.expected = answer_length(connection.in);
    if (connection.expected == 0 || connection.in.size() < connection.expected) return;
    if (!connection.busy || connection.in.size() > connection.expected || before > (64 << 20))
      return lose(connection);  // more was answered than was asked for
    record(connection);
    connection.in.clear();
    connection.expected = 0;
    connection.busy = false;
    --busy_;
    idle_.push_back(&connection);
  }

  void record(const Connection& connection) {
    const auto taken = SteadyClock::now() - connection.sent;
    latencies_us_.push_back(static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(taken).count()));
    bytes_ += connection.in.size();
    const int status = std::atoi(connection.in.c_str() + std::strlen("HTTP/1.1 "));
    ++statuses_[status];
    if (std::find(options_.expect.begin(), options_.expect.end(), status) ==
        options_.expect.end()) {
      if (unexpected_++ == 0) fmt::print(stderr, "first unexpected answer:\n{}\n", connection.in);
    } else if (!captured_.empty()) {
      std::string& row = captured_[connection.number];
      for (const std::string& name : options_.capture)
        row += (&name == options_.capture.data() ? "" : "\t") + captured_of(connection.in, name);
    }
  }

  void lose(Connection& connection) {
    ++lost_;
    close(connection.fd);
    if (connection.busy)
      --busy_;
    else
      std::erase(idle_, &connection);
    connection = Connection{};
    if (lost_ >= kLostMax) return;
    open(connection);
    idle_.push_back(&connection);
  }

  const Options& options_;
  RequestTemplate requests_;
  int epoll_;
  std::vector<std::unique_ptr<Connection>> connections_;
  std::deque<Connection*> idle_;  // used in turn: none idles until the server closes it
  std::unique_ptr<char[]> read_buffer_{new char[kReadBytes]};
  std::string buffer_;
  SteadyClock::time_point start_;
  std::uint64_t next_ = 0;
  std::uint64_t busy_ = 0;

  std::vector<std::uint32_t> latencies_us_;
  std::vector<std::string> captured_;
  std::map<int, std::uint64_t> statuses_;
  std::uint64_t unexpected_ = 0;
  std::uint64_t lost_ = 0;
  std::uint64_t bytes_ = 0;
  double seconds_ = 0;
  double cpu_ = 0;
};

void Load::print() const {
  std::vector<std::uint32_t> sorted = latencies_us_;
  std::sort(sorted.begin(), sorted.end());
  const auto percentile = [&](double part) {
    return sorted.empty()
               ? 0
               : sorted[static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * part)];
  };
  const double count = static_cast<double>(std::max<std::uint64_t>(done(), 1));
  std::string statuses;
  for (const auto& [status, number] : statuses_)
    statuses += fmt::format("{}\"{}\": {}", statuses.empty() ? "" : ", ", status, number);
  fmt::print(
      "{{\"requests\": {}, \"seconds\": {:.6f}, \"per_second\": {:.0f}, \"statuses\": {{{}}}, "
      "\"unexpected\": {}, \"lost\": {}, \"latency_us\": {{\"p50\": {}, \"p99\": {}, "
      "\"p999\": {}, \"max\": {}}}, "
      "\"answer_bytes\": {:.0f}, \"server_cpu_seconds\": {:.6f}, \"server_cpu_us\": {:.3f}}}\n",
      done(), seconds_, count / seconds_, statuses, unexpected_, lost_, percentile(0.5),
      percentile(0.99), percentile(0.999), percentile(1), static_cast<double>(bytes_) / count, cpu_,
      cpu_ * 1e6 / count);
  std::fflush(stdout);
}

void Load::write_captured() const {
  if (captured_.empty()) return;
  std::ofstream file(options_.out_file);
  for (const std::string& row : captured_) file << row << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write " + options_.out_file);
}

}  // namespace
}  // namespace frontrow::bench

int main(int argc, char** argv) {
  const auto options = frontrow::bench::parse_options(argc, argv);
  try {
    frontrow::bench::Load load(options);
    load.run();
    load.write_captured();
    load.print();
    if (options.keep_open)
      while (std::getchar() != EOF) continue;
    return load.failed() ? 1 : 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "load: {}\n", error.what());
    return 3;
  }
}
