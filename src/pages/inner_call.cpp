#include "pages/inner_call.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/check.h"
#include "http/parser.h"

namespace frontrow::pages {
namespace {

// What says who asks and from where. Everything else of the outer request is about the page.
constexpr std::array<std::string_view, 6> kPassedOn = {
    "Cookie", "Origin", "Sec-Fetch-Site", "Accept-Language", "X-Forwarded-Proto", "X-Request-Id"};

std::string_view name_of(http::Method method) {
  switch (method) {
    case http::Method::head:
      return "HEAD";
    case http::Method::post:
      return "POST";
    case http::Method::delete_:
      return "DELETE";
    default:
      return "GET";
  }
}

std::string head_text(const http::Request& outer, const InnerRequest& inner) {
  // HTTP/1.1 needs a Host, which a client of HTTP/1.0 need not send.
  const std::string_view host = outer.host();
  std::string text(name_of(inner.method));
  text.append(" ").append(inner.path).append(host.empty() ? " HTTP/1.0" : " HTTP/1.1");
  if (!host.empty()) text.append("\r\nHost: ").append(host);
  text += "\r\nFrontrow-Cookies: yes\r\n";
  if (!inner.concert.empty())
    text.append("Frontrow-Concert: ").append(inner.concert).append("\r\n");
  for (const std::string_view name : kPassedOn)
    if (const auto value = outer.header(name))
      text.append(name).append(": ").append(*value).append("\r\n");
  return text + "\r\n";
}

// The exchange that the handler of the contract sees.
class InnerExchange final : public http::Exchange {
 public:
  InnerExchange(std::shared_ptr<http::Exchange> outer, const InnerRequest& inner,
                std::function<void(const http::Response&)> then)
      : outer_(std::move(outer)),
        text_(head_text(outer_->request(), inner)),
        path_(inner.path.substr(0, inner.path.find('?'))),
        then_(std::move(then)),
        parser_(http::kMaxHeadBytes),
        state_(parser_.feed(text_.data(), text_.size())),
        request_(parser_.head(), text_.data(), path_, "", outer_->request().request_id(),
                 outer_->request().client_address(), outer_->request().from_trusted_proxy()) {}

  // Whether the contract could be asked this at all; request() only where it can.
  bool is_whole() const { return state_ == http::ParseState::complete; }

  const http::Request& request() const override { return request_; }
  void respond(http::Response response) override {
    const auto then = std::move(then_);
    then(response);
  }
  void post(std::function<void()> function) override { outer_->post(std::move(function)); }
  bool can_stream() const override { return false; }
  std::shared_ptr<http::Stream> start_stream(http::Response) override {
    FRONTROW_CHECK(false, "a page's call cannot stream");
    return nullptr;
  }
  std::size_t thread_index() const override { return outer_->thread_index(); }

 private:
  std::shared_ptr<http::Exchange> outer_;
  std::string text_;
  std::string path_;
  std::function<void(const http::Response&)> then_;
  http::HeadParser parser_;
  http::ParseState state_;
  http::Request request_;
};

http::Response bad_request() {
  http::Response response;
  response.status = 400;
  response.content_type = "text/plain; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.body = "This request cannot be read.\n";
  return response;
}

}  // namespace

void inner_call(std::shared_ptr<http::Exchange> exchange, const http::Handler& api,
                const InnerRequest& inner, std::function<void(const http::Response&)> then) {
  auto call = std::make_shared<InnerExchange>(exchange, inner, std::move(then));
  if (!call->is_whole()) return exchange->respond(bad_request());
  api(std::move(call));
}

}  // namespace frontrow::pages
