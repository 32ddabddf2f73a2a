#include "rehearsal/report.h"

#include <fstream>

namespace frontrow::rehearsal {

bool write_report(const Story& story, const std::filesystem::path& file) {
  std::ofstream out(file, std::ios::binary);
  out << report_html(story);
  return static_cast<bool>(out.flush());
}

}  // namespace frontrow::rehearsal
