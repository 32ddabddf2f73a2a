// The HTTP contract: routes, who is calling, bodies in and out. It decides nothing about tickets;
// it reads views, asks the engine, and turns answers and refusals into messages.
//
//   Api api(parts, options);
//   http::Server server(http_options, [&](auto exchange) { api.handle(std::move(exchange)); }, …);
//   server.set_tick([&](std::size_t thread) { api.tick(thread); }, kTick);
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "engine/engine.h"
#include "engine/worker_pool.h"
#include "http/server.h"
#include "identity/provider_jwt.h"

namespace frontrow::api {

// How often Api::tick wants to be called on each io thread.
constexpr Duration kTick = milliseconds(100);

enum class Operations {
  everybody,
  staff,
  elsewhere
};  // who sees /metrics, /docs, details of /readyz

// What the operator says of the installation to everybody.
struct InstallationText {
  std::string name_en, name_ko;
  std::string welcome_en, welcome_ko;  // empty: none
  std::string help;                    // an address; empty: none
  std::string logo;                    // an address; empty: none
  bool demo = false;
};

struct ApiOptions {
  std::string currency = "KRW";
  bool self_top_ups = true;  // [wallet] top_ups = "self"
  Operations operations = Operations::everybody;
  // Per client address; 0 turns one off. Bursts are 5 times (joins: twice) the rate.
  std::int64_t sign_up_per_second = 20;
  std::int64_t sign_in_per_second = 20;
  std::int64_t join_per_second = 5000;
  std::string openapi_json;  // served at /openapi.json and rendered by /docs
  std::string version;
  InstallationText installation;
  std::function<http::ServerCounters()> http_counters;
  // A line for the log about one answered request: method, route pattern, status, milliseconds.
  // Never a token, a name or a query.
  std::function<void(std::string_view request_id, std::string_view method, std::string_view route,
                     int status, double milliseconds)>
      access_log;
};

struct ApiParts {
  Engine& engine;
  ReaderPool& readers;
  WorkerPool& hashing;  // Argon2 alone: its line is the bound of what sign-ins may use
  Random& random;       // safe on any thread
  std::shared_ptr<identity::ProviderJwts> providers;  // null where none is configured
};

class Api {
 public:
  Api(ApiParts parts, ApiOptions options, std::size_t io_threads);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  // On the exchange's io thread.
  void handle(std::shared_ptr<http::Exchange> exchange);
  // Streams, callers that have waited too long. On each io thread, every kTick.
  void tick(std::size_t thread);
  // What the server answers to a message that no handler sees.
  http::Response error_answer(int status, std::string_view reason_code, std::string_view detail,
                              std::string_view request_id, std::string_view accept_language) const;
  std::size_t body_limit(http::Method method, std::string_view path) const;
  // /readyz fails from now on; streams end, each with its own `retry:`.
  void begin_drain();
  // After the drain: what arrives from now on is refused with `shutting_down`.
  void refuse_new_calls();
  // A request to the listener for operations alone, where `operations` is an address of its own.
  void handle_operations(std::shared_ptr<http::Exchange> exchange);

  // What another node changed: sessions that ended there end here. Any thread.
  void follow(const Changes& changes);

  // How an answer is kept under an idempotency key: CommitterOptions::render.
  static Rendered render(const Answer& answer);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace frontrow::api
