#include "server/version.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

namespace frontrow::server {
namespace {

TEST(Version, IsTheOneOfTheBuild) {
  std::ifstream in("CMakeLists.txt");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  EXPECT_THAT(text, testing::HasSubstr("project(frontrow VERSION " + std::string(kVersion) + " "));
}

}  // namespace
}  // namespace frontrow::server
