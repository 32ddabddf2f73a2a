// A small world for tests: the state, a store that is a few maps, a clock turned by hand. Each
// command is a batch of its own, unless `begin` and `commit` are called around several.
//
//   World world;
//   const Sale sale = world.open_sale({.capacity = 1});
//   const Shopper ann = world.enter(sale);              // joined, called, claimed
//   const Order order = world.hold(ann, sale, {"A-1-1"});
//
// Included by tests alone.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "domain/decide.h"
#include "domain/needs.h"

namespace frontrow {

// What a test writes down of a sale; everything else has the defaults of the contract.
struct SaleWish {
  std::int64_t capacity = 1000;
  std::int64_t entries_per_minute = 60'000;
  std::int64_t people_per_seat = 0;
  std::int64_t entry_seconds = 600;
  std::int64_t claim_seconds = 120;
  std::int64_t hold_seconds = 300;
  std::int64_t max_seats_per_user = 4;
  bool draw = false;
  std::int64_t opens_in_seconds = 0;
  std::int64_t lobby_seconds = 0;  // how long the lobby is open before the opening
  std::int64_t rows = 3, seats_per_row = 4;
  std::int64_t price = 100;
  int shows = 1;
  std::int64_t show_in_seconds = 30 * 24 * 3600;
  bool published = true;
};

struct Sale {
  ConcertId concert;
  SaleNo no = 0;
  ShowId show;  // the first
  std::vector<ShowId> shows = {};
};

struct Shopper {
  UserId user;
  PlaceNumber number = 0;
  EntryProof proof = {};
};

// All rows that the commits of a world left, as a store keeps them.
struct Rows {
  std::map<SaleNo, Concert> concerts;
  std::map<ShowId, Show> shows;
  std::map<ShowId, ShowVersion> versions;
  std::map<SaleNo, Queue> queues;
  std::map<std::pair<SaleNo, PlaceNumber>, Place> places;
  std::map<EntryId, Entry> entries;
  std::map<OrderId, Order> orders;
  std::map<TicketCode, Ticket> tickets;
  std::map<UserId, Wallet> wallets;
  std::map<UserId, User> users;
  std::vector<Transfer> transfers;

  void keep(const Changes& c) {
    for (const auto& x : c.concerts) concerts[x.after.sale_no] = x.after;
    for (const auto& x : c.shows) shows[x.after.id] = x.after;
    for (const auto& x : c.show_versions) versions[x.after.show] = x.after;
    for (const auto& x : c.queues) queues[x.after.sale_no] = x.after;
    for (const auto& x : c.places) places[{x.after.sale_no, x.after.number}] = x.after;
    for (const auto& x : c.entries) entries[x.after.id] = x.after;
    for (const auto& x : c.orders) orders[x.after.id] = x.after;
    for (const auto& x : c.tickets) tickets[x.after.code] = x.after;
    for (const auto& x : c.wallets) wallets[x.after.user] = x.after;
    for (const auto& x : c.users) users[x.after.id] = x.after;
    for (const auto& x : c.transfers) transfers.push_back(x);
  }
  // Every row, in the order in which a store scans them.
  template <class Visit>
  void each(Visit visit) const {
    const auto all = [&](const auto& map) {
      for (const auto& [key, row] : map) visit(row);
    };
    all(concerts), all(shows), all(versions), all(queues), all(places), all(entries);
    all(orders), all(tickets), all(wallets), all(users);
    for (const auto& row : transfers) visit(row);
  }
};

class World : public NeedSink, public AskedPolls {
 public:
  explicit World(std::uint64_t seed = 1) : random(seed) {}
  virtual ~World() = default;

  // --- batches ---
  void begin() {
    changes.clear();
    state.begin(changes, clock.now());
  }
  void commit() {
    rows.keep(changes);
    last = changes;
    state.end();
    batch_ended();
  }
  virtual void batch_ended() {}  // `last` is what it changed
  void undo() { state.undo(changes); }
  Outcome decide_now(const Command& command) {
    do {
      loaded_ = false;
      name_needs(state, command, *this);
    } while (loaded_);
    return decide(state, command, {random, *this});
  }
  Outcome run(const Command& command) {
    begin();
    advance(state, {random, *this});
    Outcome outcome = decide_now(command);
    commit();
    return outcome;
  }
  void tick() {
    begin();
    advance(state, {random, *this});
    call_people(state);
    commit();
  }
  // Time passes, with a tick each second as long as anything may be happening.
  void wait(std::int64_t n) {
    for (; n > 0; --n) {
      clock.advance(seconds(1));
      tick();
    }
  }
  void jump(Duration by) { clock.advance(by); }

  // --- outcomes ---
  template <class AnswerType>
  AnswerType expect(const Command& command) {
    Outcome outcome = run(command);
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
      ADD_FAILURE() << "refused with " << static_cast<int>(refusal->code) << " " << refusal->detail;
      return {};
    }
    return std::get<AnswerType>(std::get<Answer>(outcome));
  }
  Refusal refusal_of(const Command& command) {
    Outcome outcome = run(command);
    if (const auto* refusal = std::get_if<Refusal>(&outcome)) return *refusal;
    ADD_FAILURE() << "not refused";
    return {};
  }
  RefusalCode code_of(const Command& command) { return refusal_of(command).code; }

