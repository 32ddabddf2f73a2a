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

std::optional<Breach> TransfersFitTheirKind::broken_by(const Changes& changes, const State&) {
  ids_.clear();
  for (const Transfer& transfer : changes.transfers) {
    if (!fits(transfer.kind, transfer.amount))
      return about(transfer.user,
                   fmt::format("a {} of {}", to_text(transfer.kind), transfer.amount.amount));
    if (transfer.order.is_nil() != (transfer.kind == TransferKind::top_up))
      return about(transfer.user, fmt::format("a {} with{} an order", to_text(transfer.kind),
                                              transfer.order.is_nil() ? "out" : ""));
    if (!ids_.insert(transfer.id).second) return about(transfer.user, "two transfers have one id");
  }
  return {};
}

std::optional<Breach> WalletsAreTheirTransfers::broken_by(const Changes& changes,
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
  for (const Transfer& transfer : changes.transfers) {
    const auto found = batch_.find(transfer.user);
    if (found == batch_.end())
      return about(transfer.user, "a transfer without a change of balance");
    Running& running = found->second;
    running.balance = running.balance + transfer.amount;
    if (transfer.seq != ++running.seq)
      return about(transfer.user,
                   fmt::format("transfer {} follows {}", transfer.seq, running.seq - 1));
    if (transfer.balance_after != running.balance)
      return about(transfer.user,
                   fmt::format("transfer {} says {}, the sum is {}", transfer.seq,
                               transfer.balance_after.amount, running.balance.amount));
    if (running.balance < Money{})
      return about(transfer.user,
                   fmt::format("transfer {} leaves {}", transfer.seq, running.balance.amount));
  }
  for (const auto& [user, running] : batch_) {
    if (running.balance != running.final_balance || running.seq != running.final_seq)
      return about(user, fmt::format("balance {} after {} transfers, the transfers say {} after {}",
                                     running.final_balance.amount, running.final_seq,
                                     running.balance.amount, running.seq));
    const Wallet* known = after.wallet(user);
    if (known && known->balance != running.balance)
      return about(user, fmt::format("memory says {}, the transfers {}", known->balance.amount,
                                     running.balance.amount));
  }
  return {};
}

std::optional<Breach> PaymentsPayOneOrder::spend(const Order& order, const Uuid& id,
                                                 TransferKind kind, Money amount) {
  const auto found = unspent_.find(id);
  if (found == unspent_.end())
    return about(order, fmt::format("no transfer of kind {} belongs to it", to_text(kind)));
  const Transfer& transfer = *found->second;
  if (transfer.kind != kind || transfer.order != order.id || transfer.user != order.user)
    return about(order, "its transfer is for something else");
  if (transfer.amount != amount)
    return about(order, fmt::format("its transfer moves {} instead of {}", transfer.amount.amount,
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
  for (const Transfer& transfer : changes.transfers)
    if (transfer.kind != TransferKind::top_up) unspent_.try_emplace(transfer.id, &transfer);
  for (const Change<Ticket>& change : changes.tickets)
    if (!change.before) tickets_.try_emplace(to_text(change.after.code), &change.after);
  for (const Change<Order>& change : changes.orders)
    if (auto breach = look_at(change)) return breach;
  if (!unspent_.empty()) {
    const Transfer& transfer = *unspent_.begin()->second;
    return about(transfer.user, fmt::format("a {} of {} belongs to no order",
                                            to_text(transfer.kind), transfer.amount.amount));
  }
  return {};
}

}  // namespace frontrow
