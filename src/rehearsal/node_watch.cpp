#include "rehearsal/node_watch.h"

#include <chrono>

#include "rehearsal/caller.h"

namespace frontrow::rehearsal {
namespace {

constexpr auto kStep = std::chrono::milliseconds(25);
constexpr int kStepsBetween = 20;
constexpr int kFailuresToGo = 2;                            // one good answer brings it back
constexpr auto kPatience = std::chrono::milliseconds(300);  // it is asked twice each time

}  // namespace

NodeWatch::NodeWatch(const Target& target, Nodes& nodes) : nodes_(nodes) {
  if (nodes.count() == 1) return;
  for (std::size_t node = 0; node < nodes.count(); ++node)
    threads_.emplace_back([this, address = target.nodes[node], node] { watch(address, node); });
}

NodeWatch::~NodeWatch() {
  stop_ = true;
  for (std::thread& thread : threads_) thread.join();
}

void NodeWatch::watch(const NodeAddress& address, std::size_t node) {
  Target alone;
  alone.nodes = {address};
  Caller caller(alone, kPatience);
  int failures = 0;
  for (int step = 0; !stop_; ++step) {
    if (step % kStepsBetween == 0) {
      const auto reply = caller.call("GET", "/readyz");
      failures = reply && reply->status == 200 ? 0 : failures + 1;
      if (failures == 0) nodes_.set_away(node, false);
      if (failures >= kFailuresToGo) nodes_.set_away(node, true);
    }
    std::this_thread::sleep_for(kStep);
  }
}

}  // namespace frontrow::rehearsal
