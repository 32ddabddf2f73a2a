// Microbenchmarks of what a request pays for beneath HTTP: ids and times as text, a position in a
// long line, a lobby's digest, the draw.
#include <benchmark/benchmark.h>

#include <string>

#include "base/random.h"
#include "base/time.h"
#include "base/uuid.h"
#include "domain/draw.h"
#include "domain/line.h"

namespace frontrow {
namespace {

constexpr Time kNow{1'795'000'000'123};

void MakeId(benchmark::State& state) {
  SeededRandom random(1);
  for (auto _ : state) benchmark::DoNotOptimize(make_id<OrderId>(kNow, random));
}
BENCHMARK(MakeId);

void AppendId(benchmark::State& state) {
  SeededRandom random(1);
  const auto id = make_id<OrderId>(kNow, random);
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_id(out, id);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(AppendId);

void ParseId(benchmark::State& state) {
  SeededRandom random(1);
  const std::string text = to_text(make_id<OrderId>(kNow, random));
  for (auto _ : state) benchmark::DoNotOptimize(parse_id<OrderId>(text));
}
BENCHMARK(ParseId);

void AppendTime(benchmark::State& state) {
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_rfc3339(out, kNow);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(AppendTime);

void ParseTime(benchmark::State& state) {
  const std::string text = to_rfc3339(kNow);
  for (auto _ : state) benchmark::DoNotOptimize(parse_rfc3339(text));
}
BENCHMARK(ParseTime);

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

void ChainJoin(benchmark::State& state) {
  SeededRandom random(1);
  Digest digest = initial_join_digest(make_id<ConcertId>(kNow, random));
  for (auto _ : state) digest = chain_join(digest, {1, {}, kNow});
  benchmark::DoNotOptimize(digest);
}
BENCHMARK(ChainJoin);

void DrawAMillion(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(draw_ranks(Digest{1}, 1'000'000));
}
BENCHMARK(DrawAMillion)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace frontrow
