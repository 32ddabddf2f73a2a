// The state that commands are decided on: rows, and what is derived from them. Every change of a
// row goes through one of the `put` functions, which keep the derived parts right and write the
// change down; `undo` takes a batch back. Restoring from the store and catching up with other nodes
// put rows in the same way.
//
//   Changes changes;
//   state.begin(changes, now);
//   Outcome outcome = decide(state, command, context);   // calls put
//   ... the store appends `changes` ...
//   state.end();                                         // or state.undo(changes)
//
// One thread alone (the committer) may touch a State.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/split_table.h"
#include "domain/changes.h"
#include "domain/line.h"
#include "domain/place_status.h"

namespace frontrow {

template <class Key, class Value>
using FlatMap = boost::unordered_flat_map<Key, Value, UuidHash>;
// Of what there may be a hundred thousand.
template <class Key, class Value>
using LargeMap = SplitTable<FlatMap<Key, Value>>;

// Finds a user's newest place without storing the user twice.
class PlacesByUser {
 public:
  PlacesByUser();
  PlacesByUser(const PlacesByUser&) = delete;
  PlacesByUser& operator=(const PlacesByUser&) = delete;

  void append(const UserId& user, Time joined_at);  // replaces the user's older place
  void remove_last();                               // which is the user's newest again
  std::optional<PlaceNumber> find(const UserId& user) const;
  const UserId& user_of(PlaceNumber number) const { return (*users_)[number - 1]; }
  Time joined_at(PlaceNumber number) const { return joined_at_[number - 1]; }

 private:
  using Users = std::deque<UserId>;
  struct Hash {
    using is_transparent = void;
    using is_avalanching = void;
    const Users* users;
    std::size_t operator()(const UserId& user) const { return UuidHash()(user); }
    std::size_t operator()(PlaceNumber number) const { return UuidHash()((*users)[number - 1]); }
  };
  struct Equal {
    using is_transparent = void;
    const Users* users;
    bool operator()(PlaceNumber a, PlaceNumber b) const {
      return a == b || (*users)[a - 1] == (*users)[b - 1];
    }
    bool operator()(const UserId& a, PlaceNumber b) const { return a == (*users)[b - 1]; }
    bool operator()(PlaceNumber a, const UserId& b) const { return (*users)[a - 1] == b; }
  };
  std::unique_ptr<Users> users_;
  std::deque<Time> joined_at_;
  using Numbers = boost::unordered_flat_set<PlaceNumber, Hash, Equal>;
  SplitTable<Numbers> numbers_;
  boost::unordered_flat_map<PlaceNumber, PlaceNumber> older_of_;  // of those who joined again
};

struct SaleState {
  std::shared_ptr<const Concert> concert;
  Queue queue;
  bool is_over = false;  // its places are not in memory; nobody joins, is called or shops any more
  Line line;
  PlacesByUser places;
  LargeMap<EntryId, Entry> entries;                          // active, and used until their end
  boost::unordered_flat_map<PlaceNumber, EntryId> entry_of;  // of `entries`
  std::set<std::pair<Time, EntryId>> entry_ends;             // of `entries`
  boost::unordered_flat_map<PlaceNumber, Time> claim_until;  // the called who have not come
  std::set<std::pair<Time, PlaceNumber>> claim_ends;         // the same, by time
  std::vector<PlaceNumber> claim_changes;         // since the views were brought up to date
  LargeMap<UserId, std::uint32_t> seats_of_user;  // held and paid
  std::int64_t active_entries = 0;
  std::vector<ShowId> shows;
  std::deque<std::pair<Time, std::int64_t>> recent_calls;  // of the last minute, by second
  std::int64_t revenue = 0;
  std::int64_t orders_paid = 0;
};

struct ShowState {
  std::shared_ptr<const Show> show;
  std::uint64_t version = 0;
  std::vector<SeatStatus> seats;
  std::vector<std::uint16_t> free_in_row;  // by row over all sections, in order
  std::vector<std::uint32_t> first_row;    // by section, into free_in_row
  LargeMap<OrderId, Order> holds;          // live holds
  std::set<std::pair<Time, OrderId>> hold_ends;
  std::int64_t available = 0, held = 0, sold = 0, blocked = 0;
  std::int64_t paid_orders = 0;

  bool bookable(Time now) const { return !show->cancelled && now < show->starts_at; }
};

// Rows that the batch's commands name and memory does not keep. Looked up once a batch; an empty
// optional says that the store has no such row.
struct Scratch {
  FlatMap<OrderId, std::optional<Order>> orders;
  std::map<TicketCode, std::optional<Ticket>> tickets;
  std::map<std::string, std::optional<User>> users_by_email;
  FlatMap<UserId, std::optional<User>> users;
  std::map<std::pair<CallerId, std::string>, std::optional<KeptAnswer>> kept_answers;
};

class State {
 public:
  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  // --- a batch ---
  void begin(Changes& changes, Time now);
  void end();                   // forgets the scratch rows
  void undo(Changes& changes);  // the batch did not happen
  Time now() const { return now_; }
  // Grows with every row that is put: tells whether a command changed anything.
  std::uint64_t put_count() const { return put_count_; }

