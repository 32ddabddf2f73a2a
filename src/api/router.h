// Finds the route of a method and a path.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "api/route.h"

namespace frontrow::api {

std::string_view method_text(http::Method method);
// /livez, /metrics and their like.
bool is_operation(std::string_view pattern);

constexpr std::size_t kMostSegments = 8;
struct Segments {
  std::array<std::string_view, kMostSegments> parts = {};
  std::size_t count = 0;
};

class Router {
 public:
  struct Match {
    const Route* route = nullptr;
    std::array<std::string_view, 3> variables = {};
    std::string allowed = {};  // where the path is known but not the method: for the Allow header
  };

  explicit Router(std::vector<Route> routes);
  // HEAD finds the GET route.
  Match find(http::Method method, std::string_view path) const;
  std::vector<Route>& routes() { return routes_; }

 private:
  std::vector<Route> routes_;
  std::vector<Segments> segments_;                  // of routes_
  std::vector<std::vector<std::size_t>> by_count_;  // routes with so many segments
};

}  // namespace frontrow::api
