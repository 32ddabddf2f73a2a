// What a process and a folder cost, as the system tells it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace frontrow::rehearsal {

struct ProcessFigures {
  double cpu_seconds = 0;  // user and system, all threads
  std::uint64_t resident_bytes = 0;
  std::uint64_t peak_bytes = 0;  // the most that was resident
};

// All zero where there is no such process. `pid` 0: none.
ProcessFigures read_process(int pid);

// Several processes as one: what they use now, and the time of those that have ended too.
class Processes {
 public:
  // Those that are 0 are none.
  explicit Processes(std::vector<int> pids);
  bool empty() const { return processes_.empty(); }
  void add(int pid);
  // `cpu_seconds` never falls; `peak_bytes` is the sum of the peaks, at most one for each that
  // runs.
  ProcessFigures read();

 private:
  struct Process {
    int pid = 0;
    double cpu_seconds = 0;
  };
  std::vector<Process> processes_;
  std::uint64_t peak_bytes_ = 0;
};

// The bytes of all files below; 0 where there is no such folder.
std::uint64_t bytes_below(const std::filesystem::path& folder);

}  // namespace frontrow::rehearsal
