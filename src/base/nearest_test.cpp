#include "base/nearest.h"

#include <gtest/gtest.h>

namespace frontrow {
namespace {

TEST(Nearest, IsTheNameThatNeedsTheFewestChanges) {
  const std::vector<std::string_view> known{"connections", "sign_up_per_second",
                                            "sign_in_per_second", "join_per_second"};
  const std::pair<const char*, const char*> rows[] = {{"conections", "connections"},
                                                      {"conenctions", "connections"},
                                                      {"sign_ip_per_second", "sign_up_per_second"},
                                                      {"join_second", "join_per_second"},
                                                      {"entirely_else_and_long", ""},
                                                      {"x", ""}};
  for (const auto& [word, wanted] : rows) EXPECT_EQ(nearest(word, known), wanted) << word;
}

}  // namespace
}  // namespace frontrow
