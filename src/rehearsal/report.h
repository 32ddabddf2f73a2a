// The report: one HTML file without outside parts, for a manager (what happened, in words and big
// numbers) and for an engineer (latency, refusals, CPU, memory, each promise with its evidence).
#pragma once

#include <filesystem>
#include <string>

#include "rehearsal/story.h"

namespace frontrow::rehearsal {

std::string report_html(const Story& story);
// Whether it can be written there, asked before a long run: an old report stays as it is, and no
// new file stays behind.
bool can_write_report(const std::filesystem::path& file);
// False: the file could not be written.
bool write_report(const Story& story, const std::filesystem::path& file);

}  // namespace frontrow::rehearsal
