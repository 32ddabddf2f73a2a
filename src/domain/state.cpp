#include "domain/state.h"

#include <algorithm>

#include "base/check.h"
#include "base/planted.h"
#include "domain/draw.h"

namespace frontrow {
namespace {

// Where a row changes often in a batch, its last value alone is kept: the first change of the batch
// has the value before.
template <class Row, class Same>
void record_last(std::vector<Change<Row>>& changes, const Row* before, const Row& after,
                 Same same) {
  for (Change<Row>& change : changes)
    if (same(change.after, after)) {
      change.after = after;
      return;
    }
  changes.push_back({before ? std::optional<Row>(*before) : std::nullopt, after});
}

template <class Row>
void record(std::vector<Change<Row>>& changes, const Row* before, const Row& after) {
  changes.push_back({before ? std::optional<Row>(*before) : std::nullopt, after});
}

template <class Row>
const Row* pointer(const std::optional<Row>& row) {
  return row ? &*row : nullptr;
}

PlaceStage stage_of(const Entry& entry) {
  if (entry.state == EntryState::active) return PlaceStage::admitted;
  switch (entry.end) {
    case EntryEnd::purchased:
      return PlaceStage::purchased;
    case EntryEnd::left:
      return PlaceStage::ended;
    default:
      return PlaceStage::expired;
  }
}

}  // namespace

PlacesByUser::PlacesByUser()
    : users_(std::make_unique<Users>()),
      numbers_(Numbers(0, Hash{users_.get()}, Equal{users_.get()})) {}

void PlacesByUser::append(const UserId& user, Time joined_at) {
  const auto number = static_cast<PlaceNumber>(users_->size() + 1);
  if (const auto older = numbers_.find(user); older != numbers_.end()) {
    older_of_[number] = *older;
    numbers_.erase(older);
  }
  users_->push_back(user);
  joined_at_.push_back(joined_at);
  numbers_.insert(number);
}

void PlacesByUser::remove_last() {
  const auto number = static_cast<PlaceNumber>(users_->size());
  numbers_.erase(numbers_.find(number));
  if (const auto older = older_of_.find(number); older != older_of_.end()) {
    numbers_.insert(older->second);
    older_of_.erase(older);
  }
  users_->pop_back();
  joined_at_.pop_back();
}

std::optional<PlaceNumber> PlacesByUser::find(const UserId& user) const {
  const auto found = numbers_.find(user);
  if (found == numbers_.end()) return {};
  return *found;
}

// --- lookups ---------------------------------------------------------------------------------

SaleState* State::sale(ConcertId id) {
  const auto found = sale_numbers_.find(id);
  return found == sale_numbers_.end() ? nullptr : sale(found->second);
}

const SaleState* State::sale(ConcertId id) const {
  const auto found = sale_numbers_.find(id);
  return found == sale_numbers_.end() ? nullptr : sales_[found->second - 1].get();
}

SaleState* State::sale(SaleNo number) {
  return number >= 1 && number <= sales_.size() ? sales_[number - 1].get() : nullptr;
}

ShowState* State::show(ShowId id) {
  const auto found = shows_.find(id);
  return found == shows_.end() ? nullptr : found->second.get();
}

const Order* State::order(OrderId id) const {
  if (const auto held = hold_shows_.find(id); held != hold_shows_.end()) {
    const auto& holds = shows_.at(held->second)->holds;
    return &holds.at(id);
  }
  const auto loaded = scratch_.orders.find(id);
  return loaded == scratch_.orders.end() ? nullptr : pointer(loaded->second);
}

Entry* State::entry(SaleState& sale, EntryId id) {
  const auto found = sale.entries.find(id);
  return found == sale.entries.end() ? nullptr : &found->second;
}

const Wallet* State::wallet(UserId user) const {
  const auto found = wallets_.find(user);
  return found == wallets_.end() ? nullptr : &found->second;
}

const StaffKey* State::staff_key(StaffKeyId id) const {
  const auto found = staff_keys_.find(id);
  return found == staff_keys_.end() ? nullptr : &found->second;
}

SaleFacts State::facts(const SaleState& sale) const {
  SaleFacts facts;
  facts.concert = sale.concert;
  facts.queue = sale.queue;
  if (claim_grace_ > Duration{})
    facts.longest_poll = std::min(facts.longest_poll, seconds(sale.concert->sale.claim_seconds));
  for (const ShowId& id : sale.shows) {
    const ShowState& show = *shows_.at(id);
    facts.sold += show.sold;
    facts.live_holds += static_cast<std::int64_t>(show.holds.size());
    if (!show.bookable(now_)) continue;
    facts.available += show.available;
    facts.held += show.held;
    ++facts.bookable_shows;
  }
  facts.active_entries = sale.active_entries;
  facts.called = static_cast<std::int64_t>(sale.claim_until.size());
  const Time window = std::max(now_ - seconds(60), sale.concert->sale.opens_at);
  std::int64_t calls = 0;
  for (const auto& [at, count] : sale.recent_calls)
    if (at >= now_ - seconds(60)) calls += count;  // whole seconds: never more than a minute had
  const std::int64_t window_ms = std::clamp<std::int64_t>((now_ - window).ms, 1000, 60'000);
  facts.calls_per_minute = calls * 60'000 / window_ms;
  if (!sale.recent_calls.empty()) facts.last_call_at = sale.recent_calls.back().first;
  facts.revenue = sale.revenue;
  facts.orders_paid = sale.orders_paid;
  return facts;
}

// --- a batch ---------------------------------------------------------------------------------

void State::begin(Changes& changes, Time now) {
  changes_ = &changes;
  now_ = now;
  claims_before_.clear();
}

void State::end() {
  changes_ = nullptr;
  claims_before_.clear();
  scratch_ = Scratch();
  if (wallets_.size() > kWalletsKept) wallets_.clear();
}

void State::undo(Changes& changes) {
  const auto reverse = [](auto& rows, auto&& back) {
    for (auto change = rows.rbegin(); change != rows.rend(); ++change) back(*change);
  };
  const std::vector<ClaimBefore> claims = std::move(claims_before_);
  reverse(changes.orders, [&](auto& c) { apply(&c.after, pointer(c.before)); });
  reverse(changes.entries, [&](auto& c) { apply(&c.after, pointer(c.before)); });
  reverse(changes.places, [&](auto& c) { apply(&c.after, pointer(c.before)); });
  reverse(changes.queues, [&](auto& c) { apply(c.after, c.before ? *c.before : Queue()); });
  reverse(changes.show_versions,
          [&](auto& c) { show(c.after.show)->version = c.before ? c.before->version : 0; });
  reverse(changes.shows, [&](auto& c) { apply(&c.after, pointer(c.before)); });
  reverse(changes.concerts, [&](auto& c) { apply(&c.after, pointer(c.before)); });
  reverse(changes.wallets, [&](auto& c) { wallets_.erase(c.after.user); });
  reverse(changes.staff_keys, [&](auto& c) {
    if (c.before)
      staff_keys_[c.after.id] = *c.before;
    else
      staff_keys_.erase(c.after.id);
  });
  reverse(changes.signing_keys, [&](auto& c) {
    if (c.before)
      signing_keys_[c.after.id] = *c.before;
    else
      signing_keys_.erase(c.after.id);
  });
  for (auto claim = claims.rbegin(); claim != claims.rend(); ++claim)
    if (SaleState* state = sale(claim->sale_no)) set_claim(*state, claim->number, claim->until);
  changes.clear();
  end();
}

// --- concerts and shows ------------------------------------------------------------------------

void State::put(Concert row) {
  ++put_count_;
  SaleState* existing = sale(row.id);
  const Concert* before = existing ? existing->concert.get() : nullptr;
  const auto keep = existing ? existing->concert : nullptr;  // `before` stays alive while recorded
  record_last(changes_->concerts, before, row,
              [](const Concert& a, const Concert& b) { return a.id == b.id; });
  apply(before, &row);
}

void State::apply(const Concert* before, const Concert* after) {
  if (!after) {
    FRONTROW_CHECK(sales_.size() == before->sale_no, "only the newest concert can be undone");
    sale_numbers_.erase(before->id);
    sales_.pop_back();
    return;
  }
  if (!sale(after->id)) {
    FRONTROW_CHECK(after->sale_no == next_sale_no(), "sale number {}", after->sale_no);
    auto sale = std::make_unique<SaleState>();
    sale->queue.sale_no = after->sale_no;
    sale->queue.join_digest = initial_join_digest(after->id);
    sales_.push_back(std::move(sale));
    sale_numbers_[after->id] = after->sale_no;
  }
  sale(after->id)->concert = std::make_shared<const Concert>(*after);
}

void State::put(Show row) {
  ++put_count_;
  ShowState* existing = show(row.id);
  const auto keep = existing ? existing->show : nullptr;
  record_last(changes_->shows, keep.get(), row,
              [](const Show& a, const Show& b) { return a.id == b.id; });
  apply(keep.get(), &row);
  touch(*show(row.id));
}

void State::apply(const Show* before, const Show* after) {
  if (!after) {
    std::erase(sale(before->concert)->shows, before->id);
    shows_.erase(before->id);
    return;
  }
  if (!before) {
    auto state = std::make_unique<ShowState>();
    std::uint32_t rows = 0;
    for (const Section& section : after->sections) {
      state->first_row.push_back(rows);
      rows += section.rows;
    }
    state->free_in_row.assign(rows, 0);
    state->seats.assign(seat_count(after->sections), SeatStatus::blocked);
    state->show = std::make_shared<const Show>(*after);
    state->blocked = static_cast<std::int64_t>(state->seats.size());
    ShowState& placed = *(shows_[after->id] = std::move(state));
    for (SeatIndex seat = 0; seat < placed.seats.size(); ++seat)
      if (!after->is_blocked(seat)) set_seat(placed, seat, SeatStatus::available);
    sale(after->concert)->shows.push_back(after->id);
    return;
  }
  ShowState& state = *show(after->id);
  state.show = std::make_shared<const Show>(*after);
  for (SeatIndex seat = 0; seat < state.seats.size(); ++seat) {
    const bool blocked = after->is_blocked(seat);
    if (blocked && state.seats[seat] == SeatStatus::available)
      set_seat(state, seat, SeatStatus::blocked);
    else if (!blocked && state.seats[seat] == SeatStatus::blocked)
      set_seat(state, seat, SeatStatus::available);
  }
}

void State::touch(ShowState& show) {
  for (const auto& change : changes_->show_versions)
    if (change.after.show == show.show->id) return;
  const ShowVersion before{show.show->id, show.version};
  ++show.version;
  changes_->show_versions.push_back(
      {before.version > 0 ? std::optional(before) : std::nullopt, {show.show->id, show.version}});
}

void State::restore_version(const ShowVersion& version) {
  show(version.show)->version = version.version;
}

void State::restore_without_places(const Queue& row) {
  SaleState& state = *sale(row.sale_no);
  state.queue = row;
  state.is_over = true;
}

void State::set_seat(ShowState& show, SeatIndex seat, SeatStatus status) {
  const auto count = [&show](SeatStatus s) -> std::int64_t& {
    switch (s) {
      case SeatStatus::available:
        return show.available;
      case SeatStatus::held:
        return show.held;
      case SeatStatus::sold:
        return show.sold;
      default:
        return show.blocked;
    }
  };
  SeatStatus& now = show.seats[seat];
  const bool was_free = now == SeatStatus::available;
  const bool is_free = status == SeatStatus::available;
  --count(now);
  ++count(status);
  now = status;
  if (was_free == is_free) return;
  const SeatPlace place = seat_place(show.show->sections, seat);
  std::uint16_t& free = show.free_in_row[show.first_row[place.section] + place.row - 1];
  free = static_cast<std::uint16_t>(is_free ? free + 1 : free - 1);
}

// --- orders --------------------------------------------------------------------------------------

void State::put(Order row) {
  ++put_count_;
  const Order* before = order(row.id);
  ShowState& state = *show(row.show);
  touch(state);
  row.version = state.version;
  if (before)
    FRONTROW_CHECK(before->status == row.status || is_edge(before->status, row.status),
                   "order {} from {} to {}", to_text(row.id), to_text(before->status),
                   to_text(row.status));
  changes_->orders.push_back(
      {before ? std::optional<Order>(*before) : std::nullopt, std::move(row)});
  const auto& change = changes_->orders.back();
  apply(pointer(change.before), &change.after);
}

void State::apply(const Order* before, const Order* after) {
  const Order& any = after ? *after : *before;
  ShowState& state = *show(any.show);
  if (before && owns_seats(before->status) &&
      !(planted(Bug::expiry_forgets_seats) && after && after->status == OrderStatus::expired))
    free_seats(state, *before);
  if (before && before->status == OrderStatus::held) {
    state.hold_ends.erase({before->hold_expires_at, before->id});
    state.holds.erase(before->id);
    hold_shows_.erase(before->id);
  }
  if (!after) return;
  if (owns_seats(after->status)) take_seats(state, *after);
  if (after->status == OrderStatus::held) {
    // Newer holds end later: at the end of the set there is nothing to search.
    state.hold_ends.emplace_hint(state.hold_ends.end(), after->hold_expires_at, after->id);
    state.holds.insert_or_assign(after->id, *after);
    hold_shows_[after->id] = after->show;
  } else {
    scratch_.orders[after->id] = *after;
  }
}

void State::take_seats(ShowState& state, const Order& order) {
  const bool paid = order.status == OrderStatus::paid;
  for (const SeatIndex seat : order.seats)
    set_seat(state, seat, paid ? SeatStatus::sold : SeatStatus::held);
  SaleState& sale = *this->sale(order.concert);
  if (!order.complimentary)
    sale.seats_of_user[order.user] += static_cast<std::uint32_t>(order.seats.size());
  if (!paid) return;
  sale.revenue += order.total.amount;
  ++sale.orders_paid;
  ++state.paid_orders;
}

void State::free_seats(ShowState& state, const Order& order) {
  for (const SeatIndex seat : order.seats)
    set_seat(state, seat,
             state.show->is_blocked(seat) ? SeatStatus::blocked : SeatStatus::available);
  SaleState& sale = *this->sale(order.concert);
  if (!order.complimentary) {
    const auto count = sale.seats_of_user.find(order.user);
    count->second -= static_cast<std::uint32_t>(order.seats.size());
    if (count->second == 0) sale.seats_of_user.erase(count);
  }
  if (order.status != OrderStatus::paid) return;
  sale.revenue -= order.total.amount;
  --sale.orders_paid;
  --state.paid_orders;
}

// --- the queue
// -------------------------------------------------------------------------------------

void State::put(Queue row) {
  ++put_count_;
  SaleState& state = *sale(row.sale_no);
  row.version = std::max(row.version, state.queue.version) + 1;
  const Queue before = state.queue;
  record_last(changes_->queues, before.version > 0 ? &before : nullptr, row,
              [](const Queue& a, const Queue& b) { return a.sale_no == b.sale_no; });
  apply(before, row);
}

void State::apply(const Queue& before, const Queue& after) {
  SaleState& state = *sale(after.sale_no ? after.sale_no : before.sale_no);
  if (state.is_over) {
    state.queue = after;
    return;
  }
  if (after.drawn && !state.line.draw() && state.concert->sale.draw && after.lobby_count > 0) {
    auto ranks = std::make_shared<DrawnRanks>();
    ranks->rank_of = draw_ranks(after.draw_seed, after.lobby_count);
    ranks->number_at = invert(ranks->rank_of);
    state.line.set_draw(std::move(ranks));
  } else if (!after.drawn && state.line.draw()) {
    state.line.set_draw(nullptr);
  }
  state.queue = after;
  state.line.set_called_upto(after.called_upto);
  if (after.called_upto > before.called_upto)
    call(state, before.called_upto, after.called_upto, now_);
  if (after.extended > before.extended && before.version > 0)
    prolong_claims(state, after.extended - before.extended);
}

void State::prolong_claims(SaleState& state, Duration by) {
  const auto called = state.claim_until;
  for (const auto& [number, until] : called) move_claim(state, number, until + by);
}

void State::call(SaleState& state, Rank from, Rank to, Time at) {
  std::int64_t count = 0;
  for (Rank rank = from + 1; rank <= to; ++rank) {
    const PlaceNumber number = state.line.number_at(rank);
    if (state.line.stage(number) != PlaceStage::waiting) continue;
    if (rank == to && rank > from + 1 && planted(Bug::watermark_skips_person)) continue;
    move_claim(state, number, at + seconds(state.concert->sale.claim_seconds) + claim_grace_);
    ++count;
  }
  while (!state.recent_calls.empty() && state.recent_calls.front().first < at - seconds(60))
    state.recent_calls.pop_front();
  if (count == 0) return;
  const Time second{at.ms / 1000 * 1000};  // one entry a second, so that the sum stays short
  if (state.recent_calls.empty() || state.recent_calls.back().first != second)
    state.recent_calls.emplace_back(second, 0);
  state.recent_calls.back().second += count;
}

void State::uncall(SaleState& state, PlaceNumber number) {
  const auto found = state.claim_until.find(number);
  if (found == state.claim_until.end()) return;
  claims_before_.push_back({state.concert->sale_no, number, found->second});
  set_claim(state, number, {});
}

void State::move_claim(SaleState& state, PlaceNumber number, Time until) {
  const auto found = state.claim_until.find(number);
  claims_before_.push_back(
      {state.concert->sale_no, number,
       found == state.claim_until.end() ? std::nullopt : std::optional(found->second)});
  set_claim(state, number, until);
}

void State::set_claim(SaleState& state, PlaceNumber number, std::optional<Time> until) {
  if (const auto found = state.claim_until.find(number); found != state.claim_until.end()) {
    state.claim_ends.erase({found->second, number});
    state.claim_until.erase(found);
  }
  if (until) {
    state.claim_until[number] = *until;
    state.claim_ends.emplace_hint(state.claim_ends.end(), *until, number);
  }
  state.claim_changes.push_back(number);
}

void State::put(const Place& row) {
  ++put_count_;
  SaleState& state = *sale(row.sale_no);
  if (row.number > state.line.last_number()) {
    record<Place>(changes_->places, nullptr, row);
    apply(static_cast<const Place*>(nullptr), &row);
    return;
  }
  // What has been stored of a place before is always `waiting`: no stored state is ever left again.
  Place before = row;
  before.state = PlaceState::waiting;
  record(changes_->places, &before, row);
  apply(&before, &row);
}

void State::apply(const Place* before, const Place* after) {
  SaleState& state = *sale((after ? after : before)->sale_no);
  if (!after) {
    uncall(state, before->number);
    state.line.set_stage(before->number, PlaceStage::waiting);
    state.line.remove_last();
    state.places.remove_last();
    return;
  }
  if (!before) {
    const PlaceNumber number = state.line.add();
    FRONTROW_CHECK(number == after->number, "place {} after {}", after->number, number - 1);
    state.places.append(after->user, after->joined_at);
  }
  switch (after->state) {
    case PlaceState::waiting:
      state.line.set_stage(after->number, PlaceStage::waiting);
      return;
    case PlaceState::left:
      state.line.set_stage(after->number, PlaceStage::left);
      break;
    case PlaceState::missed:
      state.line.set_stage(after->number, PlaceStage::missed);
      break;
  }
  uncall(state, after->number);
}

void State::put(const Entry& row) {
  ++put_count_;
  SaleState& state = *sale(row.sale_no);
  const Entry* existing = entry(state, row.id);
  const std::optional<Entry> before = existing ? std::optional(*existing) : std::nullopt;
  record(changes_->entries, pointer(before), row);
  apply(pointer(before), &row);
}

void State::apply(const Entry* before, const Entry* after) {
  SaleState& state = *sale((after ? after : before)->sale_no);
  if (before) unindex_entry(state, *before);
  if (!after) {
    state.line.set_stage(before->number, PlaceStage::waiting);
    return;
  }
  uncall(state, after->number);
  state.line.set_stage(after->number, stage_of(*after));
  index_entry(state, *after);
}

void State::index_entry(SaleState& state, const Entry& row) {
  if (row.state == EntryState::expired || (row.state == EntryState::used && row.expires_at <= now_))
    return;
  if (row.state == EntryState::active) ++state.active_entries;
  state.entries.insert_or_assign(row.id, row);
  state.entry_of[row.number] = row.id;
  state.entry_ends.emplace_hint(state.entry_ends.end(), row.expires_at, row.id);
}

void State::unindex_entry(SaleState& state, const Entry& row) {
  if (!state.entries.erase(row.id)) return;
  if (row.state == EntryState::active) --state.active_entries;
  state.entry_of.erase(row.number);
  state.entry_ends.erase({row.expires_at, row.id});
}

// --- money, people, keys ------------------------------------------------------------------------

void State::put(const Wallet& row) {
  ++put_count_;
  Wallet& wallet = wallets_[row.user];
  wallet.user = row.user;
  record(changes_->wallets, wallet.last_seq > 0 ? &wallet : nullptr, row);
  wallet = row;
}

void State::put(const Ticket& row) {
  ++put_count_;
  auto& known = scratch_.tickets[row.code];
  record(changes_->tickets, pointer(known), row);
  known = row;
}

void State::put(User row) {
  ++put_count_;
  const auto known = scratch_.users.find(row.id);
  record(changes_->users, known == scratch_.users.end() ? nullptr : pointer(known->second), row);
  if (known != scratch_.users.end() && known->second)
    scratch_.users_by_email[known->second->email_key] =
        std::nullopt;  // free, where it was forgotten
  if (!row.email_key.empty()) scratch_.users_by_email[row.email_key] = row;
  scratch_.users[row.id] = std::move(row);
}

void State::put(const Session& row, std::optional<Session> before) {
  ++put_count_;
  changes_->sessions.push_back({std::move(before), row});
}

void State::put(StaffKey row) {
  ++put_count_;
  record(changes_->staff_keys, staff_key(row.id), row);
  staff_keys_[row.id] = std::move(row);
}

void State::put(SigningKeyRow row) {
  ++put_count_;
  const auto known = signing_keys_.find(row.id);
  record(changes_->signing_keys, known == signing_keys_.end() ? nullptr : &known->second, row);
  signing_keys_[row.id] = std::move(row);
}

void State::add(KeptAnswer row) {
  scratch_.kept_answers[{row.caller, row.key}] = row;
  changes_->kept_answers.push_back(std::move(row));
}

}  // namespace frontrow
