// The port to what keeps the rows: SQLite, PostgreSQL, or memory in tests. No driver's type passes
// through here.
//
// One thread (the committer) calls a Store. A batch is: begin, any number of finds, then append
// (which commits and syncs) or abandon. Readers are separate, one a thread.
//
//   store.begin();
//   Found found = *store.find(needs);
//   ... decide ...
//   switch (store.append(changes, mark)) { ... }
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "domain/changes.h"
#include "store/store_metrics.h"

namespace frontrow {

// Rows that a batch's commands name and memory does not keep.
struct Needs {
  std::vector<UserId> wallets;
  std::vector<OrderId> orders;
  std::vector<TicketCode> tickets;
  std::vector<std::string> emails;  // User::email_key
  std::vector<UserId> users;
  std::vector<std::pair<CallerId, std::string>> kept_answers;

  bool empty() const {
    return wallets.empty() && orders.empty() && tickets.empty() && emails.empty() &&
           users.empty() && kept_answers.empty();
  }
};

// What of it exists; the rest is absent.
struct Found {
  std::vector<Wallet> wallets;
  std::vector<Order> orders;
  std::vector<Ticket> tickets;
  std::vector<User> users;
  std::vector<KeptAnswer> kept_answers;
};

// Names a batch for good: written in its commit.
struct BatchMark {
  Uuid id;
  Time now;  // the batch's time; never below that of an earlier batch
};

enum class CommitFate {
  committed,      // and synced
  not_committed,  // certainly nothing of it is there, and never will be
  unknown,        // a store of one node: start again; a shared one: the next begin tells
};

// In the order of a scan.
enum class RowKind {
  concert,
  show,
  show_version,
  queue,
  place,
  entry,
  order,
  ticket,
  wallet,
  transfer,
  user,
  session,
  staff_key,
  signing_key,
  audit,
  kept_answer,
};

// Takes rows one by one, as restore and scan read them. Rows that a sink does not want it ignores.
class RowSink {
 public:
  virtual ~RowSink() = default;
  // A scan does not read what nobody wants.
  virtual bool wants(RowKind) const { return true; }
  virtual void take(const Concert&) {}
  virtual void take(const Show&) {}
  virtual void take(const ShowVersion&) {}
  virtual void take(const Queue&) {}
  virtual void take(const Place&) {}
  virtual void take(const Entry&) {}
  virtual void take(const Order&) {}
  virtual void take(const Ticket&) {}
  virtual void take(const Wallet&) {}
  virtual void take(const Transfer&) {}
  virtual void take(const User&) {}
  virtual void take(const Session&) {}
  virtual void take(const StaffKey&) {}
  virtual void take(const SigningKeyRow&) {}
  virtual void take(const AuditEntry&) {}
  virtual void take(const KeptAnswer&) {}
};

// A page of a list: the items after the cursor, newest first unless said otherwise.
struct OrderFilter {
  std::optional<UserId> user = {};
  std::optional<ConcertId> concert = {};
  std::optional<ShowId> show = {};
  std::optional<OrderStatus> status = {};
  std::optional<OrderId> before = {};  // only orders with a smaller id
  bool with_tickets = false;           // only paid and refunded ones
  int limit = 20;
};

struct Overdue {
  std::int64_t entries = 0;  // active, though their time is over
  std::int64_t holds = 0;    // held, though their time is over
};

// Reads what is committed, each call on its own newest snapshot. One thread a reader.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual Result<std::optional<User>> user(UserId id) = 0;
  virtual Result<std::optional<User>> user_by_email(const std::string& email_key) = 0;
  virtual Result<std::optional<Session>> session(const Digest& token_hash) = 0;
  virtual Result<Wallet> wallet(UserId user) = 0;  // an empty one where there is none
  // Of a wallet, with smaller numbers, newest first.
  virtual Result<std::vector<Transfer>> transfers(UserId user,
                                                  std::optional<std::uint64_t> before_seq,
                                                  int limit) = 0;
  virtual Result<std::optional<Order>> order(OrderId id) = 0;
  virtual Result<std::vector<Order>> orders(const OrderFilter& filter) = 0;
  virtual Result<std::int64_t> count_orders(ShowId show, OrderStatus status) = 0;
  virtual Result<std::optional<Ticket>> ticket(const TicketCode& code) = 0;
  virtual Result<std::optional<KeptAnswer>> kept_answer(CallerId caller,
                                                        const std::string& key) = 0;
  // Places with a greater number, in the order of joining.
  virtual Result<std::vector<Place>> places(SaleNo sale, PlaceNumber after, int limit) = 0;
  virtual Result<std::vector<AuditEntry>> audit(std::optional<AuditId> before, int limit) = 0;
  // The newest of one target, newest first.
  virtual Result<std::vector<AuditEntry>> audit_of(const std::string& target, int limit) = 0;
  virtual Result<Overdue> overdue(Time now) = 0;
  // Everything that the sink wants, in one snapshot: each kind as a block in the order of RowKind,
  // in it the rows by their keys, shows as they were made. The answer is the greatest batch time
  // stored, or 0.
  virtual Result<Time> scan(RowSink& sink) = 0;
};

