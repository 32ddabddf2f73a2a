#include "engine/views.h"

#include <algorithm>
#include <set>

#include "base/check.h"
#include "base/planted.h"

namespace frontrow {
namespace {

using ReadLock = std::shared_lock<std::shared_mutex>;
using WriteLock = std::unique_lock<std::shared_mutex>;

// Seconds that fit 32 bits until the year 2156.
constexpr std::int64_t kAskedEpoch = 1'577'836'800;  // 2020-01-01

std::uint32_t asked_seconds(Time time) {
  return static_cast<std::uint32_t>(
      std::max<std::int64_t>(0, (time.ms + 999) / 1000 - kAskedEpoch));
}

}  // namespace

// --- a sale ------------------------------------------------------------------------------------

std::optional<PlaceStatus> SaleView::describe(PlaceNumber number, Time now,
                                              std::uint64_t jitter) const {
  ReadLock lock(mutex_);
  if (number == 0 || number > line_.last_number()) return {};
  const Entry* entry = nullptr;
  Time claim_until;
  if (line_.is_called(number)) {
    if (const auto id = entry_of_.find(number); id != entry_of_.end())
      entry = &entries_.at(id->second);
    if (const auto until = claim_until_.find(number); until != claim_until_.end())
      claim_until = until->second;
  }
  return describe_place(facts_, line_, number, entry, claim_until, now, jitter);
}

void SaleView::asked(PlaceNumber number, Time until) {
  ReadLock lock(mutex_);
  if (number == 0 || number > asked_.size()) return;
  asked_[number - 1].until_s.store(asked_seconds(until), std::memory_order_relaxed);
}

bool SaleView::admit_poll(PlaceNumber number, Time now, std::uint32_t limit) {
  ReadLock lock(mutex_);
  if (number == 0 || number > asked_.size()) return true;
  const std::uint32_t second = static_cast<std::uint32_t>(now.ms / 1000) << 8;
  std::atomic<std::uint32_t>& polls = asked_[number - 1].polls;
  const std::uint32_t seen = polls.load(std::memory_order_relaxed);
  const std::uint32_t count = (seen & ~0xFFu) == second ? (seen & 0xFF) : 0;
  if (count >= std::min<std::uint32_t>(limit, 255)) return false;
  polls.store(second | (count + 1), std::memory_order_relaxed);
  return true;
}

Time SaleView::asked_until(PlaceNumber number) const {
  ReadLock lock(mutex_);
  if (number == 0 || number > asked_.size()) return {};
  const std::uint32_t s = asked_[number - 1].until_s.load(std::memory_order_relaxed);
  if (s != 0) return Time{(static_cast<std::int64_t>(s) + kAskedEpoch) * 1000};
  const Rank rank = line_.rank_of(number);
  if (number > places_at_start_ || rank <= called_at_start_) return {};
  const SaleSettings& sale = facts_.concert->sale;
  return started_at_ + (rank - called_at_start_ <= static_cast<std::uint64_t>(sale.capacity)
                            ? near_poll_interval(sale)
                            : kLongestPollInterval);
}

SaleFacts SaleView::facts() const {
  ReadLock lock(mutex_);
  return facts_;
}

std::shared_ptr<const Concert> SaleView::concert() const {
  ReadLock lock(mutex_);
  return facts_.concert;
}

std::uint32_t SaleView::waiting() const {
  ReadLock lock(mutex_);
  return line_.waiting();
}

std::vector<ShowId> SaleView::shows() const {
  ReadLock lock(mutex_);
  return shows_;
}

std::optional<Entry> SaleView::active_entry(EntryId id) const {
  ReadLock lock(mutex_);
  const auto found = entries_.find(id);
  if (found == entries_.end()) return {};
  return found->second;
}

bool SaleView::has_just_ended(EntryId id) const {
  ReadLock lock(mutex_);
  return just_ended_.contains(id);
}

// Requires: the lock is held.
void SaleView::note_ended(EntryId id, Time now) {
  constexpr Duration kJustNow = seconds(5);
  while (!ended_at_.empty() && ended_at_.front().first + kJustNow < now) {
    const auto oldest = just_ended_.find(ended_at_.front().second);
    if (oldest != just_ended_.end() && oldest->second == ended_at_.front().first)
      just_ended_.erase(oldest);
    ended_at_.pop_front();
  }
  just_ended_.insert_or_assign(id, now);
  ended_at_.emplace_back(now, id);
}

SaleSample SaleView::per_minute(Time now) const {
  ReadLock lock(mutex_);
  SaleSample rate;
  if (samples_.size() < 2) return rate;
  const SaleSample& newest = samples_.back();
  auto oldest = samples_.begin();
  while (oldest->at < now - seconds(61) && oldest + 1 != samples_.end()) ++oldest;
  rate.at = newest.at;
  rate.joined = newest.joined - oldest->joined;
  rate.called = newest.called - oldest->called;
  rate.admitted = newest.admitted - oldest->admitted;
  rate.missed = newest.missed - oldest->missed;
  rate.orders_paid = newest.orders_paid - oldest->orders_paid;
  return rate;
}

// --- a show ------------------------------------------------------------------------------------

std::shared_ptr<const Show> ShowView::show() const {
  ReadLock lock(mutex_);
  return show_;
}

ShowView::Counts ShowView::counts() const {
  ReadLock lock(mutex_);
  return counts_;
}

std::uint64_t ShowView::seats(std::vector<SeatStatus>& out) const {
  ReadLock lock(mutex_);
  out = seats_;
  return counts_.version;
}

std::optional<std::vector<SeatChange>> ShowView::changes_since(std::uint64_t since,
                                                               Counts& counts) const {
  ReadLock lock(mutex_);
  counts = counts_;
  if (since < log_from_ || since > counts_.version) return {};
  const auto first = std::upper_bound(
      log_.begin(), log_.end(), since,
      [](std::uint64_t version, const SeatChange& change) { return version < change.version; });
  return std::vector<SeatChange>(first, log_.end());
}

ShowView::Text ShowView::cached_text(const std::string& key, const Maker& make) const {
  ReadLock lock(mutex_);
  {
    std::lock_guard texts(texts_mutex_);
    if (const auto kept = texts_.find(key);
        kept != texts_.end() && kept->second.version == counts_.version)
      return {kept->second.bytes, counts_};
  }
  auto bytes = std::make_shared<const std::string>(make(*show_, seats_));
  std::lock_guard texts(texts_mutex_);
  texts_[key] = {counts_.version, bytes};
  return {std::move(bytes), counts_};
}

std::shared_ptr<const std::string> ShowView::fixed_text(const std::string& key,
                                                        std::string (*make)(const Show&)) const {
  {
    std::lock_guard texts(texts_mutex_);
    if (const auto kept = texts_.find(key); kept != texts_.end()) return kept->second.bytes;
  }
  auto bytes = std::make_shared<const std::string>(make(*show()));
  std::lock_guard texts(texts_mutex_);
  texts_[key] = {0, bytes};
  return bytes;
}

// --- all of them -------------------------------------------------------------------------------

SaleView* Views::sale(SaleNo number) const {
  ReadLock lock(mutex_);
  return number >= 1 && number <= sales_.size() ? sales_[number - 1].get() : nullptr;
}

SaleView* Views::sale(ConcertId id) const {
  ReadLock lock(mutex_);
  const auto found = sales_by_id_.find(id);
  return found == sales_by_id_.end() ? nullptr : found->second;
}

ShowView* Views::show(ShowId id) const {
  ReadLock lock(mutex_);
  const auto found = shows_.find(id);
  return found == shows_.end() ? nullptr : found->second.get();
}

std::vector<SaleView*> Views::sales() const {
  ReadLock lock(mutex_);
  std::vector<SaleView*> out;
  for (const auto& sale : sales_) out.push_back(sale.get());
  return out;
}

std::optional<StaffKey> Views::staff_key(const Digest& key_hash) const {
  ReadLock lock(mutex_);
  const auto found = staff_keys_.find(key_hash);
  if (found == staff_keys_.end() || found->second.revoked_at) return {};
  return found->second;
}

std::optional<StaffKey> Views::staff_key(StaffKeyId id) const {
  ReadLock lock(mutex_);
  for (const auto& [hash, key] : staff_keys_)
    if (key.id == id) return key;
  return {};
}

std::vector<StaffKey> Views::staff_keys() const {
  ReadLock lock(mutex_);
  std::vector<StaffKey> out;
  for (const auto& [hash, key] : staff_keys_) out.push_back(key);
  return out;
}

std::vector<SigningKeyRow> Views::signing_keys() const {
  ReadLock lock(mutex_);
  return signing_keys_;
}

Time Views::asked_until(SaleNo number, PlaceNumber place) const {
  const SaleView* view = sale(number);
  return view ? view->asked_until(place) : Time{};
}

// What a reader can find is whole from the first moment: a new view gets its row before its place
// in the maps.
SaleView& Views::sale_view(const SaleState& sale) {
  WriteLock lock(mutex_);
  while (sales_.size() < sale.concert->sale_no) {
    auto view = std::make_unique<SaleView>();
    view->facts_.concert = sale.concert;
    sales_.push_back(std::move(view));
  }
  SaleView& view = *sales_[sale.concert->sale_no - 1];
  sales_by_id_[sale.concert->id] = &view;
  return view;
}

ShowView& Views::show_view(const ShowState& show) {
  WriteLock lock(mutex_);
  auto& view = shows_[show.show->id];
  if (!view) {
    view = std::make_unique<ShowView>();
    view->show_ = show.show;
    view->seats_ = show.seats;
    view->log_from_ = show.version;
  }
  return *view;
}

void Views::publish_sale(State& state, SaleState& sale, const Changes& changes) {
  SaleView& view = sale_view(sale);
  const SaleFacts facts = state.facts(sale);
  WriteLock lock(view.mutex_);
  view.facts_ = facts;
  view.shows_ = sale.shows;
  while (view.line_.last_number() < sale.line.last_number()) {
    view.line_.add();
    view.asked_.emplace_back();
  }
  if (view.line_.draw() != sale.line.draw()) view.line_.set_draw(sale.line.draw());
  view.line_.set_called_upto(sale.line.called_upto());
  const SaleNo number = sale.concert->sale_no;
  for (const auto& change : changes.places)
    if (change.after.sale_no == number)
      view.line_.set_stage(change.after.number, sale.line.stage(change.after.number));
  for (const auto& change : changes.entries) {
    const Entry& entry = change.after;
    if (entry.sale_no != number) continue;
    view.line_.set_stage(entry.number, sale.line.stage(entry.number));
    if (const auto now = sale.entries.find(entry.id);
        now != sale.entries.end() && now->second.state == EntryState::active) {
      view.entries_.insert_or_assign(entry.id, now->second);
      view.entry_of_[entry.number] = entry.id;
    } else {
      view.entries_.erase(entry.id);
      view.entry_of_.erase(entry.number);
      view.note_ended(entry.id, state.now());
    }
  }
  for (const PlaceNumber place : sale.claim_changes) {
    const auto until = sale.claim_until.find(place);
    if (until == sale.claim_until.end())
      view.claim_until_.erase(place);
    else
      view.claim_until_[place] = until->second;
  }
  sale.claim_changes.clear();
}

void Views::publish_seats(State& state, const Changes& changes) {
  for (const auto& changed : changes.show_versions) {
    const ShowState& show = *state.show(changed.after.show);
    ShowView& view = show_view(show);
    WriteLock lock(view.mutex_);
    view.show_ = show.show;
    const auto note = [&](SeatIndex seat) {
      if (view.seats_[seat] == show.seats[seat]) return;
      view.seats_[seat] = show.seats[seat];
      view.log_.push_back({show.version, seat, show.seats[seat]});
    };
    for (const auto& change : changes.orders)
      if (change.after.show == show.show->id)
        for (const SeatIndex seat : change.after.seats) note(seat);
    for (const auto& change : changes.shows)
      if (change.after.id == show.show->id)
        for (SeatIndex seat = 0; seat < show.seats.size(); ++seat) note(seat);
    view.counts_ = {show.version, show.available, show.held,
                    show.sold,    show.blocked,   show.paid_orders};
    while (view.log_.size() > ShowView::kChangesKept) {
      view.log_from_ = view.log_.front().version;
      view.log_.pop_front();
    }
  }
}

void Views::publish_keys(const State& state) {
  WriteLock lock(mutex_);
  staff_keys_.clear();
  for (const auto& [id, key] : state.staff_keys()) staff_keys_[key.key_hash] = key;
  signing_keys_.clear();
  for (const auto& [id, key] : state.signing_keys()) signing_keys_.push_back(key);
  ++signing_keys_version_;
}

void Views::publish(State& state, const Changes& changes) {
  // Seats first: who is told of a new hold finds its seats taken.
  if (!planted(Bug::views_miss_seats) || changes.entries.empty()) publish_seats(state, changes);
  std::set<SaleNo> touched;
  for (const auto& change : changes.queues) touched.insert(change.after.sale_no);
  for (const auto& change : changes.concerts) touched.insert(change.after.sale_no);
  for (const auto& change : changes.entries) touched.insert(change.after.sale_no);
  for (const auto& change : changes.places) touched.insert(change.after.sale_no);
  for (const auto& change : changes.show_versions)
    touched.insert(state.sale(state.show(change.after.show)->show->concert)->concert->sale_no);
  for (const SaleNo number : touched) publish_sale(state, *state.sale(number), changes);
  for (const auto& sale : state.sales())
    if (!sale->claim_changes.empty()) publish_sale(state, *sale, changes);
  if (!changes.staff_keys.empty() || !changes.signing_keys.empty()) publish_keys(state);
}

void Views::publish_all(State& state, Time now) {
  Changes everything;  // as far as a view asks for it: which rows to look at
  for (const auto& [id, show] : state.shows())
    everything.show_versions.push_back({{}, {id, show->version}});
  for (const auto& sale : state.sales()) {
    const SaleNo number = sale->concert->sale_no;
    for (PlaceNumber place = 1; place <= sale->line.last_number(); ++place)
      if (sale->line.stage(place) != PlaceStage::waiting)
        everything.places.push_back({{}, Place{number, place, {}, PlaceState::waiting, {}}});
    for (const auto& [id, entry] : sale->entries) everything.entries.push_back({{}, entry});
    everything.queues.push_back({{}, sale->queue});
  }
  publish(state, everything);
  publish_keys(state);
  for (const auto& sale : state.sales()) {
    SaleView& view = sale_view(*sale);
    WriteLock lock(view.mutex_);
    view.started_at_ = now;
    view.places_at_start_ = sale->line.last_number();
    view.called_at_start_ = sale->line.called_upto();
  }
}

void Views::refresh(State& state) {
  for (const auto& sale : state.sales()) {
    SaleView& view = sale_view(*sale);
    const SaleFacts facts = state.facts(*sale);
    WriteLock lock(view.mutex_);
    view.facts_ = facts;
    view.samples_.push_back({state.now(), facts.queue.last_number, facts.queue.called_upto,
                             facts.queue.admitted, facts.queue.missed, facts.orders_paid});
    while (view.samples_.size() > 62) view.samples_.pop_front();
  }
}

}  // namespace frontrow
