#include "server/ending.h"

#include <fmt/core.h>

#include <cstdio>

namespace frontrow::server {

int tell(const Ending& ending) {
  if (!ending.message.empty()) fmt::print(stderr, "frontrow: {}\n", ending.message);
  return ending.code;
}

}  // namespace frontrow::server
