// A call of the public contract on a page's behalf: with the browser's own cookies, origin,
// language and address, so that it may do what the browser itself may, and nothing else.
//
//   inner_call(exchange, api, {http::Method::get, "/v1/queue-tokens/current"},
//              [exchange](const http::Response& answer) { exchange->respond(page_of(answer)); });
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "http/exchange.h"

namespace frontrow::pages {

struct InnerRequest {
  http::Method method = http::Method::get;  // get, head, post or delete_
  std::string path;          // of the contract, with its query; characters that need no escape
  std::string concert = {};  // whose queue and entry are meant; empty: none
};

// `then` is called once, on the exchange's io thread, perhaps inside this call; not at all where
// the handler drops the call: the outer exchange is then dropped with it, which is answered with
// 500; nor where the call's head is none that the server would read (the client's fields with it
// are too many bytes): the exchange is then answered with 400. Requires: `exchange` is not
// answered, and is not until `then` is called. On its io thread.
void inner_call(std::shared_ptr<http::Exchange> exchange, const http::Handler& api,
                const InnerRequest& inner, std::function<void(const http::Response&)> then);

}  // namespace frontrow::pages
