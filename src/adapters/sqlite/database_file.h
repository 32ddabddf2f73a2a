// Where the database lies in a data folder.
#pragma once

#include <filesystem>

namespace frontrow::sqlite {

inline std::filesystem::path database_file(const std::filesystem::path& folder) {
  return folder / "frontrow.db";
}

}  // namespace frontrow::sqlite
