// The people of a rehearsal, from one seed: who they are and what they mean to do. Nothing here
// knows the server; what happens to a person is in crowd.h.
//
// An account is a person or a bot; an actor is a device of an account: the first `people` actors
// are the accounts' own, behind them stand the second devices.
#pragma once

#include <cstdint>
#include <vector>

#include "rehearsal/profile.h"

namespace frontrow::rehearsal {

enum class Kind : std::uint8_t { buyer, device, forger, sharer, hammer, scalper };
enum class ToppingUp : std::uint8_t { before, in_line, at_the_till };
enum class Choice : std::uint8_t { best, favourite_section, picks };
// What becomes of a hold.
enum class AfterHold : std::uint8_t {
  pays,
  abandons,
  cancels,
  leaves,
  pays_late,
  pays_last_moment
};

struct Traits {
  std::uint32_t arrives_ms = 0;  // since the start of the run
  std::uint32_t tops_up_ms = 0;  // where they do it before
  Kind kind = Kind::buyer;
  ToppingUp topping_up = ToppingUp::before;
  Choice choice = Choice::best;
  AfterHold after_hold = AfterHold::pays;
  std::uint8_t party = 1;
  bool hidden_tab = false;
  bool leaves_line = false;
  bool misses_call = false;
  bool comes_back = false;
  bool double_clicks = false;
  bool repeats = false;
  bool greedy = false;
  auto operator<=>(const Traits&) const = default;
};

class People {
 public:
  explicit People(const Profile& profile);

  std::uint32_t accounts() const { return accounts_; }
  std::uint32_t actors() const { return accounts_ + static_cast<std::uint32_t>(owners_.size()); }
  std::uint32_t account_of(std::uint32_t actor) const {
    return actor < accounts_ ? actor : owners_[actor - accounts_];
  }

  // Pure: the same profile and actor give the same traits. Requires: actor < actors().
  Traits traits(std::uint32_t actor) const;

  // When the sale's lobby and the sale open, in ms since the start of the run.
  std::uint32_t lobby_opens_ms() const;
  std::uint32_t opens_ms() const;

 private:
  std::uint32_t arrival(std::uint32_t account) const;
  Kind kind_of(std::uint32_t account) const;

  const Profile profile_;
  const std::uint32_t accounts_;
  std::vector<std::uint32_t> owners_;  // of the second devices
};

}  // namespace frontrow::rehearsal
