// Asks each of several nodes now and then whether it is ready, as a proxy's health check does, and
// tells Nodes. A thread for each; they end with the object.
#pragma once

#include <atomic>
#include <thread>
#include <vector>

#include "rehearsal/nodes.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

class NodeWatch {
 public:
  // Requires: both outlive the watch. With one node there is nothing to watch.
  NodeWatch(const Target& target, Nodes& nodes);
  ~NodeWatch();
  NodeWatch(const NodeWatch&) = delete;
  NodeWatch& operator=(const NodeWatch&) = delete;

 private:
  void watch(const NodeAddress& address, std::size_t node);

  Nodes& nodes_;
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace frontrow::rehearsal
