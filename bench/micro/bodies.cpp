// JSON bodies: reading a request's strictly, writing an answer's.
#include <benchmark/benchmark.h>

#include <string>

#include "api/body.h"
#include "api/render.h"
#include "micro/small_world.h"

namespace frontrow::bench {
namespace {

constexpr std::string_view kHold =
    R"({"show_id":"show_01h455vb4pex5vsknk084sn02q","seats":["A-3-12","A-3-13"]})";
constexpr std::string_view kBestAvailable =
    R"({"show_id":"show_01h455vb4pex5vsknk084sn02q","best_available":{"count":2,"section":"A"}})";

void ReadHoldBody(benchmark::State& state) {
  for (auto _ : state) {
    api::BodyReader body(kHold);
    auto show = body.text("show_id", 1, 100);
    auto seats = body.optional_texts("seats", 1, 100);
    if (body.finish()) state.SkipWithError("refused");
    benchmark::DoNotOptimize(show);
    benchmark::DoNotOptimize(seats);
  }
}
BENCHMARK(ReadHoldBody);

void ReadBestAvailableBody(benchmark::State& state) {
  for (auto _ : state) {
    api::BodyReader body(kBestAvailable);
    auto show = body.text("show_id", 1, 100);
    auto wish = body.inside(*body.optional_object("best_available"), "best_available");
    auto count = wish.integer("count", 1, 100);
    auto section = wish.optional_text("section", 1, 20);
    wish.refuse_unknown();
    if (body.finish()) state.SkipWithError("refused");
    benchmark::DoNotOptimize(show);
    benchmark::DoNotOptimize(count);
    benchmark::DoNotOptimize(section);
  }
}
BENCHMARK(ReadBestAvailableBody);

void ReadTopUpBody(benchmark::State& state) {
  for (auto _ : state) {
    api::BodyReader body(R"({"amount":300000})");
    benchmark::DoNotOptimize(body.integer("amount", 1, 10'000'000));
    if (body.finish()) state.SkipWithError("refused");
  }
}
BENCHMARK(ReadTopUpBody);

void RefuseABodyWithThreeErrors(benchmark::State& state) {
  for (auto _ : state) {
    api::BodyReader body(R"({"show_id":7,"seats":[],"unknown":true})");
    benchmark::DoNotOptimize(body.text("show_id", 1, 100));
    benchmark::DoNotOptimize(body.optional_texts("seats", 1, 100));
    auto refusal = body.finish();
    if (!refusal) state.SkipWithError("not refused");
    benchmark::DoNotOptimize(&refusal);
  }
}
BENCHMARK(RefuseABodyWithThreeErrors);

void WriteQueueStatus(benchmark::State& state) {
  SmallWorld world({.capacity = 1});
  world.enter();
  const auto waiting = world.run<QueueAnswer>(JoinQueue{world.new_user(), world.concert()});
  std::string out;
  for (auto _ : state) {
    out.clear();
    api::write_place_status(JsonWriter(out).begin_object(), waiting.status);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(WriteQueueStatus);

void WriteOrder(benchmark::State& state) {
  SmallWorld world;
  HoldSeats hold = world.hold_of(world.enter(), "S1-1-1");
  hold.labels.push_back("S1-1-2");
  const auto held = world.run<OrderAnswer>(hold);
  std::string out;
  for (auto _ : state) {
    out.clear();
    api::write_order(JsonWriter(out).begin_object(), held.order, *held.show, OrderStatus::held);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(WriteOrder);

}  // namespace
}  // namespace frontrow::bench
