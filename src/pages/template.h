// Puts values into the text of a page. Pure; any thread.
//
//   Template page(template_text("room", "en"));
//   page.fill({{"ahead", "1,204"}}, {"waiting"})
//
// `{{name}}` becomes the value, escaped. `{{?name}}` inside a tag becomes `data-when="name"`, with
// `hidden` where the flag is not set: so that a script finds the parts that it shows and hides
// itself.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace frontrow::pages {

using Values = std::map<std::string, std::string, std::less<>>;
using Flags = std::set<std::string, std::less<>>;

class Template {
 public:
  // Requires: `text` lives as long as this, and each "{{" has its "}}".
  explicit Template(std::string_view text);

  // A value that is not given is empty.
  std::string fill(const Values& values, const Flags& flags) const;

 private:
  struct Piece {
    std::string_view text;  // as it is
    std::string_view name;  // then this value or flag; empty: none
    bool is_flag = false;
  };
  std::vector<Piece> pieces_;
  std::size_t size_ = 0;
};

}  // namespace frontrow::pages
