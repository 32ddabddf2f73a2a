#include "adapters/sqlite/sqlite_store.h"

#include <algorithm>
#include <atomic>

#include "adapters/sqlite/connection.h"
#include "adapters/sqlite/database_file.h"
#include "adapters/sqlite/fold.h"
#include "adapters/sqlite/load_meter.h"
#include "adapters/sqlite/log_file.h"
#include "adapters/sqlite/migrations.h"
#include "adapters/sqlite/reader.h"
#include "adapters/sqlite/rows.h"
#include "adapters/sqlite/scan.h"
#include "adapters/sqlite/tables.h"
#include "base/check.h"
#include "store/folder_lock.h"
#include "store/journal_codec.h"

namespace frontrow::sqlite {
namespace {

constexpr int kCheckpointPages = 1000;  // of the log, 4 MB: everybody waits while they are copied
constexpr int kLongLogPages = 64'000;   // readers keep the log from starting anew: wait for them
constexpr int kLongLogWaitMs = 100;
constexpr std::size_t kTidyRows = 2048;     // folded at once between batches: some 4 ms
constexpr std::size_t kFoldAllRows = 4096;  // the same at the end

constexpr char kBegin[] = "begin";
constexpr char kCommit[] = "commit";
constexpr char kRollback[] = "rollback";
constexpr char kAddJournal[] = "insert into journal values (?, ?, ?, ?)";
constexpr char kDropJournal[] = "delete from journal where seq <= ?";
constexpr char kSetFoldedNow[] = "update folded set now = max(now, ?)";

constexpr char kFindWallet[] =
    "select user, balance_after, seq from transfer where user = ? order by seq desc limit 1";
constexpr char kFindOrder[] = "select * from orders where id = ?";
constexpr char kFindTicket[] = "select * from ticket where code = ?";
constexpr char kFindUser[] = "select * from users where id = ?";
constexpr char kFindUserByEmail[] = "select * from users where email_key = ? and email_key <> ''";
constexpr char kFindKeptAnswer[] = "select * from kept_answer where caller = ? and key = ?";
constexpr char kForgetKeptAnswers[] = R"(
  delete from kept_answer where number in (
    select number from kept_answer indexed by kept_answer_by_age where at < ? limit ?))";

std::size_t journaled_rows(const Changes& changes) {
  return changes.places.size() + changes.entries.size() + changes.orders.size() +
         changes.tickets.size() + changes.transfers.size() + changes.kept_answers.size();
}

class Writer final : public SqliteStore {
 public:
  Writer(FolderLock lock, const std::filesystem::path& folder, const SqliteOptions& options)
      : lock_(std::move(lock)),
        file_(database_file(folder)),
        connection_(file_, Connection::Mode::write),
        schema_(connection_),
        log_(file_),
        options_(options),
        tables_(connection_, *options.sealer) {
    sqlite3_wal_hook(connection_.handle(), &Writer::note_log_pages, this);
    load_journal(connection_, pending_->young);
    next_seq_ = pending_->young.last_seq + 1;
    waiting_rows_ = static_cast<std::int64_t>(pending_->young.row_count());
  }

  // An orderly end leaves no journal and no log behind.
  ~Writer() override {
    if (failed_) return;
    try {
      roll_back();
      fold_all();
      checkpoint(SQLITE_CHECKPOINT_TRUNCATE);
    } catch (const Failure&) {
      // The journal and the log have everything; the next start takes it from there.
    }
  }

  Result<Time> restore(RowSink& sink, Time over_before) override {
    return guarded(
        [&] { return scan_for_restore(connection_, *options_.sealer, sink, over_before); });
  }

  Result<std::optional<Time>> begin(NewsSink&) override {
    FRONTROW_CHECK(!in_batch_, "a batch begins inside a batch");
    if (failed_)
      return Outage{"sqlite: the database failed, and nothing is written any more", false};
    auto ready = guarded([&] { return checkpoint_if_due(), std::optional<Time>(); });
    log_.reserve(log_pages_.load(std::memory_order_relaxed));
    in_batch_ = ready.ok();
    failed_ = !in_batch_;  // a checkpoint that fails is never tried again: the log has everything
    return ready;
  }

