// The rows of a memory store, by key, and how a batch's changes become rows. Everything is done
// under `mutex`.
#pragma once

#include <map>
#include <mutex>
#include <tuple>
#include <utility>
#include <vector>

#include "adapters/memory/memory_store.h"
#include "domain/changes.h"

namespace frontrow::memory {

class Disk {
 public:
  mutable std::mutex mutex;

  std::map<SaleNo, Concert> concerts;
  std::map<ShowId, Show> shows;
  std::vector<ShowId> show_order;  // as they were first appended
  std::map<ShowId, ShowVersion> show_versions;
  std::map<SaleNo, Queue> queues;
  std::map<std::pair<SaleNo, PlaceNumber>, Place> places;
  std::map<EntryId, Entry> entries;
  std::map<OrderId, Order> orders;
  std::map<TicketCode, Ticket> tickets;
  std::map<UserId, Wallet> wallets;
  std::map<std::pair<UserId, std::uint64_t>, Transfer> transfers;
  std::map<UserId, User> users;
  std::map<Digest, Session> sessions;
  std::map<StaffKeyId, StaffKey> staff_keys;
  std::map<std::string, SigningKeyRow> signing_keys;
  std::map<AuditId, AuditEntry> audit;
  std::map<std::pair<CallerId, std::string>, KeptAnswer> kept_answers;
  Time greatest_now;

  // Of stores that share the disk.
  std::mutex batch_mutex;                          // held from begin to append or abandon
  std::vector<std::pair<Changes, BatchMark>> log;  // what was committed, in order

  // Requires: the mutex is held.
  void apply(const Changes& changes, const BatchMark& mark);
  void scan(RowSink& sink) const;
  void restore(RowSink& sink, Time over_before) const;

 private:
  template <class Keep>
  void scan_sales(RowSink& sink, Keep keep) const;
  bool is_over(SaleNo sale, Time over_before) const;
};

}  // namespace frontrow::memory
