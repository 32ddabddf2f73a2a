#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/planted.h"
#include "domain/best_available.h"
#include "domain/decide.h"

namespace frontrow {
namespace {

constexpr Duration kEntryAfterHold = seconds(60);
constexpr Duration kExtension = seconds(60);

// The seats behind labels, or the refusal that names the first wrong one.
struct SeatsFinding {
  std::vector<SeatIndex> seats = {};
  std::optional<Refusal> refusal = {};
};

SeatsFinding find_seats(const Show& show, const std::vector<std::string>& labels) {
  SeatsFinding finding;
  std::set<SeatIndex> seen;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto seat = find_seat(show.sections, labels[i]);
    const std::string pointer = "/seats/" + std::to_string(i);
    if (!seat)
      finding.refusal = refuse_field(pointer, "the show has no seat of this label");
    else if (!seen.insert(*seat).second)
      finding.refusal = refuse_field(pointer, "the seat is named twice");
    if (finding.refusal) return finding;
    finding.seats.push_back(*seat);
  }
  return finding;
}

std::optional<Refusal> refuse_taken(const ShowState& show, const std::vector<SeatIndex>& seats) {
  Refusal refusal = refuse(RefusalCode::seat_taken);
  for (const SeatIndex seat : seats)
    if (show.seats[seat] != SeatStatus::available &&
        !(show.seats[seat] == SeatStatus::held && planted(Bug::hold_ignores_held_seat)) &&
        !(show.seats[seat] == SeatStatus::blocked && planted(Bug::blocked_seat_is_sold)))
      refusal.seats.push_back(seat_label(show.show->sections, seat));
  if (refusal.seats.empty()) return {};
  return refusal;
}

std::optional<Refusal> refuse_limit(const SaleState& sale, UserId user, std::int64_t more) {
  const auto has = sale.seats_of_user.find(user);
  const std::int64_t count = has == sale.seats_of_user.end() ? 0 : has->second;
  const std::int64_t limit = sale.concert->sale.max_seats_per_user;
  if (count + more <= limit || planted(Bug::limit_ignored)) return {};
  Refusal refusal = refuse(RefusalCode::seat_limit_reached);
  refusal.limit = limit;
  return refusal;
}

Money price_of(const Show& show, const std::vector<SeatIndex>& seats) {
  Money total;
  for (const SeatIndex seat : seats) total = total + seat_price(show.sections, seat);
  return total;
}

// Lets the entry last for a hold until `hold_end` and a little longer, within its bound.
Entry prolong_entry(State& state, Entry entry, Time hold_end) {
  const Time wanted = std::min(hold_end + kEntryAfterHold, entry.bound);
  if (wanted <= entry.expires_at) return entry;
  entry.expires_at = wanted;
  entry.issued_at = state.now();
  state.put(entry);
  return entry;
}

// What the command itself says of seats: the named ones, or the wish, whose section must exist.
SeatsFinding named_seats(const Show& show, const HoldSeats& command) {
  if (!command.best_available) return find_seats(show, command.labels);
  SeatsFinding finding;
  if (const auto& section = command.best_available->section;
      section && !find_section(show.sections, *section))
    finding.refusal =
        refuse_field("/best_available/section", "the show has no section of this name");
  return finding;
}

SeatsFinding choose(const ShowState& show, const BestAvailable& wish) {
  SeatsFinding finding;
  finding.seats = choose_best_available(show, wish);
  if (!finding.seats.empty()) return finding;
  finding.refusal = refuse(RefusalCode::not_enough_seats);
  finding.refusal->available = count_fitting(show, wish);
  return finding;
}

// Seats that the user's limit and the house allow to this command, or the refusal that comes first.
SeatsFinding allowed_seats(const SaleState& sale, const ShowState& show, const HoldSeats& command,
                           SeatsFinding named) {
  const std::int64_t count = command.best_available ? command.best_available->count
                                                    : static_cast<std::int64_t>(named.seats.size());
  named.refusal = refuse_limit(sale, command.user, count);
  if (named.refusal) return named;
  if (command.best_available) return choose(show, *command.best_available);
  named.refusal = refuse_taken(show, named.seats);
  return named;
}

Order* owned(const Order* order, UserId user, Order& copy) {
  if (!order || order->user != user || order->complimentary) return nullptr;
  copy = *order;
  return &copy;
}

// What a payment of this order meets before money is looked at.
std::optional<Refusal> refuse_payment(const Order& order, Time now) {
  switch (order.status) {
    case OrderStatus::cancelled:
    case OrderStatus::refunded: {
      Refusal refusal = refuse(RefusalCode::order_not_payable);
      refusal.order_status = to_text(order.status);
      return refusal;
    }
    case OrderStatus::expired:
      return refuse(RefusalCode::hold_expired);
    default:
      break;
  }
  if (now >= order.hold_expires_at && !planted(Bug::pay_ignores_deadline))
    return refuse(RefusalCode::hold_expired);
  return {};
}

}  // namespace

