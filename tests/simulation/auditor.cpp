#include "auditor.h"

#include <fmt/format.h>

#include <algorithm>

namespace frontrow::simulation {
namespace {

template <class T>
std::string text(const T& value) {
  if constexpr (std::is_enum_v<T>)
    return fmt::format("{}", static_cast<int>(value));
  else if constexpr (requires { value.ms; })
    return fmt::format("{} ms", value.ms);
  else if constexpr (requires { value.amount; })
    return fmt::format("{}", value.amount);
  else if constexpr (requires { to_text(value); })
    return std::string(to_text(value));
  else
    return fmt::format("{}", value);
}

template <class Got, class Wanted>
void same(const char* what, const Got& got, const Wanted& wanted) {
  if (!(got == static_cast<Got>(wanted)))
    throw Complaint(
        fmt::format("{}: {} instead of {}", what, text(got), text(static_cast<Got>(wanted))));
}

void must(bool holds, const char* what) {
  if (!holds) throw Complaint(what);
}

const Refusal& refused(const Seen& seen, RefusalCode code) {
  const auto* refusal = std::get_if<Refusal>(&seen.what);
  if (!refusal)
    throw Complaint(fmt::format("not refused, instead of code {}", static_cast<int>(code)));
  same("refusal code", refusal->code, code);
  return *refusal;
}

template <class AnswerType>
const AnswerType& answered(const Seen& seen) {
  if (const auto* refusal = std::get_if<Refusal>(&seen.what))
    throw Complaint(
        fmt::format("refused with code {} ({})", static_cast<int>(refusal->code), refusal->detail));
  const auto* answer = std::get_if<Answer>(&seen.what);
  if (!answer || !std::holds_alternative<AnswerType>(*answer))
    throw Complaint("an answer of another kind");
  return std::get<AnswerType>(*answer);
}

constexpr std::int64_t kCall = 60'000;  // a call in the bucket's unit

}  // namespace

// --- time ----------------------------------------------------------------------------------------

void Auditor::time_passed(Time now, bool tick) {
  model_.now = std::max(model_.now, now);
  end_holds();
  for (ModelSale& sale : model_.sales) {
    if (sale.over) continue;
    end_lobby(sale);
    if (!sale.lobby_ended) continue;
    end_entries(sale);
    end_claims(sale);
  }
  if (!tick) return;
  for (ModelSale& sale : model_.sales)
    if (sale.published)
      call(sale, std::min<std::int64_t>(callable(sale), static_cast<std::int64_t>(sale.waiting())));
}

void Auditor::end_holds() {
  for (auto& [id, order] : model_.orders)
    if (order.status == OrderStatus::held && order.hold_expires_at <= model_.now)
      end_order(order, OrderStatus::expired);
}

void Auditor::end_order(ModelOrder& order, OrderStatus to) {
  order.status = to;
  for (const SeatIndex seat : order.seats) model_.shows.at(order.show).seats[seat].owner.reset();
}

void Auditor::end_lobby(ModelSale& sale) {
  if (!sale.lobby_ended && sale.rules.opens_at <= model_.now) {
    sale.lobby_ended = true;
    sale.lobby_count = sale.places.size();
    sale.tokens = std::max(kCall, sale.rules.entries_per_minute * 1000);
    sale.tokens_at = model_.now;
  }
  if (!sale.lobby_ended || sale.drawn || sale.paused || sale.closed) return;
  sale.drawn = true;
  if (!sale.rules.draw) return;
  std::string seed(reinterpret_cast<const char*>(sale.secret.data()), sale.secret.size());
  seed.append(reinterpret_cast<const char*>(sale.joins.data()), sale.joins.size());
  seed += sale.public_input;
  sale.called_in_order = drawn_order(sha256(seed), sale.lobby_count);
}

void Auditor::end_entries(ModelSale& sale) {
  for (ModelEntry& entry : sale.entries) {
    if (entry.expires_at > model_.now) continue;
    if (entry.active) sale.places[entry.place].stage = Stage::expired;
    entry.active = entry.used = false;
  }
}

void Auditor::end_claims(ModelSale& sale) {
  for (std::size_t i = 0; i < sale.places.size(); ++i) {
    ModelPlace& place = sale.places[i];
    if (place.stage != Stage::called || place.claim_until > model_.now) continue;
    const Time again = sale.asked_until(i) + seconds(sale.rules.claim_seconds);
    if (again > model_.now && longer_ == Duration{}) {
      place.claim_until = again;
      continue;
    }
    place.stage = Stage::missed;
    ++sale.missed;
  }
}

std::int64_t Auditor::tokens(const ModelSale& sale) const {
  const std::int64_t rate = sale.rules.entries_per_minute;
  const std::int64_t most = std::max(kCall, rate * 1000);
  const std::int64_t passed = std::min<std::int64_t>(60'000, (model_.now - sale.tokens_at).ms);
  return std::min(most, sale.tokens + rate * passed);
}

std::int64_t Auditor::callable(const ModelSale& sale) const {
  const std::int64_t available = model_.seats_of(sale, SeatStatus::available);
  if (model_.phase(sale) != Phase::open || !sale.drawn || available == 0) return 0;
  std::int64_t room = sale.rules.capacity - sale.inside();
  if (sale.rules.people_per_seat != 0)
    room = std::min(room, sale.rules.people_per_seat * available - sale.inside());
  return std::max<std::int64_t>(0, std::min(room, tokens(sale) / kCall));
}

void Auditor::call(ModelSale& sale, std::int64_t count) {
  if (count == 0) return;
  sale.tokens = tokens(sale) - count * kCall;
  sale.tokens_at = model_.now;
  for (; count > 0; ++sale.watermark) {
    ModelPlace& place = sale.places[sale.place_at(sale.watermark + 1)];
    if (place.stage != Stage::waiting) continue;
    place.stage = Stage::called;
    place.claim_until = model_.now + seconds(sale.rules.claim_seconds) + longer_;
    --count;
  }
}

void Auditor::restarted(Time clock) {
  model_.now = std::max(clock, model_.greatest_stored);
  for (ModelSale& sale : model_.sales) {
    sale.over = !sale.places.empty() && sale.active() == 0 &&
                std::all_of(sale.shows.begin(), sale.shows.end(), [&](const ShowId& id) {
                  return model_.shows.at(id).starts_at < clock - seconds(24 * 3600);
                });
    for (ModelEntry& entry : sale.entries) entry.used = entry.used && !sale.over;
    sale.started_at = model_.now;
    sale.places_at_start = sale.places.size();
    sale.watermark_at_start = sale.watermark;
    for (ModelPlace& place : sale.places) {
      place.asked = {};
      if (place.stage == Stage::called)
        place.claim_until = model_.now + seconds(sale.rules.claim_seconds) + longer_;
    }
  }
}

void Auditor::not_stored(Time now, const State& state) {
  model_.now = std::max(model_.now, now);
  for (ModelSale& sale : model_.sales)
    for (std::size_t i = 0; i < sale.places.size(); ++i) {
      const ModelPlace& place = sale.places[i];
      if (sale.over || place.stage != Stage::called) continue;
      const auto& theirs = state.sales()[sale.no - 1]->claim_until;
      const auto until = theirs.find(static_cast<PlaceNumber>(i + 1));
      must(until != theirs.end(), "who was called before a lost batch is called after it");
      same("claim until", until->second, place.claim_until);
    }
}

// --- places --------------------------------------------------------------------------------------

void Auditor::check_status(const ModelSale& sale, std::size_t place,
                           const PlaceStatus& status) const {
  const ModelPlace& p = sale.places[place];
  const Phase phase = model_.phase(sale);
  const bool member = place < sale.lobby_count;
  const bool in_lobby = !sale.lobby_ended || (!sale.drawn && member);
  same("phase", status.phase, phase);
  same("server time", status.server_time, model_.now);
  same("lobby count", status.lobby_count, sale.lobby_ended ? sale.lobby_count : sale.places.size());
  const auto finished = [&](FinishReason reason) {
    same("status", status.kind, PlaceKind::finished);
    same("reason", status.reason, reason);
  };
  if (!sale.called_in_order.empty() && member) {
    same("rank", status.rank, sale.rank_of(place));
    same("lobby number", status.lobby_number, place + 1);
  }
  switch (p.stage) {
    case Stage::waiting:
    case Stage::called:
      if (phase == Phase::closed) return finished(FinishReason::closed);
      if (in_lobby) {
        same("status", status.kind, PlaceKind::lobby);
        return same("lobby number", status.lobby_number, place + 1);
      }
      if (p.stage == Stage::called) {
        same("status", status.kind, PlaceKind::called);
        return same("claim until", status.claim_until, p.claim_until);
      }
      if (phase == Phase::sold_out) return finished(FinishReason::sold_out);
      same("status", status.kind, PlaceKind::waiting);
      same("position", status.position, sale.position(place));
      same("waiting", status.waiting, sale.waiting());
      return same("behind", status.behind, sale.waiting() - sale.position(place));
    case Stage::inside: {
      const ModelEntry* entry = sale.active_entry_of(place);
      must(entry != nullptr, "the model has an entry for who is inside");
      same("status", status.kind, PlaceKind::admitted);
      must(status.grant.has_value(), "an admitted person has a grant");
      return check_grant(*entry, *status.grant);
    }
    case Stage::missed:
      if (phase == Phase::closed) return finished(FinishReason::closed);
      return same("status", status.kind, PlaceKind::missed);
    case Stage::left:
    case Stage::left_inside:
      return finished(FinishReason::left);
    case Stage::bought:
      return finished(FinishReason::purchased);
    case Stage::expired:
      return finished(FinishReason::expired);
  }
}

void Auditor::check_grant(const ModelEntry& entry, const EntryGrant& grant) const {
  same("entry", grant.entry, entry.id);
  same("entry's owner", grant.user, entry.user);
  same("entry's end", grant.expires_at, entry.expires_at);
  same("token's issue", grant.issued_at, entry.issued_at);
}

void Auditor::admit(ModelSale& sale, std::size_t place, const PlaceStatus& status) {
  same("status", status.kind, PlaceKind::admitted);
  must(status.grant.has_value(), "an admitted person has a grant");
  for (const ModelEntry& other : sale.entries)
    must(other.id != status.grant->entry, "a new entry has an id of its own");
  ModelEntry entry;
  entry.id = status.grant->entry;
  entry.user = sale.places[place].user;
  entry.place = place;
  entry.issued_at = model_.now;
  entry.expires_at = model_.now + seconds(sale.rules.entry_seconds);
  entry.bound = entry.expires_at + seconds(sale.rules.hold_seconds);
  sale.entries.push_back(entry);
  sale.places[place].stage = Stage::inside;
  ++sale.admitted;
  changed_ = true;
}

void Auditor::judge(const JoinQueue& command, const Seen& seen) {
  ModelSale* sale = model_.sale(command.concert);
  if (!sale || !sale->published) return void(refused(seen, RefusalCode::not_found));
  const Phase phase = model_.phase(*sale);
  if (sale->over) return void(refused(seen, RefusalCode::queue_closed));
  if (const auto place = sale->newest_place(command.user)) {
    const Stage stage = sale->places[*place].stage;
    const bool waits = stage == Stage::waiting || stage == Stage::called;
    if (stage == Stage::inside || (waits && phase != Phase::closed)) {
      const bool in_lobby = !sale->lobby_ended || (!sale->drawn && *place < sale->lobby_count);
      if (stage == Stage::waiting && !in_lobby && phase == Phase::sold_out)
        return void(refused(seen, RefusalCode::queue_closed));
      const auto& answer = answered<QueueAnswer>(seen);
      same("created", answer.created, false);
      same("number", answer.number, *place + 1);
      if (stage == Stage::called) admit(*sale, *place, answer.status);
      return check_status(*sale, *place, answer.status);
    }
  }
  if (phase == Phase::scheduled) return void(refused(seen, RefusalCode::sale_not_open));
  if (phase == Phase::closed || phase == Phase::sold_out)
    return void(refused(seen, RefusalCode::queue_closed));
  const auto& answer = answered<QueueAnswer>(seen);
  const std::int64_t room = callable(*sale);
  sale->places.push_back({command.user, Stage::waiting, {}, {}});
  changed_ = true;
  const std::size_t place = sale->places.size() - 1;
  same("created", answer.created, true);
  same("number", answer.number, sale->places.size());
  same("user", answer.user, command.user);
  if (!sale->lobby_ended) {
    must(answer.record.has_value(), "a member of the lobby is told the record");
    same("record's number", answer.record->lobby_number, place + 1);
    same("record's time", answer.record->joined_at, model_.now);
    sale->joins = next_join_digest(sale->joins, *answer.record);
  } else if (sale->waiting() == 1 && room > 0) {
    call(*sale, 1);
    admit(*sale, place, answer.status);
  }
  check_status(*sale, place, answer.status);
}

void Auditor::judge(const ClaimEntry& command, const Seen& seen) {
  ModelSale& sale = *model_.sale(command.sale_no);
  const std::size_t place = command.number - 1;
  const auto& answer = answered<QueueAnswer>(seen);
  if (sale.over) return same("reason", answer.status.reason, FinishReason::closed);
  if (sale.places[place].stage == Stage::called && model_.phase(sale) != Phase::closed)
    admit(sale, place, answer.status);
  check_status(sale, place, answer.status);
}

void Auditor::judge(const LeaveQueue& command, const Seen& seen) {
  answered<NoAnswer>(seen);
  ModelSale& sale = *model_.sale(command.sale_no);
  ModelPlace& place = sale.places[command.number - 1];
  if (sale.over) return;
  if (place.stage == Stage::waiting || place.stage == Stage::called) {
    place.stage = Stage::left;
    changed_ = true;
  } else if (place.stage == Stage::inside) {
    place.stage = Stage::left_inside;
    changed_ = true;
    for (ModelEntry& entry : sale.entries) {
      if (entry.place != command.number - 1 || !entry.active) continue;
      entry.active = false;
      for (auto& [id, order] : model_.orders)
        if (order.entry == entry.id && order.status == OrderStatus::held)
          end_order(order, OrderStatus::cancelled);
    }
  }
}

void Auditor::polled(SaleNo sale, PlaceNumber number, const PlaceStatus& status, Time at) {
  same("time of the poll", at, model_.now);
  check_status(*model_.sale(sale), number - 1, status);
}

void Auditor::asked(SaleNo sale, PlaceNumber number, Time until) {
  model_.sale(sale)->places[number - 1].asked = until;
}

// --- holds ---------------------------------------------------------------------------------------

std::optional<RefusalCode> Auditor::entry_refusal(const EntryProof& proof, UserId user,
                                                  bool used_is_fine) {
  ModelSale* sale = model_.sale(proof.concert);
  if (!sale) return RefusalCode::entry_token_invalid;
  const ModelEntry* entry = sale->entry(proof.entry);
  if (!entry || !(entry->active || entry->used) || entry->expires_at <= model_.now)
    return RefusalCode::entry_token_expired;
  if (entry->user != user) return RefusalCode::entry_token_invalid;
  if (!entry->active && !used_is_fine) return RefusalCode::entry_token_expired;
  return {};
}

std::optional<std::vector<SeatIndex>> Auditor::labelled(
    const ModelShow& show, const std::vector<std::string>& labels) const {
  std::vector<SeatIndex> seats;
  for (const std::string& label : labels) {
    const auto seat = seat_of_label(show.sections, label);
    if (!seat || std::find(seats.begin(), seats.end(), *seat) != seats.end()) return {};
    seats.push_back(*seat);
  }
  return seats;
}

void Auditor::judge(const HoldSeats& command, const Seen& seen) {
  if (const auto code = entry_refusal(command.proof, command.user, false))
    return void(refused(seen, *code));
  const auto found = model_.shows.find(command.show);
  if (found == model_.shows.end() || !model_.sale(found->second.concert)->published)
    return void(refused(seen, RefusalCode::not_found));
  ModelShow& show = found->second;
  if (show.concert != command.proof.concert)
    return void(refused(seen, RefusalCode::entry_token_invalid));
  std::vector<SeatIndex> seats;
  if (command.best_available) {
    const auto& section = command.best_available->section;
    if (section && std::none_of(show.sections.begin(), show.sections.end(),
                                [&](const Section& s) { return s.name == *section; }))
      return void(refused(seen, RefusalCode::validation_failed));
  } else {
    const auto named = labelled(show, command.labels);
    if (!named) return void(refused(seen, RefusalCode::validation_failed));
    seats = *named;
  }
  const ModelSale& sale = *model_.sale(show.concert);
  if (!model_.bookable(show) || model_.phase(sale) == Phase::closed)
    return void(refused(seen, RefusalCode::sale_not_open));
  const std::int64_t count = command.best_available ? command.best_available->count
                                                    : static_cast<std::int64_t>(seats.size());
  if (model_.seats_of_user(sale.id, command.user) + count > sale.rules.max_seats_per_user) {
    same("limit", refused(seen, RefusalCode::seat_limit_reached).limit.value_or(-1),
         sale.rules.max_seats_per_user);
    return;
  }
  if (command.best_available)
    judge_best(command, show, seen);
  else
    judge_named(command, show, seen, seats);
}

void Auditor::judge_named(const HoldSeats& command, ModelShow& show, const Seen& seen,
                          const std::vector<SeatIndex>& seats) {
  std::vector<std::string> taken;
  for (std::size_t i = 0; i < seats.size(); ++i)
    if (model_.seat_status(show, seats[i]) != SeatStatus::available)
      taken.push_back(command.labels[i]);
  if (!taken.empty()) {
    must(refused(seen, RefusalCode::seat_taken).seats == taken,
         "the refusal names the taken seats");
    return;
  }
  const auto& answer = answered<OrderAnswer>(seen);
  must(answer.order.seats == seats, "the order has the seats asked for");
  take_hold(command, show, answer);
}

void Auditor::judge_best(const HoldSeats& command, ModelShow& show, const Seen& seen) {
  const BestAvailable& wish = *command.best_available;
  const auto count = static_cast<SeatIndex>(wish.count);
  std::int64_t fitting = 0;
  // First the sections that have a block of the party's size, and whether a single can be avoided.
  bool block_exists = false, avoidable = false;
  SeatIndex first = 0;
  const auto free = [&](SeatIndex seat) {
    return model_.seat_status(show, seat) == SeatStatus::available;
  };
  std::vector<std::pair<SeatIndex, bool>> blocks;  // of the first section that has any
  for (const Section& section : show.sections) {
    const bool fits = (!wish.section || section.name == *wish.section) &&
                      (!wish.max_price || section.price <= *wish.max_price);
    for (std::uint32_t row = 0; fits && row < section.rows; ++row) {
      const SeatIndex begin = first + row * section.seats_per_row;
      const SeatIndex end = begin + section.seats_per_row;
      for (SeatIndex s = begin; s < end; ++s) {
        fitting += free(s);
        SeatIndex run = 0;
        while (s + run < end && run < count && free(s + run)) ++run;
        if (run < count || block_exists) continue;
        const SeatIndex after = s + count;
        const bool left = s > begin && free(s - 1) && !(s > begin + 1 && free(s - 2));
        const bool right = after < end && free(after) && !(after + 1 < end && free(after + 1));
        blocks.emplace_back(s, left || right);
        avoidable |= !(left || right);
      }
    }
    block_exists |= !blocks.empty();
    first += section.rows * section.seats_per_row;
  }
  if (blocks.empty() && (wish.together || fitting < wish.count)) {
    same("available", refused(seen, RefusalCode::not_enough_seats).available.value_or(-1), fitting);
    return;
  }
  const auto& answer = answered<OrderAnswer>(seen);
  const std::vector<SeatIndex>& seats = answer.order.seats;
  same("seats", seats.size(), count);
  for (std::size_t i = 0; i < seats.size(); ++i) {
    must(seats[i] < show.seats.size() && free(seats[i]), "a chosen seat is available");
    must(std::count(seats.begin(), seats.end(), seats[i]) == 1, "a seat is chosen once");
    if (!blocks.empty()) must(seats[i] == seats[0] + i, "the party sits together");
  }
  if (!blocks.empty()) {
    const auto block = std::find_if(blocks.begin(), blocks.end(),
                                    [&](const auto& b) { return b.first == seats[0]; });
    must(block != blocks.end(), "the block is one that fits the wish");
    must(!block->second || !avoidable, "no single seat is left over where that can be avoided");
  }
  take_hold(command, show, answer);
}

void Auditor::take_hold(const HoldSeats& command, ModelShow& show, const OrderAnswer& answer) {
  ModelSale& sale = *model_.sale(show.concert);
  ModelEntry& entry = *sale.entry(command.proof.entry);
  ModelOrder order;
  order.id = answer.order.id;
  must(!model_.orders.contains(order.id), "a new order has an id of its own");
  order.show = show.id;
  order.concert = show.concert;
  order.user = command.user;
  order.entry = entry.id;
  order.seats = answer.order.seats;
  for (const SeatIndex seat : order.seats) {
    SeatIndex first = 0;
    for (const Section& section : show.sections) {
      const SeatIndex end = first + section.rows * section.seats_per_row;
      if (seat >= first && seat < end) order.total += section.price.amount;
      first = end;
    }
    show.seats[seat].owner = order.id;
  }
  order.hold_expires_at = std::min(model_.now + seconds(sale.rules.hold_seconds), entry.bound);
  same("order status", answer.order.status, OrderStatus::held);
  same("total", answer.order.total.amount, order.total);
  same("hold's end", answer.order.hold_expires_at, order.hold_expires_at);
  same("order's owner", answer.order.user, command.user);
  prolong(entry, order.hold_expires_at);
  check_grant(entry, answer.grant);
  model_.orders[order.id] = order;
  changed_ = true;
}

void Auditor::prolong(ModelEntry& entry, Time hold_end) {
  const Time wanted = std::min(hold_end + seconds(60), entry.bound);
  if (wanted <= entry.expires_at) return;
  entry.expires_at = wanted;
  entry.issued_at = model_.now;
}

void Auditor::judge(const CancelOrder& command, const Seen& seen) {
  const auto found = model_.orders.find(command.order);
  if (found == model_.orders.end() || found->second.user != command.user ||
      found->second.complimentary)
    return void(refused(seen, RefusalCode::not_found));
  if (found->second.status == OrderStatus::cancelled) return void(answered<NoAnswer>(seen));
  if (found->second.status != OrderStatus::held)
    return void(refused(seen, RefusalCode::order_not_cancellable));
  answered<NoAnswer>(seen);
  end_order(found->second, OrderStatus::cancelled);
  changed_ = true;
}

void Auditor::judge(const ExtendHold& command, const Seen& seen) {
  if (const auto code = entry_refusal(command.proof, command.user, false))
    return void(refused(seen, *code));
  const auto found = model_.orders.find(command.order);
  if (found == model_.orders.end() || found->second.user != command.user ||
      found->second.complimentary)
    return void(refused(seen, RefusalCode::not_found));
  ModelOrder& order = found->second;
  if (order.concert != command.proof.concert)
    return void(refused(seen, RefusalCode::entry_token_invalid));
  if (order.status == OrderStatus::expired) return void(refused(seen, RefusalCode::hold_expired));
  ModelEntry& entry = *model_.sale(order.concert)->entry(command.proof.entry);
  const Time until = std::min(order.hold_expires_at + seconds(60), entry.bound);
  if (order.status != OrderStatus::held || order.extended || order.entry != entry.id ||
      until <= order.hold_expires_at)
    return void(refused(seen, RefusalCode::order_not_extendable));
  const auto& answer = answered<OrderAnswer>(seen);
  order.extended = true;
  order.hold_expires_at = until;
  same("hold's end", answer.order.hold_expires_at, until);
  prolong(entry, until);
  check_grant(entry, answer.grant);
  changed_ = true;
}

// --- money ---------------------------------------------------------------------------------------

void Auditor::issue(ModelOrder& order, const std::vector<IssuedTicket>& tickets) {
  same("tickets", tickets.size(), order.seats.size());
  order.tickets = tickets;
  for (std::size_t i = 0; i < tickets.size(); ++i) {
    const bool fresh =
        model_.tickets.try_emplace(tickets[i].code, ModelTicket{order.id, i, {}}).second;
    must(fresh, "a ticket has a code of its own");
  }
}

void Auditor::judge(const PayOrder& command, const Seen& seen) {
  if (const auto code = entry_refusal(command.proof, command.user, true))
    return void(refused(seen, *code));
  const auto found = model_.orders.find(command.order);
  if (found == model_.orders.end() || found->second.user != command.user ||
      found->second.complimentary)
    return void(refused(seen, RefusalCode::not_found));
  ModelOrder& order = found->second;
  if (order.concert != command.proof.concert)
    return void(refused(seen, RefusalCode::entry_token_invalid));
  if (order.status == OrderStatus::paid) {
    const auto& again = answered<PaymentAnswer>(seen);
    same("created", again.created, false);
    same("payment", again.order.payment, order.payment);
    return same("balance after", again.order.balance_after.amount, order.balance_after);
  }
  if (order.status == OrderStatus::expired) return void(refused(seen, RefusalCode::hold_expired));
  if (order.status != OrderStatus::held) {
    same("order status", refused(seen, RefusalCode::order_not_payable).order_status,
         std::string(to_text(order.status)));
    return;
  }
  ModelWallet& wallet = model_.wallets[command.user];
  if (wallet.balance < order.total) {
    const Refusal& refusal = refused(seen, RefusalCode::insufficient_balance);
    same("balance", refusal.balance.value_or(-1), wallet.balance);
    return same("required", refusal.required.value_or(-1), order.total);
  }
  const auto& answer = answered<PaymentAnswer>(seen);
  wallet.balance -= order.total;
  ++wallet.transfers;
  order.status = OrderStatus::paid;
  order.payment = answer.order.payment;
  order.balance_after = wallet.balance;
  same("created", answer.created, true);
  same("balance after", answer.order.balance_after.amount, wallet.balance);
  same("paid at", answer.order.paid_at, model_.now);
  issue(order, answer.order.tickets);
  ModelSale& sale = *model_.sale(order.concert);
  ModelEntry& entry = *sale.entry(command.proof.entry);
  if (entry.active) {
    entry.active = false;
    entry.used = true;
    sale.places[entry.place].stage = Stage::bought;
  }
  changed_ = true;
}

void Auditor::judge(const TopUp& command, const Seen& seen) {
  ModelWallet& wallet = model_.wallets[command.user];
  if (wallet.balance + command.amount.amount > 1'000'000'000'000'000)
    return void(refused(seen, RefusalCode::validation_failed));
  const auto& answer = answered<TopUpAnswer>(seen);
  wallet.balance += command.amount.amount;
  ++wallet.transfers;
  same("balance", answer.balance.amount, wallet.balance);
  same("amount", answer.amount, command.amount);
  changed_ = true;
}

void Auditor::judge(const RefundOrder& command, const Seen& seen) {
  const auto found = model_.orders.find(command.order);
  if (found == model_.orders.end()) return void(refused(seen, RefusalCode::not_found));
  ModelOrder& order = found->second;
  if (order.status == OrderStatus::refunded)
    return void(refused(seen, RefusalCode::already_refunded));
  if (order.status != OrderStatus::paid) return void(refused(seen, RefusalCode::order_not_payable));
  const auto& answer = answered<RefundAnswer>(seen);
  bool checked_in = false;
  for (const IssuedTicket& ticket : order.tickets)
    checked_in |= model_.tickets.at(ticket.code).checked_in_at.has_value();
  same("refund", answer.amount.amount, order.total);
  same("checked in", answer.checked_in, checked_in);
  if (!order.complimentary) {
    ModelWallet& wallet = model_.wallets[order.user];
    wallet.balance += order.total;
    ++wallet.transfers;
  }
  end_order(order, OrderStatus::refunded);
  changed_ = true;
}

// --- staff ---------------------------------------------------------------------------------------

void Auditor::judge(const CreateConcert& command, const Seen& seen) {
  const auto& answer = answered<ConcertAnswer>(seen);
  ModelSale sale;
  sale.id = answer.concert->id;
  sale.no = static_cast<SaleNo>(model_.sales.size() + 1);
  same("sale number", answer.concert->sale_no, sale.no);
  sale.rules = command.sale;
  sale.published = command.published;
  sale.secret = answer.concert->draw_secret;
  sale.joins = first_join_digest(sale.id);
  sale.tokens_at = model_.now;
  same("shows", answer.shows.size(), command.shows.size());
  for (std::size_t i = 0; i < answer.shows.size(); ++i) {
    ModelShow show;
    show.id = answer.shows[i]->id;
    show.concert = sale.id;
    show.starts_at = command.shows[i].starts_at;
    show.sections = command.shows[i].sections;
    for (const Section& section : show.sections)
      show.seats.resize(show.seats.size() + section.rows * section.seats_per_row);
    sale.shows.push_back(show.id);
    model_.shows[show.id] = std::move(show);
  }
  model_.sales.push_back(std::move(sale));
  same("phase", phase_at(answer.facts, answer.server_time), model_.phase(model_.sales.back()));
  changed_ = true;
}

void Auditor::judge(const ChangeConcert& command, const Seen& seen) {
  ModelSale* sale = model_.sale(command.concert);
  if (!sale) return void(refused(seen, RefusalCode::not_found));
  if (sale->version != command.if_version)
    return void(refused(seen, RefusalCode::precondition_failed));
  if (command.sale) {
    const SaleSettings& old = sale->rules;
    const SaleSettings& wish = *command.sale;
    if (old.opens_at <= model_.now && (wish.opens_at != old.opens_at || wish.draw != old.draw ||
                                       wish.lobby_opens_at != old.lobby_opens_at))
      return void(refused(seen, RefusalCode::validation_failed));
    if (sale->lobby_ended) {
      sale->tokens = tokens(*sale);
      sale->tokens_at = model_.now;
    }
    sale->rules = wish;
  }
  ++sale->version;
  changed_ = true;
  same("version", answered<ConcertAnswer>(seen).concert->version, sale->version);
}

void Auditor::judge(const PublishConcert& command, const Seen& seen) {
  ModelSale* sale = model_.sale(command.concert);
  if (!sale) return void(refused(seen, RefusalCode::not_found));
  changed_ = !sale->published;
  if (changed_) ++sale->version;
  sale->published = true;
  same("version", answered<ConcertAnswer>(seen).concert->version, sale->version);
}

void Auditor::extend_all(ModelSale& sale, Duration by) {
  for (ModelEntry& entry : sale.entries) {
    if (!entry.active && !entry.used) continue;
    entry.expires_at = entry.expires_at + by;
    entry.bound = entry.bound + by;
    entry.issued_at = model_.now;
  }
  for (auto& [id, order] : model_.orders) {
    if (order.concert != sale.id || order.status != OrderStatus::held) continue;
    order.hold_expires_at = order.hold_expires_at + by;
  }
  for (ModelPlace& place : sale.places)
    if (place.stage == Stage::called) place.claim_until = place.claim_until + by;
}

// False where it was refused.
bool Auditor::act(ModelSale& sale, const ActOnQueue& command, const Seen& seen) {
  const auto no = [&](RefusalCode code) {
    refused(seen, code);
    return false;
  };
  switch (command.action) {
    case QueueAction::pause:
    case QueueAction::resume:
      if (sale.closed) return no(RefusalCode::queue_closed);
      sale.paused = command.action == QueueAction::pause;
      break;
    case QueueAction::close:
      sale.closed = true;
      break;
    case QueueAction::set:
      if (sale.lobby_ended) {
        sale.tokens = tokens(sale);
        sale.tokens_at = model_.now;
      }
      sale.rules.capacity = command.capacity.value_or(sale.rules.capacity);
      sale.rules.entries_per_minute =
          command.entries_per_minute.value_or(sale.rules.entries_per_minute);
      sale.rules.people_per_seat = command.people_per_seat.value_or(sale.rules.people_per_seat);
      break;
    case QueueAction::message:
      sale.message = command.text;
      break;
    case QueueAction::extend:
      extend_all(sale, seconds(command.seconds));
      changed_ = true;  // the audit log at least
      return true;
    case QueueAction::public_input:
      if (!sale.lobby_ended) return no(RefusalCode::sale_not_open);
      if (sale.drawn) return no(RefusalCode::queue_closed);
      sale.public_input = command.text.value_or("");
      break;
  }
  ++sale.version;
  changed_ = true;
  return true;
}

void Auditor::judge(const ActOnQueue& command, const Seen& seen) {
  ModelSale* sale = model_.sale(command.concert);
  if (!sale) return void(refused(seen, RefusalCode::not_found));
  if (!act(*sale, command, seen)) return;
  const auto& answer = answered<ConcertAnswer>(seen);
  same("version", answer.concert->version, sale->version);
  same("phase", phase_at(answer.facts, answer.server_time), model_.phase(*sale));
  must(answer.concert->message == sale->message, "the message is the one that was set");
  same("available", answer.facts.available, model_.seats_of(*sale, SeatStatus::available));
  same("inside", answer.facts.active_entries, sale->active());
}

void Auditor::judge(const BlockSeats& command, const Seen& seen) {
  const auto found = model_.shows.find(command.show);
  if (found == model_.shows.end()) return void(refused(seen, RefusalCode::not_found));
  ModelShow& show = found->second;
  const auto seats = labelled(show, command.labels);
  if (!seats) return void(refused(seen, RefusalCode::validation_failed));
  if (command.block && std::any_of(seats->begin(), seats->end(), [&](SeatIndex seat) {
        return show.seats[seat].owner.has_value();
      }))
    return void(refused(seen, RefusalCode::seat_taken));
  std::int64_t count = 0;
  for (const SeatIndex seat : *seats) {
    count += show.seats[seat].blocked != command.block;
    show.seats[seat].blocked = command.block;
  }
  const auto& answer = answered<BlockAnswer>(seen);
  same("blocked", answer.changed, count);
  std::int64_t available = 0;
  for (SeatIndex seat = 0; seat < show.seats.size(); ++seat)
    available += model_.seat_status(show, seat) == SeatStatus::available;
  same("available", answer.available, available);
  changed_ = true;  // the audit log at least
}

void Auditor::judge(const CancelShow& command, const Seen& seen) {
  const auto found = model_.shows.find(command.show);
  if (found == model_.shows.end()) return void(refused(seen, RefusalCode::not_found));
  changed_ = !found->second.cancelled;
  found->second.cancelled = true;
  std::int64_t paid = 0;
  for (auto& [id, order] : model_.orders) {
    if (order.show != command.show) continue;
    if (order.status == OrderStatus::held) end_order(order, OrderStatus::cancelled);
    paid += order.status == OrderStatus::paid;
  }
  same("orders to refund", answered<CancellationAnswer>(seen).orders_to_refund, paid);
}

void Auditor::judge(const GiveSeats& command, const Seen& seen) {
  const auto found = model_.shows.find(command.show);
  if (found == model_.shows.end()) return void(refused(seen, RefusalCode::not_found));
  ModelShow& show = found->second;
  const auto seats = labelled(show, command.labels);
  if (!seats) return void(refused(seen, RefusalCode::validation_failed));
  if (!model_.bookable(show)) return void(refused(seen, RefusalCode::sale_not_open));
  for (const SeatIndex seat : *seats)
    if (model_.seat_status(show, seat) != SeatStatus::available)
      return void(refused(seen, RefusalCode::seat_taken));
  const auto& answer = answered<ComplimentaryAnswer>(seen);
  ModelOrder order;
  order.id = answer.order.id;
  order.show = show.id;
  order.concert = show.concert;
  order.seats = *seats;
  order.status = OrderStatus::paid;
  order.complimentary = true;
  must(answer.order.seats == order.seats, "the order has the seats asked for");
  same("total", answer.order.total.amount, 0);
  issue(order, answer.order.tickets);
  for (const SeatIndex seat : order.seats) show.seats[seat].owner = order.id;
  model_.orders[order.id] = order;
  changed_ = true;
}

void Auditor::judge(const CheckIn& command, const Seen& seen) {
  const auto found = model_.tickets.find(command.code);
  if (found == model_.tickets.end()) return void(refused(seen, RefusalCode::not_found));
  ModelTicket& ticket = found->second;
  const ModelOrder& order = model_.orders.at(ticket.order);
  if (order.status != OrderStatus::paid) return void(refused(seen, RefusalCode::ticket_void));
  const auto& answer = answered<CheckInAnswer>(seen);
  same("duplicate", answer.duplicate, ticket.checked_in_at.has_value());
  same("ticket", answer.ticket, order.tickets[ticket.ordinal].id);
  const auto seat = seat_of_label(model_.shows.at(order.show).sections, answer.seat);
  must(seat == order.seats[ticket.ordinal], "the ticket's seat");
  changed_ = !ticket.checked_in_at;
  if (!ticket.checked_in_at) ticket.checked_in_at = model_.now;
  same("first check-in", answer.first_checked_in_at, *ticket.checked_in_at);
}

void Auditor::judge(const CreateUser& command, const Seen& seen) {
  if (model_.accounts.contains(command.email_key))
    return void(refused(seen, RefusalCode::email_taken));
  const auto& answer = answered<UserAnswer>(seen);
  must(answer.user.email_key == command.email_key, "the account has the address");
  model_.accounts[command.email_key] = answer.user.id;
  changed_ = true;
}

void Auditor::judge(const ForgetUser& command, const Seen& seen) {
  const auto account = std::find_if(model_.accounts.begin(), model_.accounts.end(),
                                    [&](const auto& item) { return item.second == command.user; });
  if (account == model_.accounts.end()) return void(refused(seen, RefusalCode::not_found));
  answered<NoAnswer>(seen);
  model_.accounts.erase(account);
  changed_ = true;
}

// --- all commands --------------------------------------------------------------------------------

void Auditor::judge(const Command& command, const std::optional<IdempotencyKey>& key,
                    const Seen& seen) {
  if (key) {
    const auto kept = model_.kept.find({key->caller, key->key});
    if (kept != model_.kept.end() && kept->second.at + seconds(24 * 3600) > model_.now) {
      if (kept->second.request_hash != key->request_hash)
        return void(refused(seen, RefusalCode::idempotency_key_reused));
      must(seen.replayed, "the same key gives the kept answer");
      return must(seen.body == kept->second.body, "the kept answer is the first, byte for byte");
    }
  }
  must(!seen.replayed, "a new key is decided");
  changed_ = false;
  std::visit([&](const auto& c) { judge(c, seen); }, command);
  same("answer is kept", seen.kept, key.has_value() && changed_);
  if (seen.kept) model_.kept[{key->caller, key->key}] = {key->request_hash, seen.body, model_.now};
}

// --- the program's memory ------------------------------------------------------------------------

void Auditor::compare(const State& state) const {
  same("sales", state.sales().size(), model_.sales.size());
  for (const ModelSale& sale : model_.sales) {
    const SaleState& theirs = *state.sales()[sale.no - 1];
    same("places", theirs.queue.last_number, sale.places.size());
    same("watermark", theirs.queue.called_upto, sale.watermark);
    same("missed people", theirs.queue.missed, sale.missed);
    same("entries so far", theirs.queue.admitted, sale.admitted);
    same("over", theirs.is_over, sale.over);
    if (sale.over) continue;
    same("active entries", theirs.active_entries, sale.active());
    same("waiting people", theirs.line.waiting(), sale.waiting());
    same("called and inside",
         theirs.active_entries + static_cast<std::int64_t>(theirs.claim_until.size()),
         sale.inside());
    same("drawn", theirs.queue.drawn, sale.drawn);
    must(theirs.queue.join_digest == sale.joins, "the digest of the joins");
  }
  for (const auto& [id, show] : model_.shows) {
    const auto theirs = state.shows().find(id);
    must(theirs != state.shows().end(), "the show is there");
    for (SeatIndex seat = 0; seat < show.seats.size(); ++seat)
      if (theirs->second->seats[seat] != model_.seat_status(show, seat))
        throw Complaint(fmt::format(
            "seat {} of {} is {} instead of {} (owner {})", seat, to_text(id),
            to_text(theirs->second->seats[seat]), to_text(model_.seat_status(show, seat)),
            show.seats[seat].owner ? to_text(*show.seats[seat].owner) : "nobody"));
  }
  for (const auto& [user, wallet] : model_.wallets)
    if (const Wallet* theirs = state.wallet(user)) {
      same("balance in memory", theirs->balance.amount, wallet.balance);
      same("transfers in memory", theirs->last_seq, wallet.transfers);
    }
}

void Auditor::compare(const Views& views) const {
  std::vector<SeatStatus> seats;
  for (const auto& [id, show] : model_.shows) {
    const ShowView* theirs = views.show(id);
    must(theirs != nullptr, "the show is published");
    theirs->seats(seats);
    same("published seats", seats.size(), show.seats.size());
    for (SeatIndex seat = 0; seat < show.seats.size(); ++seat)
      same("published seat", seats[seat], model_.seat_status(show, seat));
  }
}

void Auditor::compare(const SnapshotCounts& counts) const {
  std::int64_t total = 0, transfers = 0, paid = 0, held = 0, refunded = 0, revenue = 0;
  for (const auto& [user, wallet] : model_.wallets) {
    total += wallet.balance;
    transfers += static_cast<std::int64_t>(wallet.transfers);
  }
  for (const auto& [id, order] : model_.orders) {
    paid += order.status == OrderStatus::paid;
    held += order.status == OrderStatus::held;
    refunded += order.status == OrderStatus::refunded;
    if (order.status == OrderStatus::paid) revenue += order.total;
  }
  std::int64_t places = 0, active = 0;
  for (const ModelSale& sale : model_.sales) {
    places += static_cast<std::int64_t>(sale.places.size());
    active += sale.active();
  }
  same("stored orders", counts.orders, model_.orders.size());
  same("stored paid orders", counts.orders_paid, paid);
  same("stored holds", counts.holds, held);
  same("stored refunds", counts.orders_refunded, refunded);
  same("stored points", counts.wallet_total, total);
  same("stored transfers", counts.transfers, transfers);
  same("stored top-ups less sales", counts.top_ups_total - counts.sales_total, total);
  same("stored revenue", counts.revenue, revenue);
  same("stored tickets", counts.tickets, model_.tickets.size());
  same("stored places", counts.places, places);
  same("stored accounts", counts.users >= static_cast<std::int64_t>(model_.accounts.size()), true);
  same("stored active entries", counts.entries_active, active);
}

}  // namespace frontrow::simulation
