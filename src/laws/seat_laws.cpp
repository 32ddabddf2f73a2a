#include "laws/seat_laws.h"

#include <fmt/format.h>

namespace frontrow {
namespace {

const ShowState* show_in(const State& state, ShowId id) {
  const auto found = state.shows().find(id);
  return found == state.shows().end() ? nullptr : found->second.get();
}

}  // namespace

OneOwnerASeat::Owner& OneOwnerASeat::owner_in_batch(const Seat& seat) {
  const auto [at, fresh] = batch_.try_emplace(seat);
  if (!fresh) return at->second;
  if (const auto show = shows_.find(seat.show);
      show != shows_.end() && seat.index < show->second.owners.size())
    at->second = show->second.owners[seat.index];
  return at->second;
}

std::optional<Breach> OneOwnerASeat::move(const Change<Order>& change) {
  const Order& order = change.after;
  const bool owns = owns_seats(order.status);
  for (const SeatIndex index : order.seats) {
    Owner& owner = owner_in_batch({order.show, index});
    if (!owner.nobody() && owner.order != order.id && (owns || change.before))
      return Breach{
          fmt::format("seat {} of {} belongs to {} when {} becomes {}", index, to_text(order.show),
                      to_text(owner.order), to_text(order.id), to_text(order.status)),
          {to_text(order.show), to_text(order.id), to_text(owner.order)}};
    owner = owns ? Owner{order.id, order.status == OrderStatus::paid} : Owner{};
  }
  return {};
}

std::optional<Breach> OneOwnerASeat::compare_seats(const State& after) const {
  const ShowState* show = nullptr;
  for (const auto& [seat, owner] : batch_) {
    if (!show || show->show->id != seat.show) show = show_in(after, seat.show);
    if (!show || seat.index >= show->seats.size())
      return Breach{fmt::format("seat {} of {} does not exist", seat.index, to_text(seat.show)),
                    {to_text(seat.show)}};
    const SeatStatus status = show->seats[seat.index];
    const bool fits = owner.nobody()
                          ? status == SeatStatus::available || status == SeatStatus::blocked
                          : status == (owner.paid ? SeatStatus::sold : SeatStatus::held);
    if (!fits)
      return Breach{fmt::format("seat {} of {} is {}, its owner is {}", seat.index,
                                to_text(seat.show), to_text(status),
                                owner.nobody() ? std::string("nobody") : to_text(owner.order)),
                    {to_text(seat.show)}};
  }
  return {};
}

std::optional<Breach> OneOwnerASeat::compare_counts(const State& after) {
  counts_.clear();
  for (const auto& [seat, owner] : batch_) {
    Counts& counts = counts_[seat.show];
    const auto known = shows_.find(seat.show);
    if (known != shows_.end() && seat.index < known->second.owners.size())
      if (const Owner& was = known->second.owners[seat.index]; !was.nobody())
        --(was.paid ? counts.sold : counts.held);
    if (!owner.nobody()) ++(owner.paid ? counts.sold : counts.held);
  }
  for (const auto& [id, change] : counts_) {
    const ShowState& show = *show_in(after, id);
    const auto known = shows_.find(id);
    const std::int64_t held = change.held + (known == shows_.end() ? 0 : known->second.held);
    const std::int64_t sold = change.sold + (known == shows_.end() ? 0 : known->second.sold);
    if (show.held != held || show.sold != sold)
      return Breach{fmt::format("{} counts {} held and {} sold seats, their owners say {} and {}",
                                to_text(id), show.held, show.sold, held, sold),
                    {to_text(id)}};
  }
  return {};
}

std::optional<Breach> OneOwnerASeat::broken_by(const Changes& changes, const State& after) {
  batch_.clear();
  for (const Change<Order>& change : changes.orders)
    if (auto breach = move(change)) return breach;
  if (batch_.empty()) return {};
  if (auto breach = compare_seats(after)) return breach;
  return compare_counts(after);
}

void OneOwnerASeat::learn(const Order& order) {
  SeatOwners& show = shows_[order.show];
  const bool owns = owns_seats(order.status);
  for (const SeatIndex index : order.seats) {
    if (index >= show.owners.size()) show.owners.resize(index + 1);
    Owner& owner = show.owners[index];
    if (!owns && owner.order != order.id) continue;
    if (!owner.nobody()) --(owner.paid ? show.sold : show.held);
    owner = owns ? Owner{order.id, order.status == OrderStatus::paid} : Owner{};
    if (owns) ++(owner.paid ? show.sold : show.held);
  }
}

std::optional<Breach> SeatsAddUp::broken_by(const Changes& changes, const State& after) {
  for (const Change<ShowVersion>& change : changes.show_versions) {
    const ShowState* show = show_in(after, change.after.show);
    if (!show) continue;
    const auto total = static_cast<std::int64_t>(show->seats.size());
    const bool negative =
        show->held < 0 || show->sold < 0 || show->blocked < 0 || show->available < 0;
    if (!negative && show->held + show->sold + show->blocked + show->available == total) continue;
    return Breach{fmt::format("{}: {} held + {} sold + {} blocked + {} available of {}",
                              to_text(change.after.show), show->held, show->sold, show->blocked,
                              show->available, total),
                  {to_text(change.after.show)}};
  }
  return {};
}

}  // namespace frontrow
