// Checks that stay on in production: a broken precondition or invariant stops the process with the
// values in the message, because going on would act on a state that nobody has thought about.
#pragma once

#include <fmt/format.h>

#include <string>

namespace frontrow {

// Prints the message to standard error and aborts. Never returns.
[[noreturn]] void fail_check(const char* file, int line, const char* condition,
                             const std::string& message);

}  // namespace frontrow

// FRONTROW_CHECK(balance >= 0, "wallet {} at {}", user, balance)
#define FRONTROW_CHECK(condition, ...)                                                       \
  do {                                                                                       \
    if (!(condition)) [[unlikely]]                                                           \
      ::frontrow::fail_check(__FILE__, __LINE__, #condition, ::fmt::format("" __VA_ARGS__)); \
  } while (false)
