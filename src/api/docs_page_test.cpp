#include "api/docs_page.h"

#include <gtest/gtest.h>

namespace frontrow::api {
namespace {

constexpr std::string_view kDocument = R"({
  "info":{"title":"A <shop>","version":"1","description":"Uses `x`.\n\nTwice."},
  "tags":[{"name":"orders","description":"Holds."}],
  "x-statuses":{"409":["seat_taken"]},
  "paths":{"/v1/orders/{order_id}":{
    "parameters":[{"$ref":"#/components/parameters/OrderId"}],
    "get":{"operationId":"get_order","tags":["orders"],"summary":"One order.",
      "security":[{"user":[],"entry":[]}],"x-codes":["seat_taken"],
      "responses":{"200":{"description":"It","content":{"application/json":
        {"schema":{"$ref":"#/components/schemas/Order"}}}},"default":{"description":"no"}}}}},
  "components":{
    "parameters":{"OrderId":{"name":"order_id","in":"path","schema":{"type":"string"}}},
    "schemas":{"Order":{"type":"object","required":["total"],"properties":{
      "total":{"type":"integer","minimum":0},
      "seats":{"type":"array","items":{"type":"object","properties":{"seat":{"type":"string"}}}}},
      "example":{"total":1}}}}})";

bool has(const DocsPage& page, std::string_view text) {
  return page.html->find(text) != std::string::npos;
}

TEST(DocsPage, TellsOperationsShapesAndCodes) {
  const DocsPage page = make_docs_page(kDocument);
  for (const char* text :
       {"A &lt;shop&gt;", "Uses <code>x</code>.</p>", "id=\"get_order\"", "/v1/orders/{order_id}",
        "<code>order_id</code>", "Needs: user and entry", "href=\"#schema-Order\"",
        "id=\"schema-Order\"", "<code>seats[].seat</code>", "<tr id=\"seat_taken\">", "at least 0",
        "{\n  &quot;total&quot;: 1\n}"})
    EXPECT_TRUE(has(page, text)) << text;
}

TEST(DocsPage, HasNothingFromElsewhereAndRunsNothing) {
  const DocsPage page = make_docs_page(kDocument);
  for (const char* text :
       {"<script", "<link", "<img", "@import", "url(", "http://", "https://", "style="})
    EXPECT_FALSE(has(page, text)) << text;
  EXPECT_TRUE(page.security_policy.starts_with("default-src 'none'; style-src 'sha256-"))
      << page.security_policy;
}

TEST(DocsPage, SaysWhereThereIsNoDocument) {
  for (const char* text : {"", "{", "[]", "null"})
    EXPECT_TRUE(has(make_docs_page(text), "without its reference")) << text;
  EXPECT_FALSE(has(make_docs_page("{}"), "without its reference"));
}

TEST(DocsPage, ADocumentOfOtherShapesDoesNoHarm) {
  make_docs_page(R"({"paths":1,"tags":[1,{"name":2}],"components":{"schemas":{"A":{"oneOf":[1]},"B":
    {"properties":{"c":1,"d":{"$ref":"#/x/y"}}}}},"x-statuses":{"1":2,"3":[4]}})");
}

}  // namespace
}  // namespace frontrow::api
