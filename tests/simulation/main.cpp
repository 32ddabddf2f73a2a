// simulate --seeds N --first S --operations K [--nodes M] [--trace]: runs the simulation for N
// seeds from S on, each on one to three nodes, or on M. Exit 0 where the auditor is content with
// all of them, 1 otherwise.
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <cstring>

#include "simulation.h"

namespace {

using frontrow::simulation::Options;
using frontrow::simulation::Simulation;
using frontrow::simulation::Tally;

struct Arguments {
  std::uint64_t first = 1, seeds = 20;
  int operations = 1000, nodes = 0;
  bool trace = false;
};

bool read(int argc, char** argv, Arguments& arguments) {
  for (int i = 1; i < argc; ++i) {
    const std::string name = argv[i];
    if (name == "--trace") {
      arguments.trace = true;
      continue;
    }
    if (i + 1 == argc) return false;
    const std::uint64_t value = std::strtoull(argv[++i], nullptr, 10);
    if (name == "--seeds")
      arguments.seeds = value;
    else if (name == "--first")
      arguments.first = value;
    else if (name == "--operations")
      arguments.operations = static_cast<int>(value);
    else if (name == "--nodes")
      arguments.nodes = static_cast<int>(value);
    else
      return false;
  }
  return true;
}

void add(Tally& sum, const Tally& one) {
  sum.operations += one.operations;
  sum.batches += one.batches;
  sum.answers += one.answers;
  sum.refusals += one.refusals;
  sum.replays += one.replays;
  sum.lost_batches += one.lost_batches;
  sum.unknown_batches += one.unknown_batches;
  sum.restarts += one.restarts;
  sum.replaced += one.replaced;
  sum.polls += one.polls;
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  if (!read(argc, argv, arguments)) {
    fmt::print(stderr,
               "usage: simulate [--seeds N] [--first S] [--operations K] [--nodes M] [--trace]\n");
    return 2;
  }
  const auto start = std::chrono::steady_clock::now();
  Tally sum;
  for (std::uint64_t seed = arguments.first; seed < arguments.first + arguments.seeds; ++seed) {
    Simulation simulation({seed, arguments.operations, arguments.trace, arguments.nodes});
    const auto complaint = simulation.run();
    add(sum, simulation.tally());
    if (!complaint) continue;
    fmt::print("seed {}: {}\n", seed, *complaint);
    fmt::print(
        "after {} operations; again with:\n  {} --first {} --seeds 1 --operations {} --nodes {} "
        "--trace\n",
        simulation.tally().operations, argv[0], seed, arguments.operations, arguments.nodes);
    return 1;
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print(
      "{} seeds, {} operations in {:.1f} s: {} batches, {} answers, {} refusals, {} replays,\n"
      "{} polls, {} lost batches, {} of unknown outcome, {} restarts, {} nodes replaced; the "
      "auditor is content\n",
      arguments.seeds, sum.operations, took.count(), sum.batches, sum.answers, sum.refusals,
      sum.replays, sum.polls, sum.lost_batches, sum.unknown_batches, sum.restarts, sum.replaced);
  return 0;
}