// Who is told what other nodes committed: batch after batch, in the order of their commits. Each
// row stands as `after`, and no change has a `before`.
class NewsSink {
 public:
  virtual ~NewsSink() = default;
  virtual void batch(const Changes&, const BatchMark&) {}
};

class Store {
 public:
  virtual ~Store() = default;

  // Gives what memory keeps, in the order of `scan`: concerts, shows, versions, queues, places in
  // the order of their numbers, entries, held and paid orders, staff keys, signing keys. Places and
  // entries of a sale are left out where all its shows began before `over_before` and no entry of
  // it is active. The answer is the greatest batch time stored, or 0.
  virtual Result<Time> restore(RowSink& sink, Time over_before) = 0;

  // Begins a batch. A store that nodes share takes the lock that puts the batches of all nodes in
  // one order, tells what was committed since `restore` or the last news, and gives its own time,
  // which all nodes decide by. The news has this node's own batch too where append said `unknown`
  // and it was committed; after a begin that succeeds, one that was not told never will be. To
  // believe it, an append (of no changes, if need be) must succeed after the news.
  virtual Result<std::optional<Time>> begin(NewsSink& news) = 0;
  virtual Result<Found> find(const Needs& needs) = 0;
  virtual CommitFate append(const Changes& changes, const BatchMark& mark) = 0;
  virtual void abandon() = 0;
  // Before an append: another batch begins right after it. A shared store asks for the lock and the
  // news of that one along with the commit, which saves a round trip. Nothing is promised by it.
  virtual void another_follows() {}

  // Deletes kept answers older than `before`, at most `limit` of them, in a commit of its own, and
  // says how many it deleted.
  virtual Result<std::int64_t> forget_kept_answers(Time before, int limit) = 0;

  // The news and the store's time without a batch, for a node with nothing to decide.
  virtual Result<std::optional<Time>> catch_up(NewsSink&) { return std::optional<Time>(); }
  // Whether this node is the one that ticks: calls people and ends what time ends. Always, on a
  // store of one node. Outside of batches; quick.
  virtual bool may_tick() { return true; }
  // `wake` is called on any thread when there may be news, until the store is destroyed.
  virtual void set_wake(std::function<void()>) {}

  // A piece of the work that can wait, some milliseconds of it, between batches; called at a tick
  // at which no command waits. `now` never goes back.
  virtual Result<Done> tidy(Time now) = 0;

  virtual Result<std::unique_ptr<Reader>> open_reader() = 0;

  // Of a store that nodes share; lives as long as the store.
  virtual const StoreMetrics* metrics() const { return nullptr; }
};

// Seals secrets before they are stored (signing keys, the draw's secrets), and opens them again.
// `context` binds a sealed text to its row; opening it elsewhere fails.
class SecretSealer {
 public:
  virtual ~SecretSealer() = default;
  virtual std::string seal(std::string_view plain, std::string_view context) const = 0;
  virtual std::optional<std::string> open(std::string_view sealed,
                                          std::string_view context) const = 0;
};

}  // namespace frontrow
