// A second opinion: what our parser takes, Boost.Beast's parser takes too and reads alike. (The
// reverse is not so: Beast takes forms that must be refused.)
#include <gtest/gtest.h>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/random.h"
#include "http/parser_replay.h"

namespace frontrow::http {
namespace {

namespace beast = boost::beast::http;

struct Reading {
  bool complete = false;
  std::string method, target, host, body;
  bool keep_alive = false;
};

Reading beast_reading(std::string_view message) {
  beast::request_parser<beast::string_body> parser;
  parser.eager(true);
  parser.body_limit(1 << 20);
  parser.header_limit(64 * 1024);
  boost::system::error_code error;
  std::size_t used = 0;
  while (!parser.is_done() && used < message.size()) {
    const std::size_t taken =
        parser.put(boost::asio::const_buffer(message.data() + used, message.size() - used), error);
    used += taken;
    if (error || taken == 0) break;
  }
  Reading reading;
  reading.complete = parser.is_done() && !error && used == message.size();
  if (!reading.complete) return reading;
  reading.method = std::string(parser.get().method_string());
  reading.target = std::string(parser.get().target());
  reading.host = std::string(parser.get()["Host"]);
  reading.body = parser.get().body();
  reading.keep_alive = parser.get().keep_alive();
  return reading;
}

// A random message, mostly well-formed, with parts that are not.
std::string random_message(SeededRandom& random) {
  const auto one_of = [&](std::initializer_list<const char*> choices) {
    return std::string(choices.begin()[random.below(choices.size())]);
  };
  std::string message = one_of({"GET", "POST", "PUT", "DELETE", "M-X", "HEAD", "get"}) + " ";
  if (random.below(4) == 0)
    message += one_of({"http://a", "HTTPS://A", "http://a:80", "http://[::1]:8", "http://b",
                       "http://u@a", "http:/", "http://"});
  message += one_of({"/", "/a/b", "/a?b=c", "/%41", "/%2f", "/a b", "//", "/?%ea%b0%80", "", "?b"});
  message += one_of({" HTTP/1.1", " HTTP/1.1", " HTTP/1.1", " HTTP/1.0", " HTTP/1.2"}) + "\r\n";
  message += one_of({"Host: a\r\n", "host:a:80\r\n", "HOST: \t[::1]:8 \r\n", "", "Host: a\n"});
  for (std::uint64_t i = random.below(4); i > 0; --i)
    message += one_of({"A: b\r\n", "A:\r\n", "B: \"x, y\"\t\r\n", "Connection: close\r\n",
                       "Connection: keep-alive\r\n", "A : b\r\n", "C: d\r\n e\r\n", "\xc3: x\r\n"});
  message +=
      one_of({"", "", "Content-Length: 5\r\n", "Content-Length: 05\r\n",
              "Transfer-Encoding: chunked\r\n", "Transfer-Encoding: Chunked\r\n",
              "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 0\r\n"});
  message += "\r\n";
  message +=
      one_of({"", "hello", "5\r\nhello\r\n0\r\n\r\n", "2;x=y\r\nhi\r\n3\r\n123\r\n000\r\n\r\n",
              "0\r\n\r\n", "5\nhello\r\n0\r\n\r\n"});
  if (random.below(4) == 0)
    message[random.below(message.size())] = static_cast<char>(random.next());
  return message;
}

// Whether the target is the one that was sent, or all of it behind the authority, which then is the
// one that Host names, as a person would take it apart.
bool is_target_of(const Head& head, const char* base, const Reading& theirs) {
  const std::string_view target = head.target.in(base);
  if (theirs.target.starts_with('/')) return target == theirs.target && head.authority.size == 0;
  const std::size_t begin = theirs.target.find("//") + 2;
  const std::size_t end = std::min(theirs.target.find_first_of("/?", begin), theirs.target.size());
  const std::string authority = theirs.target.substr(begin, end - begin);
  const std::string rest = theirs.target.substr(end);
  return equal_without_case(authority, theirs.host) && target == (rest.empty() ? "/" : rest);
}

TEST(Parser, ReadsWhatItTakesAsBeastDoes) {
  SeededRandom random(20261121);
  int taken = 0;
  int absolute = 0;
  for (int i = 0; i < 400'000; ++i) {
    const std::string message = random_message(random);
    const Outcome ours = read_message(message);
    if (ours.state != ParseState::complete || ours.message_size != message.size()) continue;
    ++taken;
    absolute += ours.head.authority.size > 0 ? 1 : 0;
    const Reading theirs = beast_reading(message);
    const char* const base = message.data();
    ASSERT_TRUE(theirs.complete) << message;
    ASSERT_EQ(ours.head.method_name.in(base), theirs.method) << message;
    // Beast leaves the absolute form as it is.
    ASSERT_TRUE(is_target_of(ours.head, base, theirs)) << message;
    ASSERT_EQ(ours.head.host.in(base), theirs.host) << message;
    ASSERT_EQ(ours.body, theirs.body) << message;
    // Beast lets "keep-alive" win over "close" in some orders; we never keep what it would close.
    ASSERT_TRUE(theirs.keep_alive || !ours.head.keep_alive) << message;
  }
  EXPECT_GT(taken, 5'000);
  EXPECT_GT(absolute, 100);
}

}  // namespace
}  // namespace frontrow::http
