// Query parameters of lists, and ids in paths.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "api/call.h"
#include "base/json_writer.h"

namespace frontrow::api {

// The parameters of a call, each asked for by name; what nobody asked for is refused by `finish`.
class QueryReader {
 public:
  explicit QueryReader(const Call& call);
  std::optional<std::string> text(std::string_view name);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
  // Present and "true" or "false".
  bool flag(std::string_view name);
  // One of the words, or empty where absent.
  std::optional<std::string> word(std::string_view name,
                                  const std::vector<std::string_view>& words);
  template <class IdType>
  std::optional<IdType> id(std::string_view name) {
    const auto value = text(name);
    if (!value) return {};
    auto id = parse_id<IdType>(*value);
    if (!id) fail(name, "is not an id of this kind");
    return id;
  }
  int limit() { return static_cast<int>(integer("limit", 1, 100).value_or(20)); }
  void fail(std::string_view name, std::string message);
  std::optional<Refusal> finish();

 private:
  std::optional<http::QueryParameters> parameters_;
  std::set<std::string, std::less<>> asked_;
  Refusal refusal_;
};

// Writes `{"items": [` … `], "next_cursor": …}`; `write` writes one item.
template <class Items, class Write, class Cursor>
std::string write_page(const Items& items, int limit, Write write, Cursor cursor) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().key("items").begin_array();
  for (const auto& item : items) write(json, item);
  json.end_array().key("next_cursor");
  if (static_cast<int>(items.size()) < limit)
    json.null();
  else
    json.string(cursor(items.back()));
  json.end_object();
  return out;
}

// The id in the path's variable segment, or a 404 that is sent.
template <class IdType>
std::optional<IdType> path_id(Call& call, std::size_t index = 0) {
  auto id = parse_id<IdType>(call.path[index]);
  if (!id) call.refuse(RefusalCode::not_found);
  return id;
}

// True where one of the client's tags in If-None-Match is `etag` (weak comparison, RFC
// 9110, 8.8.3.2).
bool is_known(const Call& call, std::string_view etag);
// 304 where the client has it already, else the bytes; both with their ETag.
void respond_cached(Call& call, std::string_view etag, std::string_view cache_control,
                    std::shared_ptr<const std::string> bytes);

}  // namespace frontrow::api
