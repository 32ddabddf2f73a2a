// Reads a JSON body strictly: each field asked for once, with its rule; every broken rule is
// collected, and a key that nobody asked for is one of them.
//
//   BodyReader body(text);
//   const auto amount = body.integer("amount", 1, 10'000'000);
//   if (auto refusal = body.finish()) return *refusal;
//   use(*amount);
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "domain/refusal.h"

namespace frontrow::api {

// Counts Unicode characters. Requires: UTF-8.
std::size_t count_characters(std::string_view text);

class BodyReader {
 public:
  // A whole body.
  explicit BodyReader(std::string_view text);
  // An object inside one. `errors` belongs to the outer reader.
  BodyReader(const boost::json::object& object, std::string pointer,
             std::vector<FieldError>& errors);

  // Each takes the field of this name. A missing or wrong one is an error where the field is
  // required; an optional one may be missing (not null, unless the function says so).
  std::optional<std::string> text(std::string_view name, std::size_t least, std::size_t most);
  std::optional<std::string> optional_text(std::string_view name, std::size_t least,
                                           std::size_t most);
  // Null and missing are told apart: the outer optional is "the field is there".
  std::optional<std::optional<std::string>> nullable_text(std::string_view name, std::size_t most);
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t least, std::int64_t most);
  std::optional<std::int64_t> optional_integer(std::string_view name, std::int64_t least,
                                               std::int64_t most);
  std::optional<bool> boolean(std::string_view name);
  std::optional<bool> optional_boolean(std::string_view name);
  std::optional<Time> time(std::string_view name);
  std::optional<Time> optional_time(std::string_view name);
  std::optional<std::optional<Time>> nullable_time(std::string_view name);
  // One of the words.
  std::optional<std::string> word(std::string_view name,
                                  const std::vector<std::string_view>& words);
  std::optional<std::vector<std::string>> texts(std::string_view name, std::size_t least,
                                                std::size_t most);
  std::optional<std::vector<std::string>> optional_texts(std::string_view name, std::size_t least,
                                                         std::size_t most);
  // Objects inside; null where missing (an error if required) or not an object.
  const boost::json::object* object(std::string_view name);
  const boost::json::object* optional_object(std::string_view name);
  const boost::json::array* array(std::string_view name, std::size_t least, std::size_t most);
  BodyReader inside(const boost::json::object& object, std::string_view name);
  BodyReader inside(const boost::json::object& object, std::string_view name, std::size_t index);

  bool has(std::string_view name) const;
  // Adds an error of the caller's own rule.
  void fail(std::string_view name, std::string message);
  // The keys that nobody asked for become errors. Called by finish(); call it for inner readers.
  void refuse_unknown();

  // The refusal, if anything was wrong: malformed_json, or validation_failed with every error.
  std::optional<Refusal> finish();

 private:
  const boost::json::value* take(std::string_view name, bool required);
  std::optional<std::string> checked_text(std::string_view name, const boost::json::value& value,
                                          std::size_t least, std::size_t most);
  std::optional<Time> checked_time(std::string_view name, const boost::json::value& value);
  std::optional<std::vector<std::string>> checked_texts(std::string_view name,
                                                        const boost::json::value* value,
                                                        std::size_t least, std::size_t most);

  std::optional<boost::json::value> document_;
  const boost::json::object* object_ = nullptr;  // null: the text was no object
  std::string pointer_;
  std::vector<FieldError> own_errors_;
  std::vector<FieldError>* errors_;
  std::vector<std::string_view> asked_;  // names are written in the code
  std::optional<Refusal> refusal_;
};

}  // namespace frontrow::api
