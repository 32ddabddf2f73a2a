// A strict HTTP/1.1 server: it reads requests on its own io threads, hands each to the handler as
// an Exchange and writes the answers in order. It knows no ticket.
//
//   Server server(options, handler, error_body, body_limit);
//   if (auto started = server.start(); !started) return fail(started.error());
//   …
//   server.begin_drain();   // answers say Connection: close, idle connections are closed
//   server.stop();          // everything is closed, the threads are joined
//
// Threads: one event loop a thread; a connection lives on one thread for good. Construct, set_tick,
// start and stop from one thread; the rest from any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "http/address.h"
#include "http/exchange.h"

namespace frontrow::http {

struct ServerOptions {
  std::string host = "127.0.0.1";  // an address or a name of this machine
  std::uint16_t port = 0;          // 0 picks one
  std::size_t threads = 1;

  std::size_t max_connections = 16384;  // beyond: 503 and close; far beyond: closed at once
  std::size_t max_streams = 0;          // 0: half of max_connections
  std::size_t head_bytes = 16 * 1024;   // beyond: 431
  std::size_t body_bytes = 64 * 1024;   // where no BodyLimit is given; beyond: 413
  std::size_t stream_buffer_bytes = 256 * 1024;  // unsent bytes of a stream; beyond: cut off

  Duration head_timeout = seconds(10);  // first byte to the end of the head; then 408
  Duration body_timeout = seconds(30);  // end of the head to the end of the body; then 408
  Duration write_progress_timeout = seconds(30);  // no byte of an answer taken; then cut off
  Duration idle_timeout = seconds(60);  // no further request; then closed (the first: head_timeout)
  Duration linger_timeout = seconds(2);      // wait for a refused client to read and close
  Duration drain_idle_timeout = seconds(1);  // as idle_timeout, while draining

  std::vector<Network> trusted_proxies;  // believed in X-Forwarded-For

  // For the Date header alone (deadlines use the steady clock); null: no Date header. Used from all
  // io threads; must outlive the server.
  const Clock* clock = nullptr;
  // Random bits that tell this process's generated request ids from another's.
  std::uint64_t instance = 0;
  // Called with a line for the log (no personal data), on an io thread, at most once a second for
  // each cause.
  std::function<void(std::string_view)> log;
};

struct ServerCounters {
  std::uint64_t connections_open = 0;
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_refused = 0;  // over max_connections
  std::uint64_t streams_open = 0;
  std::uint64_t streams_cut = 0;  // slow readers
  std::uint64_t requests = 0;     // handed to the handler
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t accept_pauses = 0;  // out of descriptors or memory
  // Messages refused before a handler saw them, by the status they got.
  struct Refused {
    int status = 0;
    std::uint64_t count = 0;
  };
  std::array<Refused, 6> refused{{{400}, {408}, {413}, {414}, {431}, {503}}};
};

class Server {
 public:
  // Without `error_body` refusals get a short plain text, without `body_limit` options.body_bytes
  // counts for every path.
  Server(ServerOptions options, Handler handler, ErrorBody error_body = {},
         BodyLimit body_limit = {});
  ~Server();  // stops
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Calls `tick(thread index)` on every io thread each `interval`. Requires: before start; once.
  void set_tick(std::function<void(std::size_t)> tick, Duration interval);

  // Listens and starts the threads. Refuses (Outage) where the address cannot be had. Requires:
  // once.
  [[nodiscard]] Result<Done> start();
  // The port that it listens on. Requires: started.
  std::uint16_t port() const;
  std::size_t thread_count() const;

  // From now on every answer says Connection: close and idle connections are closed; new ones are
  // still served, one request each. Streams go on until their owner closes them, or stop.
  void begin_drain();
  bool draining() const;
  // No new connections; those there are go on.
  void stop_listening();
  // Closes everything and joins the threads; functions that were posted and not run are destroyed.
  // Not from an io thread. Idempotent.
  void stop();

  // Runs `function` on the io thread, in the order posted. Any thread; a stopped server drops it.
  void post_to(std::size_t thread, std::function<void()> function);

  ServerCounters counters() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace frontrow::http
