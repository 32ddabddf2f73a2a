// schemas/openapi.yaml as minified JSON; defined by what tools/embed.py makes at build time.
#pragma once

#include <string_view>

namespace frontrow::server {

extern const std::string_view kOpenapiJson;

}  // namespace frontrow::server
