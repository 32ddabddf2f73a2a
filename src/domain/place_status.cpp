#include "domain/place_status.h"

#include <algorithm>

#include "base/planted.h"

namespace frontrow {
namespace {

constexpr Duration kFirstPollSpread = seconds(10);

// `span` times a factor in [0, 1) that `jitter` decides.
Duration fraction_of(Duration span, std::uint64_t jitter) {
  return {static_cast<std::int64_t>((jitter >> 40) * static_cast<std::uint64_t>(span.ms) >> 24)};
}

// Between 85 and 100 % of the interval: a crowd that was answered in one moment does not come back
// in one.
Duration with_jitter(Duration interval, std::uint64_t jitter) {
  const Duration spread{interval.ms * 15 / 100};
  return std::max(milliseconds(50), interval - fraction_of(spread, jitter));
}

// People still to be called before this one and itself, at the observed rate give or take a
// quarter, and never faster than the rate that is set. Unknown while nobody is called.
std::optional<Eta> estimate(const SaleFacts& facts, Phase phase, std::uint32_t position) {
  if (phase != Phase::open || facts.calls_per_minute <= 0) return {};
  const std::int64_t fast = std::clamp<std::int64_t>(facts.calls_per_minute * 5 / 4, 1,
                                                     facts.concert->sale.entries_per_minute);
  const std::int64_t slow =
      std::max<std::int64_t>(1, std::min(fast, facts.calls_per_minute * 3 / 4));
  const std::int64_t people = position;
  return Eta{people * 60 / fast, (people * 60 + slow - 1) / slow};
}

Duration waiting_interval(const SaleFacts& facts, std::uint32_t position,
                          const std::optional<Eta>& eta) {
  const Duration near = near_poll_interval(facts.concert->sale);
  if (position <= facts.concert->sale.capacity) return near;
  const Duration longest = std::max(near, facts.longest_poll);
  if (!eta) return std::clamp(seconds(15), near, longest);
  return std::clamp(seconds(eta->low_seconds / 4), near, longest);
}

// Until the opening, then spread over the first moments after it.
Duration lobby_interval(const SaleSettings& sale, Time now, std::uint64_t jitter) {
  const Duration until = sale.opens_at - now;
  if (until > kLongestPollInterval) return with_jitter(kLongestPollInterval, jitter);
  const Duration spread = std::min(kFirstPollSpread, near_poll_interval(sale));
  return std::max(milliseconds(0), until) + fraction_of(spread, jitter) + milliseconds(50);
}

PlaceStatus finished(PlaceStatus status, FinishReason reason) {
  status.kind = PlaceKind::finished;
  status.reason = reason;
  return status;
}

bool in_lobby(const SaleFacts& facts, PlaceNumber number) {
  if (!facts.queue.lobby_ended) return true;
  return !facts.queue.drawn && number <= facts.queue.lobby_count;
}

PlaceStatus describe_waiting(PlaceStatus status, const SaleFacts& facts, const Line& line,
                             PlaceNumber number, Time claim_until, std::uint64_t jitter) {
  if (status.phase == Phase::closed) return finished(status, FinishReason::closed);
  if (in_lobby(facts, number)) {
    status.kind = PlaceKind::lobby;
    status.lobby_number = number;
    status.poll_after = lobby_interval(facts.concert->sale, status.server_time, jitter);
    return status;
  }
  if (line.is_called(number)) {
    status.kind = PlaceKind::called;
    status.claim_until = claim_until;
    return status;
  }
  if (status.phase == Phase::sold_out && !planted(Bug::sold_out_untold))
    return finished(status, FinishReason::sold_out);
  status.kind = PlaceKind::waiting;
  status.position = line.position(number);
  status.waiting = line.waiting();
  status.behind = status.waiting - status.position;
  status.eta = estimate(facts, status.phase, status.position);
  status.poll_after = with_jitter(waiting_interval(facts, status.position, status.eta), jitter);
  return status;
}

}  // namespace

Phase phase_at(const SaleFacts& facts, Time now) {
  const Concert& concert = *facts.concert;
  if (concert.closed || (concert.sale.closes_at && now >= *concert.sale.closes_at) ||
      facts.bookable_shows == 0)
    return Phase::closed;
  if (now < concert.sale.lobby_opens_at) return Phase::scheduled;
  const Duration early = seconds(planted(Bug::opens_early) ? 2 : 0);
  if (now < concert.sale.opens_at - early) return Phase::lobby;
  if (facts.available == 0 && facts.held == 0) return Phase::sold_out;
  return concert.paused ? Phase::paused : Phase::open;
}

EntryGrant grant_of(const Entry& entry, ConcertId concert) {
  return {entry.id, concert, entry.user, entry.issued_at, entry.expires_at};
}

std::string_view to_text(PlaceKind kind) {
  constexpr std::string_view kNames[] = {"lobby",    "waiting", "called",
                                         "admitted", "missed",  "finished"};
  return kNames[static_cast<std::size_t>(kind)];
}

std::string_view to_text(FinishReason reason) {
  constexpr std::string_view kNames[] = {"", "purchased", "expired", "left", "sold_out", "closed"};
  return kNames[static_cast<std::size_t>(reason)];
}

Duration near_poll_interval(const SaleSettings& sale) {
  return std::min(seconds(10), Duration{sale.claim_seconds * 1000 / 3});
}

PlaceStatus describe_place(const SaleFacts& facts, const Line& line, PlaceNumber number,
                           const Entry* entry, Time claim_until, Time now, std::uint64_t jitter) {
  PlaceStatus status;
  status.concert = facts.concert;
  status.server_time = now;
  status.phase = phase_at(facts, now);
  status.lobby_count = facts.queue.lobby_ended ? facts.queue.lobby_count : facts.queue.last_number;
  if (line.draw() && number <= facts.queue.lobby_count) {
    status.lobby_number = number;
    status.rank = line.rank_of(number);
  }
  switch (line.stage(number)) {
    case PlaceStage::waiting:
      return describe_waiting(std::move(status), facts, line, number, claim_until, jitter);
    case PlaceStage::admitted:
      if (entry == nullptr || now >= entry->expires_at)
        return finished(status, FinishReason::expired);
      status.kind = PlaceKind::admitted;
      status.grant = grant_of(*entry, facts.concert->id);
      return status;
    case PlaceStage::missed:
      // Who was called when the sale closed could not come any more.
      if (status.phase == Phase::closed) return finished(status, FinishReason::closed);
      status.kind = PlaceKind::missed;
      return status;
    case PlaceStage::left:
      return finished(status, FinishReason::left);
    case PlaceStage::purchased:
      return finished(status, FinishReason::purchased);
    case PlaceStage::expired:
      return finished(status, FinishReason::expired);
    case PlaceStage::ended:
      return finished(status, FinishReason::left);
  }
  return status;
}

bool is_over(const SaleFacts& facts, const Line& line, PlaceNumber number, Time now) {
  switch (line.stage(number)) {
    case PlaceStage::waiting:
      return phase_at(facts, now) == Phase::closed || planted(Bug::second_live_place);
    case PlaceStage::admitted:
      return false;
    default:
      return true;
  }
}

}  // namespace frontrow
