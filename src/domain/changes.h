// What a batch of commands changed: for each row the value before and the value after, in order.
// The laws read it, the store appends it, the views are brought up to date by it, and it undoes
// the batch where the store says that the commit did not happen.
#pragma once

#include <optional>
#include <vector>

#include "domain/account.h"
#include "domain/concert.h"
#include "domain/order.h"
#include "domain/queue.h"
#include "domain/wallet.h"

namespace frontrow {

template <class Row>
struct Change {
  std::optional<Row> before;  // empty: a new row
  Row after;
};

struct Changes {
  std::vector<Change<Concert>> concerts;
  std::vector<Change<Show>> shows;
  std::vector<Change<ShowVersion>> show_versions;
  std::vector<Change<Queue>> queues;
  std::vector<Change<Place>> places;
  std::vector<Change<Entry>> entries;
  std::vector<Change<Order>> orders;
  std::vector<Change<Ticket>> tickets;
  std::vector<Change<Wallet>> wallets;
  std::vector<Transfer> transfers;
  std::vector<Change<User>> users;
  std::vector<Change<Session>> sessions;
  std::vector<Change<StaffKey>> staff_keys;
  std::vector<Change<SigningKeyRow>> signing_keys;
  std::vector<AuditEntry> audit;
  std::vector<KeptAnswer> kept_answers;

  bool empty() const {
    return concerts.empty() && shows.empty() && show_versions.empty() && queues.empty() &&
           places.empty() && entries.empty() && orders.empty() && tickets.empty() &&
           wallets.empty() && transfers.empty() && users.empty() && sessions.empty() &&
           staff_keys.empty() && signing_keys.empty() && audit.empty() && kept_answers.empty();
  }
  void clear() { *this = Changes(); }
};

}  // namespace frontrow
