#include "pages/assets.h"

#include <algorithm>

#include "base/check.h"

namespace frontrow::pages {

const Asset* find_asset(std::string_view name) {
  const auto found = std::ranges::lower_bound(kAssets, name, {}, &Asset::name);
  return found != kAssets.end() && found->name == name ? &*found : nullptr;
}

const EntryPoint& entry_point(std::string_view name) {
  const auto found = std::ranges::find(kEntryPoints, name, &EntryPoint::name);
  FRONTROW_CHECK(found != kEntryPoints.end(), "no entry point {}", name);
  return *found;
}

std::string_view template_text(std::string_view name, std::string_view language) {
  const auto found = std::ranges::find_if(kTemplates, [&](const TemplateText& one) {
    return one.name == name && one.language == language;
  });
  FRONTROW_CHECK(found != kTemplates.end(), "no template {} in {}", name, language);
  return found->text;
}

}  // namespace frontrow::pages
