// The whole program but its threads, sockets and disks, from one seed: the committer, the laws, the
// views and a store in memory, in virtual time, among buyers, staff and bots who do anything, while
// the store fails, the process crashes and the clock jumps. Several nodes share the store: each
// batch is run by any of them, whose clock may be wrong by an hour, after answers of the store came
// late, never or twice. The auditor compares every answer, and what each node knows.
//
//   Simulation simulation({.seed = 7, .operations = 1000});
//   if (const auto complaint = simulation.run()) ...   // what differed, and after how many
//
// The same options always do the same.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/memory/memory_store.h"
#include "auditor.h"
#include "engine/committer.h"
#include "engine/views.h"
#include "people.h"

namespace frontrow::simulation {

struct Options {
  std::uint64_t seed = 1;
  int operations = 1000;
  bool trace = false;
  int nodes = 0;  // that share the store; 0: one to three, as the seed says
};

struct Tally {
  int operations = 0, batches = 0, answers = 0, refusals = 0, replays = 0;
  int lost_batches = 0, unknown_batches = 0, restarts = 0, replaced = 0, polls = 0;
};

class Simulation {
 public:
  explicit Simulation(Options options);

  // What the auditor or a law complained about; empty where all is well.
  std::optional<std::string> run();
  const Tally& tally() const { return tally_; }

 private:
  // How the next batch goes wrong.
  struct Faults {
    memory::AppendFate append = memory::AppendFate::committed;
    bool begin_fails = false, find_fails = false;
  };
  // What was seen of a batch.
  struct Batch {
    std::vector<Submission> submissions;
    std::vector<std::optional<Reply>> replies;
    std::vector<Answer> rendered;                                                // in their order
    std::vector<std::pair<std::pair<CallerId, std::string>, std::string>> kept;  // key and body
    bool tick = false, appended = false, failed = false;
  };

  struct Node {
    std::unique_ptr<Store> store;
    std::unique_ptr<Views> views;
    std::unique_ptr<EngineMetrics> metrics;
    std::unique_ptr<Committer> committer;
    Duration clock_error;
  };

  void start();
  void start(Node& node);
  void restart();
  void replace_a_node();
  bool is_long_over(const Node& node, const SaleState& sale) const;
  bool is_shared() const { return nodes_.size() > 1; }
  Node& node() { return nodes_[at_]; }
  Committer& committer() { return *node().committer; }
  Views& views() { return *node().views; }
  memory::Faults store_faults();
  void catch_up(Node& node);
  void resolve(const Batch& batch, Time now);
  void judge_lost(const Batch& batch, Time now);
  void judge_stored(const Batch& batch, Time now);
  void step();
  void run_batch(std::vector<Act> acts, bool tick, Faults faults);
  void judge(const Batch& batch);
  void judge_unknown(const Batch& batch);
  Seen seen_of(Reply& reply, std::size_t& rendered) const;
  void poll();
  void ask_again(SaleNo sale, PlaceNumber number, const PlaceStatus& status);
  void check_stored();
  Faults any_faults();
  static Rendered render(const Answer& answer);
  void trace(const std::string& line) const;

  Options options_;
  Tally tally_;
  SeededRandom choices_, bytes_;
  ManualClock clock_;
  Auditor auditor_;
  People people_;

  std::shared_ptr<memory::Disk> disk_;
  std::vector<Node> nodes_;
  std::size_t at_ = 0;  // the node that acts
  Time store_now_;      // of the shared store's clock, which never goes back
  Faults faults_;
  Batch* batch_ = nullptr;
  std::optional<std::string> fatal_;
  bool crashed_ = false;
};

}  // namespace frontrow::simulation
