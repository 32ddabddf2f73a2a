// Files that nobody else on the machine may read: keys, and what the crowd did.
#pragma once

#include <filesystem>
#include <string_view>

namespace frontrow::rehearsal {

// The file is empty afterwards and for its owner alone (0600), from its first moment on where it is
// new. False: it cannot be made.
bool make_private_file(const std::filesystem::path& file);
// The same, with this text.
bool write_private_file(const std::filesystem::path& file, std::string_view text);
// Makes the folder and those above it; what is new is for its owner alone (0700). A folder that is
// there already stays as it is.
bool make_private_folder(const std::filesystem::path& folder);

}  // namespace frontrow::rehearsal
