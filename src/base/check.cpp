#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace frontrow {

void fail_check(const char* file, int line, const char* condition, const std::string& message) {
  std::fprintf(stderr, "frontrow: check failed: %s (%s) at %s:%d\n", condition, message.c_str(),
               file, line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace frontrow
