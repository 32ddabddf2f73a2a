// The reference page at /docs: one HTML page made of the OpenAPI document, without scripts,
// pictures or anything from elsewhere.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace frontrow::api {

struct DocsPage {
  std::shared_ptr<const std::string> html;
  std::string security_policy;  // for Content-Security-Policy: allows the page's own style alone
};

// Anchors: `#<operationId>`, `#schema-<Name>` and `#<code>`. A document that is no OpenAPI gives a
// page that says so.
DocsPage make_docs_page(std::string_view openapi_json);

}  // namespace frontrow::api
