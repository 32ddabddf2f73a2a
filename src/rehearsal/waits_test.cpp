#include "rehearsal/waits.h"

#include <gtest/gtest.h>

namespace frontrow::rehearsal {
namespace {

constexpr std::uint32_t kOpens = 5'000;

class Waits : public testing::Test {
 protected:
  void tell(std::uint32_t actor, std::uint32_t at, Action action, Outcome outcome,
            PlaceStatus status, std::uint8_t flags = 0) {
    Call call;
    call.actor = actor;
    call.sent_ms = at - 10;
    call.took_ms = 10;
    call.action = action;
    call.outcome = outcome;
    call.status = status;
    call.flags = flags;
    history_.add(call);
  }
  void join(std::uint32_t actor, std::uint32_t at, PlaceStatus status = PlaceStatus::waiting) {
    tell(actor, at, Action::join, Outcome::created, status);
  }
  void poll(std::uint32_t actor, std::uint32_t at, PlaceStatus status) {
    tell(actor, at, Action::poll, Outcome::ok, status);
  }
  Histogram waits() {
    history_.flush();
    return waits_in_line({&history_}, 10, kOpens);
  }

  History history_;
};

TEST_F(Waits, TheLobbyIsNoWaiting) {
  join(1, 1'000, PlaceStatus::lobby);
  poll(1, 5'500, PlaceStatus::waiting);
  poll(1, 8'000, PlaceStatus::admitted);
  EXPECT_EQ(waits().max(), 3'000'000u);
}

TEST_F(Waits, WhoJoinsLaterWaitsFromThenOn) {
  join(1, 20'010);
  poll(1, 24'000, PlaceStatus::admitted);
  poll(1, 30'000, PlaceStatus::admitted);
  EXPECT_EQ(waits().count(), 1u) << "the same entry once more";
  EXPECT_EQ(waits().max(), 4'000'000u);
}

TEST_F(Waits, ANewPlaceIsANewWait) {
  join(1, 6'010);
  poll(1, 9'000, PlaceStatus::missed);
  join(1, 10'010);
  poll(1, 11'000, PlaceStatus::admitted);
  EXPECT_EQ(waits().max(), 1'000'000u);
}

TEST_F(Waits, WhoIsNeverLetInAndWhoForgesDoNotCount) {
  join(1, 6'000);
  poll(1, 9'000, PlaceStatus::finished_sold_out);
  join(2, 6'000);
  tell(2, 7'000, Action::poll, Outcome::ok, PlaceStatus::admitted, kForged);
  EXPECT_EQ(waits().count(), 0u);
}

}  // namespace
}  // namespace frontrow::rehearsal
