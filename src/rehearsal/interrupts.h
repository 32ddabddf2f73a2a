// Ctrl-C and SIGTERM, remembered instead of ending the program, so that what was begun is put away.
// A second one ends it at once. One object at a time; any thread may ask.
#pragma once

#include <csignal>
#include <string_view>

namespace frontrow::rehearsal {

// What an outage is called that was one of these.
inline constexpr std::string_view kInterrupted = "it was interrupted";

class Interrupts {
 public:
  Interrupts();
  ~Interrupts() { release(); }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  bool came() const;
  // From here on both do again what they did before.
  void release();

 private:
  struct sigaction interrupt_before_{};
  struct sigaction terminate_before_{};
  bool catches_ = true;
};

}  // namespace frontrow::rehearsal
