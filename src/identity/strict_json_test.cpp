#include "identity/strict_json.h"

#include <gtest/gtest.h>

#include <string>

namespace frontrow::identity {
namespace {

TEST(StrictJson, ReadsWhatTheStandardAllows) {
  for (const char* text : {"{}", "[]", "\"a\"", "-1.5e3", "true", " {\"a\" : [1,{\"a\":2}] }\n",
                           R"({"a":{"b":1},"b":{"b":1}})", R"([{"a":1},{"a":2}])"})
    EXPECT_TRUE(parse_strict_json(text)) << text;
  EXPECT_EQ(parse_strict_json(R"({"a":{"b":[1,2]}})")->at("a").at("b").at(1), 2);
}

TEST(StrictJson, RefusesWhatTwoReadersCouldReadDifferently) {
  const std::string deep = std::string(17, '[') + std::string(17, ']');
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("{}x"), std::string("{} {}"),
        std::string(R"({"a":1,"a":1})"), std::string(R"({"a":1,"\u0061":2})"),
        std::string(R"([{"x":{"a":1,"b":2,"a":3}}])"), std::string(R"({'a':1})"),
        std::string(R"({"a":1,})"), std::string("{\"a\":NaN}"), std::string("{\"a\":01}"),
        std::string("/* */{}"), std::string("\"\xff\""), std::string("\"\\ud800\""),
        std::string("\xef\xbb\xbf{}"), std::string("{}\0", 3), std::string("\"a\nb\""), deep})
    EXPECT_FALSE(parse_strict_json(text)) << text;
  EXPECT_TRUE(parse_strict_json(deep.substr(1, 32)));
}

}  // namespace
}  // namespace frontrow::identity
