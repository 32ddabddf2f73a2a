// The parts of a running server, wired: built in one order, ended in the other.
//
//   ServerParts parts(settings);
//   if (const auto opened = parts.open(); !opened) return tell(opened.error());
//   if (const auto started = parts.start(); !started) return tell(started.error());
//   … parts.base_url() …
//   parts.begin_drain(); parts.stop_listening(); parts.stop();
//
// One thread builds, drains and stops.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "api/api.h"
#include "engine/engine.h"
#include "engine/worker_pool.h"
#include "http/server.h"
#include "identity/provider_jwt.h"
#include "identity/system_random.h"
#include "pages/pages.h"
#include "server/admin.h"
#include "server/control_socket.h"
#include "server/ending.h"
#include "server/installation.h"
#include "server/settings.h"
#include "server/system_clock.h"

namespace frontrow::server {

class ServerParts {
 public:
  ServerParts(const Settings& settings, const SystemClock& clock);
  ~ServerParts();
  ServerParts(const ServerParts&) = delete;
  ServerParts& operator=(const ServerParts&) = delete;

  // Data folder, keys, store, engine: what may be refused before anything listens.
  Result<Done, Ending> open();
  // Threads, listeners, control socket. Requires: open.
  Result<Done, Ending> start();

  // "http://127.0.0.1:8080", with the port that was really taken. Requires: start.
  std::string base_url() const;
  // For commands from this process. Requires: start.
  AdminHost& admin() { return *admin_; }
  std::size_t open_connections() const;

  void begin_drain();     // /readyz fails, streams end, answers close their connections
  void stop_listening();  // no new connections
  void settle();          // decides what has been accepted; later commands are refused
  void stop();            // closes everything and joins all threads

 private:
  Result<Done, Ending> read_providers();
  Result<Done, Ending> open_engine();
  Result<Done, Ending> open_pools();
  Result<Done, Ending> open_pages();
  void handle(std::shared_ptr<http::Exchange> exchange);
  Result<Done, Ending> open_operations(const api::ApiOptions& options);
  EngineOptions engine_options();
  api::ApiOptions api_options();
  http::ServerOptions http_options(const std::string& listen, std::size_t threads) const;

  const Settings& settings_;
  const SystemClock& clock_;
  identity::SystemRandom random_;
  std::shared_ptr<identity::ProviderJwts> providers_;
  std::unique_ptr<Installation> installation_;
  std::unique_ptr<Engine> engine_;
  std::unique_ptr<EngineHost> admin_;
  std::unique_ptr<ReaderPool> readers_;
  std::unique_ptr<WorkerPool> hashing_;
  std::unique_ptr<api::Api> api_;
  std::unique_ptr<pages::Pages> pages_;      // null where [pages] serve is false
  std::atomic<api::Api*> serving_{nullptr};  // once it is there
  std::unique_ptr<http::Server> http_;
  std::unique_ptr<http::Server> operations_;  // where [http] operations is an address of its own
  std::unique_ptr<ControlSocket> control_;
};

}  // namespace frontrow::server