  // --- rows; each `put` records the change ---
  void put(Concert row);
  void put(Show row);
  void put(Queue row);
  void put(const Place& row);
  void put(const Entry& row);
  void put(Order row);
  void put(const Ticket& row);
  void put(const Wallet& row);
  void put(User row);
  void put(const Session& row, std::optional<Session> before);
  void put(StaffKey row);
  void put(SigningKeyRow row);
  void add(const Transfer& row) { changes_->transfers.push_back(row); }
  void add(AuditEntry row) {
    ++put_count_;
    changes_->audit.push_back(std::move(row));
  }
  void add(KeptAnswer row);

  // --- rows as they are read from the store: no change is recorded ---
  void restore_version(const ShowVersion& version);
  // The counters of a sale that is over, whose places stay in the store.
  void restore_without_places(const Queue& row);
  template <class Row>
  void restore(const Row& row) {
    Changes unrecorded;
    begin(unrecorded, now_);
    put(row);
    changes_ = nullptr;
  }
  void set_now(Time now) { now_ = now; }
  // Where other nodes may have told people to wait, and nobody here knows: the called have so much
  // longer than `claim_seconds`, and nobody is told to wait for longer than those.
  void set_claim_grace(Duration grace) { claim_grace_ = grace; }
  void cache(const Wallet& row) { wallets_[row.user] = row; }

  // --- lookups; null where there is none ---
  SaleState* sale(ConcertId id);
  const SaleState* sale(ConcertId id) const;
  SaleState* sale(SaleNo number);
  ShowState* show(ShowId id);
  const Order* order(OrderId id) const;  // live holds and scratch rows
  Entry* entry(SaleState& sale, EntryId id);
  const Wallet* wallet(UserId user) const;
  const StaffKey* staff_key(StaffKeyId id) const;
  const std::vector<std::unique_ptr<SaleState>>& sales() const { return sales_; }
  const FlatMap<ShowId, std::unique_ptr<ShowState>>& shows() const { return shows_; }
  const std::map<StaffKeyId, StaffKey>& staff_keys() const { return staff_keys_; }
  const std::map<std::string, SigningKeyRow>& signing_keys() const { return signing_keys_; }
  SaleNo next_sale_no() const { return static_cast<SaleNo>(sales_.size()) + 1; }
  Scratch& scratch() { return scratch_; }
  const Scratch& scratch() const { return scratch_; }

  // Moves a called person's claim deadline without a change of rows: it lives in memory alone,
  // since a restart gives everyone who is called the full time again.
  void move_claim(SaleState& sale, PlaceNumber number, Time until);

  // Drops a used-up entry whose time is over from memory; its row stays as it is.
  void forget_entry(SaleState& sale, const Entry& entry) { unindex_entry(sale, entry); }

  // Stock and counts of a sale, as of now().
  SaleFacts facts(const SaleState& sale) const;

 private:
  void apply(const Concert* before, const Concert* after);
  void apply(const Show* before, const Show* after);
  void apply(const Queue& before, const Queue& after);
  void apply(const Place* before, const Place* after);
  void apply(const Entry* before, const Entry* after);
  void apply(const Order* before, const Order* after);
  void take_seats(ShowState& show, const Order& order);
  void free_seats(ShowState& show, const Order& order);
  void set_seat(ShowState& show, SeatIndex seat, SeatStatus status);
  void index_entry(SaleState& sale, const Entry& entry);
  void unindex_entry(SaleState& sale, const Entry& entry);
  void call(SaleState& sale, Rank from, Rank to, Time at);
  void uncall(SaleState& sale, PlaceNumber number);
  void prolong_claims(SaleState& sale, Duration by);
  void set_claim(SaleState& sale, PlaceNumber number, std::optional<Time> until);
  void touch(ShowState& show);

  // Deadlines of claims as they were before each change of the batch; none: not called yet.
  struct ClaimBefore {
    SaleNo sale_no;
    PlaceNumber number;
    std::optional<Time> until;
  };
  std::vector<ClaimBefore> claims_before_;

  static constexpr std::size_t kWalletsKept = 200'000;

  Time now_;
  Duration claim_grace_;
  Changes* changes_ = nullptr;
  std::uint64_t put_count_ = 0;
  std::vector<std::unique_ptr<SaleState>> sales_;  // index: sale_no − 1
  FlatMap<ConcertId, SaleNo> sale_numbers_;
  FlatMap<ShowId, std::unique_ptr<ShowState>> shows_;
  FlatMap<UserId, Wallet> wallets_;
  std::map<StaffKeyId, StaffKey> staff_keys_;
  std::map<std::string, SigningKeyRow> signing_keys_;
  LargeMap<OrderId, ShowId> hold_shows_;
  Scratch scratch_;
};

}  // namespace frontrow
