#include "laws/order_laws.h"

#include <fmt/format.h>

#include <algorithm>

namespace frontrow {
namespace {

Breach about(const Order& order, std::string what) {
  return {to_text(order.id) + ": " + std::move(what), {to_text(order.id), to_text(order.show)}};
}

const ShowState* show_in(const State& state, ShowId id) {
  const auto found = state.shows().find(id);
  return found == state.shows().end() ? nullptr : found->second.get();
}

const Entry* entry_in(const State& state, const Order& order) {
  const SaleState* sale = state.sale(order.concert);
  if (!sale) return nullptr;
  const auto found = sale->entries.find(order.entry);
  return found == sale->entries.end() ? nullptr : &found->second;
}

// The drawing once more, written apart from the rules (domain/order.h).
bool is_drawn(const Change<Order>& change) {
  using enum OrderStatus;
  const OrderStatus to = change.after.status;
  if (!change.before) return to == held || (to == paid && change.after.complimentary);
  switch (change.before->status) {
    case held:
      return to == held || to == paid || to == cancelled || to == expired;
    case paid:
      return to == refunded;
    default:
      return false;
  }
}

std::optional<Breach> look_at_new(const Order& order, const State& after) {
  const ShowState* show = show_in(after, order.show);
  if (!show || show->show->concert != order.concert) return about(order, "no show of its concert");
  if (order.seats.empty()) return about(order, "no seats");
  Money price;
  for (const SeatIndex seat : order.seats) {
    if (seat >= show->seats.size()) return about(order, fmt::format("no seat {}", seat));
    price = price + seat_price(show->show->sections, seat);
  }
  if (order.complimentary) price = Money{};
  if (order.total == price) return {};
  return about(order, fmt::format("total {}, its seats cost {}", order.total.amount, price.amount));
}

}  // namespace

std::optional<Breach> OrdersKeepToTheDrawing::broken_by(const Changes& changes,
                                                        const State& after) {
  for (const Change<Order>& change : changes.orders) {
    const Order& order = change.after;
    if (!is_drawn(change))
      return about(order, fmt::format("from {} to {}",
                                      change.before ? to_text(change.before->status) : "nothing",
                                      to_text(order.status)));
    if (!change.before) {
      if (auto breach = look_at_new(order, after)) return breach;
      continue;
    }
    const Order& before = *change.before;
    if (order.seats != before.seats || order.total != before.total || order.user != before.user ||
        order.show != before.show || order.entry != before.entry ||
        order.complimentary != before.complimentary)
      return about(order, "its seats, price or owner changed");
  }
  return {};
}

std::optional<Breach> HoldsRestOnEntries::look_at(const Change<Order>& change,
                                                  const Changes& changes,
                                                  const State& after) const {
  const Order& order = change.after;
  const ShowState* show = show_in(after, order.show);
  if (!show || !show->holds.contains(order.id)) return {};  // it ended within the batch
  const Entry* found = entry_in(after, order);
  if (!found) return about(order, "held without an entry");
  const Entry& entry = *found;
  if (entry.user != order.user) return about(order, "held with somebody else's entry");
  if (order.hold_expires_at > entry.bound)
    return about(order, fmt::format("held until {}, its entry is bound by {}",
                                    to_rfc3339(order.hold_expires_at), to_rfc3339(entry.bound)));
  if (change.before || entry.state == EntryState::active) return {};
  // A new hold needs an active entry; a payment may have used it up later in the same batch.
  const bool was_active =
      std::any_of(changes.entries.begin(), changes.entries.end(), [&](const Change<Entry>& e) {
        return e.after.id == entry.id && e.before && e.before->state == EntryState::active;
      });
  if (was_active) return {};
  return about(order, "held with an entry that is used up");
}

std::optional<Breach> HoldsRestOnEntries::broken_by(const Changes& changes, const State& after) {
  batch_.clear();
  for (const Change<Order>& change : changes.orders) {
    if (change.before && change.before->status == OrderStatus::held) --batch_[change.before->entry];
    if (change.after.status != OrderStatus::held) continue;
    ++batch_[change.after.entry];
    if (auto breach = look_at(change, changes, after)) return breach;
  }
  for (const Change<Entry>& change : changes.entries) {
    if (change.after.state != EntryState::expired) continue;
    const auto known = holds_of_.find(change.after.id);
    const auto moved = batch_.find(change.after.id);
    const std::int64_t holds = (known == holds_of_.end() ? 0 : known->second) +
                               (moved == batch_.end() ? 0 : moved->second);
    if (holds != 0)
      return Breach{fmt::format("{} ended with {} live holds", to_text(change.after.id), holds),
                    {to_text(change.after.id), to_text(change.after.user)}};
  }
  return {};
}

void HoldsRestOnEntries::learn(const Order& order) {
  if (order.status == OrderStatus::held) {
    if (holds_.try_emplace(order.id, order.entry)) ++holds_of_[order.entry];
    return;
  }
  if (!holds_.erase(order.id)) return;
  const auto count = holds_of_.find(order.entry);
  if (--count->second == 0) holds_of_.erase(count);
}

}  // namespace frontrow