  // --- people and sales ---
  UserId user() { return make_id<UserId>(clock.now(), random); }
  Sale open_sale(const SaleWish& wish = {}) {
    CreateConcert create;
    create.title = "Title";
    create.published = wish.published;
    create.sale.opens_at = clock.now() + seconds(wish.opens_in_seconds);
    create.sale.lobby_opens_at = create.sale.opens_at - seconds(wish.lobby_seconds);
    create.sale.draw = wish.draw;
    create.sale.capacity = wish.capacity;
    create.sale.entries_per_minute = wish.entries_per_minute;
    create.sale.people_per_seat = wish.people_per_seat;
    create.sale.entry_seconds = wish.entry_seconds;
    create.sale.claim_seconds = wish.claim_seconds;
    create.sale.hold_seconds = wish.hold_seconds;
    create.sale.max_seats_per_user = wish.max_seats_per_user;
    for (int i = 0; i < wish.shows; ++i) {
      NewShow show{clock.now() + seconds(wish.show_in_seconds), {}, {}};
      show.sections.push_back({"A", Money{wish.price}, static_cast<std::uint32_t>(wish.rows),
                               static_cast<std::uint32_t>(wish.seats_per_row), 0});
      create.shows.push_back(std::move(show));
    }
    const auto answer = expect<ConcertAnswer>(create);
    Sale sale{answer.concert->id, answer.concert->sale_no, answer.shows.at(0)->id, {}};
    for (const auto& show : answer.shows) sale.shows.push_back(show->id);
    if (wish.opens_in_seconds <= 0) tick();
    return sale;
  }
  QueueAnswer join(const Sale& sale, UserId who) {
    return expect<QueueAnswer>(JoinQueue{who, sale.concert});
  }
  QueueAnswer poll(const Sale& sale, PlaceNumber number) {
    return expect<QueueAnswer>(
        ClaimEntry{sale.no, number, state.sale(sale.no)->places.user_of(number)});
  }
  EntryProof proof_of(const QueueAnswer& answer) {
    if (!answer.status.grant) {
      ADD_FAILURE() << "not admitted";
      return {};
    }
    return {answer.status.grant->entry, answer.status.grant->concert};
  }
  // A person who is inside, with some points.
  Shopper enter(const Sale& sale, std::int64_t points = 0) { return enter(sale, user(), points); }
  Shopper enter(const Sale& sale, UserId who, std::int64_t points) {
    if (points > 0) expect<TopUpAnswer>(TopUp{who, Money{points}});
    QueueAnswer answer = join(sale, who);
    if (!answer.status.grant) {
      jump(seconds(1));
      tick();
      answer = poll(sale, answer.number);
    }
    return {who, answer.number, proof_of(answer)};
  }
  HoldSeats hold_command(const Shopper& who, const Sale& sale, std::vector<std::string> seats) {
    HoldSeats command{who.user, who.proof, sale.show, {}, {}};
    command.labels = std::move(seats);
    return command;
  }
  Order hold(const Shopper& who, const Sale& sale, std::vector<std::string> seats) {
    return expect<OrderAnswer>(hold_command(who, sale, std::move(seats))).order;
  }
  Order pay(const Shopper& who, const Order& order) {
    return expect<PaymentAnswer>(PayOrder{who.user, who.proof, order.id}).order;
  }
  ActOnQueue action(const Sale& sale, QueueAction what) {
    ActOnQueue command;
    command.concert = sale.concert;
    command.action = what;
    command.reason = "test";
    return command;
  }
  void act(const Sale& sale, QueueAction what) { expect<ConcertAnswer>(action(sale, what)); }

  // --- looking ---
  SaleState& sale_state(const Sale& sale) { return *state.sale(sale.no); }
  ShowState& show_state(const Sale& sale) { return *state.show(sale.show); }
  SaleFacts facts(const Sale& sale) { return state.facts(sale_state(sale)); }
  Phase phase(const Sale& sale) { return phase_at(facts(sale), clock.now()); }
  PlaceStatus status(const Sale& sale, PlaceNumber number) {
    SaleState& s = sale_state(sale);
    const auto entry = s.entry_of.find(number);
    const auto until = s.claim_until.find(number);
    return describe_place(facts(sale), s.line, number,
                          entry == s.entry_of.end() ? nullptr : &s.entries.at(entry->second),
                          until == s.claim_until.end() ? Time{} : until->second, clock.now(), 0);
  }
  OrderStatus stored_status(const Order& order) { return rows.orders.at(order.id).status; }

  // --- AskedPolls ---
  Time asked_until(SaleNo, PlaceNumber number) const override {
    const auto found = asked.find(number);
    return found == asked.end() ? Time{} : found->second;
  }

  State state;
  Changes changes;
  Changes last;  // of the newest committed batch
  SeededRandom random;
  ManualClock clock{Time{1'800'000'000'000}};
  std::map<PlaceNumber, Time> asked;
  Rows rows;

 private:
  template <class Map, class Key>
  static auto find_in(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? std::optional<typename Map::mapped_type>()
                              : std::optional<typename Map::mapped_type>(found->second);
  }
  void wallet(UserId id) override {
    state.cache(find_in(rows.wallets, id).value_or(Wallet{id, {}, 0}));
    loaded_ = true;
  }
  void order(OrderId id) override {
    state.scratch().orders[id] = find_in(rows.orders, id);
    loaded_ = true;
  }
  void ticket(const TicketCode& code) override {
    state.scratch().tickets[code] = find_in(rows.tickets, code);
    loaded_ = true;
  }
  void email(const std::string& key) override {
    std::optional<User> found;
    for (const auto& [id, row] : rows.users)
      if (row.email_key == key) found = row;
    state.scratch().users_by_email[key] = found;
    loaded_ = true;
  }
  void user(UserId id) override {
    state.scratch().users[id] = find_in(rows.users, id);
    loaded_ = true;
  }

  bool loaded_ = false;
};

}  // namespace frontrow
