#include "server/logging.h"

#include <spdlog/async.h>
#include <spdlog/async_logger.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <atomic>
#include <memory>
#include <mutex>
#include <shared_mutex>

#include "base/check.h"
#include "base/json_writer.h"

namespace frontrow::server {
namespace {

constexpr std::size_t kLinesWaiting = 8192;
constexpr std::string_view kLevelNames[] = {"debug", "info", "warn", "error"};

constexpr int kOff = 1000;

// The one log of the process: a thread of its own that writes, while it is started.
struct Log {
  std::shared_mutex mutex;  // guards what follows; shared by those who log
  std::shared_ptr<spdlog::details::thread_pool> pool;
  std::shared_ptr<spdlog::async_logger> logger;
  LogOptions options;
  std::atomic<int> least{kOff};  // looked at first, without the mutex
};

Log& process_log() {
  static Log log;
  return log;
}

std::string_view name_of(LogLevel level) {
  return kLevelNames[static_cast<std::size_t>(level)];
}

void append_value(JsonWriter& json, const LogField& field) {
  json.key(field.name);
  if (const auto* text = std::get_if<std::string_view>(&field.value))
    json.string(*text);
  else if (const auto* number = std::get_if<std::int64_t>(&field.value))
    json.number(*number);
  else
    json.number(std::get<double>(field.value));
}

}  // namespace

LogLevel parse_log_level(std::string_view text) {
  std::size_t level = 0;
  while (level < std::size(kLevelNames) && kLevelNames[level] != text) ++level;
  FRONTROW_CHECK(level < std::size(kLevelNames), "log level {}", text);
  return static_cast<LogLevel>(level);
}

void start_logging(const LogOptions& options) {
  stop_logging();
  Log& log = process_log();
  std::lock_guard lock(log.mutex);
  log.options = options;
  log.pool = std::make_shared<spdlog::details::thread_pool>(kLinesWaiting, 1);
  log.logger = std::make_shared<spdlog::async_logger>(
      "frontrow", std::make_shared<spdlog::sinks::stderr_sink_mt>(), log.pool,
      spdlog::async_overflow_policy::overrun_oldest);
  log.logger->set_pattern("%v");
  log.logger->flush_on(spdlog::level::trace);
  log.least = static_cast<int>(options.level);
}

void stop_logging() {
  Log& log = process_log();
  std::lock_guard lock(log.mutex);
  log.least = kOff;
  log.pool.reset();  // its end writes what waits, and then nobody else uses the logger
  log.logger.reset();
}

bool logs(LogLevel level) {
  return static_cast<int>(level) >= process_log().least.load(std::memory_order_relaxed);
}

void log_line(LogLevel level, std::string_view message, std::initializer_list<LogField> fields) {
  if (!logs(level)) return;
  Log& log = process_log();
  std::shared_lock lock(log.mutex);
  if (!log.logger) return;
  const Time at = log.options.clock->now();
  log.logger->info(compose_line(log.options.json, at, level, message, fields));
}

std::string compose_line(bool as_json, Time at, LogLevel level, std::string_view message,
                         std::initializer_list<LogField> fields) {
  std::string line;
  if (as_json) {
    JsonWriter json(line);
    json.begin_object().key("time").time(at);
    json.key("level").string(name_of(level)).key("message").string(message);
    for (const LogField& field : fields) append_value(json, field);
    json.end_object();
    return line;
  }
  append_rfc3339(line, at);
  line += fmt::format(" {:5} {}", name_of(level), message);
  for (const LogField& field : fields)
    std::visit([&](const auto& value) { line += fmt::format(" {}={}", field.name, value); },
               field.value);
  return line;
}

}  // namespace frontrow::server
