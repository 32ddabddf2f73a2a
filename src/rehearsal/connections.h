// The connections that the people of one loop share: raw non-blocking sockets under one epoll, one
// call at a time on each, kept alive, opened when they are needed. Each node has its share of them.
// Not thread-safe.
//
//   closed ─open─▶ connecting ─writable─▶ busy ─whole answer─▶ idle ─take─▶ busy …
//     ▲               │ refused             │ cut off, too late  │ closed by the server
//     └───────────────┴─────────────────────┴────────────────────┘
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "rehearsal/answer.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

class Connections {
 public:
  // What became of the call on a connection: an answer, or `outcome` says why there is none.
  struct Ending {
    std::uint32_t connection = 0;
    Outcome outcome = Outcome::lost;
    Answer answer = {};
    bool unsent = false;  // the connection could not be made: the node has heard nothing
  };
  using Handler = std::function<void(const Ending&)>;

  // `count` for all nodes together, and one for each at least. `first` numbers the loopback
  // addresses that are used as sources, where a node is at one too.
  Connections(const Target& target, std::size_t count, unsigned first);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  std::size_t size() const { return connections_.size(); }
  bool has_free(std::size_t node) const {
    return !nodes_[node].idle.empty() || !nodes_[node].closed.empty();
  }
  // Sends on a free connection to the node and gives its number. Requires: has_free(node).
  std::uint32_t send(std::size_t node, const std::string& text, std::int64_t now_us);
  // Waits up to `timeout_us` and hands every ending to the handler; a connection is free again
  // before the handler is called.
  void wait(std::int64_t timeout_us, const Handler& handler);
  // Gives up calls that were sent before this time.
  void give_up(std::int64_t sent_before_us, const Handler& handler);

  std::size_t busy() const { return busy_; }
  std::uint64_t opened() const { return opened_; }
  std::uint64_t bytes_in() const { return bytes_in_; }

 private:
  enum class Phase : std::uint8_t { closed, failed, connecting, busy, idle };
  struct Connection {
    int fd = -1;
    Phase phase = Phase::closed;
    std::int64_t sent_us = 0;
    std::string in;   // of an answer that is not whole yet
    std::string out;  // while connecting
  };

  struct Node {
    sockaddr_in address{};
    std::vector<std::uint32_t> idle;
    std::vector<std::uint32_t> closed;
  };

  // Connections take turns: their number says their node.
  Node& node_of(std::uint32_t number) { return nodes_[number % nodes_.size()]; }
  bool open(std::uint32_t number);
  void write(std::uint32_t number, std::string_view text);
  void receive(std::uint32_t number, const Handler& handler);
  void lose(std::uint32_t number, Outcome outcome, const Handler& handler);
  void connected(std::uint32_t number, const Handler& handler);
  void release(std::uint32_t number);

  const unsigned first_;
  int epoll_ = -1;
  std::vector<Connection> connections_;
  std::vector<Node> nodes_;
  std::unique_ptr<char[]> block_;
  std::vector<std::uint32_t> broken_;  // while sending: told at the next wait
  std::size_t busy_ = 0;
  std::uint64_t opened_ = 0;
  std::uint64_t bytes_in_ = 0;
};

// The bytes of the whole answer that `text` begins with; 0 while it is not whole. `answer` then
// looks into it.
std::size_t read_answer(std::string_view text, Answer& answer);

}  // namespace frontrow::rehearsal
