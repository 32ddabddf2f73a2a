#include "api/router.h"

namespace frontrow::api {
namespace {

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> parts;
  path.remove_prefix(1);
  for (;;) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

bool is_variable(std::string_view part) {
  return part.starts_with('{');
}

// A variable may have a fixed end, as in "{ticket_id}.svg"; none of ours has, so any segment fits.
bool fits(const std::vector<std::string_view>& pattern, const std::vector<std::string_view>& path) {
  for (std::size_t i = 0; i < pattern.size(); ++i)
    if (!is_variable(pattern[i]) && pattern[i] != path[i]) return false;
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
    segments_.push_back({split(routes_[i].pattern)});
    const std::size_t count = segments_.back().parts.size();
    if (by_count_.size() <= count) by_count_.resize(count + 1);
    by_count_[count].push_back(i);
  }
}

Router::Match Router::find(http::Method method, std::string_view path) const {
  Match match;
  if (!path.starts_with('/')) return match;
  const std::vector<std::string_view> parts = split(path);
  if (parts.size() >= by_count_.size()) return match;
  const http::Method wanted = method == http::Method::head ? http::Method::get : method;
  for (const std::size_t i : by_count_[parts.size()]) {
    const auto& pattern = segments_[i].parts;
    if (!fits(pattern, parts)) continue;
    if (routes_[i].method != wanted) {
      if (!match.allowed.empty()) match.allowed += ", ";
      match.allowed += method_text(routes_[i].method);
      if (routes_[i].method == http::Method::get) match.allowed += ", HEAD";
      continue;
    }
    match.route = &routes_[i];
    for (std::size_t p = 0; p < parts.size(); ++p)
      if (is_variable(pattern[p])) match.variables.push_back(parts[p]);
    return match;
  }
  return match;
}

}  // namespace frontrow::api
