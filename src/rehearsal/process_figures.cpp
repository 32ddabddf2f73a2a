#include "rehearsal/process_figures.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>

namespace frontrow::rehearsal {
namespace {

// proc(5), fields 14 and 15 of /proc/PID/stat.
double read_cpu(int pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t name_end = text.rfind(')');
  unsigned long user = 0, system = 0;
  if (name_end == std::string::npos ||
      std::sscanf(text.c_str() + name_end + 1,
                  " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user, &system) != 2)
    return 0;
  return static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

}  // namespace

ProcessFigures read_process(int pid) {
  ProcessFigures figures;
  if (pid == 0) return figures;
  figures.cpu_seconds = read_cpu(pid);
  std::ifstream file(fmt::format("/proc/{}/status", pid));
  for (std::string line; std::getline(file, line);) {
    unsigned long kib = 0;
    if (std::sscanf(line.c_str(), "VmRSS: %lu", &kib) == 1)
      figures.resident_bytes = std::uint64_t{kib} * 1024;
    if (std::sscanf(line.c_str(), "VmHWM: %lu", &kib) == 1)
      figures.peak_bytes = std::uint64_t{kib} * 1024;
  }
  return figures;
}

Processes::Processes(std::vector<int> pids) {
  for (const int pid : pids) add(pid);
}

void Processes::add(int pid) {
  if (pid != 0) processes_.push_back({pid});
}

ProcessFigures Processes::read() {
  ProcessFigures sum;
  std::uint64_t peaks = 0;
  for (Process& one : processes_) {
    const ProcessFigures now = read_process(one.pid);
    one.cpu_seconds = std::max(one.cpu_seconds, now.cpu_seconds);
    sum.cpu_seconds += one.cpu_seconds;
    sum.resident_bytes += now.resident_bytes;
    peaks += now.peak_bytes;
  }
  sum.peak_bytes = peak_bytes_ = std::max(peak_bytes_, peaks);
  return sum;
}

std::uint64_t bytes_below(const std::filesystem::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (std::filesystem::recursive_directory_iterator at(folder, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code one;
    if (at->is_regular_file(one)) bytes += at->file_size(one);
  }
  return bytes;
}

}  // namespace frontrow::rehearsal
