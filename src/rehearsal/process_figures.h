// What a process and a folder cost, as the system tells it.
#pragma once

#include <cstdint>
#include <filesystem>

namespace frontrow::rehearsal {

struct ProcessFigures {
  double cpu_seconds = 0;  // user and system, all threads
  std::uint64_t resident_bytes = 0;
  std::uint64_t peak_bytes = 0;  // the most that was resident
};

// All zero where there is no such process. `pid` 0: none.
ProcessFigures read_process(int pid);

// The bytes of all files below; 0 where there is no such folder.
std::uint64_t bytes_below(const std::filesystem::path& folder);

}  // namespace frontrow::rehearsal
