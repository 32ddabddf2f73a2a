// `frontrow doctor`: looks at machine, settings, and data folder or shared database, changes
// nothing but small files that it writes and removes to try the disk, and says in words what each
// finding costs.
#pragma once

#include <string>
#include <vector>

#include "server/settings.h"

namespace frontrow::server {

enum class Health { good, note, warning };

struct Finding {
  Health health = Health::good;
  std::string subject;
  std::string words;
};

std::vector<Finding> look(const Settings& settings);

// Prints the findings. Exit code: 0, or 1 where there is a warning.
int examine(const Settings& settings);

}  // namespace frontrow::server
