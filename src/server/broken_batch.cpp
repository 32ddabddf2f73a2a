#include "server/broken_batch.h"

#include <unistd.h>

#include <boost/json.hpp>
#include <fstream>
#include <iterator>

#include "base/json_writer.h"
#include "server/ending.h"
#include "server/logging.h"
#include "server/private_file.h"

namespace frontrow::server {
namespace {

constexpr std::string_view kNamePrefix = "broken-batch-";

void append_list(JsonWriter& json, std::string_view key, const std::vector<std::string>& items) {
  json.key(key).begin_array();
  for (const std::string& item : items) json.string(item);
  json.end_array();
}

void read_one(const std::filesystem::path& file, Time now, std::map<std::string, Time>& out) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  boost::system::error_code fault;
  const boost::json::value content = boost::json::parse(text, fault);
  if (fault || !content.is_object()) return;
  const auto* at_text = content.as_object().if_contains("at");
  const auto* aggregates = content.as_object().if_contains("aggregates");
  if (!at_text || !at_text->is_string() || !aggregates || !aggregates->is_array()) return;
  const auto at = parse_rfc3339(std::string_view(at_text->as_string()));
  if (!at || *at + kQuarantine <= now || *at > now + kQuarantine) return;
  for (const auto& id : aggregates->as_array())
    if (id.is_string()) out[std::string(id.as_string())] = now + kQuarantine;
}

}  // namespace

Result<Done> write_broken_batch(const std::filesystem::path& data, const Fatal& fatal, Time now) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("at").time(now).key("message").string(fatal.message);
  append_list(json, "commands", fatal.commands);
  append_list(json, "aggregates", fatal.aggregates);
  json.end_object();
  std::string name(kNamePrefix);
  name += to_rfc3339(now) + ".json";
  return write_private_file(data / name, text + "\n");
}

std::map<std::string, Time> read_quarantine(const std::filesystem::path& data, Time now) {
  std::map<std::string, Time> quarantine;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(data, error)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(kNamePrefix) && name.ends_with(".json"))
      read_one(entry.path(), now, quarantine);
  }
  return quarantine;
}

void end_after(const Fatal& fatal, const std::filesystem::path& data, Time now) {
  log_line(LogLevel::error, fatal.message, {{"exit_code", std::int64_t{fatal.exit_code}}});
  if (fatal.exit_code == kBrokenLaw)
    if (const auto kept = write_broken_batch(data, fatal, now); !kept)
      log_line(LogLevel::error, kept.error().what);
  stop_logging();
  ::_exit(fatal.exit_code);
}

}  // namespace frontrow::server
