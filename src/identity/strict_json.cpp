#include "identity/strict_json.h"

#include <array>
#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>

namespace frontrow::identity {
namespace {

namespace json = boost::json;
constexpr std::size_t kDepthMax = 16;

// Builds the value and counts the keys as they are read: an object that is given two equal keys
// keeps one of them, and then holds fewer than were read.
class CountingBuilder {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  CountingBuilder(unsigned char* scratch, std::size_t size) : values({}, scratch, size) {}

  json::value_stack values;  // its scratch holds the values of unfinished objects
  std::size_t keys = 0;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_object_end(std::size_t size, json::error_code&) {
    values.push_object(size);
    return true;
  }
  bool on_array_end(std::size_t size, json::error_code&) {
    values.push_array(size);
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code&) {
    ++keys;
    values.push_key(part);
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    values.push_chars(part);
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    values.push_string(part);
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t number, json::string_view, json::error_code&) {
    values.push_int64(number);
    return true;
  }
  bool on_uint64(std::uint64_t number, json::string_view, json::error_code&) {
    values.push_uint64(number);
    return true;
  }
  bool on_double(double number, json::string_view, json::error_code&) {
    values.push_double(number);
    return true;
  }
  bool on_bool(bool value, json::error_code&) {
    values.push_bool(value);
    return true;
  }
  bool on_null(json::error_code&) {
    values.push_null();
    return true;
  }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }
};

std::size_t count_keys(const json::value& value) {
  std::size_t count = 0;
  if (const json::object* object = value.if_object()) {
    count = object->size();
    for (const auto& member : *object) count += count_keys(member.value());
  } else if (const json::array* array = value.if_array()) {
    for (const json::value& item : *array) count += count_keys(item);
  }
  return count;
}

json::parse_options strict_options() {
  json::parse_options options;
  options.max_depth = kDepthMax;
  return options;
}

}  // namespace

std::optional<json::value> parse_strict_json(std::string_view text, json::storage_ptr storage) {
  json::error_code error;
  std::array<unsigned char, 1024> scratch;
  json::basic_parser<CountingBuilder> parser(strict_options(), scratch.data(), scratch.size());
  CountingBuilder& builder = parser.handler();
  builder.values.reset(std::move(storage));
  const std::size_t read = parser.write_some(false, text.data(), text.size(), error);
  if (error || read != text.size()) return {};
  json::value value = builder.values.release();
  if (count_keys(value) != builder.keys) return {};
  return value;
}

}  // namespace frontrow::identity