void move_order(State& state, Order order, OrderStatus to) {
  FRONTROW_CHECK(is_edge(order.status, to), "order {} from {} to {}", to_text(order.id),
                 to_text(order.status), to_text(to));
  order.status = to;
  if (to != OrderStatus::paid) order.ended_at = state.now();
  state.put(std::move(order));
}

std::vector<IssuedTicket> issue_tickets(State& state, const Order& order, Random& random) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  std::vector<IssuedTicket> tickets(order.seats.size());
  for (std::uint32_t i = 0; i < tickets.size(); ++i) {
    tickets[i].id = make_id<TicketId>(state.now(), random);
    if (i > 0 && planted(Bug::one_code_for_all_tickets)) {
      tickets[i].code = tickets[0].code;
      continue;
    }
    std::array<std::uint8_t, 26> bytes;
    random.fill(bytes.data(), bytes.size());
    for (std::size_t c = 0; c < bytes.size(); ++c) tickets[i].code[c] = kAlphabet[bytes[c] & 31];
    state.put(Ticket{tickets[i].code, order.id, i});
  }
  return tickets;
}

Outcome decide(State& state, const HoldSeats& command, const DecisionContext& context) {
  const EntryFinding found = find_entry(state, command.proof, command.user, false);
  if (found.refusal) return refuse(*found.refusal);
  ShowState* show = state.show(command.show);
  if (!show || !state.sale(show->show->concert)->concert->published)
    return refuse(RefusalCode::not_found, "no such show");
  if (show->show->concert != command.proof.concert)
    return refuse(RefusalCode::entry_token_invalid, "the entry is for another concert");
  SeatsFinding finding = named_seats(*show->show, command);
  if (finding.refusal) return *finding.refusal;
  if (!show->bookable(state.now()) ||
      (phase_at(state.facts(*found.sale), state.now()) == Phase::closed &&
       !planted(Bug::closed_sale_holds)))
    return refuse(RefusalCode::sale_not_open, "nothing new can be held here any more");
  finding = allowed_seats(*found.sale, *show, command, std::move(finding));
  if (finding.refusal) return *finding.refusal;

  const Time now = state.now();
  Order order;
  order.id = make_id<OrderId>(now, context.random);
  order.show = command.show;
  order.concert = command.proof.concert;
  order.user = command.user;
  order.entry = command.proof.entry;
  order.seats = std::move(finding.seats);
  order.total = price_of(*show->show, order.seats);
  order.created_at = now;
  order.hold_expires_at =
      std::min(now + seconds(found.sale->concert->sale.hold_seconds), found.entry->bound);
  const Entry entry = prolong_entry(state, *found.entry, order.hold_expires_at);
  state.put(order);
  return Answer(
      OrderAnswer{std::move(order), show->show, grant_of(entry, command.proof.concert), now});
}

Outcome decide(State& state, const CancelOrder& command, const DecisionContext&) {
  Order order;
  if (!owned(state.order(command.order), command.user, order))
    return refuse(RefusalCode::not_found, "no such order of yours");
  if (order.status == OrderStatus::cancelled) return Answer(NoAnswer{});
  if (order.status != OrderStatus::held) {
    Refusal refusal = refuse(RefusalCode::order_not_cancellable);
    refusal.order_status = to_text(order.status);
    return refusal;
  }
  move_order(state, std::move(order), OrderStatus::cancelled);
  return Answer(NoAnswer{});
}

Outcome decide(State& state, const ExtendHold& command, const DecisionContext&) {
  const EntryFinding found = find_entry(state, command.proof, command.user, false);
  if (found.refusal) return refuse(*found.refusal);
  Order order;
  if (!owned(state.order(command.order), command.user, order))
    return refuse(RefusalCode::not_found, "no such order of yours");
  if (order.concert != command.proof.concert)
    return refuse(RefusalCode::entry_token_invalid, "the entry is for another concert");
  if (order.status == OrderStatus::expired) return refuse(RefusalCode::hold_expired);
  if (order.status != OrderStatus::held)
    return refuse(RefusalCode::order_not_extendable, "only a hold can be extended");
  // Its own entry was used up by a payment; another entry's bound says nothing about this hold.
  if (order.entry != found.entry->id)
    return refuse(RefusalCode::order_not_extendable, "the hold belongs to an earlier entry");
  if (order.extended && !planted(Bug::extension_again_and_again))
    return refuse(RefusalCode::order_not_extendable, "it was extended once already");
  const Time until = std::min(order.hold_expires_at + kExtension, found.entry->bound);
  if (until <= order.hold_expires_at)
    return refuse(RefusalCode::order_not_extendable, "the entry ends with this hold");
  order.extended = true;
  order.hold_expires_at = until;
  const Entry entry = prolong_entry(state, *found.entry, until);
  state.put(order);
  const auto show = state.show(order.show)->show;
  return Answer(
      OrderAnswer{std::move(order), show, grant_of(entry, command.proof.concert), state.now()});
}

