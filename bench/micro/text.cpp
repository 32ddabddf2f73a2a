// Ids and times as text, which every answer has.
#include <benchmark/benchmark.h>

#include <string>

#include "base/random.h"
#include "base/time.h"
#include "base/uuid.h"

namespace frontrow::bench {
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

}  // namespace
}  // namespace frontrow::bench
