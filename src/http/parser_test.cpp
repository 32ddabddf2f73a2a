#include "http/parser.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "http/parser_replay.h"

namespace frontrow::http {
namespace {

const std::string kGet = "GET / HTTP/1.1\r\nHost: a\r\n";
const std::string kPost = "POST /x HTTP/1.1\r\nHost: a\r\n";
const std::string kChunked = kPost + "Transfer-Encoding: chunked\r\n\r\n";

std::string get_of(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n";
}
std::string with(std::string_view line) {
  return kGet + std::string(line) + "\r\n\r\n";
}
std::string post_with(std::string_view lines, std::string_view body = "") {
  return kPost + std::string(lines) + "\r\n\r\n" + std::string(body);
}
std::string host_of(std::string_view host) {
  return "GET / HTTP/1.1\r\nHost: " + std::string(host) + "\r\n\r\n";
}
std::string fields(std::size_t count) {
  std::string text = kGet;
  for (std::size_t i = 1; i < count; ++i) text += "A: b\r\n";
  return text + "\r\n";
}

struct Malformed {
  std::string_view why;
  std::string message;
  int status = 400;
};

std::vector<Malformed> malformed_request_lines() {
  using namespace std::string_literals;
  return {
      {"HTTP/0.9", "GET /\r\n\r\n"},
      {"no target", "GET HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"nothing but spaces", "   \r\n\r\n"},
      {"leading space", " GET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"two spaces before the target", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"two spaces before the version", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n"},
      {"tab for space", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"lower-case method", "get / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"mixed-case method", "Get / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"method with a colon", "GET: / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"method with a quote", "GE\"T / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"method with high bytes", "G\xc3\x89T / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"method too long", std::string(33, 'A') + " / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n"},
      {"HTTP/2.0", "GET / HTTP/2.0\r\nHost: a\r\n\r\n"},
      {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
      {"HTTP/1.10", "GET / HTTP/1.10\r\nHost: a\r\n\r\n"},
      {"HTTP/1", "GET / HTTP/1\r\nHost: a\r\n\r\n"},
      {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n"},
      {"foreign protocol", "GET / RTSP/1.0\r\nHost: a\r\n\r\n"},
      {"two empty lines first", "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"bare LF first", "\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"bare LF after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n"},
      {"bare CR after the request line", "GET / HTTP/1.1\rHost: a\r\n\r\n"},
      {"two CR", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n"},
      {"NUL in the request line", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s},
      {"TLS on a plain port", "\x16\x03\x01\x02\x00\x01\x00"s},
      {"a line that is no request", "hello\r\n\r\n"},
  };
}

std::vector<Malformed> malformed_targets() {
  return {
      {"authority form", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"asterisk form", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"relative path", get_of("index")},
      {"query alone", get_of("?a=b")},
      {"fragment", get_of("/a#b")},
      {"fragment in the query", get_of("/a?b#c")},
      {"high bytes", get_of("/\xc3\xa9")},
      {"high bytes in the query", get_of("/?q=\xea\xb0\x80")},
      {"DEL", get_of("/\x7f")},
      {"escape, one digit", get_of("/%2")},
      {"escape at the end", get_of("/%")},
      {"escape without hex", get_of("/%zz")},
      {"IIS escape", get_of("/%u0041")},
      {"bad escape in the query", get_of("/?a=%2x")},
      {"escaped NUL", get_of("/a%00b")},
      {"escaped NUL in the query", get_of("/?a=%00")},
      {"escaped line end", get_of("/a%0d%0ab")},
      {"escaped slash", get_of("/a%2Fb")},
      {"escaped slash, lower", get_of("/a%2fb")},
      {"escaped backslash", get_of("/a%5Cb")},
      {"backslash", get_of("/a\\b")},
      {"one dot", get_of("/./a")},
      {"two dots", get_of("/a/../b")},
      {"two dots at the end", get_of("/a/..")},
      {"escaped dots", get_of("/a/%2e%2E/b")},
      {"half escaped dots", get_of("/a/.%2e/b")},
      {"overlong UTF-8", get_of("/%c0%ae%c0%ae/")},
      {"cut UTF-8", get_of("/%e2%82")},
      {"surrogate", get_of("/%ed%a0%80")},
      {"beyond Unicode", get_of("/%f4%90%80%80")},
      {"Latin-1", get_of("/caf%e9")},
      {"quote", get_of("/\"a\"")},
      {"angle brackets", get_of("/<a>")},
      {"brackets in the path", get_of("/a[0]")},
      {"target too long", get_of("/" + std::string(kMaxTargetBytes, 'a')), 414},
      {"target far too long", get_of("/" + std::string(3 * kMaxTargetBytes, 'a')), 414},
      {"target that never ends", "GET /" + std::string(3 * kMaxTargetBytes, 'a'), 414},
  };
}

std::vector<Malformed> malformed_absolute_forms() {
  return {
      {"another host than Host", get_of("http://b/")},
      {"a port that Host has not", get_of("http://a:80/")},
      {"a port that Host has alone", "GET http://a/ HTTP/1.1\r\nHost: a:80\r\n\r\n"},
      {"a dot that Host has not", get_of("http://a./")},
      {"a longer host", get_of("http://aa/")},
      {"no Host, absolute", "GET http://a/ HTTP/1.1\r\n\r\n"},
      {"no Host in HTTP/1.0, absolute", "GET http://a/ HTTP/1.0\r\n\r\n"},
      {"two Hosts, one right", "GET http://a/ HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
      {"no authority", get_of("http:///x")},
      {"nothing after the scheme", get_of("http://")},
      {"query for an authority", get_of("http://?x")},
      {"user", get_of("http://u@a/")},
      {"user and password", get_of("http://u:p@a/")},
      {"empty user", get_of("http://@a/")},
      {"user behind the host", get_of("http://a@a/")},
      {"user with a backslash", get_of("http://a\\@a/")},
      {"escape in the authority", get_of("http://%61/")},
      {"high byte in the authority", get_of("http://\xc3\xa9/")},
      {"empty port", get_of("http://a:/")},
      {"port that is none", get_of("http://a:8x/")},
      {"port alone", get_of("http://:80/")},
      {"open bracket in the authority", get_of("http://[::1/")},
      {"fragment for a path", get_of("http://a#b")},
      {"fragment after the path", get_of("http://a/#b")},
      {"backslash for a slash", get_of("http:\\\\a/")},
      {"one slash", get_of("http:/a/")},
      {"no slashes", get_of("http:a/")},
      {"three slashes", get_of("http:///a/")},
      {"scheme without an end", get_of("http")},
      {"another scheme", get_of("ftp://a/")},
      {"web socket's scheme", get_of("ws://a/")},
      {"longer scheme", get_of("httpss://a/")},
      {"network path", get_of("://a/")},
      {"dot segments after the authority", get_of("http://a/../b")},
      {"bad escape after the authority", get_of("http://a/%zz")},
      {"CONNECT, absolute", "CONNECT http://a/ HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"asterisk form, absolute", "OPTIONS http://a HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"absolute form too long", get_of("http://a/" + std::string(kMaxTargetBytes, 'a')), 414},
  };
}

std::vector<Malformed> malformed_fields() {
  using namespace std::string_literals;
  return {
      {"no Host", "GET / HTTP/1.1\r\n\r\n"},
      {"two Hosts", with("Host: a")},
      {"two different Hosts", with("host: b")},
      {"empty Host", host_of("")},
      {"Host with blanks alone", host_of("  ")},
      {"Host with a space", host_of("a b")},
      {"Host with a list", host_of("a, b")},  // the space
      {"Host with a user", host_of("u@a")},
      {"Host with a path", host_of("a/b")},
      {"Host with an escape", host_of("a%20b")},
      {"Host with a high byte", host_of("\xc3\xa9.example")},
      {"Host with an empty port", host_of("a:")},
      {"Host with a bad port", host_of("a:8x")},
      {"Host with a port too great", host_of("a:65536")},
      {"Host with two ports", host_of("a:1:2")},
      {"Host with a port alone", host_of(":80")},
      {"Host with an open bracket", host_of("[::1")},
      {"Host with empty brackets", host_of("[]")},
      {"Host with a zone", host_of("[fe80::1%25eth0]")},
      {"folded line", with("A: b\r\n c")},
      {"folded by a tab", with("A: b\r\n\tc")},
      {"folded Transfer-Encoding", post_with("Transfer-Encoding:\r\n chunked", "0\r\n\r\n")},
      {"blank before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n"},
      {"space before the colon", with("A : b")},
      {"tab before the colon", with("A\t: b")},
      {"space before the colon of a length", post_with("Content-Length : 1", "x")},
      {"no colon", with("hello")},
      {"empty name", with(": b")},
      {"space in the name", with("A b: c")},
      {"brackets in the name", with("A[b]: c")},
      {"high byte in the name", with("\xc3\xa9: c")},
      {"NUL in the name", with("A\0b: c"s)},
      {"NUL in the value", with("A: b\0c"s)},
      {"NUL hidden in a length", post_with("Content-Length: 1\0"s, "x")},
      {"bare CR in the value", with("A: b\rc")},
      {"bare LF in the value", with("A: b\nB: c")},
      {"bare LF at the end", kGet + "A: b\n\r\n"},
      {"LF LF ends the head", "GET / HTTP/1.1\r\nHost: a\n\n"},
      {"CR CR LF ends the head", kGet + "\r\r\n"},
      {"bell in the value", with("A: \x07")},
      {"vertical tab before a value", post_with("Transfer-Encoding: \x0b"
                                                "chunked",
                                                "0\r\n\r\n")},
      {"DEL in the value", with("A: \x7f")},
      {"malformed Connection", with("Connection: close; x")},
      {"odd Expect", post_with("Content-Length: 1\r\nExpect: 200-ok", "x")},
      {"Expect with more", post_with("Content-Length: 1\r\nExpect: 100-continue, x", "x")},
      {"empty Expect", post_with("Content-Length: 1\r\nExpect:", "x")},
      {"two Expects", post_with("Expect: 100-continue\r\nExpect: 100-continue", "")},
      {"a field too many", fields(kMaxFields + 1), 431},
      {"head too large", with("A: " + std::string(16 * 1024, 'b')), 431},
      {"head that never ends", kGet + "A: " + std::string(32 * 1024, 'b'), 431},
      {"many fields too large",
       kGet + "A: " + std::string(9000, 'b') + "\r\nB: " + std::string(9000, 'b') + "\r\n\r\n",
       431},
  };
}

std::vector<Malformed> malformed_framing() {
  return {
      {"both lengths", post_with("Content-Length: 5\r\nTransfer-Encoding: chunked", "0\r\n\r\n")},
      {"both, the other way",
       post_with("Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n")},
      {"equal lengths twice", post_with("Content-Length: 1\r\nContent-Length: 1", "x")},
      {"different lengths", post_with("Content-Length: 1\r\nContent-Length: 2", "xy")},
      {"a list of lengths", post_with("Content-Length: 1, 1", "x")},
      {"negative length", post_with("Content-Length: -1", "x")},
      {"length with a plus", post_with("Content-Length: +1", "x")},
      {"hexadecimal length", post_with("Content-Length: 0x1", "x")},
      {"hexadecimal digits", post_with("Content-Length: a", "x")},
      {"fraction", post_with("Content-Length: 1.0", "x")},
      {"length with an underscore", post_with("Content-Length: 1_0", "x")},
      {"length with a space", post_with("Content-Length: 1 0", "x")},
      {"empty length", post_with("Content-Length:", "x")},
      {"length with leading zero", post_with("Content-Length: 01", "x")},
      {"overflowing length", post_with("Content-Length: 18446744073709551617", "x")},
      {"length above the limit", post_with("Content-Length: 65537"), 413},
      {"length far above the limit", post_with("Content-Length: 999999999999999999"), 413},
      {"body on GET", with("Content-Length: 1") + "x"},
      {"body on HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx"},
      {"chunks on GET", with("Transfer-Encoding: chunked") + "0\r\n\r\n"},
      {"unknown coding", post_with("Transfer-Encoding: xchunked", "0\r\n\r\n")},
      {"gzip, chunked", post_with("Transfer-Encoding: gzip, chunked", "0\r\n\r\n")},
      {"chunked, identity", post_with("Transfer-Encoding: chunked, identity", "0\r\n\r\n")},
      {"chunked twice in a list", post_with("Transfer-Encoding: chunked, chunked", "0\r\n\r\n")},
      {"chunked in two fields",
       post_with("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n")},
      {"identity", post_with("Transfer-Encoding: identity", "")},
      {"empty coding", post_with("Transfer-Encoding:", "")},
      {"coding with a parameter", post_with("Transfer-Encoding: chunked;q=1", "0\r\n\r\n")},
      {"quoted coding", post_with("Transfer-Encoding: \"chunked\"", "0\r\n\r\n")},
      {"chunks in HTTP/1.0",
       "POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
      {"empty chunk size", kChunked + "\r\n\r\n"},
      {"chunk size with 0x", kChunked + "0x1\r\nx\r\n0\r\n\r\n"},
      {"negative chunk size", kChunked + "-1\r\n"},
      {"chunk size with a plus", kChunked + "+1\r\nx\r\n0\r\n\r\n"},
      {"chunk size with a leading space", kChunked + " 1\r\nx\r\n0\r\n\r\n"},
      {"chunk size with a space after it", kChunked + "1 \r\nx\r\n0\r\n\r\n"},
      {"chunk size without hex", kChunked + "g\r\n"},
      {"chunk size of 17 digits", kChunked + "00000000000000001\r\nx\r\n0\r\n\r\n"},
      {"overflowing chunk size", kChunked + "FFFFFFFFFFFFFFFFF\r\n", 413},
      {"chunk above the limit", kChunked + "10001\r\n", 413},
      {"chunks together above the limit", kChunked + "1\r\nx\r\n10000\r\n", 413},
      {"bare LF after a chunk size", kChunked + "1\nx\r\n0\r\n\r\n"},
      {"bare CR after a chunk size", kChunked + "1\rx\r\n0\r\n\r\n"},
      {"bare LF after a chunk", kChunked + "1\r\nx\n0\r\n\r\n"},
      {"chunk longer than said", kChunked + "1\r\nxy\r\n0\r\n\r\n"},
      {"chunk shorter than said", kChunked + "3\r\nx\r\n0\r\n\r\n"},
      {"bare LF in an extension", kChunked + "1;a=b\nx\r\n0\r\n\r\n"},
      {"control in an extension", kChunked + "1;a=\x01\r\nx\r\n0\r\n\r\n"},
      {"extension without a name", kChunked + "1;\r\nx\r\n0\r\n\r\n"},
      {"extension without a value", kChunked + "1;a=\r\nx\r\n0\r\n\r\n"},
      {"extension with blanks", kChunked + "1; a=b\r\nx\r\n0\r\n\r\n"},
      {"extension with an open quote", kChunked + "1;a=\"\r\nx\r\n0\r\n\r\n"},
      {"extension with an escape", kChunked + "1;a=\"\\\"\"\r\nx\r\n0\r\n\r\n"},
      {"extension with a high byte", kChunked + "1;a=\xff\r\nx\r\n0\r\n\r\n"},
      {"extension too long", kChunked + "1;" + std::string(1025, 'a') + "\r\nx\r\n0\r\n\r\n"},
      {"trailer", kChunked + "0\r\nA: b\r\n\r\n"},
      {"forbidden trailer", kChunked + "0\r\nContent-Length: 1\r\n\r\n"},
      {"bare LF at the end of the chunks", kChunked + "0\r\n\n"},
  };
}

std::vector<Malformed> all_malformed() {
  std::vector<Malformed> rows = malformed_request_lines();
  for (auto part :
       {malformed_targets, malformed_absolute_forms, malformed_fields, malformed_framing})
    for (auto& row : part()) rows.push_back(std::move(row));
  return rows;
}

TEST(Parser, RefusesWhatTwoParsersCouldReadDifferently) {
  const auto rows = all_malformed();
  EXPECT_GE(rows.size(), 150u);
  for (const auto& row : rows) {
    const Outcome outcome = read_message(row.message);
    EXPECT_EQ(outcome.state, ParseState::refused) << row.why;
    EXPECT_EQ(outcome.status, row.status) << row.why;
  }
}

struct Good {
  std::string_view what;
  std::string message;
  Method method = Method::get;
  std::string_view path = "/";
  std::string_view query = {};
  std::string_view body = {};
  bool keep_alive = true;
};

std::vector<Good> good_messages() {
  return {
      {"plain", kGet + "\r\n"},
      {"one empty line first", "\r\n" + kGet + "\r\n"},
      {"query", get_of("/a/b?c=d&e"), Method::get, "/a/b", "c=d&e"},
      {"empty query", get_of("/a?"), Method::get, "/a"},
      {"question marks", get_of("/a?b?c"), Method::get, "/a", "b?c"},
      {"brackets in the query", get_of("/?a[]=1|2"), Method::get, "/", "a[]=1|2"},
      {"escapes", get_of("/%ea%b0%80%20x"), Method::get, "/%ea%b0%80%20x"},
      {"dots that are no segment", get_of("/.well-known/a..b/..."), Method::get,
       "/.well-known/a..b/..."},
      {"empty segments", get_of("//a//"), Method::get, "//a//"},
      {"HEAD", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", Method::head},
      {"unknown method", "M-SEARCH / HTTP/1.1\r\nHost: a\r\n\r\n", Method::other},
      {"TRACE", "TRACE / HTTP/1.1\r\nHost: a\r\n\r\n", Method::other},
      {"DELETE with a body", "DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi",
       Method::delete_, "/", "", "hi"},
      {"POST without a length", kPost + "\r\n", Method::post, "/x"},
      {"length zero on GET", with("Content-Length: 0")},
      {"body", post_with("Content-Length: 5", "hello"), Method::post, "/x", "", "hello"},
      {"chunks", kChunked + "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", Method::post, "/x", "", "hello!"},
      {"chunks in capitals and leading zeros", kChunked + "00A\r\n0123456789\r\n000\r\n\r\n",
       Method::post, "/x", "", "0123456789"},
      {"chunk extension", kChunked + "2;a=\"b c\";d;e=f\r\nhi\r\n0;c\r\n\r\n", Method::post, "/x",
       "", "hi"},
      {"Chunked in capitals", post_with("TRANSFER-ENCODING: Chunked", "0\r\n\r\n"), Method::post,
       "/x"},
      {"close", with("Connection: close"), Method::get, "/", "", "", false},
      {"close in a list", with("Connection: x, Close"), Method::get, "/", "", "", false},
      {"close wins", with("Connection: keep-alive\r\nConnection: close"), Method::get, "/", "", "",
       false},
      {"HTTP/1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", Method::get, "/", "", "", false},
      {"HTTP/1.0 without Host", "GET / HTTP/1.0\r\n\r\n", Method::get, "/", "", "", false},
      {"HTTP/1.0 that stays", "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"},
      {"Host with a port", host_of("a.example:8080")},
      {"Host in IPv6", host_of("[::1]:80")},
      {"Host in IPv4", host_of("127.0.0.1")},
      {"as many fields as there may be", fields(kMaxFields)},
      {"longest target", get_of("/" + std::string(kMaxTargetBytes - 1, 'a')), Method::get, ""},
      {"absolute form", get_of("http://a/b?c=d"), Method::get, "/b", "c=d"},
      {"absolute form, https", get_of("https://a/b"), Method::get, "/b"},
      {"absolute form in capitals", get_of("HTTP://A/B"), Method::get, "/B"},
      {"absolute form with a port", "GET http://A.b:80/ HTTP/1.1\r\nHost: a.B:80\r\n\r\n"},
      {"absolute form in IPv6", "GET http://[::a]:8/ HTTP/1.1\r\nHost: [::A]:8\r\n\r\n"},
      {"absolute form without a path", get_of("http://a")},
      {"absolute form with a query alone", get_of("http://a?c=/d"), Method::get, "/", "c=/d"},
      {"absolute form, empty query", get_of("http://a?")},
      {"absolute form, empty segments", get_of("http://a//b"), Method::get, "//b"},
      {"absolute form, user in the path", get_of("http://a/@b"), Method::get, "/@b"},
      {"absolute form in HTTP/1.0", "GET http://a/ HTTP/1.0\r\nHost: a\r\n\r\n", Method::get, "/",
       "", "", false},
      {"absolute form with a body",
       "POST http://a/x HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi", Method::post, "/x", "",
       "hi"},
      {"OPTIONS, absolute", "OPTIONS http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", Method::options},
      {"tab in a value", with("A: b\tc")},
      {"high bytes in a value", with("A: \xea\xb0\x80")},
      {"empty value", with("A:")},
  };
}

TEST(Parser, ReadsWellFormedMessages) {
  for (const auto& row : good_messages()) {
    const Outcome outcome = read_message(row.message);
    ASSERT_EQ(outcome.state, ParseState::complete) << row.what << " " << outcome.status;
    const char* const base = row.message.data();
    EXPECT_EQ(outcome.message_size, row.message.size()) << row.what;
    EXPECT_EQ(outcome.head.method, row.method) << row.what;
    EXPECT_TRUE(row.path.empty() || outcome.head.path.in(base) == row.path) << row.what;
    EXPECT_EQ(outcome.head.query.in(base), row.query) << row.what;
    EXPECT_EQ(outcome.body, row.body) << row.what;
    EXPECT_EQ(outcome.head.keep_alive, row.keep_alive) << row.what;
  }
}

TEST(Parser, GivesTheAbsoluteFormsTargetAsTheUsualOne) {
  const std::pair<std::string_view, std::string_view> rows[] = {
      {"/a?b", "/a?b"},          {"http://a/a?b", "/a?b"}, {"http://a/", "/"},
      {"https://a", "/"},        {"http://a?b", "?b"},     {"http://a//http://b/", "//http://b/"},
      {"/http://b", "/http://b"}};
  for (const auto& [sent, target] : rows) {
    const std::string message = get_of(sent);
    const Outcome outcome = read_message(message);
    ASSERT_EQ(outcome.state, ParseState::complete) << sent;
    EXPECT_EQ(outcome.head.target.in(message.data()), target) << sent;
    EXPECT_EQ(outcome.head.authority.in(message.data()), sent.front() == '/' ? "" : "a") << sent;
  }
}

// Every message of both tables, cut into two pieces at each place, and byte by byte.
void expect_same_for_all_cuts(const std::string& message, std::string_view name) {
  const Outcome whole = read_message(message);
  if (message.size() < 2000) {
    for (std::size_t cut = 0; cut <= message.size(); ++cut)
      ASSERT_TRUE(same_outcome(whole, read_message(message, {cut}))) << name << " at " << cut;
  }
  std::vector<std::size_t> steps;
  const std::size_t step = message.size() < 2000 ? 1 : 97;
  for (std::size_t cut = step; cut < message.size(); cut += step) steps.push_back(cut);
  ASSERT_TRUE(same_outcome(whole, read_message(message, steps))) << name;
}

TEST(Parser, AnswersTheSameHoweverTheBytesArrive) {
  for (const auto& row : all_malformed()) expect_same_for_all_cuts(row.message, row.why);
  for (const auto& row : good_messages()) expect_same_for_all_cuts(row.message, row.what);
}

// Its first bytes say where the fuzz target cuts; here they are part of the (refused) message too.
TEST(Parser, AnswersTheSameForTheKeptCorpus) {
  int files = 0;
  for (const auto& file : std::filesystem::directory_iterator("tests/corpus/http")) {
    std::ifstream stream(file.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(stream), {}};
    for (std::size_t skipped = 0; skipped < std::min<std::size_t>(bytes.size(), 8); ++skipped)
      expect_same_for_all_cuts(bytes.substr(skipped), file.path().native());
    ++files;
  }
  EXPECT_GT(files, 10);
}

TEST(Parser, IsIncompleteUntilTheLastByte) {
  for (const auto& row : good_messages())
    EXPECT_EQ(read_message(std::string_view(row.message).substr(0, row.message.size() - 1)).state,
              ParseState::incomplete)
        << row.what;
}

TEST(Parser, LeavesTheNextMessageAlone) {
  for (const auto& row : good_messages()) {
    const Outcome outcome = read_message(row.message + "GET /next HTTP/1.1\r\n");
    ASSERT_EQ(outcome.state, ParseState::complete) << row.what;
    EXPECT_EQ(outcome.message_size, row.message.size()) << row.what;
  }
}

TEST(Parser, ForgetsTheLastMessageWhenReset) {
  HeadParser parser(16 * 1024);
  const std::string first =
      post_with("Content-Length: 5\r\nExpect: 100-continue\r\nConnection: close");
  ASSERT_EQ(parser.feed(first.data(), first.size()), ParseState::complete);
  EXPECT_TRUE(parser.head().expect_continue);
  EXPECT_EQ(parser.head().content_length, 5u);
  parser.reset();
  const std::string absolute = get_of("http://a/b");
  ASSERT_EQ(parser.feed(absolute.data(), absolute.size()), ParseState::complete);
  parser.reset();
  const std::string second = "GET /b HTTP/1.1\r\nHost: b\r\n\r\n";
  ASSERT_EQ(parser.feed(second.data(), second.size()), ParseState::complete);
  EXPECT_FALSE(parser.head().expect_continue);
  EXPECT_FALSE(parser.head().has_body());
  EXPECT_TRUE(parser.head().keep_alive);
  EXPECT_EQ(parser.head().field_count, 1u);
}

TEST(Parser, CountsTheLimitOfTheHeadToTheByte) {
  const std::string padding = with("A: " + std::string(200, 'b'));
  EXPECT_EQ(read_message(padding, {}, padding.size()).state, ParseState::complete);
  EXPECT_EQ(read_message(padding, {}, padding.size() - 1).status, 431);
}

TEST(Parser, TakesABodyOfExactlyTheLimit) {
  const std::string body(64 * 1024, 'x');
  EXPECT_EQ(read_message(post_with("Content-Length: 65536", body)).body.size(), body.size());
  EXPECT_EQ(read_message(kChunked + "10000\r\n" + body + "\r\n0\r\n\r\n").body.size(), body.size());
}

TEST(Parser, FindsForbiddenCharactersAtEveryPlace) {
  for (std::size_t size = 1; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (const char bad : {'\0', '\x01', '\x1f', '\x7f', '\r'}) {
        std::string value(size, '\xff');
        if (at > 0) value[at - 1] = '\t';
        value[at] = bad;
        EXPECT_EQ(read_message(with("A: b" + value + "c")).status, 400) << size << " " << at;
      }
      std::string tabs(size, '\x80');
      tabs[at] = '\t';
      EXPECT_EQ(read_message(with("A: b" + tabs + "c")).state, ParseState::complete);
    }
  }
}

}  // namespace
}  // namespace frontrow::http
