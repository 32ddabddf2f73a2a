// One open sale and its state, for microbenchmarks of decisions. Each measurement decides a batch
// and takes it back, so the world has the size it was made with however often it is measured. One
// thread.
//
//   SmallWorld world({.sections = 100, .rows = 20, .seats_per_row = 50});
//   const auto ann = world.enter();
//   measure_batches(state, world, [&](auto& batch) { batch.push_back(JoinQueue{…}); });
#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "domain/decide.h"
#include "domain/needs.h"

namespace frontrow::bench {

// Commands decided together, as many as a batch has under load.
inline constexpr int kBatch = 64;

struct SmallSale {
  std::uint32_t sections = 1, rows = 10, seats_per_row = 50;
  std::int64_t capacity = 10'000'000;
};

class SmallWorld final : public NeedSink, public AskedPolls {
 public:
  explicit SmallWorld(const SmallSale& wish = {});

  // --- a batch: begin, decide…, then keep or take back ---
  void begin();
  Outcome decide(const Command& command);
  void keep();
  void take_back() { state_.undo(changes_); }
  // A batch of one command that is kept. Requires: it is not refused.
  template <class AnswerType>
  AnswerType run(const Command& command) {
    begin();
    const Outcome outcome = decide(command);
    keep();
    return std::get<AnswerType>(std::get<Answer>(outcome));
  }
  void tick();
  void pass(Duration time) { now_ = now_ + time; }
  void end_what_is_over() { advance(state_, {random_, *this}); }

  // --- people and seats ---
  UserId new_user() { return make_id<UserId>(now_, random_); }
  void give_points(UserId user, Money points) { state_.cache({user, points, 1}); }
  struct Shopper {
    UserId user;
    EntryProof proof;
  };
  Shopper enter();     // Requires: there is room
  PlaceNumber join();  // a new user
  void set_capacity(std::int64_t capacity);
  HoldSeats hold_of(const Shopper& who, std::string label) const;
  OrderId hold(const Shopper& who, std::string label);
  std::vector<std::string> labels() const;  // of all seats, in the order of the rows
  void block(std::vector<std::string> labels);

  State& state() { return state_; }
  const ShowState& show() { return *state_.show(show_); }
  ShowId show_id() const { return show_; }
  ConcertId concert() const { return concert_; }
  SaleNo sale_no() const { return sale_no_; }

 private:
  Time asked_until(SaleNo, PlaceNumber) const override { return {}; }
  // No store behind: who is not in memory has no row.
  void wallet(UserId user) override { state_.cache({user, {}, 0}); }
  void order(OrderId id) override { state_.scratch().orders[id] = std::nullopt; }
  void ticket(const TicketCode& code) override { state_.scratch().tickets[code] = std::nullopt; }
  void email(const std::string& key) override {
    state_.scratch().users_by_email[key] = std::nullopt;
  }
  void user(UserId id) override { state_.scratch().users[id] = std::nullopt; }

  State state_;
  Changes changes_;
  SeededRandom random_{1};
  Time now_{1'800'000'000'000};
  ConcertId concert_;
  ShowId show_;
  SaleNo sale_no_ = 0;
  std::vector<Section> sections_;
};

// Measures decisions of the commands that `fill` puts into an empty batch; a decision counts as one
// iteration. `prepare` runs inside the batch before the clock does. A refusal is an error.
template <class Fill, class Prepare>
void measure_batches(benchmark::State& state, SmallWorld& world, Fill fill, Prepare prepare) {
  std::vector<Command> batch;
  while (state.KeepRunningBatch(kBatch)) {
    state.PauseTiming();
    batch.clear();
    world.begin();
    prepare();
    fill(batch);
    std::size_t refused = 0;
    state.ResumeTiming();
    for (const Command& command : batch)
      refused += std::holds_alternative<Refusal>(world.decide(command));
    state.PauseTiming();
    world.take_back();
    if (refused > 0 || batch.size() != kBatch) state.SkipWithError("a command was refused");
    state.ResumeTiming();
  }
}
template <class Fill>
void measure_batches(benchmark::State& state, SmallWorld& world, Fill fill) {
  measure_batches(state, world, fill, [] {});
}

}  // namespace frontrow::bench
