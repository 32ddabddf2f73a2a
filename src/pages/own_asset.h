// A file that comes from the settings and not from the build: the brand's colours, the logo. Its
// name holds a hash of its bytes, so it may be kept for ever as well. A value; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace frontrow::pages {

struct OwnAsset {
  std::string name;  // "brand-9f3a51c0d2e47b88.css"
  std::string content_type;
  std::shared_ptr<const std::string> bytes;
};

// 16 hex digits of the text's FNV-1a hash: the same on every node and after every start.
std::string fingerprint(std::string_view text);

// `suffix` with its dot.
OwnAsset make_own_asset(std::string_view stem, std::string_view suffix, std::string content_type,
                        std::string bytes);

}  // namespace frontrow::pages
