#include "rehearsal/private_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

namespace frontrow::rehearsal {

namespace fs = std::filesystem;

bool make_private_file(const fs::path& file) {
  const int made = open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (made < 0) return false;
  struct stat status{};
  // What an earlier rehearsal left is closed too; a device is left alone.
  const bool is_closed =
      fstat(made, &status) == 0 && (!S_ISREG(status.st_mode) || fchmod(made, 0600) == 0);
  close(made);
  return is_closed;
}

bool write_private_file(const fs::path& file, std::string_view text) {
  if (!make_private_file(file)) return false;
  std::ofstream out(file, std::ios::binary);
  out << text;
  return static_cast<bool>(out.flush());
}

bool make_private_folder(const fs::path& folder) {
  std::error_code error;
  if (fs::is_directory(folder, error)) return true;
  const fs::path above = fs::absolute(folder, error).parent_path();
  if (above != folder && !make_private_folder(above)) return false;
  return mkdir(folder.c_str(), 0700) == 0;
}

}  // namespace frontrow::rehearsal
