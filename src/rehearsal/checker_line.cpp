// The line: order, capacity, rate, positions, one place an account, nobody before the opening.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "rehearsal/checker.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::int64_t kSlackMs = 50;  // for what a batch may take between its clock and its answer
constexpr std::int64_t kOvertakenMs = 1'000;  // a poll may show a view so old
constexpr std::int64_t kCallSlackMs = 2'000;  // a call may be decided so long before polls show it
constexpr std::int64_t kStaffMinuteSeconds = 62;  // their figure is made of whole seconds
constexpr std::array<std::int64_t, 3> kRateWindowsMs{10'000, 30'000, 60'000};

// A place's right to its turn: a member of a draw by rank, everybody else after them by when they
// joined. Less is earlier.
using Turn = std::pair<std::uint32_t, std::int64_t>;
constexpr std::uint32_t kNotDrawn = UINT32_MAX;

// Somebody was let in.
struct Admission {
  std::int64_t server_ms = 0;         // the first answer that said so
  std::int64_t still_waiting_ms = 0;  // the last answer that said "waiting", or the join's sending
  std::int64_t over_ms = 0;           // surely still inside until then
  std::uint32_t actor = 0;
  bool is_owner = true;  // not a second device, which shares its owner's entry
  Turn turn{0, 0};       // it stands no further ahead in the line than this
};

// What one actor's calls say of its present place, in their order.
struct PlaceTrack {
  std::uint32_t joined_sent_ms = 0;
  std::uint32_t joined_answered_ms = 0;
  std::uint32_t position = 0;  // the last that counts; 0: none told yet
  std::uint32_t told_ms = 0;   // when that had arrived
  std::uint8_t node = 0;       // which told it
  std::int64_t waiting_ms = kNoTime;
  std::uint32_t admission = kNever;  // index
  std::uint32_t rank = 0;
  bool is_new = false;  // by a 201
};

class Line {
 public:
  Line(const Evidence& evidence, const ClockBounds& clock, Findings& findings)
      : evidence_(evidence),
        clock_(clock),
        findings_(findings),
        news_ms_(evidence.nodes > 1 ? kStaleMs : 0),
        clocks_ms_(evidence.nodes > 1 ? kNodeClockMs : 0) {}

  void check() {
    for (const History* history : evidence_.histories) {
      tracks_.clear();
      history->for_each([&](const Call& call) { track(call); });
    }
    prepare_order();
    for (const History* history : evidence_.histories) {
      tracks_.clear();
      history->for_each([&](const Call& call) { check_order(call); });
    }
    check_capacity();
    check_rate();
    check_samples();
  }

 private:
  static bool tells_place(const Call& call) {
    return is_done(call.outcome) && !(call.flags & (kForged | kRepeat)) &&
           (call.action == Action::join || call.action == Action::poll);
  }

  void track(const Call& call) {
    end_visit(call);
    if (!tells_place(call)) return;
    PlaceTrack& place = tracks_[call.actor];
    if (call.action == Action::join) begin_place(place, call);
    if (call.rank > 0) place.rank = call.rank;
    check_opening(call);
    if (call.status == PlaceStatus::waiting) {
      check_position(place, call);
      place.waiting_ms = call.server_ms;
      check_single(call);
    }
    if (call.status == PlaceStatus::admitted) admit(place, call);
    if (call.status >= PlaceStatus::missed) place = {};
  }

  void begin_place(PlaceTrack& place, const Call& call) {
    const bool is_new = call.outcome == Outcome::created;
    if (!is_new && place.joined_answered_ms != 0) return;  // the place it has
    place = {};
    place.joined_sent_ms = call.sent_ms;
    place.joined_answered_ms = call.answered_ms();
    place.is_new = is_new;
    if (is_new) places_[evidence_.account_of(call.actor)].push_back({call.actor, call.sent_ms});
  }

  void check_opening(const Call& call) {
    if (call.status != PlaceStatus::admitted || call.server_ms == kNoTime) return;
    findings_.checked(Rule::nobody_before_the_opening);
    if (call.server_ms < evidence_.rules.opens_ms)
      findings_.broken(Rule::nobody_before_the_opening,
                       fmt::format("actor {} was let in at {} ms; the sale opens at {} ms",
                                   call.actor, call.server_ms, evidence_.rules.opens_ms));
  }

  // Another node may not have heard yet of what the first one told.
  bool is_old_news(const PlaceTrack& place, const Call& call) {
    const std::int64_t behind = std::int64_t{call.sent_ms} - place.told_ms;
    if (call.node == place.node || behind > kStaleMs) return false;
    if (behind >= kNewsMs) findings_.late_news(behind);
    return true;
  }

  void check_position(PlaceTrack& place, const Call& call) {
    const bool grows = place.position > 0 && call.value > place.position;
    if (grows && is_old_news(place, call)) return;
    if (place.position > 0) findings_.checked(Rule::positions_never_grow);
    if (grows)
      findings_.broken(
          Rule::positions_never_grow,
          fmt::format("actor {} had position {} at {} ms (node {}) and {} at {} ms (node {})",
                      call.actor, place.position, place.waiting_ms, place.node + 1, call.value,
                      call.server_ms, call.node + 1));
    place.position = call.value;
    place.told_ms = call.answered_ms();
    place.node = call.node;
  }

  // An older place of the account that still waits after the account was given a newer one.
  void check_single(const Call& call) {
    const std::uint32_t account = evidence_.account_of(call.actor);
    const auto at = places_.find(account);
    if (at == places_.end() || at->second.size() < 2) return;
    findings_.checked(Rule::one_place_an_account);
    const PlaceTrack& place = tracks_[call.actor];
    if (!place.is_new) return;
    for (const auto& [actor, asked_ms] : at->second)
      if (actor != call.actor && asked_ms > place.joined_answered_ms &&
          asked_ms + news_ms_ < call.sent_ms)
        findings_.broken(
            Rule::one_place_an_account,
            fmt::format("account {} has the place of actor {}, and was given another on "
                        "its second device (asked for at {} ms); the first still waits "
                        "at {} ms",
                        account, call.actor, asked_ms, call.server_ms));
  }

  void admit(PlaceTrack& place, const Call& call) {
    if (place.admission != kNever) {  // the same entry once more
      admissions_[place.admission].over_ms =
          std::max(admissions_[place.admission].over_ms,
                   std::int64_t{static_cast<std::int32_t>(call.value)});
      return;
    }
    place.admission = static_cast<std::uint32_t>(admissions_.size());
    Admission admission;
    admission.server_ms = call.server_ms;
    admission.still_waiting_ms = place.waiting_ms != kNoTime
                                     ? place.waiting_ms
                                     : std::int64_t{place.joined_sent_ms} + clock_.least;
    admission.over_ms = static_cast<std::int32_t>(call.value);
    admission.actor = call.actor;
    if (place.rank > 0)
      admission.turn = {place.rank, 0};
    else if (place.is_new)
      admission.turn = {kNotDrawn, std::int64_t{place.joined_sent_ms}};
    admission.is_owner = evidence_.account_of(call.actor) == call.actor;
    admissions_.push_back(admission);
  }

  // A payment or leaving ends the entry; its sending is the earliest time.
  void end_visit(const Call& call) {
    if (call.action != Action::pay && call.action != Action::leave) return;
    const auto at = tracks_.find(call.actor);
    if (at == tracks_.end()) return;
    if (at->second.admission == kNever) {
      if (call.action == Action::leave) at->second = {};
      return;
    }
    const bool may_have_ended = is_done(call.outcome) || is_unknown(call.outcome) ||
                                call.outcome == Outcome::idempotency_in_progress;
    Admission& admission = admissions_[at->second.admission];
    if (may_have_ended)
      admission.over_ms = std::min(admission.over_ms, call.sent_ms + clock_.least - kSlackMs);
    if (call.action == Action::leave) at->second = {};
  }

  // The latest turn that was let in up to each moment.
  void prepare_order() {
    std::sort(admissions_.begin(), admissions_.end(),
              [](const Admission& a, const Admission& b) { return a.server_ms < b.server_ms; });
    std::uint32_t latest = 0;
    for (std::uint32_t i = 0; i < admissions_.size(); ++i) {
      if (admissions_[i].turn > admissions_[latest].turn) latest = i;
      latest_until_.push_back(latest);
    }
  }

  // Who still waits must not have been overtaken.
  void check_order(const Call& call) {
    if (call.action == Action::leave) tracks_[call.actor] = {};
    if (!tells_place(call)) return;
    PlaceTrack& place = tracks_[call.actor];
    if (call.action == Action::join &&
        (call.outcome == Outcome::created || place.joined_answered_ms == 0)) {
      place = {};
      place.joined_answered_ms = call.answered_ms();
    }
    if (call.rank > 0) place.rank = call.rank;
    if (call.status >= PlaceStatus::missed) place = {};
    if (call.status != PlaceStatus::waiting || call.server_ms == kNoTime) return;
    const auto after =
        std::lower_bound(admissions_.begin(), admissions_.end(),
                         call.server_ms - kOvertakenMs - news_ms_ - clocks_ms_,
                         [](const Admission& a, std::int64_t when) { return a.server_ms < when; });
    if (after == admissions_.begin()) return;
    findings_.checked(Rule::called_in_order);
    const auto last = static_cast<std::size_t>(after - admissions_.begin()) - 1;
    const Admission& other = admissions_[latest_until_[last]];
    const Turn turn = place.rank > 0 ? Turn{place.rank, 0}
                                     : Turn{kNotDrawn, std::int64_t{place.joined_answered_ms}};
    if (other.turn <= turn || other.actor == call.actor) return;
    findings_.broken(
        Rule::called_in_order,
        fmt::format("actor {} (rank {}, joined by {} ms) still waits at {} ms; actor {} "
                    "(rank {}, joined after {} ms) was let in at {} ms",
                    call.actor, place.rank, place.joined_answered_ms, call.server_ms, other.actor,
                    other.turn.first == kNotDrawn ? 0 : other.turn.first, other.turn.second,
                    other.server_ms));
  }

  void check_capacity() {
    std::vector<std::pair<std::int64_t, int>> edges;
    for (const Admission& one : admissions_) {
      const std::int64_t from = one.server_ms + clocks_ms_;
      if (!one.is_owner || one.over_ms <= from) continue;
      edges.emplace_back(from, 1);
      edges.emplace_back(one.over_ms, -1);
    }
    std::sort(edges.begin(), edges.end());
    std::int64_t inside = 0;
    for (const auto& [when, change] : edges) {
      inside += change;
      if (change < 0) continue;
      findings_.checked(Rule::never_above_capacity);
      if (inside > evidence_.rules.capacity)
        findings_.broken(Rule::never_above_capacity,
                         fmt::format("{} people were inside at {} ms; the capacity is {}", inside,
                                     when, evidence_.rules.capacity));
    }
  }

  // Who was waiting at one time and inside at another was called in between: so many fall whole
  // into a window, and no more than its rate and the burst may.
  void check_rate() {
    const std::int64_t per_minute = evidence_.rules.entries_per_minute;
    for (const std::int64_t window : kRateWindowsMs) {
      const std::int64_t most = per_minute * (window + kCallSlackMs) / 60'000 +
                                std::max<std::int64_t>(1, per_minute / 60) + 1;
      check_window(window, most);
    }
  }

  void check_window(std::int64_t window, std::int64_t most) {
    std::vector<std::pair<std::int64_t, int>> edges;  // of the windows' starts that hold a call
    for (const Admission& one : admissions_) {
      // Nobody is called before the opening, however long ago they joined.
      const std::int64_t earliest =
          std::max(one.still_waiting_ms - kCallSlackMs, std::int64_t{evidence_.rules.opens_ms});
      if (!one.is_owner || one.server_ms - window > earliest) continue;
      edges.emplace_back(one.server_ms - window, -1);  // sorts before the ends of the same moment
      edges.emplace_back(earliest, 1);
    }
    std::sort(edges.begin(), edges.end());
    std::int64_t called = 0;
    for (const auto& [start, change] : edges) {
      called -= change;
      if (change > 0) continue;
      findings_.checked(Rule::never_above_rate);
      if (called > most)
        findings_.broken(
            Rule::never_above_rate,
            fmt::format("{} people were called within {} ms from {} ms on; {} a minute "
                        "allow {}",
                        called, window, start, evidence_.rules.entries_per_minute, most));
    }
  }

  // What staff were told themselves.
  void check_samples() {
    const SaleRules& rules = evidence_.rules;
    const std::int64_t rate_most = rules.entries_per_minute * kStaffMinuteSeconds / 60 +
                                   std::max<std::int64_t>(1, rules.entries_per_minute / 60) + 1;
    for (const SaleSample& sample : evidence_.samples) {
      findings_.checked(Rule::never_above_capacity);
      if (sample.admitted + sample.called > rules.capacity)
        findings_.broken(
            Rule::never_above_capacity,
            fmt::format("staff were told at {} ms that {} were inside and {} called; the "
                        "capacity is {}",
                        sample.server_ms, sample.admitted, sample.called, rules.capacity));
      findings_.checked(Rule::never_above_rate);
      if (sample.called_per_minute > rate_most)
        findings_.broken(Rule::never_above_rate,
                         fmt::format("staff were told at {} ms of {} calls in a minute; {} are "
                                     "allowed",
                                     sample.server_ms, sample.called_per_minute, rate_most));
    }
  }

  const Evidence& evidence_;
  const ClockBounds clock_;
  Findings& findings_;
  const std::int64_t news_ms_;    // how old another node's view may be
  const std::int64_t clocks_ms_;  // how far the clocks of two nodes may lie apart
  std::unordered_map<std::uint32_t, PlaceTrack> tracks_;  // by actor
  // By account: who was given a new place, and when it was asked for.
  std::unordered_map<std::uint32_t, std::vector<std::pair<std::uint32_t, std::uint32_t>>> places_;
  std::vector<Admission> admissions_;
  std::vector<std::uint32_t> latest_until_;
};

}  // namespace

void check_line(const Evidence& evidence, const ClockBounds& clock, Findings& findings) {
  Line(evidence, clock, findings).check();
}

}  // namespace frontrow::rehearsal
