#include "adapters/postgresql/filling.h"

#include <fmt/format.h>

#include "adapters/postgresql/journal.h"
#include "adapters/postgresql/locks.h"
#include "adapters/postgresql/scan.h"
#include "adapters/postgresql/tables.h"
#include "store/journal_codec.h"

namespace frontrow::postgresql {
namespace {

constexpr Milliseconds kBound{60'000};
// The commit waits for the standby to have all that was written.
constexpr Milliseconds kCommitBound{600'000};

// The lock keeps batches of a node away that was started at the same moment. The rows come as
// quickly as the other store is read, and the proof at the end takes its time.
constexpr char kBegin[] =
    "begin; set local idle_in_transaction_session_timeout = '10min'; "
    "select pg_advisory_xact_lock({})";
constexpr char kIsEmpty[] = R"(
  select not exists (select from journal) and not exists (select from installation)
    and not exists (select from concert) and not exists (select from show)
    and not exists (select from show_version) and not exists (select from queue)
    and not exists (select from place) and not exists (select from entry)
    and not exists (select from orders) and not exists (select from ticket)
    and not exists (select from wallet) and not exists (select from transfer)
    and not exists (select from users) and not exists (select from session)
    and not exists (select from staff_key) and not exists (select from signing_key)
    and not exists (select from audit) and not exists (select from kept_answer))";
const Statement kBind{"bind", "insert into installation values (1, $1)"};
const Statement kFirstJournal{
    "first_journal", "insert into journal values (1, decode(md5(random()::text), 'hex'), $1, $2)"};

class Transaction final : public Filling {
 public:
  Transaction(const std::string& conninfo, const SecretSealer& sealer)
      : connection_(conninfo, Target::primary, kSettings), sealer_(sealer), tables_(sealer) {
    connection_.script(fmt::format(kBegin, kBatchLock), kBound);
  }

  bool is_empty() {
    const Rows rows = connection_.script(kIsEmpty, kBound);
    return PQgetvalue(rows.get(), 0, 0)[0] == 't';
  }
  // A node that starts now waits for this row, and is refused when it has another key.
  void bind(const std::string& fingerprint) { connection_.run(kBind, Params().text(fingerprint)); }

  Result<Done> add(const Changes& rows) override {
    return guarded([&] {
      Pipeline pipeline(connection_);
      tables_.add_to(pipeline, rows);
      pipeline.run(kBound);
      return Done{};
    });
  }

  Result<Done> scan(RowSink& sink) override {
    return guarded([&] { return scan_transaction(connection_, sealer_, sink), Done{}; });
  }

  // The journal begins with a row that tells no news: every node reads the tables when it starts.
  Result<Done> keep(Time now) override {
    return guarded([&] {
      std::string nothing;
      encode_news(nothing, Changes(), sealer_, Uuid());
      connection_.run(kFirstJournal, Params().time(now).bytes(nothing));
      commit();
      return Done{};
    });
  }

 private:
  void commit() {
    const Rows done = connection_.script("commit", kCommitBound);
    if (std::string_view(PQcmdStatus(done.get())) != "COMMIT")
      throw Failure{Failure::Kind::broken, "postgresql: the transaction was rolled back"};
    if (connection_.was_warned())
      throw Failure{Failure::Kind::lost, "postgresql: the standby's acknowledgement did not come"};
  }

  Connection connection_;
  const SecretSealer& sealer_;
  Tables tables_;
};

}  // namespace

std::unique_ptr<Filling> make_filling(const std::string& conninfo, const SecretSealer& sealer,
                                      const std::string& fingerprint) {
  auto transaction = std::make_unique<Transaction>(conninfo, sealer);
  if (!transaction->is_empty()) return nullptr;
  transaction->bind(fingerprint);
  return transaction;
}

}  // namespace frontrow::postgresql
