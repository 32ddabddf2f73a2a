#include "api/router.h"

#include "base/check.h"

namespace frontrow::api {
namespace {

// The segments of a path, without allocating; `count` is kMostSegments + 1 where there are more.
Segments split(std::string_view path) {
  Segments out;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    if (out.count == kMostSegments) {
      ++out.count;
      return out;
    }
    out.parts[out.count++] = path.substr(0, slash);
    if (slash == std::string_view::npos) return out;
    path.remove_prefix(slash + 1);
  }
}

bool is_variable(std::string_view part) {
  return part.starts_with('{');
}

// Requires: as many segments in both.
bool fits(const Segments& pattern, const Segments& path) {
  for (std::size_t i = 0; i < pattern.count; ++i)
    if (!is_variable(pattern.parts[i]) && pattern.parts[i] != path.parts[i]) return false;
  return true;
}

}  // namespace

std::string_view method_text(http::Method method) {
  switch (method) {
    case http::Method::get:
      return "GET";
    case http::Method::head:
      return "HEAD";
    case http::Method::post:
      return "POST";
    case http::Method::put:
      return "PUT";
    case http::Method::patch:
      return "PATCH";
    case http::Method::delete_:
      return "DELETE";
    case http::Method::options:
      return "OPTIONS";
    case http::Method::other:
      return "OTHER";
  }
  return "OTHER";
}

bool is_operation(std::string_view pattern) {
  return !pattern.starts_with("/v1/");
}

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    segments_.push_back(split(routes_[i].pattern));
    const std::size_t count = segments_.back().count;
    FRONTROW_CHECK(count <= kMostSegments, "{}", routes_[i].pattern);
    if (by_count_.size() <= count) by_count_.resize(count + 1);
    by_count_[count].push_back(i);
  }
}

Router::Match Router::find(http::Method method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  const Segments asked = split(path);
  if (asked.count >= by_count_.size()) return match;
  const http::Method wanted = method == http::Method::head ? http::Method::get : method;
  for (const std::size_t i : by_count_[asked.count]) {
    const Segments& pattern = segments_[i];
    if (!fits(pattern, asked)) continue;
    if (routes_[i].method != wanted) {
      if (!match.allowed.empty()) match.allowed += ", ";
      match.allowed += method_text(routes_[i].method);
      if (routes_[i].method == http::Method::get) match.allowed += ", HEAD";
      continue;
    }
    match.route = &routes_[i];
    std::size_t variable = 0;
    for (std::size_t p = 0; p < asked.count; ++p)
      if (is_variable(pattern.parts[p])) match.variables[variable++] = asked.parts[p];
    return match;
  }
  return match;
}

}  // namespace frontrow::api
