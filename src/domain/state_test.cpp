// What the state derives from its rows, and that a batch can be taken back.
#include "domain/state.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "base/check.h"
#include "base/encoding.h"
#include "domain/test_chaos.h"

namespace frontrow {
namespace {

// --- everything that a state knows, as text ------------------------------------------------------

class Dump {
 public:
  // Deadlines of claims live in memory alone: a restart gives the full time again.
  explicit Dump(const State& state, bool with_deadlines = true) : deadlines(with_deadlines) {
    for (const auto& sale : state.sales()) add(*sale);
    std::map<ShowId, const ShowState*> shows;
    for (const auto& [id, show] : state.shows()) shows[id] = show.get();
    for (const auto& [id, show] : shows) add(*show);
  }
  std::string text;

 private:
  const bool deadlines;

  template <class... T>
  void line(fmt::format_string<T...> format, T&&... values) {
    text += fmt::format(format, std::forward<T>(values)...) + "\n";
  }
  void add(const SaleState& s) {
    const Queue& q = s.queue;
    line("sale {} {} closed {} paused {} capacity {} message {}", s.concert->sale_no,
         s.concert->version, s.concert->closed, s.concert->paused, s.concert->sale.capacity,
         s.concert->message.value_or("-"));
    line("queue v{} last {} lobby {} {} drawn {} upto {} bucket {} at {} missed {} admitted {}",
         q.version, q.last_number, q.lobby_ended, q.lobby_count, q.drawn, q.called_upto, q.bucket,
         q.bucket_at.ms, q.missed, q.admitted);
    line("joins {}", to_hex(view_of(q.join_digest)));
    line("waiting {} inside {} revenue {} paid {} shows {}", s.line.waiting(), s.active_entries,
         s.revenue, s.orders_paid, s.shows.size());
    for (PlaceNumber n = 1; n <= s.line.last_number(); ++n)
      line("place {} {} newest {} stage {} rank {} called {} claim {}", n,
           to_text(s.places.user_of(n)), s.places.find(s.places.user_of(n)).value_or(0),
           static_cast<int>(s.line.stage(n)), s.line.rank_of(n), s.line.is_called(n),
           deadlines && s.claim_until.contains(n) ? s.claim_until.at(n).ms
                                                  : s.claim_until.contains(n));
    line("claim ends {}", s.claim_ends.size());
    std::map<EntryId, Entry> entries(s.entries.begin(), s.entries.end());
    for (const auto& [id, e] : entries)
      line("entry {} of {} state {} until {} bound {} indexed {} {}", to_text(id), e.number,
           static_cast<int>(e.state), e.expires_at.ms, e.bound.ms, s.entry_of.at(e.number) == id,
           s.entry_ends.contains({e.expires_at, id}));
    line("entries {} {} {}", s.entries.size(), s.entry_of.size(), s.entry_ends.size());
    std::map<UserId, std::uint32_t> seats(s.seats_of_user.begin(), s.seats_of_user.end());
    for (const auto& [user, count] : seats) line("{} has {} seats", to_text(user), count);
  }
  void add(const ShowState& s) {
    std::string seats;
    for (const SeatStatus status : s.seats) seats += to_text(status)[0];
    std::string free;
    for (const auto count : s.free_in_row) free += std::to_string(count) + " ";
    line("show v{} {} free {} counts {} {} {} {} paid {} cancelled {}", s.version, seats, free,
         s.available, s.held, s.sold, s.blocked, s.paid_orders, s.show->cancelled);
    std::map<OrderId, Order> holds(s.holds.begin(), s.holds.end());
    for (const auto& [id, o] : holds)
      line("hold {} until {} extended {} {}", to_text(id), o.hold_expires_at.ms, o.extended,
           s.hold_ends.contains({o.hold_expires_at, id}));
    line("hold ends {}", s.hold_ends.size());
  }
};

int rounds() {
  const char* wish = std::getenv("FRONTROW_TEST_ROUNDS");
  return wish ? std::atoi(wish) : 150;
}

TEST(State, AfterAnUndoIsWhatItWasBefore) {
  for (int seed = 1; seed <= rounds(); ++seed) {
    World world(static_cast<std::uint64_t>(seed));
    Chaos chaos(world);
    for (int batch = 0; batch < 60; ++batch) {
      world.jump(chaos.pause());
      // What ends by time is its own batch, so that the dump is taken after it.
      world.tick();
      const std::string before = Dump(world.state).text;
      world.begin();
      advance(world.state, {world.random, world});
      call_people(world.state);
      const std::uint64_t commands = 1 + chaos.below(6);
      for (std::uint64_t i = 0; i < commands; ++i) world.decide_now(chaos.next());
      if (chaos.below(2) == 0) {
        world.commit();
        continue;
      }
      world.undo();
      ASSERT_EQ(Dump(world.state).text, before) << "seed " << seed << " batch " << batch;
    }
  }
}

// A commit that time alone made: misses, ends of holds and entries, the draw.
TEST(State, AnUndoOfWhatTimeEndedIsWhatItWasBefore) {
  for (int seed = 1; seed <= rounds(); ++seed) {
    World world(static_cast<std::uint64_t>(seed));
    Chaos chaos(world);
    for (int batch = 0; batch < 60; ++batch) {
      world.jump(chaos.pause());
      world.run(chaos.next());
      const std::string before = Dump(world.state).text;
      world.jump(seconds(static_cast<std::int64_t>(chaos.below(12))));
      world.begin();
      // A used entry whose time is over is forgotten by memory alone: look at batches without.
      const bool forgets = std::any_of(
          world.state.sales().begin(), world.state.sales().end(), [&](const auto& sale) {
            return std::any_of(sale->entries.begin(), sale->entries.end(), [&](const auto& e) {
              return e.second.state == EntryState::used && e.second.expires_at <= world.clock.now();
            });
          });
      advance(world.state, {world.random, world});
      call_people(world.state);
      if (forgets) {
        world.commit();
        continue;
      }
      world.undo();
      ASSERT_EQ(Dump(world.state).text, before) << "seed " << seed << " batch " << batch;
    }
  }
}

TEST(State, ARestoredStateIsTheOneThatWasStored) {
  for (int seed = 1; seed <= rounds(); ++seed) {
    World world(static_cast<std::uint64_t>(seed));
    Chaos chaos(world);
    for (int batch = 0; batch < 80; ++batch) {
      world.jump(chaos.pause());
      world.run(chaos.next());
      world.tick();
    }
    State restored;
    restored.set_now(world.clock.now());
    const Rows& rows = world.rows;
    for (const auto& [no, row] : rows.concerts) restored.restore(row);
    for (const auto& [id, row] : rows.shows) restored.restore(row);
    for (const auto& [key, row] : rows.places) restored.restore(row);
    for (const auto& [id, row] : rows.entries) restored.restore(row);
    for (const auto& [id, row] : rows.orders)
      if (owns_seats(row.status)) restored.restore(row);
    for (auto [no, row] : rows.queues) {
      --row.version;
      restored.restore(row);
    }
    for (const auto& [id, row] : rows.versions) restored.restore_version(row);
    restored.end();
    ASSERT_EQ(Dump(restored, false).text, Dump(world.state, false).text) << "seed " << seed;
  }
}

// --- single claims -------------------------------------------------------------------------------

TEST(State, ACalledPersonWhoseLeavingWasUndoneCanStillClaimInTheSameTime) {
  World world;
  const Sale sale = world.open_sale({.capacity = 1, .claim_seconds = 10});
  const Shopper ann = world.enter(sale);
  const QueueAnswer bob = world.join(sale, world.user());
  world.expect<NoAnswer>(LeaveQueue{sale.no, ann.number, ann.user});
  world.wait(1);
  const Time until = world.status(sale, bob.number).claim_until;
  world.jump(seconds(5));
  world.begin();
  world.decide_now(LeaveQueue{sale.no, bob.number, bob.user});
  EXPECT_EQ(world.status(sale, bob.number).reason, FinishReason::left);
  world.undo();
  EXPECT_EQ(world.status(sale, bob.number).claim_until, until);
  EXPECT_EQ(world.poll(sale, bob.number).status.kind, PlaceKind::admitted);
}

TEST(StateDeathTest, AnOrderNeverMovesAlongAnEdgeThatIsNotDrawn) {
  using enum OrderStatus;
  for (const OrderStatus from : {held, paid, cancelled, expired, refunded})
    for (const OrderStatus to : {held, paid, cancelled, expired, refunded}) {
      const bool drawn = (from == held && (to == paid || to == cancelled || to == expired)) ||
                         (from == paid && to == refunded);
      EXPECT_EQ(is_edge(from, to), drawn) << to_text(from) << " to " << to_text(to);
      if (drawn) continue;
      World world;
      const Sale sale = world.open_sale();
      Order order;
      order.id.uuid.bytes[0] = 1;
      order.show = sale.show;
      order.concert = sale.concert;
      order.seats = {0};
      order.status = from;
      world.begin();
      world.state.scratch().orders[order.id] = order;
      EXPECT_DEATH(move_order(world.state, order, to), "check failed: is_edge");
      if (from == to) continue;  // a hold whose deadline moves is put again
      Order moved = order;
      moved.status = to;
      EXPECT_DEATH(world.state.put(moved), "check failed");
    }
}

TEST(State, WalletsInMemoryAreForgottenWhenTheyAreMany) {
  World world;
  for (int i = 0; i < 1000; ++i) {
    const UserId user = world.user();
    world.expect<TopUpAnswer>(TopUp{user, Money{1}, {}, {}});
    world.expect<TopUpAnswer>(TopUp{user, Money{1}, {}, {}});
    EXPECT_EQ(world.rows.wallets.at(user).balance, Money{2});
  }
}

}  // namespace
}  // namespace frontrow
