#include "rehearsal/report.h"

#include <fstream>

namespace frontrow::rehearsal {

bool can_write_report(const std::filesystem::path& file) {
  std::error_code error;
  const bool was_there = std::filesystem::exists(file, error);
  const bool can_write = std::ofstream(file, std::ios::binary | std::ios::app).is_open();
  if (can_write && !was_there) std::filesystem::remove(file, error);
  return can_write;
}

bool write_report(const Story& story, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary);
  out << report_html(story);
  return static_cast<bool>(out.flush());
}

}  // namespace frontrow::rehearsal
