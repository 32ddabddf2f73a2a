// DIR/control.sock: how a command reaches the server that holds the data folder. One line with a
// request, one line with its answer (see admin.h), then the connection closes. Mode 0600, and the
// kernel says who is at the other end: only the server's own user and root are answered.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

#include "base/result.h"

namespace frontrow::server {

inline constexpr std::size_t kControlLineBytes = 16 * 1024;  // longer requests are refused

class ControlSocket {
 public:
  // Called on the socket's thread, one request after the other.
  using Answerer = std::function<std::string(std::string_view line)>;

  // Replaces what an earlier server left. Requires: this process holds the lock on the folder.
  static Result<std::unique_ptr<ControlSocket>> open(const std::filesystem::path& file,
                                                     Answerer answerer);
  ~ControlSocket();  // finishes the request under way, then removes the file
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

 private:
  ControlSocket(std::filesystem::path file, int listener, int wake, Answerer answerer);
  void run();
  void serve(int connection);

  const std::filesystem::path file_;
  const int listener_;
  const int wake_;  // an eventfd: the end
  const Answerer answerer_;
  std::thread thread_;
};

// Sends the line to the server behind the socket and gives its answer. The error is retryable where
// nobody listens.
Result<std::string> ask_control_socket(const std::filesystem::path& file, std::string_view line);

}  // namespace frontrow::server
