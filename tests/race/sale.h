// What the races are about: a sale that lets everybody in, and a node with its hands on it.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "engine/committer.h"

namespace frontrow {

constexpr Time kStart{1'795'000'000'000};

inline Rendered render_status(const Answer& answer) {
  return {200, std::to_string(answer.index())};
}

// A concert on sale at `start` that lets everybody in.
inline CreateConcert concert_with(std::uint32_t seats, std::int64_t hold_seconds = 300,
                                  Time start = kStart) {
  CreateConcert command;
  command.title = "Race";
  command.artist = command.venue = "x";
  command.time_zone = "Asia/Seoul";
  command.sale.opens_at = command.sale.lobby_opens_at = start - seconds(1);
  command.sale.capacity = 100'000;
  command.sale.entries_per_minute = 100'000'000;
  command.sale.people_per_seat = 0;
  command.sale.hold_seconds = hold_seconds;
  command.published = true;
  command.shows = {{start + seconds(86'400), {}, {{"A", Money{100}, 1, seats, 0}}}};
  return command;
}

// A node without a thread: each batch is one command of the test's.
class BareNode {
 public:
  BareNode(std::unique_ptr<Store> store, Random& random, Time start)
      : start_(start),
        store_(std::move(store)),
        committer_(*store_, views_, random, metrics_, options()) {
    const auto restored = committer_.restore(start);
    FRONTROW_CHECK(restored.ok(), "restoring failed");
  }
  Reply run(Command command) {
    Reply result;
    std::vector<Submission> batch;
    batch.push_back({std::move(command), {}, [&](Reply&& reply) { result = std::move(reply); }});
    committer_.run_batch(batch, start_, false);
    return result;
  }
  bool catch_up() { return committer_.catch_up(start_).ok(); }

 private:
  static CommitterOptions options() {
    CommitterOptions options;
    options.render = render_status;
    options.shared = true;
    options.fatal = [](const Fatal&) {};
    return options;
  }
  Time start_;
  std::unique_ptr<Store> store_;
  Views views_;
  EngineMetrics metrics_;
  Committer committer_;
};

// Two who are inside and want the same seat, A-1-1. Another seat is held already.
inline std::vector<HoldSeats> rivals_for_a_seat(BareNode& node, Random& random, Time start) {
  const auto created =
      std::get<ConcertAnswer>(std::get<Answer>(node.run(concert_with(2, 300, start))));
  std::vector<HoldSeats> holds;
  for (const char* seat : {"A-1-2", "A-1-1", "A-1-1"}) {
    const UserId user = make_id<UserId>(start, random);
    const auto joined =
        std::get<QueueAnswer>(std::get<Answer>(node.run(JoinQueue{user, created.concert->id})));
    const EntryProof proof{joined.status.grant->entry, created.concert->id};
    holds.push_back({user, proof, created.shows[0]->id, {seat}, {}});
  }
  const Reply other = node.run(holds[0]);
  FRONTROW_CHECK(std::holds_alternative<Answer>(other), "the other seat is not held");
  holds.erase(holds.begin());
  return holds;
}

}  // namespace frontrow
