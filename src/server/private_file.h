// Small files that only the program's user may read.
#pragma once

#include <filesystem>
#include <string_view>

#include "base/result.h"

namespace frontrow::server {

// Writes the file with mode 0600, whole or not at all: under another name, synced, then renamed.
Result<Done> write_private_file(const std::filesystem::path& file, std::string_view content);

}  // namespace frontrow::server
