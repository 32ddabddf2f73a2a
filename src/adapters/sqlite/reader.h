// A reader of the database file: in a running server it shares the store's pending rows, elsewhere
// it reads them from the journal.
#pragma once

#include <filesystem>
#include <memory>

#include "adapters/sqlite/shared_pending.h"
#include "store/store.h"

namespace frontrow::sqlite {

// Throws a Failure. `shared` is null where no store runs in this process, `sealer` where secrets
// are not wanted.
std::unique_ptr<Reader> make_reader(const std::filesystem::path& file,
                                    std::shared_ptr<const SharedPending> shared,
                                    const SecretSealer* sealer);

}  // namespace frontrow::sqlite
