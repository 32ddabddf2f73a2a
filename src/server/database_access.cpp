#include "server/database_access.h"

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database_file.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/reader.h"

namespace frontrow::server {

Result<std::unique_ptr<Reader>> open_reader_with_secrets(const std::filesystem::path& data,
                                                         const SecretSealer& sealer) {
  return sqlite::guarded([&] {
    const std::filesystem::path file = sqlite::database_file(data);
    {
      sqlite::Connection connection(file, sqlite::Connection::Mode::read);
      sqlite::require_schema(connection);
    }
    return sqlite::make_reader(file, nullptr, &sealer);
  });
}

}  // namespace frontrow::server