Outcome decide(State& state, const PayOrder& command, const DecisionContext& context) {
  const EntryFinding found = find_entry(state, command.proof, command.user, true);
  if (found.refusal) return refuse(*found.refusal);
  Order order;
  if (!owned(state.order(command.order), command.user, order))
    return refuse(RefusalCode::not_found, "no such order of yours");
  if (order.concert != command.proof.concert)
    return refuse(RefusalCode::entry_token_invalid, "the entry is for another concert");
  const auto show = state.show(order.show)->show;
  if (order.status == OrderStatus::paid)
    return Answer(PaymentAnswer{std::move(order), show, false});
  if (const auto refusal = refuse_payment(order, state.now())) return *refusal;
  const Wallet* wallet = state.wallet(command.user);
  const Money balance = wallet ? wallet->balance : Money{};
  if (balance < order.total && !planted(Bug::pay_without_balance)) {
    Refusal refusal = refuse(RefusalCode::insufficient_balance);
    refusal.balance = balance.amount;
    refusal.required = order.total.amount;
    return refusal;
  }

  order.payment = make_id<PaymentId>(state.now(), context.random);
  order.paid_at = state.now();
  const Money taken = planted(Bug::payment_takes_too_little) ? Money{} : order.total;
  order.balance_after =
      transfer(state, command.user, TransferKind::payment, -taken, order.payment.uuid, order.id);
  order.tickets = issue_tickets(state, order, context.random);
  if (found.entry->state == EntryState::active)
    end_entry(state, *found.entry, EntryState::used, EntryEnd::purchased);
  move_order(state, order, OrderStatus::paid);
  order.status = OrderStatus::paid;
  return Answer(PaymentAnswer{std::move(order), show, true});
}

// --- staff ---------------------------------------------------------------------------------------

Outcome decide(State& state, const BlockSeats& command, const DecisionContext& context) {
  ShowState* show = state.show(command.show);
  if (!show) return refuse(RefusalCode::not_found, "no such show");
  const auto& sections = show->show->sections;
  std::vector<SeatIndex> seats;
  if (command.section) {
    const auto index = find_section(sections, *command.section);
    if (!index) return refuse_field("/section", "the show has no section of this name");
    const Section& section = sections[*index];
    if (command.row_to > section.rows)
      return refuse_field("/rows/to", "the section has fewer rows");
    const auto first = static_cast<SeatIndex>(command.row_from - 1) * section.seats_per_row;
    const auto end = static_cast<SeatIndex>(command.row_to) * section.seats_per_row;
    for (SeatIndex s = first; s < end; ++s) seats.push_back(section.first_seat + s);
  } else {
    SeatsFinding finding = find_seats(*show->show, command.labels);
    if (finding.refusal) return *finding.refusal;
    seats = std::move(finding.seats);
  }
  Show changed = *show->show;
  if (changed.blocked.empty()) changed.blocked.resize(show->seats.size());
  if (command.block) {
    Refusal refusal = refuse(RefusalCode::seat_taken);
    for (const SeatIndex seat : seats)
      if (show->seats[seat] == SeatStatus::held || show->seats[seat] == SeatStatus::sold)
        refusal.seats.push_back(seat_label(sections, seat));
    if (!refusal.seats.empty()) return refusal;
  }
  std::int64_t count = 0;
  for (const SeatIndex seat : seats) {
    count += changed.blocked[seat] != command.block;
    changed.blocked[seat] = command.block;
  }
  if (count > 0) state.put(std::move(changed));
  audit(state, context.random, command.actor, command.block ? "seats.block" : "seats.unblock",
        to_text(command.show), command.reason, "{\"seats\":" + std::to_string(count) + "}");
  return Answer(BlockAnswer{show->show, count, show->available});
}

