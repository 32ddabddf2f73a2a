#include "identity/strict_json.h"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace frontrow::identity {
namespace {

namespace json = boost::json;
constexpr std::size_t kDepthMax = 16;

// The keys of one object: a walk over the first few, which is all that most objects have, and a
// tree for the rest, so that a thousand keys cost no million comparisons.
class Keys {
 public:
  // False where the key is there already.
  bool insert(std::string key) {
    if (std::find(few_.begin(), few_.end(), key) != few_.end()) return false;
    if (few_.size() == kFew) return rest_.insert(std::move(key)).second;
    few_.push_back(std::move(key));
    return true;
  }

 private:
  static constexpr std::size_t kFew = 16;
  std::vector<std::string> few_;
  std::set<std::string> rest_;
};

// Looks at the keys alone and lets everything else pass; the value is read by Boost.JSON's own
// parser.
class UniqueKeys {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = std::size_t(-1);
  static constexpr std::size_t max_string_size = std::size_t(-1);

  bool on_object_begin(json::error_code&) {
    open_.emplace_back();
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) {
    open_.pop_back();
    return true;
  }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    key_.append(part.data(), part.size());
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    key_.append(part.data(), part.size());
    const bool is_new = open_.back().insert(std::move(key_));
    key_.clear();
    if (!is_new) error = json::error::syntax;
    return is_new;
  }

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_array_begin(json::error_code&) { return true; }
  bool on_array_end(std::size_t, json::error_code&) { return true; }
  bool on_string_part(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_string(json::string_view, std::size_t, json::error_code&) { return true; }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  std::vector<Keys> open_;
  std::string key_;
};

json::parse_options strict_options() {
  json::parse_options options;
  options.max_depth = kDepthMax;
  return options;
}

}  // namespace

std::optional<json::value> parse_strict_json(std::string_view text, json::storage_ptr storage) {
  json::error_code error;
  json::basic_parser<UniqueKeys> keys(strict_options());
  const std::size_t read = keys.write_some(false, text.data(), text.size(), error);
  if (error || read != text.size()) return {};
  json::value value = json::parse(text, error, std::move(storage), strict_options());
  if (error) return {};
  return value;
}

}  // namespace frontrow::identity
