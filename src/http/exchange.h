// The port between the server and its handlers: one request and its one answer, or a stream.
//
//   server handler = [](std::shared_ptr<Exchange> exchange) {       // on the exchange's io thread
//     if (fast) return exchange->respond(answer(exchange->request()));
//     engine.submit(command_of(exchange->request()), [exchange](Outcome outcome) {   // any thread
//       exchange->post([exchange, outcome] { exchange->respond(answer(outcome)); });
//     });
//   };
//
// An exchange that is dropped without an answer is answered with 500.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "http/request.h"
#include "http/response.h"

namespace frontrow::http {

// An open answer that is written piece by piece (server-sent events); it ends when the connection
// closes. All functions: on the exchange's io thread only (Exchange::post, Server::post_to), but
// the last pointer may be dropped anywhere.
class Stream {
 public:
  virtual ~Stream() = default;

  // Queues the bytes and writes what the socket takes. A reader whose unsent bytes would exceed
  // ServerOptions::stream_buffer_bytes is cut off. Does nothing once closed.
  virtual void send(std::string_view bytes) = 0;
  // The same without copying, for bytes that many streams share.
  virtual void send(std::shared_ptr<const std::string> bytes) = 0;
  // Writes what is queued, then closes. on_close is called when that is done.
  virtual void close() = 0;
  virtual bool is_open() const = 0;
  // Called once, on the io thread, when the client is gone, was cut off, or close() is complete;
  // later registrations replace earlier ones. Called at once (posted) if the stream is over
  // already.
  virtual void on_close(std::function<void()> callback) = 0;
  // Which io thread it lives on, for a hub that keeps one list a thread.
  virtual std::size_t thread_index() const = 0;
};

class Exchange {
 public:
  virtual ~Exchange() = default;

  // Valid until respond or start_stream.
  virtual const Request& request() const = 0;

  // Sends the answer; to a client that is gone already it does nothing. HEAD gets the headers that
  // GET would get; 204 and 304 have no body. Requires: the io thread; neither respond nor
  // start_stream was called before.
  virtual void respond(Response response) = 0;

  // Runs `function` on the io thread, never inside this call; in the order posted. Any thread.
  // After Server::stop it is destroyed unrun.
  virtual void post(std::function<void()> function) = 0;

  // False beyond the bound of streams and while draining: the caller then answers 503. Io thread.
  virtual bool can_stream() const = 0;
  // Sends status and headers of `head` (its body first, if any) and keeps the answer open. For HEAD
  // the headers alone, and the stream is over at once. Requires: as respond; can_stream().
  virtual std::shared_ptr<Stream> start_stream(Response head) = 0;

  virtual std::size_t thread_index() const = 0;
};

using Handler = std::function<void(std::shared_ptr<Exchange>)>;

// How many body bytes a call may have; asked when the head is read, before the body. Io thread.
using BodyLimit = std::function<std::size_t(Method method, std::string_view path)>;

// Renders the answer to a message that no handler sees: `reason_code` is the contract's code
// ("bad_request", "payload_too_large", …, "overloaded", "internal_error"). `accept_language` is
// empty where the head was not read that far. Io thread.
using ErrorBody =
    std::function<Response(int status, std::string_view reason_code, std::string_view detail,
                           std::string_view request_id, std::string_view accept_language)>;

}  // namespace frontrow::http
