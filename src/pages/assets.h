// The files that web/build.mjs made, embedded in the program: scripts and styles with a hash in
// their names, and templates of pages in two languages. Constant; any thread.
#pragma once

#include <span>
#include <string_view>

namespace frontrow::pages {

struct Asset {
  std::string_view name;  // "buyer-4K2X7QDA.js"
  std::string_view content_type;
  std::string_view plain, gzip, brotli;
};

// Sorted by name. Defined by the build.
extern const std::span<const Asset> kAssets;

// The asset of this name, or null.
const Asset* find_asset(std::string_view name);

// What a page loads: the address of its script and of its style.
struct EntryPoint {
  std::string_view name;  // "buyer", "staff", "room"
  std::string_view script;
  std::string_view style;
};
extern const std::span<const EntryPoint> kEntryPoints;
// Requires: `name` is one of them.
const EntryPoint& entry_point(std::string_view name);

// The text of web/src/NAME.html in a language ("en", "ko").
struct TemplateText {
  std::string_view name;
  std::string_view language;
  std::string_view text;
};
extern const std::span<const TemplateText> kTemplates;
// Requires: there is one.
std::string_view template_text(std::string_view name, std::string_view language);

// The name of the icon's asset.
extern const std::string_view kIcon;

}  // namespace frontrow::pages