  Result<Found> find(const Needs& needs) override {
    FRONTROW_CHECK(in_batch_, "find outside a batch");
    return guarded([&] { return find_rows(needs); });
  }

  CommitFate append(const Changes& changes, const BatchMark& mark) override {
    FRONTROW_CHECK(in_batch_, "append outside a batch");
    in_batch_ = false;
    std::size_t position = fold_position_;
    try {
      position = write(changes, mark);
    } catch (const Failure& failure) {
      return fate_of(failure);
    }
    fold_position_ = position;
    publish(changes, mark);
    return CommitFate::committed;
  }

  void abandon() override {
    in_batch_ = false;
    roll_back();
  }

  Result<std::int64_t> forget_kept_answers(Time before, int limit) override {
    FRONTROW_CHECK(!in_batch_, "forgetting inside a batch");
    return guarded([&] {
      if (waits_older_than(before)) fold_all();
      forget_kept_answers_.args().time(before).integer(limit);
      forget_kept_answers_.run();
      return std::int64_t{sqlite3_changes(connection_.handle())};
    });
  }

  // Folds what waits. Under load that is left for later: rows of one purchase come in short order,
  // and what changed twice is then written once.
  Result<Done> tidy(Time now) override {
    FRONTROW_CHECK(!in_batch_, "tidying inside a batch");
    load_.note(0, now);
    if (failed_ || !load_.is_low() || !has_waiting_rows()) return Done{};
    return guarded([&] { return fold_more(kTidyRows), Done{}; });
  }

  Result<std::unique_ptr<Reader>> open_reader() override {
    return guarded([&] { return make_reader(file_, pending_, options_.sealer); });
  }

  SqliteFigures figures() const override {
    return {log_pages_.load(std::memory_order_relaxed),
            checkpoints_.load(std::memory_order_relaxed),
            waiting_rows_.load(std::memory_order_relaxed)};
  }

 private:
  // Migrates before any other statement is prepared.
  struct Schema {
    explicit Schema(Connection& connection) { migrate(connection); }
  };

  // --- find ---

  Found find_rows(const Needs& needs) {
    Found found;
    find_each(needs.wallets, found.wallets, &Pending::wallets, find_wallet_, read_wallet,
              [](Args args, const UserId& id) { args.id(id); });
    find_each(needs.orders, found.orders, &Pending::orders, find_order_, read_order,
              [](Args args, const OrderId& id) { args.id(id); });
    find_each(needs.tickets, found.tickets, &Pending::tickets, find_ticket_, read_ticket,
              [](Args args, const TicketCode& code) { args.blob(code); });
    find_each(needs.kept_answers, found.kept_answers, &Pending::kept_answers, find_kept_answer_,
              read_kept_answer, [](Args args, const std::pair<CallerId, std::string>& key) {
                args.id(key.first).text(key.second);
              });
    for (const UserId& id : needs.users) {
      find_user_.args().id(id);
      find_stored(find_user_, read_user, found.users);
    }
    for (const std::string& email : needs.emails) {
      find_user_by_email_.args().text(email);
      find_stored(find_user_by_email_, read_user, found.users);
    }
    return found;
  }

  template <class Key, class Row, class Read, class Bind>
  void find_each(const std::vector<Key>& keys, std::vector<Row>& rows,
                 RowTable<Row> Pending::* kind, Statement& statement, Read read, Bind bind) {
    for (const Key& key : keys) {
      if (const Row* row = find_pending(pending_->young, pending_->old, kind, key)) {
        rows.push_back(*row);
        continue;
      }
      bind(statement.args(), key);
      find_stored(statement, read, rows);
    }
  }

  template <class Row, class Read>
  void find_stored(Statement& statement, Read read, std::vector<Row>& rows) {
    open_transaction();  // one snapshot for all of a batch's finds, begun once
    if (statement.step()) rows.push_back(read(Columns(statement)));
    statement.reset();
  }

  // --- append ---

