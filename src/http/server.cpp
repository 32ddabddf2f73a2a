#include "http/server.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "http/io_thread.h"
#include "http/listener.h"
#include "http/parser.h"

namespace frontrow::http {
namespace {

constexpr Duration kResumeInterval = milliseconds(100);  // of a paused accept

Response plain_error(int status, std::string_view, std::string_view detail, std::string_view,
                     std::string_view) {
  Response response;
  response.status = status;
  response.content_type = "text/plain; charset=utf-8";
  response.body = std::string(detail) + "\n";
  if (status == 503) response.headers.emplace_back("Retry-After", "1");
  return response;
}

}  // namespace

class Server::Impl {
 public:
  Impl(ServerOptions options, Handler handler, ErrorBody error_body, BodyLimit body_limit);

  Result<Done> start();
  void stop_listening();
  void stop();

  std::shared_ptr<ServerShared> shared;
  std::vector<std::shared_ptr<IoThread>> threads;
  std::unique_ptr<Listener> listener;
  std::function<void(std::size_t)> tick;
  Duration tick_interval;
  std::uint16_t port = 0;
  bool started = false;
  bool stopped = false;
};

Server::Impl::Impl(ServerOptions options, Handler handler, ErrorBody error_body,
                   BodyLimit body_limit)
    : shared(std::make_shared<ServerShared>()) {
  FRONTROW_CHECK(options.threads > 0, "a server without threads");
  FRONTROW_CHECK(options.head_bytes <= kMaxHeadBytes, "head_bytes {} is above {}",
                 options.head_bytes, kMaxHeadBytes);
  FRONTROW_CHECK(handler, "a server without a handler");
  shared->max_streams = options.max_streams > 0 ? options.max_streams : options.max_connections / 2;
  shared->options = std::move(options);
  shared->handler = std::move(handler);
  shared->error_body = error_body ? std::move(error_body) : plain_error;
  shared->body_limit = std::move(body_limit);
  for (std::size_t i = 0; i < shared->options.threads; ++i)
    threads.push_back(std::make_shared<IoThread>(shared, i));
}

Result<Done> Server::Impl::start() {
  FRONTROW_CHECK(!started, "a server is started twice");
  listener = std::make_unique<Listener>(shared, threads);
  auto opened = listener->open();
  if (!opened) return opened.error();
  port = *opened;
  started = true;
  threads.front()->loop().every(kResumeInterval, [this] { listener->resume(); });
  for (const auto& thread : threads) thread->start(tick, tick_interval);
  threads.front()->loop().post([this] { listener->start(); });
  return Done{};
}

void Server::Impl::stop_listening() {
  if (started) threads.front()->loop().post([this] { listener->close(); });
}

void Server::Impl::stop() {
  if (stopped) return;
  stopped = true;
  if (started) {
    stop_listening();
    for (const auto& thread : threads) thread->loop().post([thread] { thread->shut_down(); });
    for (const auto& thread : threads) thread->join();
  }
  // A loop that never ran is closed too, so that late posts are dropped everywhere.
  if (!started)
    for (const auto& thread : threads) thread->loop().close();
}

Server::Server(ServerOptions options, Handler handler, ErrorBody error_body, BodyLimit body_limit)
    : impl_(std::make_unique<Impl>(std::move(options), std::move(handler), std::move(error_body),
                                   std::move(body_limit))) {}

Server::~Server() {
  stop();
}

void Server::set_tick(std::function<void(std::size_t)> tick, Duration interval) {
  FRONTROW_CHECK(!impl_->started && interval.ms > 0, "a tick of {} ms", interval.ms);
  impl_->tick = std::move(tick);
  impl_->tick_interval = interval;
}

Result<Done> Server::start() {
  return impl_->start();
}

std::uint16_t Server::port() const {
  return impl_->port;
}

std::size_t Server::thread_count() const {
  return impl_->threads.size();
}

void Server::begin_drain() {
  impl_->shared->draining.store(true);
  for (const auto& thread : impl_->threads)
    thread->loop().post([thread] { thread->begin_drain(); });
}

bool Server::draining() const {
  return impl_->shared->draining.load();
}

void Server::stop_listening() {
  impl_->stop_listening();
}

void Server::stop() {
  impl_->stop();
}

void Server::post_to(std::size_t thread, std::function<void()> function) {
  FRONTROW_CHECK(thread < impl_->threads.size(), "io thread {} of {}", thread,
                 impl_->threads.size());
  impl_->threads[thread]->loop().post(std::move(function));
}

ServerCounters Server::counters() const {
  ServerCounters sum;
  for (const auto& thread : impl_->threads) {
    const ThreadCounters& c = thread->counters();
    sum.connections_accepted += c.accepted.get();
    sum.connections_refused += c.over_limit.get();
    sum.streams_cut += c.streams_cut.get();
    sum.requests += c.requests.get();
    sum.bytes_in += c.bytes_in.get();
    sum.bytes_out += c.bytes_out.get();
    sum.accept_pauses += c.accept_pauses.get();
    for (std::size_t i = 0; i < sum.refused.size(); ++i) sum.refused[i].count += c.refused[i].get();
  }
  sum.connections_open = impl_->shared->connections.load(std::memory_order_relaxed);
  sum.streams_open = impl_->shared->streams.load(std::memory_order_relaxed);
  return sum;
}

}  // namespace frontrow::http
