#include "api/paging.h"

#include <charconv>

namespace frontrow::api {

QueryReader::QueryReader(const Call& call)
    : parameters_(http::QueryParameters::parse(call.request().query())) {
  refusal_.code = RefusalCode::validation_failed;
  if (!parameters_ || parameters_->has_duplicate()) {
    refusal_ = refuse(RefusalCode::bad_request, "the query string is not well-formed");
  }
}

std::optional<std::string> QueryReader::text(std::string_view name) {
  asked_.emplace(name);
  if (!parameters_) return {};
  const auto value = parameters_->get(name);
  if (!value) return {};
  return std::string(*value);
}

void QueryReader::fail(std::string_view name, std::string message) {
  refusal_.errors.push_back({"/" + std::string(name), std::move(message)});
}

std::optional<std::int64_t> QueryReader::integer(std::string_view name, std::int64_t least,
                                                 std::int64_t most) {
  const auto value = text(name);
  if (!value) return {};
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), number);
  if (error == std::errc() && end == value->data() + value->size() && number >= least &&
      number <= most)
    return number;
  fail(name,
       "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return {};
}

bool QueryReader::flag(std::string_view name) {
  return word(name, {"true", "false"}) == "true";
}

std::optional<std::string> QueryReader::word(std::string_view name,
                                             const std::vector<std::string_view>& words) {
  auto value = text(name);
  if (!value) return {};
  std::string all;
  for (const std::string_view word : words) {
    if (*value == word) return value;
    if (!all.empty()) all += ", ";
    all += word;
  }
  fail(name, "must be one of " + all);
  return {};
}

std::optional<Refusal> QueryReader::finish() {
  if (refusal_.code == RefusalCode::bad_request) return refusal_;
  for (const auto& [name, value] : parameters_->items())
    if (!asked_.contains(name)) fail(name, "is not a parameter of this call");
  if (refusal_.errors.empty()) return {};
  return refusal_;
}

bool is_known(const Call& call, std::string_view etag) {
  const auto header = call.header("If-None-Match");
  if (!header) return false;
  if (*header == "*") return true;
  const auto opaque = [](std::string_view tag) {
    return tag.starts_with("W/") ? tag.substr(2) : tag;
  };
  std::string_view rest = *header;
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    std::string_view tag = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    if (opaque(tag) == opaque(etag)) return true;
  }
  return false;
}

void respond_cached(Call& call, std::string_view etag, std::string_view cache_control,
                    std::shared_ptr<const std::string> bytes) {
  http::Response response;
  response.headers.emplace_back("ETag", etag);
  response.headers.emplace_back("Cache-Control", cache_control);
  if (is_known(call, etag)) {
    response.status = 304;
  } else {
    response.content_type = "application/json";
    response.shared_body = std::move(bytes);
  }
  call.respond(std::move(response));
}

}  // namespace frontrow::api