  // Gives how many of the old rows are folded now.
  std::size_t write(const Changes& changes, const BatchMark& mark) {
    const bool direct = has_direct_rows(changes);
    const std::size_t slice = fold_ ? slice_rows(journaled_rows(changes)) : 0;
    if (direct || slice > 0) open_transaction();  // else one statement is the whole commit
    const std::size_t position = slice > 0 ? fold_slice(slice) : fold_position_;
    if (direct) put_direct_rows(tables_, changes);
    buffer_.clear();
    encode(buffer_, changes);
    add_journal_.args().integer(next_seq_).id(mark.id).time(mark.now).blob(buffer_);
    committing_ = !in_transaction_;
    add_journal_.run();
    if (in_transaction_) {
      committing_ = true;
      commit_.args();
      commit_.run();
      in_transaction_ = false;
    }
    committing_ = false;
    return position;
  }

  // Before the commit nothing is there for certain. In it, a full disk kept the last page from
  // being written; whatever else happened, a restart may find the commit in the log or not.
  CommitFate fate_of(const Failure& failure) {
    const int kind = failure.code & 0xFF;
    const bool certain = !committing_ || kind == SQLITE_FULL || kind == SQLITE_CONSTRAINT ||
                         kind == SQLITE_BUSY || kind == SQLITE_TOOBIG;
    committing_ = false;
    add_journal_.reset();
    commit_.reset();
    roll_back();
    if (!certain) failed_ = true;
    return certain ? CommitFate::not_committed : CommitFate::unknown;
  }

  void publish(const Changes& changes, const BatchMark& mark) {
    Pending done;
    {
      const std::unique_lock lock(pending_->mutex);
      Pending& young = pending_->young;
      young.put(changes);
      young.last_seq = next_seq_++;
      young.now = mark.now;
      if (all_folded()) done = end_folding();
      load_.note(journaled_rows(changes), mark.now);
      if (!fold_ && young.row_count() >= options_.fold_rows) begin_folding();
    }
    count_waiting_rows();
  }

  void count_waiting_rows() {
    waiting_rows_.store(
        static_cast<std::int64_t>(pending_->young.row_count() + pending_->old.row_count()),
        std::memory_order_relaxed);
  }

  // --- folding ---

  // Requires: the mutex is held, and nothing is being folded.
  void begin_folding() {
    pending_->old = std::exchange(pending_->young, Pending());
    fold_.emplace(pending_->old);
    fold_position_ = 0;
  }

  bool all_folded() const { return fold_ && fold_position_ == fold_->row_count(); }

  // Gives the old rows away, to be freed without the mutex. Requires: the mutex is held, all are
  // folded.
  Pending end_folding() {
    fold_.reset();
    return std::exchange(pending_->old, Pending());
  }

  // How many old rows to fold with a batch: none until the young rows are half of what may wait,
  // then twice as many as arrive, so that the old are gone in time.
  std::size_t slice_rows(std::size_t arriving) const {
    return pending_->young.row_count() < options_.fold_rows / 2 ? 0 : 2 * arriving;
  }

  // Requires: a transaction. Gives the position after the slice.
  std::size_t fold_slice(std::size_t limit) {
    const std::size_t position = fold_->write(tables_, fold_position_, limit);
    if (position < fold_->row_count()) return position;
    drop_journal_.args().integer(pending_->old.last_seq);
    drop_journal_.run();
    set_folded_now_.args().time(pending_->old.now);
    set_folded_now_.run();
    return position;
  }

  // Requires: no batch.
  void fold_all() {
    while (has_waiting_rows()) fold_more(kFoldAllRows);
  }

  bool has_waiting_rows() const { return fold_ || pending_->young.last_seq > 0; }

  // Folds up to `limit` rows in a commit of its own. Requires: no batch; rows wait.
  void fold_more(std::size_t limit) {
    if (!fold_) {
      const std::unique_lock lock(pending_->mutex);
      begin_folding();
    }
    fold_position_ = fold_and_commit(limit);
    Pending done;
    if (all_folded()) {
      const std::unique_lock lock(pending_->mutex);
      done = end_folding();
    }
    count_waiting_rows();
  }

  std::size_t fold_and_commit(std::size_t limit) {
    try {
      open_transaction();
      const std::size_t position = fold_slice(limit);
      commit_.args();
      commit_.run();
      in_transaction_ = false;
      return position;
    } catch (const Failure&) {
      roll_back();
      failed_ = true;  // it may be committed: the rows do not mind, but our position would be wrong
      throw;
    }
  }

