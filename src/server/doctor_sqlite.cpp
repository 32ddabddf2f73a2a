#include "server/doctor_sqlite.h"

#include <fmt/format.h>

namespace frontrow::server {
namespace {

constexpr std::int64_t kMebibyte = 1024 * 1024;
constexpr std::int64_t kPageSize = 4096;
constexpr std::int64_t kFull = 2;
// The store waits for readers from 64,000 pages on, so a log twice as long is held by somebody.
constexpr std::int64_t kLongLog = 512 * kMebibyte;

Finding version_of(const SqliteFacts& facts) {
  if (facts.version == facts.built_version) return {Health::good, "SQLite", facts.version};
  return {Health::note, "SQLite",
          fmt::format("{}, but the program was built and tested with {}: an older one may lack "
                      "mended faults; install that one, or build the program anew",
                      facts.version, facts.built_version)};
}

Finding journal_of(const SqliteFacts& facts) {
  if (facts.writer_journal_mode != "wal")
    return {Health::warning, "journal_mode",
            fmt::format("a database made in this folder gets \"{}\" instead of wal: reads and "
                        "commits wait for each other, and a commit costs several syncs; use a "
                        "local disk",
                        facts.writer_journal_mode)};
  if (facts.journal_mode != "wal")
    return {Health::warning, "journal_mode",
            fmt::format("\"{}\" instead of wal: another program changed the file, and until the "
                        "server has opened it, a reader stops every writer; start the server once",
                        facts.journal_mode)};
  return {Health::good, "journal_mode", "wal"};
}

Finding synchronous_of(const SqliteFacts& facts) {
  constexpr std::string_view kNames[] = {"off", "normal", "full", "extra"};
  const auto at = static_cast<std::size_t>(facts.writer_synchronous);
  const std::string name = at < std::size(kNames) ? std::string(kNames[at]) : std::to_string(at);
  if (facts.writer_synchronous < kFull)
    return {Health::warning, "synchronous",
            name + " instead of full: a loss of power takes back commits that were acknowledged"};
  return {Health::good, "synchronous", name + ", as the server opens its file"};
}

Finding page_size_of(const SqliteFacts& facts) {
  if (facts.page_size == kPageSize) return {Health::good, "page_size", std::to_string(kPageSize)};
  return {
      Health::warning, "page_size",
      fmt::format("{} instead of {}: another program changed the file; {}, and the log's limits, "
                  "which count pages of {}, are wrong; restore a backup from before",
                  facts.page_size, kPageSize,
                  facts.page_size > kPageSize ? "each commit writes that much more"
                                              : "each commit writes more pages",
                  kPageSize)};
}

Finding log_of(const SqliteFacts& facts) {
  const std::string size = fmt::format("{} MiB", facts.log_bytes / kMebibyte);
  if (facts.log_bytes <= kLongLog) return {Health::good, "write-ahead log", size};
  return {Health::warning, "write-ahead log",
          size +
              ": a long read (check, backup, another tool) keeps it from starting anew, so it "
              "takes disk and every read gets slower; let that read end"};
}

}  // namespace

std::vector<Finding> judge(const SqliteFacts& facts) {
  return {version_of(facts), journal_of(facts), synchronous_of(facts), page_size_of(facts),
          log_of(facts)};
}

}  // namespace frontrow::server
