#include "server/database_access.h"

#include <fmt/format.h>
#include <unistd.h>

#include <system_error>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database_file.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/reader.h"

namespace frontrow::server {
namespace {

using Path = std::filesystem::path;
using sqlite::Connection;

std::string text(Connection& connection, const char* sql) {
  sqlite::Statement statement(connection, sql);
  return statement.step() ? sqlite::Columns(statement).text() : "";
}

// A database of this process alone, gone with the object.
class Trial {
 public:
  explicit Trial(const Path& data)
      : file_(data / fmt::format("doctor.{}.db", ::getpid())),
        connection_(file_, Connection::Mode::write) {}
  ~Trial() {
    std::error_code ignored;
    for (const char* part : {"", "-wal", "-shm"})
      std::filesystem::remove(file_.string() + part, ignored);
  }
  Trial(const Trial&) = delete;
  Trial& operator=(const Trial&) = delete;
  Connection& connection() { return connection_; }

 private:
  Path file_;
  Connection connection_;
};

void look_at_file(const Path& data, SqliteFacts& facts) {
  Connection connection(sqlite::database_file(data), Connection::Mode::read);
  facts.version = text(connection, "select sqlite_version()");
  facts.built_version = SQLITE_VERSION;
  facts.journal_mode = text(connection, "pragma journal_mode");
  facts.page_size = connection.integer("pragma page_size");
  std::error_code error;
  const auto size =
      std::filesystem::file_size(sqlite::database_file(data).string() + "-wal", error);
  facts.log_bytes = error ? 0 : static_cast<std::int64_t>(size);
}

void look_at_writer(const Path& data, SqliteFacts& facts) {
  Trial trial(data);
  facts.writer_journal_mode = text(trial.connection(), "pragma journal_mode");
  facts.writer_synchronous = trial.connection().integer("pragma synchronous");
}

}  // namespace

Result<std::unique_ptr<Reader>> open_reader_with_secrets(const Path& data,
                                                         const SecretSealer& sealer) {
  return sqlite::guarded([&] {
    const Path file = sqlite::database_file(data);
    {
      Connection connection(file, Connection::Mode::read);
      sqlite::require_schema(connection);
    }
    return sqlite::make_reader(file, nullptr, &sealer);
  });
}

Result<SqliteFacts> look_at_sqlite(const Path& data) {
  return sqlite::guarded([&] {
    SqliteFacts facts;
    look_at_file(data, facts);
    look_at_writer(data, facts);
    return facts;
  });
}

}  // namespace frontrow::server
