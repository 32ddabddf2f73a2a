#include "pages/negotiation.h"

#include <algorithm>

namespace frontrow::pages {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

bool same_name(std::string_view a, std::string_view lower) {
  return std::ranges::equal(a, lower, [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? static_cast<char>(x | 32) : x) == y;
  });
}

// One item of an Accept list: its name, and its weight in thousandths.
struct Wish {
  std::string_view name;
  int weight = 1000;
};

// "0.85" is 850; what is no weight counts as none.
int parse_weight(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  int weight = (text[0] - '0') * 1000;
  int digit = 100;
  for (std::size_t i = 2; i < text.size() && i < 5; ++i, digit /= 10) {
    if (text[i] < '0' || text[i] > '9') return 0;
    weight += (text[i] - '0') * digit;
  }
  return std::min(weight, 1000);
}

// Calls `take` for each item of a comma-separated list of wishes.
template <class Take>
void each_wish(std::string_view header, Take take) {
  while (!header.empty()) {
    const auto comma = header.find(',');
    const std::string_view item = trimmed(header.substr(0, comma));
    header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
    const auto semicolon = item.find(';');
    Wish wish{trimmed(item.substr(0, semicolon))};
    if (semicolon != std::string_view::npos) {
      const std::string_view parameter = trimmed(item.substr(semicolon + 1));
      if (parameter.starts_with("q=") || parameter.starts_with("Q="))
        wish.weight = parse_weight(parameter.substr(2));
    }
    if (!wish.name.empty()) take(wish);
  }
}

}  // namespace

Coding parse_accept_encoding(std::string_view header) {
  int brotli = -1, gzip = -1, others = 0;
  each_wish(header, [&](const Wish& wish) {
    if (same_name(wish.name, "br")) brotli = wish.weight;
    if (same_name(wish.name, "gzip") || same_name(wish.name, "x-gzip")) gzip = wish.weight;
    if (wish.name == "*") others = wish.weight;
  });
  if (brotli < 0) brotli = others;
  if (gzip < 0) gzip = others;
  if (brotli > 0 && brotli >= gzip) return Coding::brotli;
  return gzip > 0 ? Coding::gzip : Coding::plain;
}

std::string_view cookie_of(const http::Request& request, std::string_view name) {
  std::string_view rest = request.header("Cookie").value_or("");
  while (!rest.empty()) {
    const auto end = rest.find(';');
    const std::string_view pair = trimmed(rest.substr(0, end));
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos && pair.substr(0, equals) == name)
      return pair.substr(equals + 1);
  }
  return {};
}

std::string_view language_of(const http::Request& request) {
  const std::string_view chosen = cookie_of(request, "frontrow-language");
  if (chosen == "ko" || chosen == "en") return chosen == "ko" ? "ko" : "en";
  int korean = 0, english = 0;
  each_wish(request.header("Accept-Language").value_or(""), [&](const Wish& wish) {
    const std::string_view primary = wish.name.substr(0, wish.name.find('-'));
    if (same_name(primary, "ko")) korean = std::max(korean, wish.weight);
    if (same_name(primary, "en")) english = std::max(english, wish.weight);
  });
  return korean > english ? "ko" : "en";
}

std::string_view theme_of(const http::Request& request) {
  const std::string_view chosen = cookie_of(request, "frontrow-theme");
  return chosen == "light" ? "light" : chosen == "dark" ? "dark" : "system";
}

}  // namespace frontrow::pages
