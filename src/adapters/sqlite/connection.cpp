#include "adapters/sqlite/connection.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "base/planted.h"

namespace frontrow::sqlite {
namespace {

constexpr int kBusyMs = 5000;  // waits for a reader that recovers the log; nobody else ever writes

// SQLite would make the file readable for everyone that the umask lets in; it holds personal data.
// Only a new file is opened: closing an old one would drop the locks that this process has on it.
void make_private(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) ::close(fd);
}

// The log is truncated to this after it was long.
constexpr char kWriteSettings[] = R"(
  pragma page_size = 4096;
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma wal_autocheckpoint = 0;
  pragma journal_size_limit = 67108864;
  pragma cache_size = -16384;
  pragma temp_store = memory;
  pragma foreign_keys = off;
  pragma trusted_schema = off;)";

constexpr char kReadSettings[] = R"(
  pragma query_only = on;
  pragma wal_autocheckpoint = 0;
  pragma cache_size = -8192;
  pragma temp_store = memory;
  pragma trusted_schema = off;)";

}  // namespace

Outage to_outage(const Failure& failure) {
  const int kind = failure.code & 0xFF;
  const bool retryable = kind == SQLITE_BUSY || kind == SQLITE_FULL || kind == SQLITE_NOMEM;
  return {failure.what, retryable};
}

Connection::Connection(const std::filesystem::path& file, Mode mode) {
  const bool write = mode == Mode::write;
  if (write) make_private(file);
  const int access = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  const int code = sqlite3_open_v2(file.c_str(), &db_,
                                   access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  try {
    if (code != SQLITE_OK) fail("opening the database");
    sqlite3_busy_timeout(db_, kBusyMs);
    int persist = 1;  // a reader without write permission needs the log's files
    if (write) sqlite3_file_control(db_, nullptr, SQLITE_FCNTL_PERSIST_WAL, &persist);
    run(write ? kWriteSettings : kReadSettings);
    if (write && planted(Bug::missing_sync)) run("pragma synchronous = off");
  } catch (...) {
    sqlite3_close(db_);
    throw;
  }
}

Connection::~Connection() {
  sqlite3_close(db_);
}

void Connection::run(const char* sql) {
  if (sqlite3_exec(db_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) fail("running a statement");
}

std::int64_t Connection::integer(const char* sql) {
  Statement statement(*this, sql);
  if (!statement.step()) throw Failure{SQLITE_CORRUPT, "sqlite: a row is missing"};
  return Columns(statement).integer();
}

void Connection::fail(const char* doing) const {
  throw Failure{sqlite3_extended_errcode(db_),
                fmt::format("sqlite: {}: {} (code {})", doing, sqlite3_errmsg(db_),
                            sqlite3_extended_errcode(db_))};
}

Statement::Statement(Connection& connection, const char* sql) : connection_(connection) {
  if (sqlite3_prepare_v3(connection.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT, &statement_,
                         nullptr) != SQLITE_OK)
    connection.fail("preparing a statement");
}

void Statement::fail() {
  // The message belongs to the connection; resetting would overwrite it.
  try {
    connection_.fail("running a statement");
  } catch (...) {
    sqlite3_reset(statement_);
    throw;
  }
}

}  // namespace frontrow::sqlite
