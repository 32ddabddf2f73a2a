#include "rehearsal/people.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "rehearsal/chance.h"

namespace frontrow::rehearsal {
namespace {

constexpr std::uint32_t kDeviceDelayMs = 5'000;  // a second device follows within this time
constexpr double kTailSteepness = 3.0;           // e-folds of the tail's length

std::uint32_t ms(std::int64_t seconds) {
  return static_cast<std::uint32_t>(seconds * 1000);
}

// The index of the first share that covers a number below 1000; their count where none does.
template <std::size_t N>
std::size_t pick(std::uint64_t bits, const std::array<std::int64_t, N>& permille) {
  std::int64_t rest = below(bits, 1000);
  for (std::size_t i = 0; i < N; ++i) {
    if (rest < permille[i]) return i;
    rest -= permille[i];
  }
  return N;
}

}  // namespace

People::People(const Profile& profile)
    : profile_(profile), accounts_(static_cast<std::uint32_t>(profile.people)) {
  for (std::uint32_t account = 0; account < accounts_; ++account) {
    const bool has_device =
        happens(chance(static_cast<std::uint64_t>(profile.seed), account, Question::second_device),
                profile.second_device_permille);
    if (has_device && kind_of(account) == Kind::buyer) owners_.push_back(account);
  }
}

std::uint32_t People::lobby_opens_ms() const {
  return ms(profile_.top_up_seconds);
}

std::uint32_t People::opens_ms() const {
  return lobby_opens_ms() + ms(profile_.lobby_seconds);
}

Kind People::kind_of(std::uint32_t account) const {
  constexpr std::array kBots{Kind::forger, Kind::sharer, Kind::hammer, Kind::scalper};
  const auto bits = chance(static_cast<std::uint64_t>(profile_.seed), account, Question::kind);
  const std::size_t index =
      pick(bits, std::array{profile_.forger_permille, profile_.sharer_permille,
                            profile_.hammer_permille, profile_.scalper_permille});
  return index < kBots.size() ? kBots[index] : Kind::buyer;
}

// The lobby fills evenly; the rush comes right at the opening and falls off; the tail thins out.
std::uint32_t People::arrival(std::uint32_t account) const {
  const auto seed = static_cast<std::uint64_t>(profile_.seed);
  const double within = fraction(chance(seed, account, Question::arrival));
  switch (pick(chance(seed, account, Question::wave),
               std::array{profile_.lobby_permille, profile_.spike_permille})) {
    case 0:
      return lobby_opens_ms() + static_cast<std::uint32_t>(
                                    within * static_cast<double>(profile_.lobby_seconds) * 1000);
    case 1:
      return opens_ms() + static_cast<std::uint32_t>(
                              within * within * static_cast<double>(profile_.spike_seconds) * 1000);
    default:
      break;
  }
  const double thinning = -std::log(1 - within * (1 - std::exp(-kTailSteepness))) / kTailSteepness;
  return opens_ms() +
         static_cast<std::uint32_t>(thinning * static_cast<double>(profile_.tail_seconds) * 1000);
}

Traits People::traits(std::uint32_t actor) const {
  FRONTROW_CHECK(actor < actors(), "actor {} of {}", actor, actors());
  const auto seed = static_cast<std::uint64_t>(profile_.seed);
  const auto bits = [&](Question question) { return chance(seed, actor, question); };
  const Profile& p = profile_;
  Traits t;
  if (actor >= accounts_) {
    t.kind = Kind::device;
    t.arrives_ms =
        arrival(account_of(actor)) + 200 + below(bits(Question::device_delay), kDeviceDelayMs);
    t.hidden_tab = true;
    return t;
  }
  t.kind = kind_of(actor);
  t.arrives_ms = arrival(actor);
  t.party = static_cast<std::uint8_t>(
      1 + pick(bits(Question::party),
               std::array{p.party_1_permille, p.party_2_permille, p.party_3_permille}));
  t.choice = std::array{Choice::favourite_section, Choice::picks, Choice::best}[pick(
      bits(Question::choice), std::array{p.favourite_section_permille, p.picks_seats_permille})];
  t.topping_up = std::array{ToppingUp::before, ToppingUp::in_line, ToppingUp::at_the_till}[pick(
      bits(Question::topping_up),
      std::array{p.tops_up_before_permille, p.tops_up_in_line_permille})];
  t.tops_up_ms =
      static_cast<std::uint32_t>(fraction(bits(Question::topping_up_at)) *
                                 static_cast<double>(std::min(t.arrives_ms, opens_ms())));
  if (t.kind != Kind::buyer) {
    if (t.kind == Kind::scalper)
      t.party = static_cast<std::uint8_t>(std::min<std::int64_t>(p.max_seats_per_user, 8));
    t.choice = Choice::best;
    return t;
  }
  t.after_hold =
      std::array{AfterHold::abandons,  AfterHold::cancels,          AfterHold::leaves,
                 AfterHold::pays_late, AfterHold::pays_last_moment, AfterHold::pays}[pick(
          bits(Question::after_hold),
          std::array{p.abandons_permille, p.cancels_permille, p.leaves_inside_permille,
                     p.pays_late_permille, p.pays_last_moment_permille})];
  t.hidden_tab = happens(bits(Question::hidden_tab), p.hidden_tab_permille);
  t.leaves_line = happens(bits(Question::leaves), p.leaves_permille);
  t.misses_call = happens(bits(Question::misses), p.misses_permille);
  t.comes_back = happens(bits(Question::comes_back), p.comes_back_permille);
  t.double_clicks = happens(bits(Question::double_click), p.double_click_permille);
  t.repeats = happens(bits(Question::repeats), p.repeats_permille);
  t.greedy = happens(bits(Question::greedy), p.greedy_permille);
  return t;
}

}  // namespace frontrow::rehearsal
