#include "api/body.h"

#include <algorithm>
#include <boost/json/monotonic_resource.hpp>
#include <boost/json/parse.hpp>

#include "identity/strict_json.h"

namespace frontrow::api {
namespace {

namespace json = boost::json;
constexpr std::size_t kUsualBytes = 1024;  // that a body's values take, in one piece

std::string times_rule(std::size_t least, std::size_t most, const char* unit) {
  return "must have " + std::to_string(least) + " to " + std::to_string(most) + " " + unit;
}

// RFC 6901: "~" and "/" in a key are escaped.
std::string escape_pointer(std::string_view key) {
  std::string out;
  for (const char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

bool has_control(std::string_view text) {
  for (const char c : text)
    if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' && c != '\r') return true;
  return text.find('\x7f') != std::string_view::npos;
}

}  // namespace

std::size_t count_characters(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  return count;
}

BodyReader::BodyReader(std::string_view text) : errors_(&own_errors_) {
  document_ = identity::parse_strict_json(
      text, json::make_shared_resource<json::monotonic_resource>(kUsualBytes));
  if (!document_) {
    json::error_code error;
    json::parse(text, error);
    refusal_ =
        error ? refuse(RefusalCode::malformed_json)
              : refuse_field("", "a key stands twice in one object, or the nesting is too deep");
    return;
  }
  object_ = document_->if_object();
  if (!object_) refusal_ = refuse_field("", "must be an object");
}

BodyReader::BodyReader(const json::object& object, std::string pointer,
                       std::vector<FieldError>& errors)
    : object_(&object), pointer_(std::move(pointer)), errors_(&errors) {}

void BodyReader::fail(std::string_view name, std::string message) {
  errors_->push_back({pointer_ + "/" + std::string(name), std::move(message)});
}

bool BodyReader::has(std::string_view name) const {
  return object_ && object_->if_contains(name) != nullptr;
}

const json::value* BodyReader::take(std::string_view name, bool required) {
  asked_.push_back(name);
  if (!object_) return nullptr;
  const json::value* value = object_->if_contains(name);
  if (!value && required) fail(name, "is required");
  return value;
}

std::optional<std::string> BodyReader::checked_text(std::string_view name, const json::value& value,
                                                    std::size_t least, std::size_t most) {
  const json::string* text = value.if_string();
  if (!text) {
    fail(name, "must be a string");
    return {};
  }
  const std::string_view view(text->data(), text->size());
  const std::size_t length = count_characters(view);
  if (length < least || length > most) {
    fail(name, times_rule(least, most, "characters"));
    return {};
  }
  if (has_control(view)) {
    fail(name, "must have no control characters");
    return {};
  }
  return std::string(view);
}

std::optional<std::string> BodyReader::text(std::string_view name, std::size_t least,
                                            std::size_t most) {
  const json::value* value = take(name, true);
  return value ? checked_text(name, *value, least, most) : std::nullopt;
}

std::optional<std::string> BodyReader::optional_text(std::string_view name, std::size_t least,
                                                     std::size_t most) {
  const json::value* value = take(name, false);
  return value ? checked_text(name, *value, least, most) : std::nullopt;
}

std::optional<std::optional<std::string>> BodyReader::nullable_text(std::string_view name,
                                                                    std::size_t most) {
  const json::value* value = take(name, false);
  if (!value) return {};
  if (value->is_null()) return std::optional<std::string>();
  auto text = checked_text(name, *value, 0, most);
  if (!text) return {};
  return text;
}

std::optional<std::int64_t> BodyReader::optional_integer(std::string_view name, std::int64_t least,
                                                         std::int64_t most) {
  const json::value* value = take(name, false);
  if (!value) return {};
  const std::int64_t* number = value->if_int64();
  if (number && *number >= least && *number <= most) return *number;
  fail(name,
       "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return {};
}

std::optional<std::int64_t> BodyReader::integer(std::string_view name, std::int64_t least,
                                                std::int64_t most) {
  return take(name, true) ? optional_integer(name, least, most) : std::nullopt;
}

std::optional<bool> BodyReader::optional_boolean(std::string_view name) {
  const json::value* value = take(name, false);
  if (!value) return {};
  if (const bool* flag = value->if_bool()) return *flag;
  fail(name, "must be true or false");
  return {};
}

std::optional<bool> BodyReader::boolean(std::string_view name) {
  return take(name, true) ? optional_boolean(name) : std::nullopt;
}

std::optional<Time> BodyReader::checked_time(std::string_view name, const json::value& value) {
  if (const json::string* text = value.if_string())
    if (const auto time = parse_rfc3339(std::string_view(text->data(), text->size()))) return time;
  fail(name, "must be a time as RFC 3339 has it, such as 2026-11-21T11:00:00Z");
  return {};
}

std::optional<Time> BodyReader::time(std::string_view name) {
  const json::value* value = take(name, true);
  return value ? checked_time(name, *value) : std::nullopt;
}

std::optional<Time> BodyReader::optional_time(std::string_view name) {
  const json::value* value = take(name, false);
  return value ? checked_time(name, *value) : std::nullopt;
}

std::optional<std::optional<Time>> BodyReader::nullable_time(std::string_view name) {
  const json::value* value = take(name, false);
  if (!value) return {};
  if (value->is_null()) return std::optional<Time>();
  const auto time = checked_time(name, *value);
  if (!time) return {};
  return time;
}

std::optional<std::string> BodyReader::word(std::string_view name,
                                            const std::vector<std::string_view>& words) {
  const json::value* value = take(name, true);
  if (!value) return {};
  std::string all;
  for (const std::string_view word : words) {
    if (value->is_string() && value->get_string() == word) return std::string(word);
    if (!all.empty()) all += ", ";
    all += word;
  }
  fail(name, "must be one of " + all);
  return {};
}

std::optional<std::vector<std::string>> BodyReader::checked_texts(std::string_view name,
                                                                  const json::value* value,
                                                                  std::size_t least,
                                                                  std::size_t most) {
  if (!value) return {};
  const json::array* array = value->if_array();
  if (!array || array->size() < least || array->size() > most) {
    fail(name,
         "must be a list of " + std::to_string(least) + " to " + std::to_string(most) + " strings");
    return {};
  }
  std::vector<std::string> out;
  for (const json::value& item : *array) {
    const json::string* text = item.if_string();
    if (!text) {
      fail(std::string(name) + "/" + std::to_string(out.size()), "must be a string");
      return {};
    }
    out.emplace_back(text->data(), text->size());
  }
  return out;
}

std::optional<std::vector<std::string>> BodyReader::texts(std::string_view name, std::size_t least,
                                                          std::size_t most) {
  return checked_texts(name, take(name, true), least, most);
}

std::optional<std::vector<std::string>> BodyReader::optional_texts(std::string_view name,
                                                                   std::size_t least,
                                                                   std::size_t most) {
  return checked_texts(name, take(name, false), least, most);
}

const json::object* BodyReader::optional_object(std::string_view name) {
  const json::value* value = take(name, false);
  if (!value) return nullptr;
  if (const json::object* object = value->if_object()) return object;
  fail(name, "must be an object");
  return nullptr;
}

const json::object* BodyReader::object(std::string_view name) {
  return take(name, true) ? optional_object(name) : nullptr;
}

const json::array* BodyReader::array(std::string_view name, std::size_t least, std::size_t most) {
  const json::value* value = take(name, true);
  if (!value) return nullptr;
  const json::array* array = value->if_array();
  if (array && array->size() >= least && array->size() <= most) return array;
  fail(name,
       "must be a list of " + std::to_string(least) + " to " + std::to_string(most) + " objects");
  return nullptr;
}

BodyReader BodyReader::inside(const json::object& object, std::string_view name) {
  return BodyReader(object, pointer_ + "/" + std::string(name), *errors_);
}

BodyReader BodyReader::inside(const json::object& object, std::string_view name,
                              std::size_t index) {
  return BodyReader(object, pointer_ + "/" + std::string(name) + "/" + std::to_string(index),
                    *errors_);
}

void BodyReader::refuse_unknown() {
  if (!object_) return;
  for (const auto& member : *object_) {
    const std::string_view key(member.key().data(), member.key().size());
    if (std::find(asked_.begin(), asked_.end(), key) == asked_.end())
      fail(escape_pointer(key), "is not a field of this call");
  }
}

std::optional<Refusal> BodyReader::finish() {
  if (refusal_) return refusal_;
  refuse_unknown();
  if (errors_->empty()) return {};
  Refusal refusal = refuse(RefusalCode::validation_failed);
  refusal.errors = *errors_;
  return refusal;
}

}  // namespace frontrow::api
