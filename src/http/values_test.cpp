// The small values: addresses and networks, query parameters, heads of answers.
#include <gtest/gtest.h>

#include "http/address.h"
#include "http/head_writer.h"
#include "http/query.h"

namespace frontrow::http {
namespace {

std::vector<Network> networks(std::initializer_list<std::string_view> texts) {
  std::vector<Network> list;
  for (const auto text : texts) list.push_back(Network::parse(text).value());
  return list;
}

TEST(Address, IsReadStrictly) {
  EXPECT_EQ(IpAddress::parse("127.0.0.1")->to_string(), "127.0.0.1");
  EXPECT_EQ(IpAddress::parse("2001:DB8::1")->to_string(), "2001:db8::1");
  EXPECT_EQ(IpAddress::parse("::ffff:1.2.3.4")->to_string(), "1.2.3.4");
  for (const auto bad : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4:80", "[::1]", "::1%eth0",
                         "unknown", "01.2.3.4", " 1.2.3.4", "1.2.3.4 "})
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
}

TEST(Address, CountsIpv6By64) {
  const auto key = [](std::string_view text) { return IpAddress::parse(text)->key(); };
  EXPECT_EQ(key("2001:db8:1:2::1"), key("2001:db8:1:2:ffff::9"));
  EXPECT_NE(key("2001:db8:1:2::1"), key("2001:db8:1:3::1"));
  EXPECT_NE(key("1.2.3.4"), key("1.2.3.5"));
  EXPECT_NE(key("1.2.3.4"), key("::102:304"));
}

TEST(Network, ContainsItsAddressesAlone) {
  struct Row {
    std::string_view network, address;
    bool inside;
  };
  const Row rows[] = {
      {"10.0.0.0/8", "10.255.1.2", true},
      {"10.0.0.0/8", "11.0.0.1", false},
      {"10.0.0.0/8", "::ffff:10.0.0.1", true},
      {"10.128.0.0/9", "10.127.0.1", false},
      {"10.128.0.0/9", "10.129.0.1", true},
      {"127.0.0.1", "127.0.0.1", true},
      {"127.0.0.1", "127.0.0.2", false},
      {"0.0.0.0/0", "9.9.9.9", true},
      {"0.0.0.0/0", "::1", false},
      {"::/0", "::1", true},
      {"2001:db8::/33", "2001:db8:7fff::", true},
      {"2001:db8::/33", "2001:db8:8000::", false},
  };
  for (const auto& row : rows)
    EXPECT_EQ(Network::parse(row.network)->contains(*IpAddress::parse(row.address)), row.inside)
        << row.network << " " << row.address;
  for (const auto bad : {"", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x",
                         "::/129", "a/8", "10.0.0.0/+8"})
    EXPECT_FALSE(Network::parse(bad)) << bad;
}

TEST(ForwardedFor, IsBelievedFromTrustedProxiesAlone) {
  struct Row {
    std::string_view peer, forwarded, client;
  };
  const Row rows[] = {
      {"10.0.0.1", "", "10.0.0.1"},
      {"9.9.9.9", "1.1.1.1", "9.9.9.9"},  // not trusted: a forgery
      {"10.0.0.1", "1.1.1.1", "1.1.1.1"},
      {"10.0.0.1", "6.6.6.6, 1.1.1.1", "1.1.1.1"},            // what the client invented is left
      {"10.0.0.1", "6.6.6.6, 1.1.1.1, 10.0.0.2", "1.1.1.1"},  // two proxies
      {"10.0.0.1", "10.0.0.3,10.0.0.2", "10.0.0.3"},          // nobody but proxies
      {"10.0.0.1", "1.1.1.1, unknown", "10.0.0.1"},           // no address: the walk ends
      {"10.0.0.1", "1.1.1.1,", "10.0.0.1"},
      {"10.0.0.1", "1.1.1.1:5555", "1.1.1.1"},
      {"10.0.0.1", "[2001:db8::1]:5555", "2001:db8::1"},
      {"10.0.0.1", "2001:db8::1", "2001:db8::1"},
  };
  for (const auto& row : rows)
    EXPECT_EQ(client_behind(*IpAddress::parse(row.peer), row.forwarded, networks({"10.0.0.0/8"}))
                  .to_string(),
              row.client)
        << row.forwarded;
}

TEST(Query, IsDecodedStrictly) {
  const auto parameters = QueryParameters::parse("a=1&b=x%20y+z&&c&d=%EA%B0%80&a=2");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->get("a"), "1");
  EXPECT_EQ(parameters->get("b"), "x y z");
  EXPECT_EQ(parameters->get("c"), "");
  EXPECT_EQ(parameters->get("d"), "가");
  EXPECT_EQ(parameters->get("e"), std::nullopt);
  EXPECT_TRUE(parameters->has_duplicate());
  EXPECT_FALSE(QueryParameters::parse("a=1&b=1")->has_duplicate());
  EXPECT_TRUE(QueryParameters::parse("")->items().empty());
  for (const auto bad : {"a=%", "a=%4", "a=%4g", "%zz=1", "a=%00", "a=%0a", "a=%ff", "a=%ed%a0%80"})
    EXPECT_FALSE(QueryParameters::parse(bad)) << bad;
}

TEST(HeadWriter, WritesStatusLengthAndHeaders) {
  Response response;
  response.status = 429;
  response.content_type = "application/json";
  response.headers = {{"Retry-After", "3"}};
  response.body = "{}";
  std::string out;
  append_head(out, response, {"Date: x\r\n", "id-1", AnswerFraming::Connection::close, true});
  EXPECT_EQ(out,
            "HTTP/1.1 429 Too Many Requests\r\nDate: x\r\nContent-Type: application/json\r\n"
            "Content-Length: 2\r\nX-Request-Id: id-1\r\nX-Content-Type-Options: nosniff\r\n"
            "Retry-After: 3\r\nConnection: close\r\n\r\n");
}

TEST(HeadWriter, GivesNoLengthWhereThereIsNoContent) {
  for (const int status : {204, 304}) {
    Response response;
    response.status = status;
    std::string out;
    append_head(out, response, {"", "i", AnswerFraming::Connection::unsaid, true});
    EXPECT_EQ(out.find("Content-Length"), std::string::npos);
  }
}

TEST(HeadWriter, KnowsAnAnswerThatWouldSplitItsHead) {
  Response response;
  EXPECT_TRUE(is_writable(response));
  response.headers = {{"Location", "/a\r\nSet-Cookie: x"}};
  EXPECT_FALSE(is_writable(response));
  response.headers = {{"", "x"}};
  EXPECT_FALSE(is_writable(response));
  response.headers.clear();
  response.content_type = "text/\nplain";
  EXPECT_FALSE(is_writable(response));
}

}  // namespace
}  // namespace frontrow::http
