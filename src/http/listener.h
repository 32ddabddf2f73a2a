// Accepts connections and deals them out to the io threads in turn. It lives on one of them: all
// functions but open are for that thread.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "base/result.h"
#include "http/io_thread.h"

namespace frontrow::http {

class Listener {
 public:
  // Requires: at least one thread; the first is the listener's own.
  Listener(std::shared_ptr<ServerShared> shared, std::vector<std::shared_ptr<IoThread>> threads);
  ~Listener();

  // Binds and listens; the port. Before the threads run.
  Result<std::uint16_t> open();
  void start();
  // Goes on after descriptors ran out. For the thread's timer.
  void resume();
  void close();

 private:
  void wait();
  void accept_ready();
  bool accept_one();
  void pause(int error);
  void deal(int descriptor, const IpAddress& peer);

  std::shared_ptr<ServerShared> shared_;
  std::vector<std::shared_ptr<IoThread>> threads_;
  std::optional<ReadWatch> watch_;
  int descriptor_ = -1;
  std::size_t next_ = 0;
  bool paused_ = false;
};

}  // namespace frontrow::http