  bool waits_older_than(Time before) const {
    for (const Pending* pending : {&pending_->young, &pending_->old})
      for (const KeptAnswer& row : pending->kept_answers)
        if (row.at < before) return true;
    return false;
  }

  // --- transactions and the log ---

  // A read transaction until the first write. Nobody else writes, so it always becomes one that
  // writes.
  void open_transaction() {
    if (in_transaction_) return;
    begin_.args();
    begin_.run();
    in_transaction_ = true;
  }

  void roll_back() {
    if (!in_transaction_) return;
    in_transaction_ = false;
    if (sqlite3_get_autocommit(connection_.handle())) return;  // SQLite did it already
    try {
      rollback_.args();
      rollback_.run();
    } catch (const Failure&) {
      failed_ = true;
    }
  }

  static int note_log_pages(void* self, sqlite3*, const char*, int pages) {
    static_cast<Writer*>(self)->log_pages_.store(pages, std::memory_order_relaxed);
    return SQLITE_OK;
  }

  // SQLite's own automatic checkpoint swallows a failed sync and tries again; after that the kernel
  // may have dropped the pages. Ours stops the store.
  void checkpoint_if_due() {
    const std::int64_t pages = log_pages_.load(std::memory_order_relaxed);
    if (pages < checkpointed_pages_) checkpointed_pages_ = 0;  // the log has started anew
    if (pages - checkpointed_pages_ < kCheckpointPages) return;
    checkpoint(pages < kLongLogPages ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_RESTART);
    checkpointed_pages_ = pages;
  }

  void checkpoint(int mode) {
    if (mode != SQLITE_CHECKPOINT_PASSIVE)
      sqlite3_busy_timeout(connection_.handle(), kLongLogWaitMs);
    const int code =
        sqlite3_wal_checkpoint_v2(connection_.handle(), nullptr, mode, nullptr, nullptr);
    if (code != SQLITE_OK && (code & 0xFF) != SQLITE_BUSY) connection_.fail("checkpointing");
    checkpoints_.fetch_add(1, std::memory_order_relaxed);
  }

  FolderLock lock_;
  std::filesystem::path file_;
  Connection connection_;
  Schema schema_;
  LogFile log_;
  SqliteOptions options_;
  Tables tables_;
  std::shared_ptr<SharedPending> pending_ = std::make_shared<SharedPending>();
  std::optional<Fold> fold_;  // of the old rows, while there are any
  std::size_t fold_position_ = 0;
  LoadMeter load_;
  std::int64_t next_seq_ = 1;
  std::string buffer_;
  bool in_batch_ = false;
  bool in_transaction_ = false;
  bool committing_ = false;
  bool failed_ = false;
  std::int64_t checkpointed_pages_ = 0;
  std::atomic<std::int64_t> log_pages_ = 0, checkpoints_ = 0, waiting_rows_ = 0;

  Statement begin_{connection_, kBegin}, commit_{connection_, kCommit},
      rollback_{connection_, kRollback}, add_journal_{connection_, kAddJournal},
      drop_journal_{connection_, kDropJournal}, set_folded_now_{connection_, kSetFoldedNow};
  Statement find_wallet_{connection_, kFindWallet}, find_order_{connection_, kFindOrder},
      find_ticket_{connection_, kFindTicket}, find_user_{connection_, kFindUser},
      find_user_by_email_{connection_, kFindUserByEmail},
      find_kept_answer_{connection_, kFindKeptAnswer},
      forget_kept_answers_{connection_, kForgetKeptAnswers};
};

}  // namespace

Result<std::unique_ptr<SqliteStore>> open_sqlite_store(const std::filesystem::path& folder,
                                                       const SqliteOptions& options) {
  FRONTROW_CHECK(options.sealer != nullptr, "a store without a sealer");
  auto lock = FolderLock::take(folder);
  if (!lock) return lock.error();
  return guarded([&]() -> std::unique_ptr<SqliteStore> {
    return std::make_unique<Writer>(std::move(*lock), folder, options);
  });
}

}  // namespace frontrow::sqlite
