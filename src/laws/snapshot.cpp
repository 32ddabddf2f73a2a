#include "laws/snapshot.h"

#include <fmt/format.h>

#include <algorithm>

namespace frontrow {
namespace {

constexpr std::string_view kOneOwner = "A seat has at most one live owner";
constexpr std::string_view kOrders =
    "An order has a show, seats, its seats' price and their tickets";
constexpr std::string_view kHolds = "A hold rests on its owner's entry and never outlasts it";
constexpr std::string_view kPayments =
    "A payment pays exactly one order in full, with a ticket for each seat";
constexpr std::string_view kTransfers =
    "A transfer has an id of its own and moves points the way of its kind";
constexpr std::string_view kWallets =
    "A wallet's balance is its transfers' sum and never below zero";
constexpr std::string_view kQueues = "A queue's counters count its rows";
constexpr std::string_view kOnePlace =
    "A person has at most one live place and one active entry in a concert";

}  // namespace

void SnapshotCheck::report(std::string_view law, std::string text,
                           std::vector<std::string> aggregates) {
  ++report_.violations_total;
  if (report_.violations.size() < kMostViolations)
    report_.violations.push_back({std::string(law), std::move(text), std::move(aggregates)});
}

// --- taking rows ---------------------------------------------------------------------------------

void SnapshotCheck::take(const Show& row) {
  ++counts_.shows;
  counts_.seats += seat_count(row.sections);
  counts_.seats_blocked += std::count(row.blocked.begin(), row.blocked.end(), true);
  shows_[row.id] = {row.concert, row.sections, row.blocked,
                    std::vector<OrderId>(seat_count(row.sections))};
}

void SnapshotCheck::take(const Place& row) {
  ++counts_.places;
  auto& places = places_[row.sale_no];
  if (row.number == 0) return report(kQueues, "a place has the number 0", {to_text(row.user)});
  if (row.number > places.size()) places.resize(row.number);
  if (places[row.number - 1].taken)
    report(kQueues, fmt::format("place {} is there twice", row.number), {to_text(row.user)});
  places[row.number - 1] = {row.user, row.state, true};
}

void SnapshotCheck::take(const Entry& row) {
  ++counts_.entries;
  if (row.state == EntryState::active) ++counts_.entries_active;
  entries_[row.id] = row;
}

void SnapshotCheck::take(const Ticket& row) {
  ++counts_.tickets;
  if (!tickets_.try_emplace(row.code, TicketFacts{row.order, row.ordinal}).second)
    report(kPayments, "two tickets have one code", {to_text(row.order)});
}

void SnapshotCheck::take(const Wallet& row) {
  ++counts_.wallets;
  counts_.wallet_total += row.balance.amount;
  wallets_[row.user] = row;
}

void SnapshotCheck::take(const Transfer& row) {
  ++counts_.transfers;
  if (house_account(row.kind) == HouseAccount::top_ups)
    counts_.top_ups_total += row.amount.amount;
  else
    counts_.sales_total -= row.amount.amount;
  transfers_.push_back(row);
}

// --- orders --------------------------------------------------------------------------------------

void SnapshotCheck::look_at_order(const Order& order) {
  ++counts_.orders;
  const auto found = shows_.find(order.show);
  if (found == shows_.end() || found->second.concert != order.concert)
    return report(kOrders, to_text(order.id) + " has no show of its concert", {to_text(order.id)});
  ShowFacts& show = found->second;
  if (order.seats.empty())
    report(kOrders, to_text(order.id) + " has no seats", {to_text(order.id)});
  if (order.version > versions_[order.show])
    report(kOrders, to_text(order.id) + " is newer than its show", {to_text(order.show)});
  Money price;
  for (const SeatIndex seat : order.seats) {
    if (seat >= show.owners.size())
      return report(kOrders, fmt::format("{} has seat {}", to_text(order.id), seat),
                    {to_text(order.id)});
    price = price + seat_price(show.sections, seat);
  }
  if (order.total != (order.complimentary ? Money{} : price))
    report(kOrders,
           fmt::format("{} has total {}, its seats cost {}", to_text(order.id), order.total.amount,
                       price.amount),
           {to_text(order.id)});
  if (owns_seats(order.status)) take_seats(order, show);
  if (order.status == OrderStatus::held) look_at_hold(order);
  look_at_payment(order);
}

void SnapshotCheck::take_seats(const Order& order, ShowFacts& show) {
  const bool paid = order.status == OrderStatus::paid;
  (paid ? counts_.seats_sold : counts_.seats_held) += static_cast<std::int64_t>(order.seats.size());
  for (const SeatIndex seat : order.seats) {
    OrderId& owner = show.owners[seat];
    if (!owner.is_nil())
      report(kOneOwner,
             fmt::format("seat {} of {} belongs to {} and to {}", seat_label(show.sections, seat),
                         to_text(order.show), to_text(owner), to_text(order.id)),
             {to_text(order.show), to_text(owner), to_text(order.id)});
    owner = order.id;
    if (!show.blocked.empty() && show.blocked[seat])
      report(kOneOwner,
             fmt::format("seat {} of {} is blocked and belongs to {}",
                         seat_label(show.sections, seat), to_text(order.show), to_text(order.id)),
             {to_text(order.show), to_text(order.id)});
  }
}

void SnapshotCheck::look_at_hold(const Order& order) {
  ++counts_.holds;
  const auto entry = entries_.find(order.entry);
  if (entry == entries_.end() || entry->second.user != order.user)
    return report(kHolds, to_text(order.id) + " is held without an entry of its owner",
                  {to_text(order.id)});
  if (entry->second.state == EntryState::expired)
    report(kHolds, to_text(order.id) + " is held, and its entry has ended", {to_text(order.id)});
  if (order.hold_expires_at > entry->second.bound)
    report(kHolds, to_text(order.id) + " is held beyond its entry's bound", {to_text(order.id)});
}

void SnapshotCheck::look_at_payment(const Order& order) {
  const bool was_paid = order.status == OrderStatus::paid || order.status == OrderStatus::refunded;
  if (order.status == OrderStatus::paid) {
    ++counts_.orders_paid;
    counts_.revenue += order.total.amount;
  }
  if (order.status == OrderStatus::refunded) ++counts_.orders_refunded;
  if (order.tickets.size() != (was_paid ? order.seats.size() : 0))
    report(kPayments,
           fmt::format("{} is {} with {} tickets", to_text(order.id), to_text(order.status),
                       order.tickets.size()),
           {to_text(order.id)});
  for (std::uint32_t i = 0; i < order.tickets.size(); ++i) {
    const auto ticket = tickets_.find(order.tickets[i].code);
    if (ticket == tickets_.end() || ticket->second.order != order.id || ticket->second.ordinal != i)
      report(kPayments, fmt::format("ticket {} of {} is not at the gate", i, to_text(order.id)),
             {to_text(order.id)});
    else
      tickets_.erase(ticket);
  }
  if (order.complimentary || !was_paid) return;
  spend(order, order.payment.uuid, TransferKind::payment, -order.total);
  if (order.status == OrderStatus::refunded)
    spend(order, order.refund.uuid, TransferKind::refund, order.total);
}

void SnapshotCheck::spend(const Order& order, const Uuid& id, TransferKind kind, Money amount) {
  const auto found = unspent_.find(id);
  if (found == unspent_.end())
    return report(kPayments, fmt::format("{} has no {}", to_text(order.id), to_text(kind)),
                  {to_text(order.id)});
  const Transfer& transfer = *found->second;
  if (transfer.kind != kind || transfer.order != order.id || transfer.user != order.user ||
      transfer.amount != amount)
    report(kPayments,
           fmt::format("the {} of {} is of {} instead of {}", to_text(kind), to_text(order.id),
                       transfer.amount.amount, amount.amount),
           {to_text(order.id)});
  unspent_.erase(found);
}

// --- money ---------------------------------------------------------------------------------------

void SnapshotCheck::look_at_wallets() {
  std::sort(transfers_.begin(), transfers_.end(), [](const Transfer& a, const Transfer& b) {
    return std::tie(a.user, a.seq) < std::tie(b.user, b.seq);
  });
  Wallet sum;
  const auto compare = [&] {
    if (sum.last_seq == 0) return;
    const auto wallet = wallets_.find(sum.user);
    const Wallet stored = wallet == wallets_.end() ? Wallet{} : wallet->second;
    if (stored.balance != sum.balance || stored.last_seq != sum.last_seq)
      report(
          kWallets,
          fmt::format("{} holds {} after {} transfers, they sum to {} after {}", to_text(sum.user),
                      stored.balance.amount, stored.last_seq, sum.balance.amount, sum.last_seq),
          {to_text(sum.user)});
    if (wallet != wallets_.end()) wallets_.erase(wallet);
  };
  for (const Transfer& transfer : transfers_) {
    if (transfer.user != sum.user) {
      compare();
      sum = {transfer.user, {}, 0};
    }
    sum.balance = sum.balance + transfer.amount;
    if (transfer.seq != sum.last_seq + 1 || transfer.balance_after != sum.balance ||
        sum.balance < Money{})
      report(kWallets,
             fmt::format("transfer {} of {} says {}, the sum is {}", transfer.seq,
                         to_text(transfer.user), transfer.balance_after.amount, sum.balance.amount),
             {to_text(transfer.user)});
    sum.last_seq = transfer.seq;
    if (transfer.kind != TransferKind::top_up) unspent_.try_emplace(transfer.id, &transfer);
  }
  compare();
  for (const auto& [user, wallet] : wallets_)
    if (wallet.balance != Money{} || wallet.last_seq != 0)
      report(kWallets,
             fmt::format("{} holds {} without a transfer", to_text(user), wallet.balance.amount),
             {to_text(user)});
}

void SnapshotCheck::look_at_transfers() {
  boost::unordered_flat_set<Uuid, UuidHash> ids;
  for (const Transfer& transfer : transfers_) {
    if (!fits(transfer.kind, transfer.amount) ||
        transfer.order.is_nil() != (transfer.kind == TransferKind::top_up))
      report(kTransfers,
             fmt::format("transfer {} of {} is a {} of {}", transfer.seq, to_text(transfer.user),
                         to_text(transfer.kind), transfer.amount.amount),
             {to_text(transfer.user)});
    if (!ids.insert(transfer.id).second)
      report(kTransfers,
             fmt::format("transfer {} of {} has another one's id", transfer.seq,
                         to_text(transfer.user)),
             {to_text(transfer.user)});
  }
}

void SnapshotCheck::look_at_totals() {
  if (counts_.wallet_total != counts_.top_ups_total - counts_.sales_total)
    report(kWallets,
           fmt::format("all wallets hold {}, of {} topped up and {} spent", counts_.wallet_total,
                       counts_.top_ups_total, counts_.sales_total),
           {});
  if (counts_.sales_total != counts_.revenue)
    report(kPayments,
           fmt::format("paid orders cost {}, {} was spent", counts_.revenue, counts_.sales_total),
           {});
}

// --- queues --------------------------------------------------------------------------------------

void SnapshotCheck::look_at_places(SaleNo sale, const std::vector<PlaceFacts>& places) {
  const std::string concert = to_text(concerts_[sale].id);
  boost::unordered_flat_map<PlaceNumber, EntryState> entry_of;
  for (const auto& [id, entry] : entries_)
    if (entry.sale_no == sale) entry_of[entry.number] = entry.state;
  FlatMap<UserId, PlaceNumber> live;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const PlaceFacts& place = places[i];
    const auto number = static_cast<PlaceNumber>(i + 1);
    if (!place.taken) {
      report(kQueues, fmt::format("{} has no place {}", concert, number), {concert});
      continue;
    }
    const auto entry = entry_of.find(number);
    const bool is_live = place.state == PlaceState::waiting &&
                         (entry == entry_of.end() || entry->second == EntryState::active);
    if (!is_live) continue;
    const auto [other, fresh] = live.try_emplace(place.user, number);
    if (!fresh)
      report(kOnePlace,
             fmt::format("{} has places {} and {} in {}", to_text(place.user), other->second,
                         number, concert),
             {concert, to_text(place.user)});
  }
}

