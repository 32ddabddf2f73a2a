#include "pages/template.h"

#include "base/check.h"
#include "base/encoding.h"

namespace frontrow::pages {

Template::Template(std::string_view text) : size_(text.size()) {
  for (;;) {
    const auto open = text.find("{{");
    if (open == std::string_view::npos) break;
    const auto close = text.find("}}", open);
    FRONTROW_CHECK(close != std::string_view::npos, "a template's value without end: {}",
                   text.substr(open, 40));
    Piece piece{text.substr(0, open), text.substr(open + 2, close - open - 2)};
    piece.is_flag = piece.name.starts_with('?');
    if (piece.is_flag) piece.name.remove_prefix(1);
    pieces_.push_back(piece);
    text.remove_prefix(close + 2);
  }
  pieces_.push_back({text, {}});
}

std::string Template::fill(const Values& values, const Flags& flags) const {
  std::string out;
  out.reserve(size_ + 1024);
  for (const Piece& piece : pieces_) {
    out += piece.text;
    if (piece.is_flag) {
      out.append("data-when=\"").append(piece.name).append("\"");
      if (!flags.contains(piece.name)) out += " hidden";
    } else if (const auto value = values.find(piece.name); value != values.end()) {
      out += escape_html(value->second);
    }
  }
  return out;
}

}  // namespace frontrow::pages
