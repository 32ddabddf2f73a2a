// The program's log: a line of JSON (or of text) for each event, on standard error, written by a
// thread of its own; where that thread cannot keep up the oldest lines are dropped, never the
// callers held up. Any thread may log.
//
// No line holds a token, a key, a name, an e-mail address or what a person wrote.
//
//   start_logging({.level = LogLevel::info, .json = true, .clock = &clock});
//   log_line(LogLevel::warn, "few descriptors", {{"limit", 1024}, {"wanted", 16448}});
//   stop_logging();
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "base/time.h"

namespace frontrow::server {

enum class LogLevel : std::uint8_t { debug, info, warn, error };
// Requires: one of "debug", "info", "warn", "error".
LogLevel parse_log_level(std::string_view text);

struct LogField {
  std::string_view name;
  std::variant<std::string_view, std::int64_t, double> value;
};

struct LogOptions {
  LogLevel level = LogLevel::info;
  bool json = true;
  const Clock* clock = nullptr;  // outlives the log
};

// Before it and after stop_logging lines go nowhere.
void start_logging(const LogOptions& options);
// Writes what waits, then ends the thread.
void stop_logging();

bool logs(LogLevel level);
void log_line(LogLevel level, std::string_view message,
              std::initializer_list<LogField> fields = {});

// The line without its end; for start_logging's two formats.
std::string compose_line(bool json, Time at, LogLevel level, std::string_view message,
                         std::initializer_list<LogField> fields);

}  // namespace frontrow::server
