// The parameters of a query string, decoded strictly.
//
//   const auto parameters = QueryParameters::parse(request.query());
//   if (!parameters || parameters->has_duplicate()) return bad_request();
//   const auto limit = parameters->get("limit");
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace frontrow::http {

// Appends `text` with its %XX escapes decoded; false (and `out` in an unspecified state) where an
// escape is not two hex digits or stands for a control character, or the result is not UTF-8.
bool decode_percent(std::string_view text, std::string& out, bool plus_is_space);

bool is_valid_utf8(std::string_view text);

class QueryParameters {
 public:
  // `a=1&b=2`; a name without "=" has the empty value, empty pieces between "&" are ignored, "+" is
  // a space as forms send it. Empty where an escape is bad (see decode_percent).
  static std::optional<QueryParameters> parse(std::string_view query);

  // The first value of this name (names are case-sensitive).
  std::optional<std::string_view> get(std::string_view name) const;
  // Whether some name occurs twice.
  bool has_duplicate() const;
  // Names and values in the order sent.
  const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

}  // namespace frontrow::http
