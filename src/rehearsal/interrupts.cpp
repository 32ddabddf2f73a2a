#include "rehearsal/interrupts.h"

#include <atomic>

namespace frontrow::rehearsal {
namespace {

std::atomic<bool> g_came = false;
static_assert(std::atomic<bool>::is_always_lock_free);

void note(int) {
  g_came = true;
}

}  // namespace

Interrupts::Interrupts() {
  g_came = false;
  struct sigaction action{};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART | SA_RESETHAND;
  sigaction(SIGINT, &action, &interrupt_before_);
  sigaction(SIGTERM, &action, &terminate_before_);
}

bool Interrupts::came() const {
  return g_came;
}

void Interrupts::release() {
  if (!catches_) return;
  catches_ = false;
  sigaction(SIGINT, &interrupt_before_, nullptr);
  sigaction(SIGTERM, &terminate_before_, nullptr);
}

}  // namespace frontrow::rehearsal
