// What a rehearsal found, for those who tell it: the terminal, the lines of JSON, the report.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "rehearsal/checker.h"
#include "rehearsal/loop_stats.h"
#include "rehearsal/venue.h"

namespace frontrow::rehearsal {

// One moment of the run, taken once a second.
struct Moment {
  double second = 0;  // since the start of the run
  std::array<std::uint32_t, kStages> stages{};
  std::uint64_t answers_per_second = 0;
  std::uint64_t refusals = 0;                         // so far, all codes
  std::uint64_t unknown = 0;                          // so far
  std::uint64_t p50_us = 0, p99_us = 0, p999_us = 0;  // of this second
  std::uint32_t waiting_calls = 0;
  std::size_t nodes_there = 1;  // that answer
  SaleSample sale;
  double server_cores = 0, crowd_cores = 0;         // CPU seconds a second
  std::uint64_t server_bytes = 0, crowd_bytes = 0;  // resident
};

// What a run tells of the server's speed, apart from its promises.
struct Strain {
  std::uint64_t p99_us = 0;   // of all calls
  std::uint64_t unheard = 0;  // calls that were lost, given up, or refused because it was busy
  double share = 0;           // of all calls
  // Slower than people bear, or away for some: more than 2 s for 1 of 100, or 1 of 100 unheard.
  bool is_much() const { return p99_us > 2'000'000 || share > 0.01; }
};

enum class Verdict : std::uint8_t { kept, broken, outage };

struct Story {
  Profile profile;
  Venue venue;
  std::string server;  // where it is
  std::size_t nodes = 1;
  bool own_server = false;
  bool created_concert = false;
  std::uint32_t accounts = 0, devices = 0;
  double opened_second = 0;    // when the sale opened
  double sold_out_second = 0;  // 0: it was not
  double seconds = 0;          // of the crowd's run
  double set_up_seconds = 0, proof_seconds = 0;
  std::uint64_t calls = 0;
  std::uint32_t kills = 0;
  LoopStats stats;
  std::vector<Moment> moments;
  Findings findings;
  Histogram waits;  // in the line, of those who were let in
  Aftermath after;
  std::uint64_t paid_orders = 0;
  double server_cpu_seconds = 0, crowd_cpu_seconds = 0;
  std::uint64_t server_peak_bytes = 0, crowd_peak_bytes = 0;
  std::uint64_t server_disk_bytes = 0, history_bytes = 0;
  bool server_measured = false;
  int store_check = -1;  // exit code of `frontrow check`, -1: not run
  std::string outage;    // what was away
  Verdict verdict = Verdict::kept;

  std::uint32_t people_in(Stage stage) const {
    return stats.stages[static_cast<std::size_t>(stage)];
  }
  Histogram all_latency() const;
  Strain strain() const;
  // Promises that no call put to the test.
  std::size_t untested() const;
};

}  // namespace frontrow::rehearsal
