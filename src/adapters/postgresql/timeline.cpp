#include "adapters/postgresql/timeline.h"

#include <fmt/format.h>

#include <vector>

namespace frontrow::postgresql {
namespace {

// The first eight digits of a log file's name are the timeline, which grows with every promotion.
const Statement kIdentity{"identity", R"(
  select pg_is_in_recovery(),
    case when pg_is_in_recovery() then 0
      else ('x' || substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8))::bit(32)::bigint end)"};

std::vector<std::string> parts_of(std::string_view list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= list.size();) {
    const std::size_t end = std::min(list.find(',', at), list.size());
    parts.emplace_back(list.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

std::string quoted(std::string_view value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') out += '\\';
    out += c;
  }
  return out + "'";
}

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};

// The address of each of its servers; empty where it names one alone.
std::vector<std::string> each_server(const std::string& conninfo) {
  const std::unique_ptr<PQconninfoOption, FreeOptions> options(
      PQconninfoParse(conninfo.c_str(), nullptr));
  std::string common;
  std::vector<std::string> servers;
  for (const PQconninfoOption* option = options.get(); option && option->keyword; ++option) {
    if (!option->val) continue;
    const std::string_view name = option->keyword;
    if (name != "host" && name != "hostaddr" && name != "port") {
      common += fmt::format("{}={} ", name, quoted(option->val));
      continue;
    }
    const auto parts = parts_of(option->val);
    servers.resize(std::max(servers.size(), parts.size()));
    for (std::size_t i = 0; i < servers.size(); ++i) {
      const std::string& part = parts[std::min(i, parts.size() - 1)];
      if (!part.empty()) servers[i] += fmt::format("{}={} ", name, quoted(part));
    }
  }
  if (servers.size() < 2) return {};
  for (std::string& server : servers) server += common;
  return servers;
}

}  // namespace

std::unique_ptr<Connection> Timeline::connect(const std::string& settings) {
  auto first = std::make_unique<Connection>(conninfo_, Target::primary, settings);
  if (learn(*first)) return first;
  // The address names the former primary before the new one.
  for (const std::string& server : each_server(conninfo_)) {
    try {
      auto other = std::make_unique<Connection>(server, Target::primary, settings);
      if (learn(*other)) return other;
    } catch (const Failure&) {
      // It is down, or a standby.
    }
  }
  throw Failure{Failure::Kind::lost,
                "postgresql: the server is a former primary: another one was promoted"};
}

bool Timeline::learn(Connection& connection) {
  const Rows rows = connection.run(kIdentity);
  Columns row(rows.get(), 0);
  const bool is_standby = row.boolean();
  connection.set_timeline(row.integer());
  if (is_standby) throw Failure{Failure::Kind::lost, "postgresql: the server is a standby"};
  std::int64_t newest = newest_.load();
  while (newest < connection.timeline() &&
         !newest_.compare_exchange_weak(newest, connection.timeline())) {
  }
  return connection.timeline() >= newest;
}

}  // namespace frontrow::postgresql