void SnapshotCheck::look_at_entries() {
  boost::unordered_flat_map<std::uint64_t, EntryId> of_place;
  for (const auto& [id, entry] : entries_) {
    const auto places = places_.find(entry.sale_no);
    if (places == places_.end() || entry.number == 0 || entry.number > places->second.size() ||
        places->second[entry.number - 1].user != entry.user)
      report(kQueues, to_text(id) + " has no place of its owner", {to_text(id)});
    const std::uint64_t key = (std::uint64_t{entry.sale_no} << 32) | entry.number;
    if (!of_place.try_emplace(key, id).second)
      report(kOnePlace, fmt::format("place {} has two entries", entry.number), {to_text(id)});
  }
}

void SnapshotCheck::look_at_queues() {
  boost::unordered_flat_map<SaleNo, std::int64_t> entries, missed;
  for (const auto& [id, entry] : entries_) ++entries[entry.sale_no];
  for (const auto& [sale, places] : places_) {
    for (const PlaceFacts& place : places) missed[sale] += place.state == PlaceState::missed;
    if (!queues_.contains(sale))
      report(kQueues, fmt::format("sale {} has places and no queue", sale), {});
    look_at_places(sale, places);
  }
  for (const auto& [sale, queue] : queues_) {
    const std::string concert = to_text(concerts_[sale].id);
    const std::size_t places = places_.contains(sale) ? places_[sale].size() : 0;
    if (queue.last_number != places || queue.called_upto > queue.last_number ||
        queue.lobby_count > queue.last_number)
      report(kQueues,
             fmt::format("{} counts {} places of {}, {} called, {} in the lobby", concert,
                         queue.last_number, places, queue.called_upto, queue.lobby_count),
             {concert});
    if (queue.admitted != entries[sale] || queue.missed != missed[sale])
      report(kQueues,
             fmt::format("{} counts {} entries of {} and {} missed people of {}", concert,
                         queue.admitted, entries[sale], queue.missed, missed[sale]),
             {concert});
  }
  look_at_entries();
}

SnapshotReport SnapshotCheck::finish() {
  counts_.concerts = static_cast<std::int64_t>(concerts_.size());
  look_at_wallets();
  look_at_transfers();
  for (const Order& order : orders_) look_at_order(order);
  if (!unspent_.empty())
    report(kPayments, fmt::format("{} payments or refunds belong to no order", unspent_.size()),
           {to_text(unspent_.begin()->second->user)});
  if (!tickets_.empty())
    report(kPayments, fmt::format("{} tickets belong to no order", tickets_.size()),
           {to_text(tickets_.begin()->second.order)});
  look_at_queues();
  look_at_totals();
  report_.counts = counts_;
  return std::move(report_);
}

}  // namespace frontrow
