// The evidence of a batch that broke a law: a file in the data folder, written before the process
// ends with exit code 70. The next start reads the young ones and refuses commands on what they
// name for a minute, so that a repeat of the same command cannot stop it again at once.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "engine/committer.h"

namespace frontrow::server {

inline constexpr Duration kQuarantine = seconds(60);

// DIR/broken-batch-<time>.json: {"at", "message", "commands": […], "aggregates": […]}. Holds no
// personal data: commands by name, aggregates by id.
Result<Done> write_broken_batch(const std::filesystem::path& data, const Fatal& fatal, Time now);

// What the files younger than kQuarantine name, and until when it is refused: for kQuarantine from
// now. Files that cannot be read are passed over.
std::map<std::string, Time> read_quarantine(const std::filesystem::path& data, Time now);

// What the engine calls when it cannot go on: logs it, keeps the evidence of a broken law, and ends
// the process with the exit code, at once and without any farewell: nothing may be committed after.
[[noreturn]] void end_after(const Fatal& fatal, const std::filesystem::path& data, Time now);

}  // namespace frontrow::server
