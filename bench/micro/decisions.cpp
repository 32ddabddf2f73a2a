// The engine's decisions, one command each, in batches of 64: without HTTP, laws or a store. The
// arguments are people in the line, or seats of the show.
#include "micro/small_world.h"

namespace frontrow::bench {
namespace {

constexpr SmallSale kBigShow{.sections = 100, .rows = 20, .seats_per_row = 50};
constexpr int kFewSeats = 500;

SmallSale show_of(std::int64_t seats) {
  return seats > kFewSeats ? kBigShow : SmallSale{};
}

// A line of so many people behind the one who is inside. Made once for all that only look at it.
void fill_line(SmallWorld& world, std::int64_t people) {
  for (std::int64_t i = 0; i <= people; ++i) world.join();
}

void Join(benchmark::State& state) {
  SmallWorld world({.capacity = 1});
  fill_line(world, state.range(0));
  measure_batches(state, world, [&](auto& batch) {
    while (batch.size() < kBatch) batch.emplace_back(JoinQueue{world.new_user(), world.concert()});
  });
}
BENCHMARK(Join)->Arg(1'000)->Arg(1'000'000);

void JoinAgain(benchmark::State& state) {
  SmallWorld world({.capacity = 1});
  fill_line(world, 1000);
  const UserId user = world.new_user();
  world.run<QueueAnswer>(JoinQueue{user, world.concert()});
  measure_batches(state, world,
                  [&](auto& batch) { batch.resize(kBatch, JoinQueue{user, world.concert()}); });
}
BENCHMARK(JoinAgain);

void Claim(benchmark::State& state) {
  SmallWorld world({.capacity = 1});
  fill_line(world, state.range(0));
  world.set_capacity(1000);
  world.pass(seconds(1));
  world.tick();  // calls 999 people
  measure_batches(state, world, [&](auto& batch) {
    for (PlaceNumber number = 2; batch.size() < kBatch; ++number)
      batch.emplace_back(ClaimEntry{world.sale_no(), number,
                                    world.state().sale(world.sale_no())->places.user_of(number)});
  });
}
BENCHMARK(Claim)->Arg(1'000)->Arg(1'000'000);

// A world with a batch of people inside, each beside a free seat far from the others'.
struct Shop {
  explicit Shop(std::int64_t seats) : world(show_of(seats)), labels(world.labels()) {
    for (int i = 0; i < kBatch; ++i) shoppers.push_back(world.enter());
  }
  std::string seat_of(int shopper) const {
    return labels[(static_cast<std::size_t>(shopper) * 7919) % labels.size()];
  }

  SmallWorld world;
  std::vector<std::string> labels;
  std::vector<SmallWorld::Shopper> shoppers;
};

void Hold(benchmark::State& state) {
  Shop shop(state.range(0));
  measure_batches(state, shop.world, [&](auto& batch) {
    for (int i = 0; i < kBatch; ++i)
      batch.emplace_back(
          shop.world.hold_of(shop.shoppers[static_cast<std::size_t>(i)], shop.seat_of(i)));
  });
}
BENCHMARK(Hold)->Arg(kFewSeats)->Arg(100'000);

// The same seat for everybody: all but one are refused.
void HoldOfATakenSeat(benchmark::State& state) {
  Shop shop(kFewSeats);
  shop.world.hold(shop.shoppers[0], "S1-1-1");
  const Command hold = shop.world.hold_of(shop.shoppers[1], "S1-1-1");
  for (auto _ : state) {
    shop.world.begin();
    benchmark::DoNotOptimize(shop.world.decide(hold));
    shop.world.take_back();
  }
}
BENCHMARK(HoldOfATakenSeat);

// The orders of a shop's people: one seat each.
std::vector<OrderId> hold_all(Shop& shop) {
  std::vector<OrderId> orders;
  for (int i = 0; i < kBatch; ++i)
    orders.push_back(shop.world.hold(shop.shoppers[static_cast<std::size_t>(i)], shop.seat_of(i)));
  return orders;
}

void Pay(benchmark::State& state) {
  Shop shop(state.range(0));
  const std::vector<OrderId> orders = hold_all(shop);
  const auto prepare = [&] {
    for (const auto& who : shop.shoppers) shop.world.give_points(who.user, Money{1000});
  };
  const auto fill = [&](auto& batch) {
    for (std::size_t i = 0; i < kBatch; ++i)
      batch.emplace_back(PayOrder{shop.shoppers[i].user, shop.shoppers[i].proof, orders[i]});
  };
  measure_batches(state, shop.world, fill, prepare);
}
BENCHMARK(Pay)->Arg(kFewSeats)->Arg(100'000);

void Cancel(benchmark::State& state) {
  Shop shop(state.range(0));
  const std::vector<OrderId> orders = hold_all(shop);
  measure_batches(state, shop.world, [&](auto& batch) {
    for (std::size_t i = 0; i < kBatch; ++i)
      batch.emplace_back(CancelOrder{shop.shoppers[i].user, orders[i]});
  });
}
BENCHMARK(Cancel)->Arg(kFewSeats)->Arg(100'000);

void TopUpWallet(benchmark::State& state) {
  SmallWorld world;
  measure_batches(state, world, [&](auto& batch) {
    while (batch.size() < kBatch) batch.emplace_back(TopUp{world.new_user(), Money{1000}});
  });
}
BENCHMARK(TopUpWallet);

// A tick that calls so many of a million people; time is per tick.
void Tick(benchmark::State& state) {
  SmallWorld world({.capacity = 1});
  fill_line(world, 1'000'000);
  world.set_capacity(1 + state.range(0));
  world.pass(seconds(1));
  for (auto _ : state) {
    world.begin();
    world.end_what_is_over();
    call_people(world.state());
    state.PauseTiming();
    world.take_back();
    state.ResumeTiming();
  }
}
BENCHMARK(Tick)->Arg(0)->Arg(1)->Arg(1'000)->Unit(benchmark::kMicrosecond);

// A batch that finds so many holds over and gives their seats back.
void EndOfHolds(benchmark::State& state) {
  SmallWorld world(kBigShow);
  const std::vector<std::string> labels = world.labels();
  for (std::int64_t i = 0; i < state.range(0); ++i)
    world.hold(world.enter(), labels[static_cast<std::size_t>(i)]);
  world.pass(seconds(3601));
  for (auto _ : state) {
    world.begin();
    world.end_what_is_over();
    state.PauseTiming();
    world.take_back();
    state.ResumeTiming();
  }
}
BENCHMARK(EndOfHolds)->Arg(1'000)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace frontrow::bench
