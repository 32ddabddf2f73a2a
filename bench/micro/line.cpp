// The line of a sale: positions by the order-statistic tree, a lobby's digest, the draw.
#include "domain/line.h"

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "domain/draw.h"

namespace frontrow::bench {
namespace {

// A line of `size` places of which every tenth person has left.
Line make_line(std::uint32_t size) {
  Line line;
  for (std::uint32_t number = 1; number <= size; ++number) {
    line.add();
    if (number % 10 == 0) line.set_stage(number, PlaceStage::left);
  }
  return line;
}

void PositionInLine(benchmark::State& state) {
  const auto size = static_cast<std::uint32_t>(state.range(0));
  const Line line = make_line(size);
  PlaceNumber number = 1;
  for (auto _ : state) {
    benchmark::DoNotOptimize(line.position(number));
    number = (number + 10 * (size / 16 + 7)) % size / 10 * 10 + 1;  // never one who has left
  }
}
BENCHMARK(PositionInLine)->Arg(1'000)->Arg(1'000'000);

void NextWatermark(benchmark::State& state) {
  const Line line = make_line(1'000'000);
  for (auto _ : state) benchmark::DoNotOptimize(line.watermark_for(500'000));
}
BENCHMARK(NextWatermark);

// Somebody leaves a line of so many, and comes back for the next measurement.
void LeaveLine(benchmark::State& state) {
  const auto size = static_cast<std::uint32_t>(state.range(0));
  Line line = make_line(size);
  PlaceNumber number = 1;
  for (auto _ : state) {
    line.set_stage(number, PlaceStage::left);
    line.set_stage(number, PlaceStage::waiting);
    number = (number + 10 * (size / 16 + 7)) % size / 10 * 10 + 1;
  }
}
BENCHMARK(LeaveLine)->Arg(1'000)->Arg(1'000'000);

void JoinLine(benchmark::State& state) {
  Line line;
  for (auto _ : state) benchmark::DoNotOptimize(line.add());
}
BENCHMARK(JoinLine);

void ChainJoin(benchmark::State& state) {
  SeededRandom random(1);
  Digest digest = initial_join_digest(make_id<ConcertId>(Time{1}, random));
  for (auto _ : state) digest = chain_join(digest, {1, {}, Time{1}});
  benchmark::DoNotOptimize(digest);
}
BENCHMARK(ChainJoin);

void DrawAMillion(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(draw_ranks(Digest{1}, 1'000'000));
}
BENCHMARK(DrawAMillion)->Unit(benchmark::kMillisecond);

void InvertAMillion(benchmark::State& state) {
  const auto ranks = draw_ranks(Digest{1}, 1'000'000);
  for (auto _ : state) benchmark::DoNotOptimize(invert(ranks));
}
BENCHMARK(InvertAMillion)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace frontrow::bench
