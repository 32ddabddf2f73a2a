#include "micro/small_world.h"

namespace frontrow::bench {

SmallWorld::SmallWorld(const SmallSale& wish) {
  CreateConcert create;
  create.title = "Title";
  create.published = true;
  create.sale = {.opens_at = now_,
                 .lobby_opens_at = now_,
                 .capacity = wish.capacity,
                 .entries_per_minute = 100'000'000,
                 .people_per_seat = 0,
                 .entry_seconds = 86'400,
                 .claim_seconds = 3600,
                 .hold_seconds = 3600,
                 .max_seats_per_user = 100};
  NewShow show{.starts_at = now_ + seconds(30 * 24 * 3600), .sections = {}};
  for (std::uint32_t i = 1; i <= wish.sections; ++i)
    show.sections.push_back(
        {"S" + std::to_string(i), Money{1000}, wish.rows, wish.seats_per_row, 0});
  create.shows.push_back(std::move(show));
  const auto made = run<ConcertAnswer>(create);
  concert_ = made.concert->id;
  sale_no_ = made.concert->sale_no;
  show_ = made.shows.at(0)->id;
  sections_ = made.shows.at(0)->sections;
  tick();
}

void SmallWorld::begin() {
  changes_.clear();
  state_.begin(changes_, now_);
}

Outcome SmallWorld::decide(const Command& command) {
  name_needs(state_, command, *this);
  return frontrow::decide(state_, command, {random_, *this});
}

void SmallWorld::keep() {
  changes_.clear();
  state_.end();
}

void SmallWorld::tick() {
  begin();
  end_what_is_over();
  call_people(state_);
  keep();
}

SmallWorld::Shopper SmallWorld::enter() {
  const UserId user = new_user();
  const auto answer = run<QueueAnswer>(JoinQueue{user, concert_});
  return {user, {answer.status.grant.value().entry, concert_}};
}

PlaceNumber SmallWorld::join() {
  return run<QueueAnswer>(JoinQueue{new_user(), concert_}).number;
}

void SmallWorld::set_capacity(std::int64_t capacity) {
  ActOnQueue set;
  set.concert = concert_;
  set.action = QueueAction::set;
  set.reason = "benchmark";
  set.capacity = capacity;
  run<ConcertAnswer>(set);
}

HoldSeats SmallWorld::hold_of(const Shopper& who, std::string label) const {
  HoldSeats hold{.user = who.user, .proof = who.proof, .show = show_};
  hold.labels.push_back(std::move(label));
  return hold;
}

OrderId SmallWorld::hold(const Shopper& who, std::string label) {
  return run<OrderAnswer>(hold_of(who, std::move(label))).order.id;
}

std::vector<std::string> SmallWorld::labels() const {
  std::vector<std::string> out;
  for (SeatIndex seat = 0; seat < seat_count(sections_); ++seat)
    out.push_back(seat_label(sections_, seat));
  return out;
}

void SmallWorld::block(std::vector<std::string> labels) {
  BlockSeats block;
  block.show = show_;
  block.labels = std::move(labels);
  block.reason = "benchmark";
  run<BlockAnswer>(block);
}

}  // namespace frontrow::bench
