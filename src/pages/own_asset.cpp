#include "pages/own_asset.h"

#include <fmt/format.h>

#include <cstdint>
#include <utility>

namespace frontrow::pages {

std::string fingerprint(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) hash = (hash ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  return fmt::format("{:016x}", hash);
}

OwnAsset make_own_asset(std::string_view stem, std::string_view suffix, std::string content_type,
                        std::string bytes) {
  OwnAsset asset;
  asset.name = fmt::format("{}-{}{}", stem, fingerprint(bytes), suffix);
  asset.content_type = std::move(content_type);
  asset.bytes = std::make_shared<const std::string>(std::move(bytes));
  return asset;
}

}  // namespace frontrow::pages
