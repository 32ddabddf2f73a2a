#include "laws/law_book.h"

#include <gtest/gtest.h>

#include <chrono>

#include "domain/test_world.h"

namespace frontrow {
namespace {

// A world whose every batch is shown to the laws, which must find nothing.
class LawfulWorld : public World {
 public:
  Outcome lawful(const Command& command) {
    Outcome outcome = run(command);
    check();
    return outcome;
  }
  void lawful_tick() {
    tick();
    check();
  }
  void check() {
    const auto violation = laws.check(last, state);
    if (violation) ADD_FAILURE() << violation->law << ": " << violation->text;
    laws.committed(last);
  }
  LawBook laws = LawBook::standard();
};

TEST(LawBook, AWholePurchaseBreaksNoLaw) {
  LawfulWorld world;
  const Sale sale = world.open_sale();
  const UserId user = world.user();
  world.lawful(TopUp{user, Money{1000}});
  world.lawful(JoinQueue{user, sale.concert});
  const PlaceNumber number = 1;
  Shopper who{user, number, world.proof_of(world.poll(sale, number))};
  world.check();
  const auto held = world.lawful(world.hold_command(who, sale, {"A-1-1", "A-1-2"}));
  const Order order = std::get<OrderAnswer>(std::get<Answer>(held)).order;
  world.lawful(PayOrder{user, who.proof, order.id});
  EXPECT_EQ(world.stored_status(order), OrderStatus::paid);
  world.lawful(RefundOrder{{}, order.id, "because"});
  EXPECT_EQ(world.stored_status(order), OrderStatus::refunded);
  world.lawful_tick();
}

}  // namespace
}  // namespace frontrow
