#include "http/query.h"

#include "http/text.h"

namespace frontrow::http {
bool is_valid_utf8(std::string_view text) {
  Utf8Check check;
  for (const char c : text)
    if (!check.take(static_cast<unsigned char>(c))) return false;
  return check.is_complete();
}

bool decode_percent(std::string_view text, std::string& out, bool plus_is_space) {
  const std::size_t start = out.size();
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '+' && plus_is_space) {
      c = ' ';
    } else if (c == '%') {
      const int escaped = escape_at(text, i);
      if (escaped < 0) return false;
      c = static_cast<char>(escaped);
      i += 2;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) return false;
    out += c;
  }
  return is_valid_utf8(std::string_view(out).substr(start));
}

std::optional<QueryParameters> QueryParameters::parse(std::string_view query) {
  QueryParameters parameters;
  while (!query.empty()) {
    const std::size_t end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (piece.empty()) continue;
    const std::size_t equals = piece.find('=');
    auto& [name, value] = parameters.items_.emplace_back();
    if (!decode_percent(piece.substr(0, equals), name, true)) return {};
    if (equals != std::string_view::npos && !decode_percent(piece.substr(equals + 1), value, true))
      return {};
  }
  return parameters;
}

std::optional<std::string_view> QueryParameters::get(std::string_view name) const {
  for (const auto& [key, value] : items_)
    if (key == name) return value;
  return {};
}

bool QueryParameters::has_duplicate() const {
  for (std::size_t i = 0; i < items_.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (items_[i].first == items_[j].first) return true;
  return false;
}

}  // namespace frontrow::http
