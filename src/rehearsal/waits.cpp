#include "rehearsal/waits.h"

#include <algorithm>

namespace frontrow::rehearsal {

Histogram waits_in_line(const std::vector<const History*>& histories, std::uint32_t actors,
                        std::uint32_t opens_ms) {
  Histogram waits;
  std::vector<std::uint32_t> since(actors, kNever);  // of those who stand in the line
  for (const History* history : histories)
    history->for_each([&](const Call& call) {
      const bool tells = call.action == Action::join || call.action == Action::poll;
      if (!tells || !is_done(call.outcome) || call.flags & (kForged | kRepeat)) return;
      std::uint32_t& begin = since[call.actor];
      if (call.outcome == Outcome::created) begin = std::max(call.sent_ms, opens_ms);
      if (call.status != PlaceStatus::admitted || begin == kNever) return;
      waits.add(std::uint64_t{std::max(call.answered_ms(), begin) - begin} * 1'000);
      begin = kNever;
    });
  return waits;
}

}  // namespace frontrow::rehearsal
