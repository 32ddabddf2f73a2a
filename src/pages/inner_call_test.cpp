#include "pages/inner_call.h"

#include <optional>

#include "http/parser.h"

namespace frontrow::pages {
namespace {

// The request of a browser, and what it is answered.
class Outer final : public http::Exchange {
 public:
  explicit Outer(std::string text)
      : text_(std::move(text)),
        parser_(http::kMaxHeadBytes),
        state_(parser_.feed(text_.data(), text_.size())),
        request_(parser_.head(), text_.data(), "/page", "", "id", {}, false) {
    EXPECT_EQ(state_, http::ParseState::complete);
  }
  const http::Request& request() const override { return request_; }
  void respond(http::Response response) override { status = response.status; }
  void post(std::function<void()> function) override { function(); }
  bool can_stream() const override { return false; }
  std::shared_ptr<http::Stream> start_stream(http::Response) override { return nullptr; }
  std::size_t thread_index() const override { return 0; }

  std::optional<int> status;

 private:
  std::string text_;
  http::HeadParser parser_;
  http::ParseState state_;
  http::Request request_;
};

struct Seen {
  std::string path, query, host, cookie;
  bool operator==(const Seen&) const = default;
};

// What the contract's handler saw of a call; empty where it was not called.
std::optional<Seen> seen_of(const std::shared_ptr<Outer>& outer, const std::string& path) {
  std::optional<Seen> seen;
  const http::Handler api = [&](std::shared_ptr<http::Exchange> exchange) {
    const http::Request& request = exchange->request();
    seen = Seen{std::string(request.path()), std::string(request.query()),
                std::string(request.host()), std::string(request.header("Cookie").value_or(""))};
    exchange->respond({});
  };
  inner_call(outer, api, {http::Method::get, path}, [](const http::Response&) {});
  return seen;
}

TEST(InnerCall, HasThePathTheHostAndTheCookiesOfItsCaller) {
  const auto outer =
      std::make_shared<Outer>("GET /page HTTP/1.1\r\nHost: a.example\r\nCookie: c=1\r\n\r\n");
  EXPECT_EQ(seen_of(outer, "/v1/x?a=b"), (Seen{"/v1/x", "a=b", "a.example", "c=1"}));
}

TEST(InnerCall, NamesTheConcertThatIsMeant) {
  const auto outer = std::make_shared<Outer>("GET /page HTTP/1.1\r\nHost: a.example\r\n\r\n");
  std::string named;
  const http::Handler api = [&](std::shared_ptr<http::Exchange> exchange) {
    named = exchange->request().header("Frontrow-Concert").value_or("");
    exchange->respond({});
  };
  inner_call(outer, api, {http::Method::get, "/v1/x", "concert_a"}, [](const http::Response&) {});
  EXPECT_EQ(named, "concert_a");
}

TEST(InnerCall, NeedsNoHostWhereTheClientNeededNone) {
  const auto outer = std::make_shared<Outer>("GET /page HTTP/1.0\r\nCookie: c=1\r\n\r\n");
  EXPECT_EQ(seen_of(outer, "/v1/x"), (Seen{"/v1/x", "", "", "c=1"}));
}

TEST(InnerCall, ThatNobodyCouldReadIsABadRequest) {
  const std::string overlong = "/v1/" + std::string(http::kMaxTargetBytes, 'x');
  for (const std::string& path : {overlong, std::string("/v1/a b")}) {
    const auto outer = std::make_shared<Outer>("GET /page HTTP/1.1\r\nHost: a.example\r\n\r\n");
    EXPECT_EQ(seen_of(outer, path), std::nullopt);
    EXPECT_EQ(outer->status, 400);
  }
}

}  // namespace
}  // namespace frontrow::pages
