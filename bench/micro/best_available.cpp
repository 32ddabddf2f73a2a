// Best available seats: by seats of the show and party, in a show that is nearly empty and in one
// where every 50th seat is left, no two of them neighbours, and a party must be parted.
#include "domain/best_available.h"

#include <memory>

#include "micro/small_world.h"

namespace frontrow::bench {
namespace {

enum Fullness : std::int64_t { kNearlyEmpty, kNearlyFull };

// Blocked seats stand for sold ones: the choice looks at free seats alone.
std::unique_ptr<SmallWorld> make_world(std::int64_t seats, std::int64_t fullness) {
  auto world = std::make_unique<SmallWorld>(
      seats > 500 ? SmallSale{.sections = 100, .rows = 20, .seats_per_row = 50} : SmallSale{});
  std::vector<std::string> taken, labels = world->labels();
  for (std::size_t i = 0; i < labels.size(); ++i)
    if ((i % 50 == 25) == (fullness == kNearlyEmpty)) taken.push_back(std::move(labels[i]));
  world->block(std::move(taken));
  return world;
}

void BestAvailableSeats(benchmark::State& state) {
  const auto world = make_world(state.range(0), state.range(1));
  const BestAvailable wish{.count = state.range(2)};
  if (choose_best_available(world->show(), wish).empty()) state.SkipWithError("no seats");
  for (auto _ : state) benchmark::DoNotOptimize(choose_best_available(world->show(), wish));
}
BENCHMARK(BestAvailableSeats)
    ->ArgNames({"seats", "full", "party"})
    ->ArgsProduct({{500, 100'000}, {kNearlyEmpty, kNearlyFull}, {2, 4}});

// A wish that no row can fulfil and that refuses to be parted: the whole show is looked at.
void BestAvailableTogetherOrNothing(benchmark::State& state) {
  const auto world = make_world(state.range(0), kNearlyFull);
  const BestAvailable wish{.count = 4, .together = true};
  if (!choose_best_available(world->show(), wish).empty()) state.SkipWithError("seats were found");
  for (auto _ : state) benchmark::DoNotOptimize(choose_best_available(world->show(), wish));
}
BENCHMARK(BestAvailableTogetherOrNothing)->ArgName("seats")->Arg(500)->Arg(100'000);

}  // namespace
}  // namespace frontrow::bench
