#include "laws/queue_laws.h"

#include <fmt/format.h>

#include <algorithm>

namespace frontrow {
namespace {

const SaleState* sale_in(const State& state, SaleNo number) {
  return number >= 1 && number <= state.sales().size() ? state.sales()[number - 1].get() : nullptr;
}

Breach about(const State& state, SaleNo number, std::string what) {
  const SaleState* sale = sale_in(state, number);
  const std::string id = sale ? to_text(sale->concert->id) : fmt::format("sale {}", number);
  return {id + ": " + std::move(what), {id}};
}

bool is_new_active(const Change<Entry>& change) {
  return !change.before && change.after.state == EntryState::active;
}

bool ends(const Change<Entry>& change) {
  return change.before && change.before->state == EntryState::active &&
         change.after.state != EntryState::active;
}

}  // namespace

// --- one place a person --------------------------------------------------------------------------

OnePlaceAPerson::People& OnePlaceAPerson::people(SaleNo sale) {
  if (sale > sales_.size()) sales_.resize(sale);
  return sales_[sale - 1];
}

OnePlaceAPerson::Count& OnePlaceAPerson::count_in_batch(SaleNo sale, UserId user) {
  const auto [at, fresh] = batch_.try_emplace(Person{sale, user});
  if (!fresh || sale > sales_.size()) return at->second;
  const auto& live = sales_[sale - 1].live;
  if (const auto known = live.find(user); known != live.end())
    at->second = {1, known->second.inside ? 1 : 0};
  return at->second;
}

std::optional<Breach> OnePlaceAPerson::broken_by(const Changes& changes, const State& after) {
  batch_.clear();
  inside_change_.clear();
  for (const Change<Place>& change : changes.places) {
    const Place& place = change.after;
    Count& count = count_in_batch(place.sale_no, place.user);
    if (!change.before) ++count.places;
    if (place.state != PlaceState::waiting) --count.places;
  }
  for (const Change<Entry>& change : changes.entries) {
    const Entry& entry = change.after;
    Count& count = count_in_batch(entry.sale_no, entry.user);
    if (is_new_active(change)) {
      ++count.entries;
      ++inside_change_[entry.sale_no];
    } else if (ends(change)) {
      --count.entries;
      --count.places;
      --inside_change_[entry.sale_no];
    } else if (!change.before || change.before->state != entry.state) {
      return about(after, entry.sale_no, to_text(entry.id) + " came to life again");
    }
  }
  return compare(after);
}

std::optional<Breach> OnePlaceAPerson::compare(const State& after) {
  for (const auto& [person, count] : batch_) {
    if (count.places >= count.entries && count.entries >= 0 && count.places <= 1) continue;
    return about(after, person.sale_no,
                 fmt::format("{} has {} live places and {} active entries", to_text(person.user),
                             count.places, count.entries));
  }
  for (const auto& [number, change] : inside_change_) {
    const std::int64_t inside = people(number).inside + change;
    const SaleState* sale = sale_in(after, number);
    if (sale && sale->active_entries != inside)
      return about(after, number,
                   fmt::format("counts {} inside instead of {}", sale->active_entries, inside));
  }
  return {};
}

void OnePlaceAPerson::drop(People& sale, UserId user, PlaceNumber number) {
  const auto known = sale.live.find(user);
  if (known == sale.live.end() || known->second.number != number) return;
  if (known->second.inside) --sale.inside;
  sale.live.erase(known);
}

void OnePlaceAPerson::learn(const Place& place) {
  People& sale = people(place.sale_no);
  const bool fresh = place.number > sale.last_number;
  sale.last_number = std::max(sale.last_number, place.number);
  if (place.state != PlaceState::waiting) return drop(sale, place.user, place.number);
  if (!fresh) return;
  Live& live = sale.live[place.user];
  if (live.inside) --sale.inside;
  live = {place.number, 0};
}

void OnePlaceAPerson::learn(const Entry& entry) {
  People& sale = people(entry.sale_no);
  if (entry.state != EntryState::active) return drop(sale, entry.user, entry.number);
  const auto known = sale.live.find(entry.user);
  if (known == sale.live.end() || known->second.number != entry.number || known->second.inside)
    return;
  known->second.inside = 1;
  ++sale.inside;
}

// --- calls ---------------------------------------------------------------------------------------

std::optional<Breach> CapacityHolds::broken_by(const Changes& changes, const State& after) {
  for (const Change<Queue>& change : changes.queues) {
    if (change.before && change.after.called_upto <= change.before->called_upto) continue;
    const SaleState* sale = sale_in(after, change.after.sale_no);
    if (!sale) continue;
    std::int64_t capacity = sale->concert->sale.capacity;
    bool known = true;
    for (const Change<Concert>& concert : changes.concerts) {
      if (concert.after.sale_no != change.after.sale_no || !concert.before) continue;
      capacity = std::max(capacity, concert.before->sale.capacity);
      known = concert.after.version <= concert.before->version + 1;  // else values between are lost
    }
    const auto inside = sale->active_entries + static_cast<std::int64_t>(sale->claim_until.size());
    if (known && inside > capacity)
      return about(after, change.after.sale_no,
                   fmt::format("{} active and {} called people, capacity {}", sale->active_entries,
                               sale->claim_until.size(), capacity));
  }
  return {};
}

std::optional<Breach> OnlyTheCalledEnter::broken_by(const Changes& changes, const State& after) {
  for (const Change<Entry>& change : changes.entries) {
    if (change.before) continue;
    const Entry& entry = change.after;
    const SaleState* sale = sale_in(after, entry.sale_no);
    if (!sale) continue;
    if (entry.number == 0 || entry.number > sale->line.last_number() ||
        !sale->line.is_called(entry.number) || sale->places.user_of(entry.number) != entry.user)
      return about(after, entry.sale_no,
                   fmt::format("{} was given to place {}, which was not called", to_text(entry.id),
                               entry.number));
  }
  return {};
}

// --- counters ------------------------------------------------------------------------------------

std::optional<Breach> QueueCountersMatch::broken_by(const Changes& changes, const State& after) {
  batch_.clear();
  for (const Change<Place>& change : changes.places) {
    Added& added = batch_[change.after.sale_no];
    if (change.after.state == PlaceState::missed) ++added.missed;
    if (change.before) continue;
    if (added.places == 0) added.first = change.after.number;
    if (change.after.number != added.first + added.places)
      return about(after, change.after.sale_no,
                   fmt::format("place {} is out of turn", change.after.number));
    ++added.places;
  }
  for (const Change<Entry>& change : changes.entries)
    if (!change.before) ++batch_[change.after.sale_no].entries;
  for (const Change<Queue>& change : changes.queues) {
    const Queue before = change.before.value_or(Queue{});
    const Queue& queue = change.after;
    const Added added = batch_[queue.sale_no];
    batch_.erase(queue.sale_no);
    if (queue.called_upto < before.called_upto || queue.called_upto > queue.last_number)
      return about(after, queue.sale_no,
                   fmt::format("the watermark goes from {} to {} of {}", before.called_upto,
                               queue.called_upto, queue.last_number));
    if (queue.last_number != before.last_number + added.places ||
        (added.places > 0 && added.first != before.last_number + 1))
      return about(after, queue.sale_no,
                   fmt::format("last number from {} to {} with {} new places", before.last_number,
                               queue.last_number, added.places));
    if (queue.admitted != before.admitted + added.entries ||
        queue.missed != before.missed + added.missed)
      return about(after, queue.sale_no,
                   fmt::format("counts {} new entries and {} missed people instead of {} and {}",
                               queue.admitted - before.admitted, queue.missed - before.missed,
                               added.entries, added.missed));
  }
  for (const auto& [number, added] : batch_)
    if (added.places > 0 || added.missed > 0 || added.entries > 0)
      return about(after, number, "its rows changed and its counters did not");
  return {};
}

std::optional<Breach> VersionsGrow::broken_by(const Changes& changes, const State& after) {
  for (const auto& change : changes.concerts)
    if (change.before && change.after.version <= change.before->version)
      return about(after, change.after.sale_no, fmt::format("version {}", change.after.version));
  for (const auto& change : changes.queues)
    if (change.before && change.after.version <= change.before->version)
      return about(after, change.after.sale_no,
                   fmt::format("queue version {}", change.after.version));
  for (const auto& change : changes.show_versions) {
    const auto show = after.shows().find(change.after.show);
    const bool grows = !change.before || change.after.version > change.before->version;
    if (grows && show != after.shows().end() && show->second->version == change.after.version)
      continue;
    return Breach{
        fmt::format("{} has version {}", to_text(change.after.show), change.after.version),
        {to_text(change.after.show)}};
  }
  for (const auto& change : changes.orders) {
    const auto show = after.shows().find(change.after.show);
    if (show != after.shows().end() && show->second->version == change.after.version) continue;
    return Breach{fmt::format("{} has version {}, which is not its show's",
                              to_text(change.after.id), change.after.version),
                  {to_text(change.after.show), to_text(change.after.id)}};
  }
  return {};
}

}  // namespace frontrow
