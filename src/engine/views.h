// What readers see: queues, seats and the catalogue as of the last commit. The committer alone
// brings them up to date, after its commit; any thread reads. A sale's and a show's view are each
// one structure under a reader-writer lock, held by readers for well under a microsecond
// (docs/decisions tells why they are not copied for every batch).
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

#include "domain/decide.h"
#include "domain/state.h"

namespace frontrow {

// Counters of a sale at one second, for rates per minute.
struct SaleSample {
  Time at;
  std::int64_t joined = 0, called = 0, admitted = 0, missed = 0, orders_paid = 0;
};

class SaleView {
 public:
  // What a person of this place is told. Empty where the place does not exist.
  std::optional<PlaceStatus> describe(PlaceNumber number, Time now, std::uint64_t jitter) const;
  // Remembers that the person was asked to poll again at `until`.
  void asked(PlaceNumber number, Time until);
  // Counts a poll; false beyond `limit` in this second.
  bool admit_poll(PlaceNumber number, Time now, std::uint32_t limit);
  Time asked_until(PlaceNumber number) const;

  SaleFacts facts() const;
  std::shared_ptr<const Concert> concert() const;
  std::uint32_t waiting() const;
  std::vector<ShowId> shows() const;
  // The entry, while it is active.
  std::optional<Entry> active_entry(EntryId id) const;
  // Whether it ended in the last 5 s: what is not active may otherwise be news from another node.
  bool has_just_ended(EntryId id) const;
  // Change per minute over the last minute, at most.
  SaleSample per_minute(Time now) const;

 private:
  friend class Views;
  void note_ended(EntryId id, Time now);
  struct Asked {
    std::atomic<std::uint32_t> until_s{0};  // seconds since kAskedEpoch
    std::atomic<std::uint32_t> polls{0};    // second mod 2^24, then the count in 8 bits
  };
  mutable std::shared_mutex mutex_;
  SaleFacts facts_;
  Line line_;
  LargeMap<EntryId, Entry> entries_;
  FlatMap<EntryId, Time> just_ended_;
  std::deque<std::pair<Time, EntryId>> ended_at_;  // of `just_ended_`, the oldest first
  boost::unordered_flat_map<PlaceNumber, EntryId> entry_of_;
  boost::unordered_flat_map<PlaceNumber, Time> claim_until_;
  std::deque<Asked> asked_;
  // What may have been asked of whom before this process started, which nobody remembers.
  Time started_at_;
  PlaceNumber places_at_start_ = 0;
  Rank called_at_start_ = 0;
  std::vector<ShowId> shows_;
  std::deque<SaleSample> samples_;  // one a second
};

struct SeatChange {
  std::uint64_t version = 0;
  SeatIndex seat = 0;
  SeatStatus status = SeatStatus::available;
};

class ShowView {
 public:
  struct Counts {
    std::uint64_t version = 0;
    std::int64_t available = 0, held = 0, sold = 0, blocked = 0, paid_orders = 0;
    std::int64_t total() const { return available + held + sold + blocked; }
  };
  std::shared_ptr<const Show> show() const;
  Counts counts() const;
  // A copy of the seats' status, with the version that it has.
  std::uint64_t seats(std::vector<SeatStatus>& out) const;
  // Changes after `since`, oldest first, with the version that they lead to; empty optional where
  // the log no longer reaches back so far.
  std::optional<std::vector<SeatChange>> changes_since(std::uint64_t since, Counts& counts) const;

  // A text made from the seats (a list of a section, say), kept until the version moves on. `make`
  // runs under the reader lock of this show.
  using Maker = std::function<std::string(const Show&, const std::vector<SeatStatus>&)>;
  struct Text {
    std::shared_ptr<const std::string> bytes;
    Counts counts;
  };
  Text cached_text(const std::string& key, const Maker& make) const;
  // The same for a text that never changes while the show sells.
  std::shared_ptr<const std::string> fixed_text(const std::string& key,
                                                std::string (*make)(const Show&)) const;

 private:
  friend class Views;
  static constexpr std::size_t kChangesKept = 20'000;
  mutable std::shared_mutex mutex_;
  std::shared_ptr<const Show> show_;
  std::vector<SeatStatus> seats_;
  Counts counts_;
  std::deque<SeatChange> log_;
  std::uint64_t log_from_ = 0;  // the log has every change after this version
  struct Kept {
    std::uint64_t version;
    std::shared_ptr<const std::string> bytes;
  };
  mutable std::mutex texts_mutex_;
  mutable std::map<std::string, Kept> texts_;
};

class Views final : public AskedPolls {
 public:
  // --- readers, any thread; pointers stay good as long as the Views ---
  SaleView* sale(SaleNo number) const;
  SaleView* sale(ConcertId id) const;
  ShowView* show(ShowId id) const;
  std::vector<SaleView*> sales() const;                             // in the order of creation
  std::optional<StaffKey> staff_key(const Digest& key_hash) const;  // not a revoked one
  std::optional<StaffKey> staff_key(StaffKeyId id) const;
  std::vector<StaffKey> staff_keys() const;
  std::vector<SigningKeyRow> signing_keys() const;
  std::uint64_t signing_keys_version() const { return signing_keys_version_.load(); }
  Time asked_until(SaleNo sale, PlaceNumber number) const override;

  // --- the committer ---
  void publish_all(State& state, Time now);
  void publish(State& state, const Changes& changes);
  // Once a second: counts that change with time alone, and samples for the rates.
  void refresh(State& state);

 private:
  SaleView& sale_view(const SaleState& sale);
  ShowView& show_view(const ShowState& show);
  void publish_sale(State& state, SaleState& sale, const Changes& changes);
  void publish_seats(State& state, const Changes& changes);
  void publish_keys(const State& state);

  mutable std::shared_mutex mutex_;  // guards the maps, not what they point to
  std::vector<std::unique_ptr<SaleView>> sales_;
  FlatMap<ConcertId, SaleView*> sales_by_id_;
  FlatMap<ShowId, std::unique_ptr<ShowView>> shows_;
  std::map<Digest, StaffKey> staff_keys_;
  std::vector<SigningKeyRow> signing_keys_;
  std::atomic<std::uint64_t> signing_keys_version_{0};
};

}  // namespace frontrow
