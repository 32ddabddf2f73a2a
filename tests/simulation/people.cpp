#include "people.h"

#include <algorithm>
#include <iterator>

namespace frontrow::simulation {
namespace {

constexpr std::size_t kUsers = 12;
constexpr std::size_t kRemembered = 60;

const CallerId kStaff{{0xFF, 0xFF}};

CallerId caller_of(const Command& command) {
  return std::visit(
      [](const auto& c) -> CallerId {
        if constexpr (requires { c.actor; })
          return kStaff;
        else if constexpr (requires { c.user; })
          return c.user.uuid;
        else
          return kStaff;
      },
      command);
}

}  // namespace

People::People(const Model& model, Random& random) : model_(model), random_(random) {
  for (std::size_t i = 0; i < kUsers; ++i) users_.push_back(make_id<UserId>(Time{1}, random));
}

Act People::next() {
  if (!done_.empty() && one_in(7)) return done_[below(done_.size())];  // a retry, to the letter
  Act act{any_command(), {}};
  act.key = any_key(act.command);
  if (done_.size() < kRemembered)
    done_.push_back(act);
  else
    done_[below(kRemembered)] = act;
  return act;
}

std::optional<IdempotencyKey> People::any_key(const Command& command) {
  if (one_in(3)) return {};
  IdempotencyKey key;
  key.caller = caller_of(command);
  // Now and then a key that was used for something else.
  const std::uint64_t number = one_in(40) ? 1 + below(next_key_) : next_key_++;
  key.key = "key-" + std::to_string(number);
  random_.fill(key.request_hash.data(), key.request_hash.size());
  return key;
}

// --- time ----------------------------------------------------------------------------------------

Duration People::pause() {
  if (one_in(500)) return seconds(25 * 3600);
  if (one_in(60)) return milliseconds(-static_cast<std::int64_t>(below(3'600'000)));
  if (one_in(80)) return seconds(static_cast<std::int64_t>(60 + below(600)));
  if (one_in(10)) {
    // Exactly at, just before or just after the end of something.
    std::vector<Time> ends;
    for (const auto& [id, order] : model_.orders)
      if (order.status == OrderStatus::held) ends.push_back(order.hold_expires_at);
    for (const ModelSale& sale : model_.sales) {
      ends.push_back(sale.rules.opens_at);
      for (const ModelEntry& entry : sale.entries)
        if (entry.active) ends.push_back(entry.expires_at);
      for (const ModelPlace& place : sale.places)
        if (place.stage == Stage::called) ends.push_back(place.claim_until);
    }
    std::erase_if(ends, [&](Time end) { return end <= model_.now; });
    if (!ends.empty()) {
      std::iter_swap(ends.begin(), std::min_element(ends.begin(), ends.end()));
      return ends[0] - model_.now + milliseconds(static_cast<std::int64_t>(below(3)) - 1);
    }
  }
  constexpr std::int64_t kSteps[] = {0, 0, 1, 20, 100, 100, 100, 300, 1000, 1000, 3000, 6000};
  return milliseconds(kSteps[below(std::size(kSteps))]);
}

// --- whom and what -------------------------------------------------------------------------------

const ModelSale& People::any_sale() {
  const ModelSale& sale = model_.sales[below(model_.sales.size())];
  if (model_.phase(sale) != Phase::closed || one_in(3)) return sale;
  return model_.sales[below(model_.sales.size())];
}

const ModelShow* People::any_show() {
  if (model_.shows.empty()) return nullptr;
  auto at = model_.shows.begin();
  std::advance(at, below(model_.shows.size()));
  return &at->second;
}

const ModelOrder* People::any_order(bool live) {
  std::vector<const ModelOrder*> orders;
  for (const auto& [id, order] : model_.orders)
    if (!live || order.status == OrderStatus::held) orders.push_back(&order);
  return orders.empty() ? nullptr : orders[below(orders.size())];
}

ConcertId People::concert_or_nonsense() {
  return one_in(60) ? ConcertId{} : any_sale().id;
}

ShowId People::show_or_nonsense() {
  const ModelShow* show = any_show();
  return !show || one_in(40) ? ShowId{} : show->id;
}

std::optional<std::pair<SaleNo, PlaceNumber>> People::any_place() {
  const ModelSale& sale = any_sale();
  if (sale.places.empty()) return {};
  return std::pair(sale.no, static_cast<PlaceNumber>(1 + below(sale.places.size())));
}

People::Proof People::any_proof(std::optional<UserId> user) {
  std::vector<std::pair<const ModelSale*, const ModelEntry*>> all, fitting;
  for (const ModelSale& sale : model_.sales)
    for (const ModelEntry& entry : sale.entries) {
      all.emplace_back(&sale, &entry);
      const bool lives = entry.expires_at > model_.now && (entry.active || entry.used);
      if (lives && (!user || entry.user == *user)) fitting.emplace_back(&sale, &entry);
    }
  const auto& from = fitting.empty() || one_in(15) ? all : fitting;
  if (from.empty()) return {any_user(), {}};
  const auto& [sale, entry] = from[below(from.size())];
  Proof proof{entry->user, {entry->id, sale->id}};
  if (one_in(40)) proof.proof.concert = concert_or_nonsense();
  if (one_in(40)) proof.user = any_user();
  return proof;
}

std::string People::any_label(const ModelShow& show) {
  if (one_in(40)) return "Z-1-1";
  const Section& section = show.sections[below(show.sections.size())];
  return section.name + "-" + std::to_string(1 + below(section.rows)) + "-" +
         std::to_string(1 + below(section.seats_per_row));
}

// --- commands ------------------------------------------------------------------------------------

Command People::any_command() {
  const std::uint64_t dice = below(100);
  if (dice < 40) return queue_command();
  if (dice < 75) return order_command();
  if (dice < 85) return TopUp{any_user(), Money{static_cast<std::int64_t>(1 + below(900))}, {}, {}};
  if (dice < 88) return account_command();
  return staff_command();
}

Command People::account_command() {
  const std::string address = "person" + std::to_string(below(8)) + "@example.org";
  if (!one_in(4)) return CreateUser{address, address, "Person", "hash"};
  const auto account = model_.accounts.find(address);
  return ForgetUser{{}, account == model_.accounts.end() ? UserId{} : account->second, "simulated"};
}

Command People::queue_command() {
  const std::uint64_t dice = below(10);
  if (dice < 5) return JoinQueue{any_user(), concert_or_nonsense()};
  const ModelSale& sale = any_sale();
  if (sale.places.empty()) return JoinQueue{any_user(), sale.id};
  std::size_t place = below(sale.places.size());
  if (dice < 8) {
    // Who was called comes, mostly.
    for (std::size_t i = 0; i < sale.places.size(); ++i)
      if (sale.places[i].stage == Stage::called && !one_in(3)) place = i;
    return ClaimEntry{sale.no, static_cast<PlaceNumber>(place + 1), sale.places[place].user};
  }
  if (!one_in(3)) return JoinQueue{any_user(), sale.id};
  return LeaveQueue{sale.no, static_cast<PlaceNumber>(place + 1), sale.places[place].user};
}

Command People::hold() {
  const Proof who = any_proof({});
  HoldSeats command{who.user, who.proof, show_or_nonsense(), {}, {}};
  // Mostly a show of the entry's concert.
  for (const auto& [id, show] : model_.shows)
    if (show.concert == who.proof.concert && !one_in(3)) command.show = id;
  const auto show = model_.shows.find(command.show);
  if (show == model_.shows.end() || one_in(2)) {
    BestAvailable wish{.count = static_cast<std::int64_t>(1 + below(5))};
    if (one_in(4)) wish.section = one_in(5) ? "Z" : "A";
    if (one_in(4)) wish.max_price = Money{static_cast<std::int64_t>(below(200))};
    wish.together = one_in(3);
    command.best_available = wish;
  } else {
    for (std::uint64_t i = 1 + below(3); i > 0; --i)
      command.labels.push_back(any_label(show->second));
  }
  return command;
}

Command People::order_command() {
  const std::uint64_t dice = below(20);
  const ModelOrder* order = any_order(!one_in(6));
  if (dice < 10 || !order) return hold();
  const OrderId id = one_in(60) ? OrderId{} : order->id;
  const Proof who = any_proof(order->user);
  const UserId user = one_in(20) ? any_user() : order->user;
  if (dice < 16) return PayOrder{user, who.proof, id};
  if (dice < 18) return ExtendHold{user, who.proof, id};
  return CancelOrder{user, id};
}

Command People::action() {
  constexpr QueueAction kActions[] = {
      QueueAction::pause, QueueAction::resume,  QueueAction::resume, QueueAction::set,
      QueueAction::set,   QueueAction::message, QueueAction::extend, QueueAction::public_input};
  ActOnQueue act;
  act.concert = concert_or_nonsense();
  act.reason = "simulated";
  act.action = one_in(150) ? QueueAction::close : kActions[below(std::size(kActions))];
  if (act.action == QueueAction::set) {
    if (one_in(2)) act.capacity = static_cast<std::int64_t>(1 + below(6));
    if (one_in(2)) act.entries_per_minute = static_cast<std::int64_t>(1 + below(1500));
    if (one_in(2)) act.people_per_seat = static_cast<std::int64_t>(below(4));
  }
  if (act.action == QueueAction::message || act.action == QueueAction::public_input)
    act.text = "text " + std::to_string(below(100));
  if (act.action == QueueAction::extend) act.seconds = static_cast<std::int64_t>(1 + below(120));
  return act;
}

Command People::change_concert() {
  const ModelSale& sale = any_sale();
  ChangeConcert change;
  change.concert = sale.id;
  change.if_version = one_in(8) ? sale.version + 1 : sale.version;
  change.title = "Another title";
  if (one_in(2)) return change;
  change.sale = sale.rules;
  change.sale->hold_seconds = static_cast<std::int64_t>(5 + below(600));
  change.sale->claim_seconds = static_cast<std::int64_t>(1 + below(60));
  change.sale->max_seats_per_user = static_cast<std::int64_t>(1 + below(6));
  if (one_in(6)) change.sale->opens_at = model_.now + seconds(static_cast<std::int64_t>(below(60)));
  if (change.sale->opens_at < change.sale->lobby_opens_at)
    change.sale->lobby_opens_at = change.sale->opens_at;
  if (one_in(30))
    change.sale->closes_at = model_.now + seconds(static_cast<std::int64_t>(below(900)));
  return change;
}

Command People::staff_command() {
  const ModelOrder* order = any_order(false);
  const ModelShow* show = any_show();
  switch (below(12)) {
    case 0:
    case 1:
      return RefundOrder{{}, order && !one_in(20) ? order->id : OrderId{}, "simulated"};
    case 2: {
      GiveSeats give{{}, show_or_nonsense(), {"A-1-1"}, "Press", "simulated"};
      if (show) give.labels = {any_label(*show)};
      return give;
    }
    case 3: {
      BlockSeats block;
      block.show = show_or_nonsense();
      block.block = one_in(2);
      if (show) block.labels = {any_label(*show)};
      return block;
    }
    case 4:
    case 5: {
      CheckIn check_in;
      if (order && !order->tickets.empty())
        check_in.code = order->tickets[below(order->tickets.size())].code;
      return check_in;
    }
    case 6:
      return PublishConcert{{}, concert_or_nonsense()};
    case 7:
      return change_concert();
    case 8:
      if (one_in(12)) return CancelShow{{}, show_or_nonsense(), "simulated"};
      if (model_.sales.size() < 8) return new_concert(one_in(2));
      return action();
    default:
      return action();
  }
}

Command People::new_concert(bool lobby) {
  CreateConcert create;
  create.title = "Title";
  create.published = !one_in(8);
  SaleSettings& rules = create.sale;
  rules.opens_at = model_.now + seconds(lobby ? 30 + static_cast<std::int64_t>(below(60)) : 0);
  rules.lobby_opens_at =
      rules.opens_at - seconds(lobby ? static_cast<std::int64_t>(below(100)) : 0);
  rules.draw = lobby && !one_in(3);
  rules.capacity = static_cast<std::int64_t>(1 + below(8));
  rules.entries_per_minute = one_in(2) ? 60'000 : static_cast<std::int64_t>(1 + below(600));
  rules.people_per_seat = static_cast<std::int64_t>(below(4));
  rules.entry_seconds = static_cast<std::int64_t>(one_in(3) ? 10 + below(60) : 60 + below(600));
  rules.claim_seconds = static_cast<std::int64_t>(1 + below(30));
  rules.hold_seconds = static_cast<std::int64_t>(one_in(4) ? 1 + below(20) : 20 + below(300));
  rules.max_seats_per_user = static_cast<std::int64_t>(1 + below(12));
  for (std::uint64_t i = 1 + below(2); i > 0; --i) {
    NewShow show;
    show.starts_at = model_.now + seconds(one_in(6) ? 1800 : 30 * 24 * 3600);
    const char* names[] = {"A", "B"};
    for (std::uint64_t s = 0; s <= below(2); ++s)
      show.sections.push_back({names[s], Money{static_cast<std::int64_t>(below(3)) * 60},
                               static_cast<std::uint32_t>(1 + below(4)),
                               static_cast<std::uint32_t>(1 + below(9)), 0});
    create.shows.push_back(show);
  }
  return create;
}

}  // namespace frontrow::simulation