Outcome decide(State& state, const RefundOrder& command, const DecisionContext& context) {
  const Order* found = state.order(command.order);
  if (!found) return refuse(RefusalCode::not_found, "no such order");
  Order order = *found;
  if (order.status == OrderStatus::refunded && planted(Bug::refund_twice)) {
    transfer(state, order.user, TransferKind::refund, order.total,
             make_id<RefundId>(state.now(), context.random).uuid, order.id);
    return Answer(RefundAnswer{order.refund, order.id, order.total, false});
  }
  if (order.status == OrderStatus::refunded) return refuse(RefusalCode::already_refunded);
  if (order.status != OrderStatus::paid) {
    Refusal refusal = refuse(RefusalCode::order_not_payable, "only a paid order can be refunded");
    refusal.order_status = to_text(order.status);
    return refusal;
  }
  bool checked_in = false;
  for (const IssuedTicket& ticket : order.tickets) {
    const auto known = state.scratch().tickets.find(ticket.code);
    checked_in |=
        known != state.scratch().tickets.end() && known->second && known->second->checked_in_at;
  }
  order.refund = make_id<RefundId>(state.now(), context.random);
  if (!order.complimentary && !planted(Bug::refund_keeps_money))
    transfer(state, order.user, TransferKind::refund, order.total, order.refund.uuid, order.id);
  const RefundAnswer answer{order.refund, order.id, order.total, checked_in};
  audit(state, context.random, command.actor, "order.refund", to_text(order.id), command.reason);
  move_order(state, std::move(order), OrderStatus::refunded);
  return Answer(answer);
}

Outcome decide(State& state, const CancelShow& command, const DecisionContext& context) {
  ShowState* show = state.show(command.show);
  if (!show) return refuse(RefusalCode::not_found, "no such show");
  if (!show->show->cancelled) {
    Show changed = *show->show;
    changed.cancelled = true;
    std::vector<Order> holds;
    for (const auto& [id, order] : show->holds) holds.push_back(order);
    for (Order& order : holds) move_order(state, std::move(order), OrderStatus::cancelled);
    state.put(std::move(changed));
    audit(state, context.random, command.actor, "show.cancel", to_text(command.show),
          command.reason);
  }
  return Answer(CancellationAnswer{show->show, show->paid_orders});
}

Outcome decide(State& state, const GiveSeats& command, const DecisionContext& context) {
  ShowState* show = state.show(command.show);
  if (!show) return refuse(RefusalCode::not_found, "no such show");
  SeatsFinding finding = find_seats(*show->show, command.labels);
  if (finding.refusal) return *finding.refusal;
  if (!show->bookable(state.now()))
    return refuse(RefusalCode::sale_not_open, "the show cannot be booked any more");
  if (auto taken = refuse_taken(*show, finding.seats)) return *taken;
  Order order;
  order.id = make_id<OrderId>(state.now(), context.random);
  order.show = command.show;
  order.concert = show->show->concert;
  order.seats = std::move(finding.seats);
  order.status = OrderStatus::paid;
  order.created_at = order.paid_at = order.hold_expires_at = state.now();
  order.complimentary = true;
  order.note = command.name;
  order.payment = make_id<PaymentId>(state.now(), context.random);
  order.tickets = issue_tickets(state, order, context.random);
  state.put(order);
  audit(state, context.random, command.actor, "seats.give", to_text(command.show), command.reason,
        "{\"order_id\":\"" + to_text(order.id) + "\"}");
  return Answer(ComplimentaryAnswer{std::move(order), show->show});
}

Outcome decide(State& state, const CheckIn& command, const DecisionContext&) {
  const auto known = state.scratch().tickets.find(command.code);
  if (known == state.scratch().tickets.end() || !known->second)
    return refuse(RefusalCode::not_found, "no ticket has this code");
  Ticket ticket = *known->second;
  const Order* order = state.order(ticket.order);
  FRONTROW_CHECK(order && ticket.ordinal < order->tickets.size(), "the order of a ticket");
  if (command.show && order->show != *command.show)
    return refuse(RefusalCode::not_found, "no ticket of this show has this code");
  if (order->status != OrderStatus::paid) return refuse(RefusalCode::ticket_void);
  CheckInAnswer answer;
  answer.ticket = order->tickets[ticket.ordinal].id;
  answer.seat = seat_label(state.show(order->show)->show->sections, order->seats[ticket.ordinal]);
  answer.duplicate = ticket.checked_in_at.has_value();
  if (!answer.duplicate) {
    ticket.checked_in_at = state.now();
    state.put(ticket);
  }
  answer.first_checked_in_at = *ticket.checked_in_at;
  return Answer(answer);
}

}  // namespace frontrow
