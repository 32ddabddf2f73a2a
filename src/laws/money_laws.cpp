#include "laws/money_laws.h"

#include <fmt/format.h>

namespace frontrow {
namespace {

Breach about(const Order& order, std::string what) {
  return {to_text(order.id) + ": " + std::move(what), {to_text(order.id), to_text(order.show)}};
}

Breach about(UserId user, std::string what) {
  return {"wallet of " + to_text(user) + ": " + std::move(what), {to_text(user)}};
}

}  // namespace

std::optional<Breach> PostingsSumToZero::broken_by(const Changes& changes, const State&) {
  house_.clear();
  for (const HousePosting& posting : changes.house_postings)
    if (!house_.try_emplace(posting.transfer, &posting).second)
      return Breach{"a transfer has two postings of the house", {}};
  for (const WalletPosting& posting : changes.wallet_postings) {
    const auto other = house_.find(posting.transfer);
    if (other == house_.end())
      return about(posting.user, fmt::format("posting {} has no other side", posting.seq));
    const HousePosting& house = *other->second;
    if (house.account != house_account(posting.kind) || house.amount != -posting.amount)
      return about(posting.user, fmt::format("posting {} of {} meets {} of the house", posting.seq,
                                             posting.amount.amount, house.amount.amount));
    house_.erase(other);
  }
  if (!house_.empty()) return Breach{"a posting of the house has no other side", {}};
  return {};
}

std::optional<Breach> WalletsAreTheirPostings::broken_by(const Changes& changes,
                                                         const State& after) {
  batch_.clear();
  for (const Change<Wallet>& change : changes.wallets) {
    const Wallet before = change.before.value_or(Wallet{change.after.user, {}, 0});
    Running& running =
        batch_.try_emplace(change.after.user, Running{before.balance, {}, before.last_seq, 0})
            .first->second;
    running.final_balance = change.after.balance;
    running.final_seq = change.after.last_seq;
  }
  for (const WalletPosting& posting : changes.wallet_postings) {
    const auto found = batch_.find(posting.user);
    if (found == batch_.end()) return about(posting.user, "a posting without a change of balance");
    Running& running = found->second;
    running.balance = running.balance + posting.amount;
    if (posting.seq != ++running.seq)
      return about(posting.user,
                   fmt::format("posting {} follows {}", posting.seq, running.seq - 1));
    if (posting.balance_after != running.balance)
      return about(posting.user, fmt::format("posting {} says {}, the sum is {}", posting.seq,
                                             posting.balance_after.amount, running.balance.amount));
    if (running.balance < Money{})
      return about(posting.user,
                   fmt::format("posting {} leaves {}", posting.seq, running.balance.amount));
  }
  for (const auto& [user, running] : batch_) {
    if (running.balance != running.final_balance || running.seq != running.final_seq)
      return about(user, fmt::format("balance {} after {} postings, the postings say {} after {}",
                                     running.final_balance.amount, running.final_seq,
                                     running.balance.amount, running.seq));
    const Wallet* known = after.wallet(user);
    if (known && known->balance != running.balance)
      return about(user, fmt::format("memory says {}, the postings {}", known->balance.amount,
                                     running.balance.amount));
  }
  return {};
}

std::optional<Breach> PaymentsPayOneOrder::spend(const Order& order, const Uuid& transfer,
                                                 TransferKind kind, Money amount) {
  const auto found = unspent_.find(transfer);
  if (found == unspent_.end())
    return about(order, fmt::format("no transfer of kind {} belongs to it", to_text(kind)));
  const WalletPosting& posting = *found->second;
  if (posting.kind != kind || posting.order != order.id || posting.user != order.user)
    return about(order, "its transfer is for something else");
  if (posting.amount != amount)
    return about(order, fmt::format("its transfer moves {} instead of {}", posting.amount.amount,
                                    amount.amount));
  unspent_.erase(found);
  return {};
}

bool PaymentsPayOneOrder::has_its_tickets(const Order& order) const {
  if (order.tickets.size() != order.seats.size()) return false;
  for (std::uint32_t i = 0; i < order.tickets.size(); ++i) {
    const auto ticket = tickets_.find(to_text(order.tickets[i].code));
    if (ticket == tickets_.end()) return false;
    if (ticket->second->order != order.id || ticket->second->ordinal != i) return false;
  }
  return true;
}

std::optional<Breach> PaymentsPayOneOrder::look_at(const Change<Order>& change) {
  const Order& order = change.after;
  const bool was_paid = change.before && change.before->status == OrderStatus::paid;
  if (order.status == OrderStatus::paid && !was_paid) {
    if (!has_its_tickets(order))
      return about(order, fmt::format("{} tickets for {} seats, or not its own",
                                      order.tickets.size(), order.seats.size()));
    if (order.complimentary)
      return order.total == Money{} ? std::optional<Breach>()
                                    : about(order, "complimentary, yet it has a price");
    return spend(order, order.payment.uuid, TransferKind::payment, -order.total);
  }
  if (order.status == OrderStatus::refunded && was_paid && !order.complimentary)
    return spend(order, order.refund.uuid, TransferKind::refund, order.total);
  return {};
}

std::optional<Breach> PaymentsPayOneOrder::broken_by(const Changes& changes, const State&) {
  unspent_.clear();
  tickets_.clear();
  for (const WalletPosting& posting : changes.wallet_postings)
    if (posting.kind != TransferKind::top_up &&
        !unspent_.try_emplace(posting.transfer, &posting).second)
      return about(posting.user, "two postings of one transfer");
  for (const Change<Ticket>& change : changes.tickets)
    if (!change.before) tickets_.try_emplace(to_text(change.after.code), &change.after);
  for (const Change<Order>& change : changes.orders)
    if (auto breach = look_at(change)) return breach;
  if (!unspent_.empty()) {
    const WalletPosting& posting = *unspent_.begin()->second;
    return about(posting.user, fmt::format("a {} of {} belongs to no order", to_text(posting.kind),
                                           posting.amount.amount));
  }
  return {};
}

}  // namespace frontrow
