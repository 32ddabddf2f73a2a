#include "server/server_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "server/broken_batch.h"
#include "server/logging.h"
#include "server/openapi_json.h"
#include "server/setting_table.h"
#include "server/version.h"

namespace frontrow::server {
namespace {

constexpr std::size_t kReadersLeast = 2, kReadersMost = 4;
constexpr std::size_t kReadsWaiting = 4096;  // beyond it 503
constexpr std::size_t kHashesWaiting = 64;   // beyond it 503: about a second's worth a core
constexpr std::size_t kLogoBytes = 256 * 1024;
constexpr auto kLockPatience = std::chrono::seconds(3);

std::size_t cores() {
  return std::max(1u, std::thread::hardware_concurrency());
}

Result<identity::Provider, Ending> read_provider(const ProviderSettings& settings) {
  std::ifstream in(settings.key_file, std::ios::binary);
  if (!in)
    return Ending{kUsage, fmt::format("[[identity.providers]] {}: key_file {} cannot be read",
                                      settings.issuer, settings.key_file)};
  identity::Provider provider;
  provider.issuer = settings.issuer;
  provider.audience = settings.audience;
  provider.algorithm = identity::parse_jwt_algorithm(settings.algorithm).value();
  provider.key = std::string{std::istreambuf_iterator<char>(in), {}};
  provider.leeway_seconds = settings.leeway_seconds;
  return provider;
}

Result<std::string, Ending> read_logo(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return Ending{kUsage, fmt::format("[pages] logo_file {} cannot be read", file)};
  std::string bytes{std::istreambuf_iterator<char>(in), {}};
  if (!bytes.empty() && bytes.size() <= kLogoBytes) return bytes;
  return Ending{kUsage, fmt::format("[pages] logo_file {} has {} bytes; 1 to {} are allowed", file,
                                    bytes.size(), kLogoBytes)};
}

std::string picture_type(std::string_view file) {
  if (file.ends_with(".svg")) return "image/svg+xml";
  return file.ends_with(".png") ? "image/png" : "image/webp";
}

std::vector<http::Network> networks_of(const std::vector<std::string>& texts) {
  std::vector<http::Network> networks;
  for (const std::string& text : texts) networks.push_back(http::Network::parse(text).value());
  return networks;
}

api::Operations operations_of(const std::string& text) {
  if (text == "public") return api::Operations::everybody;
  return text == "staff" ? api::Operations::staff : api::Operations::elsewhere;
}

void log_request(std::string_view request_id, std::string_view method, std::string_view route,
                 int status, double milliseconds) {
  log_line(LogLevel::info, "request",
           {{"request_id", request_id},
            {"method", method},
            {"route", route},
            {"status", std::int64_t{status}},
            {"ms", milliseconds}});
}

// A server that was killed a moment ago may hold its lock a moment longer.
Result<std::unique_ptr<Installation>, OpeningFailure> open_patiently(const Settings& settings,
                                                                     Random& random) {
  const auto deadline = std::chrono::steady_clock::now() + kLockPatience;
  for (;;) {
    auto installation = open_installation(settings, random);
    if (installation || !installation.error().in_use || std::chrono::steady_clock::now() > deadline)
      return installation;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

}  // namespace

ServerParts::ServerParts(const Settings& settings, const SystemClock& clock)
    : settings_(settings), clock_(clock) {}

ServerParts::~ServerParts() {
  stop();
}

Result<Done, Ending> ServerParts::open() {
  if (const auto read = read_providers(); !read) return read;
  auto installation = open_patiently(settings_, random_);
  if (!installation) return installation.error().ending;
  installation_ = std::move(*installation);
  if (const auto opened = open_engine(); !opened) return opened;
  return open_pools();
}

Result<Done, Ending> ServerParts::read_providers() {
  if (settings_.providers.empty()) return Done{};
  std::vector<identity::Provider> providers;
  for (const ProviderSettings& given : settings_.providers) {
    auto provider = read_provider(given);
    if (!provider) return provider.error();
    providers.push_back(std::move(*provider));
  }
  auto made = identity::ProviderJwts::make(std::move(providers));
  if (!made) return Ending{kUsage, "[[identity.providers]] " + made.error()};
  providers_ = std::move(*made);
  return Done{};
}

EngineOptions ServerParts::engine_options() {
  EngineOptions options;
  options.committer.render = &api::Api::render;
  options.committer.fatal = [data = installation_->data, &clock = clock_](const Fatal& fatal) {
    end_after(fatal, data, clock.now());
  };
  options.committer.shared = is_shared(settings_);
  options.committer.on_news = [this](const Changes& changes) {
    if (api::Api* const api = serving_.load()) api->follow(changes);
  };
  options.committer.quarantine = read_quarantine(installation_->data, clock_.now());
  options.queue_most = static_cast<std::size_t>(settings_.queue);
  options.batch_most = static_cast<std::size_t>(settings_.batch);
  return options;
}

Result<Done, Ending> ServerParts::open_engine() {
  const EngineOptions options = engine_options();
  for (const auto& [id, until] : options.committer.quarantine)
    log_line(LogLevel::warn, "commands on what broke a law are refused for a minute", {{"id", id}});
  engine_ = std::make_unique<Engine>(*installation_->store, clock_, random_, options);
  if (const auto restored = engine_->restore(); !restored)
    return Ending{kOutage, restored.error().what};
  return Done{};
}

Result<Done, Ending> ServerParts::open_pools() {
  std::vector<std::unique_ptr<Reader>> readers;
  const std::size_t count = std::clamp(cores(), kReadersLeast, kReadersMost);
  while (readers.size() < count) {
    auto reader = installation_->store->open_reader();
    if (!reader) return Ending{kOutage, reader.error().what};
    readers.push_back(std::move(*reader));
  }
  readers_ = std::make_unique<ReaderPool>(std::move(readers), kReadsWaiting);
  hashing_ =
      std::make_unique<WorkerPool>(std::max<int>(1, static_cast<int>(cores() / 2)), kHashesWaiting);
  return Done{};
}

api::ApiOptions ServerParts::api_options() {
  api::ApiOptions options;
  options.currency = settings_.currency;
  options.self_top_ups = settings_.top_ups == "self";
  options.operations = operations_of(settings_.operations);
  options.sign_up_per_second = settings_.sign_up_per_second;
  options.sign_in_per_second = settings_.sign_in_per_second;
  options.join_per_second = settings_.join_per_second;
  options.openapi_json = kOpenapiJson;
  options.version = kVersion;
  options.installation = {.name_en = settings_.name_en,
                          .name_ko = settings_.name_ko,
                          .welcome_en = settings_.welcome_en,
                          .welcome_ko = settings_.welcome_ko,
                          .help = settings_.help,
                          .logo = pages_ ? pages_->logo_address() : "",
                          .demo = settings_.demo};
  options.http_counters = [this] { return http_->counters(); };
  if (settings_.log_requests) options.access_log = log_request;
  return options;
}

http::ServerOptions ServerParts::http_options(const std::string& listen,
                                              std::size_t threads) const {
  const HostPort address = parse_host_port(listen).value();
  http::ServerOptions options;
  options.host = address.host;
  options.port = address.port;
  options.threads = threads;
  options.max_connections = static_cast<std::size_t>(settings_.connections);
  options.trusted_proxies = networks_of(settings_.trusted_proxies);
  options.clock = &clock_;
  identity::SystemRandom random;
  options.instance = random.next();
  options.log = [](std::string_view line) { log_line(LogLevel::warn, line); };
  return options;
}

Result<Done, Ending> ServerParts::start() {
  engine_->start();
  admin_ = std::make_unique<EngineHost>(*engine_, random_);
  if (engine_->views().signing_keys().empty())
    if (const auto fault = fault_of(add_first_signing_keys(*admin_)); !fault.empty())
      return Ending{kOutage, "the first signing keys: " + fault};

  const std::size_t threads =
      settings_.threads > 0 ? static_cast<std::size_t>(settings_.threads) : cores();
  if (const auto opened = open_pages(); !opened) return opened;
  const api::ApiOptions options = api_options();
  api_ = std::make_unique<api::Api>(
      api::ApiParts{*engine_, *readers_, *hashing_, random_, providers_}, options, threads);
  serving_ = api_.get();
  http_ = std::make_unique<http::Server>(
      http_options(settings_.listen, threads),
      [this](std::shared_ptr<http::Exchange> exchange) { handle(std::move(exchange)); },
      [this](auto&&... about) { return api_->error_answer(about...); },
      [this](http::Method method, std::string_view path) {
        return api_->body_limit(method, path);
      });
  http_->set_tick([this](std::size_t thread) { api_->tick(thread); }, api::kTick);

  auto control =
      ControlSocket::open(control_socket_path(installation_->data),
                          [this](std::string_view line) { return answer_admin(line, *admin_); });
  if (!control) return Ending{kOutage, control.error().what};
  control_ = std::move(*control);
  if (const auto opened = open_operations(options); !opened) return opened;
  if (const auto started = http_->start(); !started) return Ending{kOutage, started.error().what};
  return Done{};
}

Result<Done, Ending> ServerParts::open_pages() {
  if (!settings_.pages) return Done{};
  pages::PagesOptions options;
  options.name_en = settings_.name_en;
  options.name_ko = settings_.name_ko;
  options.accent = settings_.accent;
  if (!settings_.logo_file.empty()) {
    auto logo = read_logo(settings_.logo_file);
    if (!logo) return logo.error();
    options.logo = std::move(*logo);
    options.logo_type = picture_type(settings_.logo_file);
  }
  pages_ = std::make_unique<pages::Pages>(
      std::move(options),
      [this](std::shared_ptr<http::Exchange> exchange) { api_->handle(std::move(exchange)); });
  return Done{};
}

void ServerParts::handle(std::shared_ptr<http::Exchange> exchange) {
  if (!pages_ || !pages_->handle(exchange)) api_->handle(std::move(exchange));
}

Result<Done, Ending> ServerParts::open_operations(const api::ApiOptions& options) {
  if (options.operations != api::Operations::elsewhere) return Done{};
  operations_ = std::make_unique<http::Server>(
      http_options(settings_.operations, 1),
      [this](std::shared_ptr<http::Exchange> exchange) {
        api_->handle_operations(std::move(exchange));
      },
      [this](auto&&... about) { return api_->error_answer(about...); });
  if (const auto started = operations_->start(); !started)
    return Ending{kOutage, "[http] operations: " + started.error().what};
  log_line(LogLevel::info, fmt::format("operations at port {}", operations_->port()));
  return Done{};
}

std::string ServerParts::base_url() const {
  const std::string host = parse_host_port(settings_.listen)->host;
  const bool is_v6 = host.find(':') != std::string::npos;
  return fmt::format("http://{}:{}", is_v6 ? "[" + host + "]" : host, http_->port());
}

std::size_t ServerParts::open_connections() const {
  return http_->counters().connections_open;
}

void ServerParts::begin_drain() {
  api_->begin_drain();
  http_->begin_drain();
}

void ServerParts::stop_listening() {
  api_->refuse_new_calls();
  http_->stop_listening();
}

void ServerParts::settle() {
  control_.reset();
  engine_->stop();
}

void ServerParts::stop() {
  control_.reset();
  if (engine_) engine_->stop();
  if (hashing_) hashing_->stop();
  if (readers_) readers_->stop();
  if (operations_) operations_->stop();
  if (http_) http_->stop();
}

}  // namespace frontrow::server
