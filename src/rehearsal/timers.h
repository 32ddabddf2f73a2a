// Timers of all actors of a loop: a wheel of milliseconds whose lists run through the actors
// themselves, so a million timers cost 8 bytes each. One timer an actor. Not thread-safe.
#pragma once

#include <algorithm>
#include <vector>

#include "rehearsal/actor.h"

namespace frontrow::rehearsal {

class Timers {
 public:
  explicit Timers(std::vector<Actor>& actors) : actors_(actors), heads_(kSlots, kNoActor) {}

  // Requires: the actor has no timer. A time that has passed is due at once.
  void set(std::uint32_t index, std::uint32_t due_ms) {
    Actor& actor = actors_[index];
    actor.due_ms = due_ms;
    const std::uint32_t slot = std::max(due_ms, next_ms_) % kSlots;
    actor.next = heads_[slot];
    heads_[slot] = index;
  }

  // Calls `fire(index)` for all that are due at `now_ms`, in the order of their milliseconds. What
  // fires may set timers.
  template <class Fire>
  void advance(std::uint32_t now_ms, Fire fire) {
    for (; next_ms_ <= now_ms;) {
      std::uint32_t index = heads_[next_ms_ % kSlots];
      heads_[next_ms_ % kSlots] = kNoActor;
      const std::uint32_t tick = next_ms_++;
      while (index != kNoActor) {
        Actor& actor = actors_[index];
        const std::uint32_t following = actor.next;
        if (actor.due_ms <= tick) {
          fire(index);
        } else {  // a later round of the wheel
          actor.next = heads_[tick % kSlots];
          heads_[tick % kSlots] = index;
        }
        index = following;
      }
    }
  }

  std::uint32_t next_ms() const { return next_ms_; }

 private:
  static constexpr std::uint32_t kSlots = 1u << 16;
  std::vector<Actor>& actors_;
  std::vector<std::uint32_t> heads_;
  std::uint32_t next_ms_ = 0;
};

}  // namespace frontrow::rehearsal
