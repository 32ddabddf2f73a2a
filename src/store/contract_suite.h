// What every store must keep, as tests. An adapter's test includes this header and says
//
//   INSTANTIATE_TEST_SUITE_P(Memory, StoreContract, testing::Values(&make_harness));
//
// For tests alone: no library includes it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <memory>

#include "store/contract_rows.h"

namespace frontrow::contract {

// A store on data of its own.
class Harness {
 public:
  virtual ~Harness() = default;
  virtual Store& store() = 0;
  virtual void close_and_open() = 0;  // the orderly way; the data stay
  virtual void crash_and_open() = 0;  // as after kill -9; what was committed stays
};
using MakeHarness = std::unique_ptr<Harness> (*)();

// The rows that a store ought to hold, kept in the simplest way.
class Model {
 public:
  void apply(const Changes& changes) {
    put(concerts, changes.concerts, [](auto& row) { return std::to_string(1000 + row.sale_no); });
    put(shows, changes.shows, [this](auto& row) {
      const auto [at, fresh] = show_order_.emplace(row.id, show_order_.size());
      return std::to_string(1000 + at->second);
    });
    put(versions, changes.show_versions, [](auto& row) { return text(row.show); });
    put(queues, changes.queues, [](auto& row) { return std::to_string(1000 + row.sale_no); });
    put(places, changes.places, place_key<Place>);
    put(entries, changes.entries, [](auto& row) { return text(row.id); });
    put(orders, changes.orders, [](auto& row) { return text(row.id); });
    put(tickets, changes.tickets, [](auto& row) { return std::string(to_text(row.code)); });
    put(wallets, changes.wallets, [](auto& row) { return text(row.user); });
    for (const auto& row : changes.transfers) transfers[transfer_key(row)] = row;
    put(users, changes.users, [](auto& row) { return text(row.id); });
    put(sessions, changes.sessions, [](auto& row) { return text(row.token_hash); });
    put(staff_keys, changes.staff_keys, [](auto& row) { return text(row.id); });
    put(signing_keys, changes.signing_keys, [](auto& row) { return row.id; });
    for (const auto& row : changes.audit) audit[text(row.id)] = row;
    for (const auto& row : changes.kept_answers) answers[text(row.caller) + row.key] = row;
  }

  std::vector<std::string> scan() const {
    TextSink sink;
    take(sink, concerts), take(sink, shows), take(sink, versions), take(sink, queues);
    take(sink, places), take(sink, entries), take(sink, orders), take(sink, tickets);
    take(sink, wallets), take(sink, transfers), take(sink, users), take(sink, sessions);
    take(sink, staff_keys), take(sink, signing_keys), take(sink, audit), take(sink, answers);
    return sink.rows();
  }

  template <class Matches>
  std::vector<std::string> newest_orders(std::size_t limit, Matches matches) const {
    std::vector<std::string> out;
    for (auto at = orders.rbegin(); at != orders.rend() && out.size() < limit; ++at)
      if (matches(at->second)) out.push_back(text(at->second));
    return out;
  }

  std::map<std::string, Concert> concerts;
  std::map<std::string, Show> shows;
  std::map<std::string, ShowVersion> versions;
  std::map<std::string, Queue> queues;
  std::map<std::string, Place> places;
  std::map<std::string, Entry> entries;
  std::map<std::string, Order> orders;
  std::map<std::string, Ticket> tickets;
  std::map<std::string, Wallet> wallets;
  std::map<std::string, Transfer> transfers;
  std::map<std::string, User> users;
  std::map<std::string, Session> sessions;
  std::map<std::string, StaffKey> staff_keys;
  std::map<std::string, SigningKeyRow> signing_keys;
  std::map<std::string, AuditEntry> audit;
  std::map<std::string, KeptAnswer> answers;

 private:
  template <class Row>
  static std::string place_key(const Row& row) {
    return fmt::format("{:010}/{:010}", row.sale_no, row.number);
  }
  static std::string transfer_key(const Transfer& row) {
    return fmt::format("{}/{:020}", text(row.user), row.seq);
  }
  template <class Row, class KeyOf>
  static void put(std::map<std::string, Row>& map, const std::vector<Change<Row>>& changes,
                  KeyOf key_of) {
    for (const auto& change : changes) map[key_of(change.after)] = change.after;
  }
  template <class Row>
  static void take(RowSink& sink, const std::map<std::string, Row>& map) {
    for (const auto& [key, row] : map) sink.take(row);
  }
  std::map<ShowId, std::size_t> show_order_;
};

template <class Row>
void add(std::vector<Change<Row>>& changes, const Row& row) {
  changes.push_back({{}, row});
}
template <class Row>
void change(std::vector<Change<Row>>& changes, const Row& before, const Row& after) {
  changes.push_back({before, after});
}

class StoreContract : public testing::TestWithParam<MakeHarness> {
 protected:
  StoreContract() : harness_(GetParam()()) {}

  Store& store() { return harness_->store(); }
  Harness& harness() { return *harness_; }
  std::unique_ptr<Reader> reader() { return std::move(*store().open_reader()); }

  void commit(const Changes& changes) {
    ASSERT_TRUE(store().begin(no_news));
    now_ = now_ + milliseconds(1);
    ASSERT_EQ(store().append(changes, {make.uuid(), now_}), CommitFate::committed);
    model.apply(changes);
  }
  Found find(const Needs& needs) {
    EXPECT_TRUE(store().begin(no_news));
    auto found = store().find(needs);
    store().abandon();
    return found ? *found : Found();
  }
  std::vector<std::string> scan() {
    TextSink sink;
    EXPECT_TRUE(reader()->scan(sink));
    return sink.rows();
  }
  std::vector<std::string> restore(Time over_before, Time* greatest = nullptr) {
    TextSink sink;
    const auto now = store().restore(sink, over_before);
    EXPECT_TRUE(now) << (now ? "" : now.error().what);
    if (now && greatest) *greatest = *now;
    return sink.rows();
  }
  // One concert with one show, committed.
  std::pair<Concert, Show> sell(SaleNo sale_no) {
    Changes changes;
    const Concert concert = make.concert(sale_no);
    const Show show = make.show(concert);
    add(changes.concerts, concert);
    add(changes.shows, show);
    commit(changes);
    return {concert, show};
  }

  RowMaker make{7};
  Model model;
  Time now_{1'790'000'000'000};

 private:
  std::unique_ptr<Harness> harness_;
};

// Rows of every kind that belong together.
struct OneOfEach {
  explicit OneOfEach(RowMaker& make, SaleNo sale_no = 1)
      : concert(make.concert(sale_no)),
        show(make.show(concert)),
        version{show.id, 3},
        queue(make.queue(sale_no)),
        place(make.place(sale_no, 1)),
        entry(make.entry(sale_no, 1)),
        order(make.held_order(show, place.user)),
        ticket{make.code(), order.id, 1, make.time()},
        transfer(make.transfer(place.user, 1)),
        wallet(wallet_after(transfer)),
        user(make.user(fmt::format("kim{}@example.com", sale_no))),
        session(make.session(user.id)),
        staff_key(make.staff_key()),
        signing_key(make.signing_key(fmt::format("key{}", sale_no))),
        audit(make.audit_entry()),
        answer(make.kept_answer("key-1")) {}

  Changes changes() const {
    Changes out;
    add(out.concerts, concert), add(out.shows, show), add(out.show_versions, version);
    add(out.queues, queue), add(out.places, place), add(out.entries, entry);
    add(out.orders, order), add(out.tickets, ticket), add(out.wallets, wallet);
    out.transfers.push_back(transfer);
    add(out.users, user), add(out.sessions, session), add(out.staff_keys, staff_key);
    add(out.signing_keys, signing_key);
    out.audit.push_back(audit);
    out.kept_answers.push_back(answer);
    return out;
  }

  Concert concert;
  Show show;
  ShowVersion version;
  Queue queue;
  Place place;
  Entry entry;
  Order order;
  Ticket ticket;
  Transfer transfer;
  Wallet wallet;
  User user;
  Session session;
  StaffKey staff_key;
  SigningKeyRow signing_key;
  AuditEntry audit;
  KeptAnswer answer;
};

TEST_P(StoreContract, AnEmptyStoreHasNothing) {
  Time greatest{99};
  EXPECT_TRUE(restore({0}, &greatest).empty());
  EXPECT_EQ(greatest, Time{0});
  EXPECT_TRUE(scan().empty());
  const auto read = reader();
  EXPECT_FALSE(*read->user(make.id<UserId>()));
  EXPECT_FALSE(*read->order(make.id<OrderId>()));
  EXPECT_FALSE(*read->ticket(make.code()));
  EXPECT_FALSE(*read->session(make.bytes<32>()));
  EXPECT_FALSE(*read->kept_answer(make.uuid(), "none"));
  EXPECT_TRUE(read->orders({})->empty());
  EXPECT_TRUE(read->audit({}, 20)->empty());
  const UserId nobody = make.id<UserId>();
  EXPECT_EQ(text(*read->wallet(nobody)), text(Wallet{nobody, {}, 0}));
}

TEST_P(StoreContract, EveryFieldOfEveryRowComesBack) {
  for (SaleNo sale_no = 1; sale_no <= 8; ++sale_no) {
    const OneOfEach rows(make, sale_no);
    commit(rows.changes());
    const auto read = reader();
    EXPECT_EQ(text(**read->user(rows.user.id)), text(rows.user));
    EXPECT_EQ(text(**read->user_by_email(rows.user.email_key)), text(rows.user));
    EXPECT_EQ(text(**read->session(rows.session.token_hash)), text(rows.session));
    EXPECT_EQ(text(*read->wallet(rows.wallet.user)), text(rows.wallet));
    EXPECT_EQ(texts(*read->transfers(rows.wallet.user, {}, 9)), texts<Transfer>({rows.transfer}));
    EXPECT_EQ(text(**read->order(rows.order.id)), text(rows.order));
    EXPECT_EQ(text(**read->ticket(rows.ticket.code)), text(rows.ticket));
    EXPECT_EQ(text(**read->kept_answer(rows.answer.caller, "key-1")), text(rows.answer));
    EXPECT_EQ(text(read->audit({}, 100)->front()).substr(0, 6), "audit ");
  }
  EXPECT_EQ(scan(), model.scan());
  harness().close_and_open();
  EXPECT_EQ(scan(), model.scan());
}

TEST_P(StoreContract, ExtremeValuesComeBack) {
  OneOfEach rows(make, UINT32_MAX);
  rows.place.number = UINT32_MAX;
  rows.place.joined_at = {253'402'300'799'999};  // the end of the year 9999
  rows.transfer.seq = INT64_MAX;
  rows.transfer.amount = {INT64_MIN};
  rows.transfer.balance_after = {INT64_MAX};
  rows.wallet = wallet_after(rows.transfer);
  rows.order.user = {};
  rows.order.entry = {};
  rows.order.complimentary = true;
  rows.order.note = std::string(5000, '~') + "초대";
  rows.order.seats.clear();
  for (SeatIndex seat = 0; seat < 2000; ++seat) rows.order.seats.push_back(UINT32_MAX - seat * 7);
  make.pay(rows.order);
  rows.order.total = {INT64_MAX};
  rows.order.balance_after = {INT64_MIN};
  rows.answer.body = std::string(200'000, 'x');
  rows.answer.key = std::string(255, '~');
  rows.queue.bucket = INT64_MIN;
  rows.concert.title.clear();
  commit(rows.changes());
  EXPECT_EQ(scan(), model.scan());
  EXPECT_EQ(text(**reader()->kept_answer(rows.answer.caller, rows.answer.key)), text(rows.answer));
  EXPECT_EQ(texts(*reader()->places(UINT32_MAX, UINT32_MAX - 1, 5)), texts<Place>({rows.place}));
  harness().crash_and_open();
  EXPECT_EQ(scan(), model.scan());
}

TEST_P(StoreContract, AChangedRowReplacesTheOldOne) {
  const OneOfEach rows(make);
  commit(rows.changes());
  Changes changes;
  Concert concert = make.concert(1);
  concert.id = rows.concert.id;
  change(changes.concerts, rows.concert, concert);
  Show show = rows.show;
  show.cancelled = !show.cancelled;
  show.blocked.assign(seat_count(show.sections), true);
  change(changes.shows, rows.show, show);
  change(changes.show_versions, rows.version, {rows.show.id, 4});
  change(changes.queues, rows.queue, make.queue(1));
  Place place = rows.place;
  place.state = PlaceState::missed;
  change(changes.places, rows.place, place);
  Entry entry = rows.entry;
  entry.state = EntryState::used;
  entry.expires_at = make.time();
  entry.issued_at = make.time();
  change(changes.entries, rows.entry, entry);
  Order order = rows.order;
  make.pay(order);
  change(changes.orders, rows.order, order);
  Ticket ticket = rows.ticket;
  ticket.checked_in_at.reset();
  change(changes.tickets, rows.ticket, ticket);
  add(changes, make.transfer(rows.wallet.user, 2));
  User user = make.user("");
  user.id = rows.user.id;
  change(changes.users, rows.user, user);
  Session session = rows.session;
  session.ended = !session.ended;
  change(changes.sessions, rows.session, session);
  StaffKey key = make.staff_key();
  key.id = rows.staff_key.id;
  change(changes.staff_keys, rows.staff_key, key);
  change(changes.signing_keys, rows.signing_key, make.signing_key(rows.signing_key.id));
  commit(changes);

  EXPECT_EQ(scan(), model.scan());
  EXPECT_EQ(text(**reader()->session(session.token_hash)), text(session));
  EXPECT_FALSE(*reader()->user_by_email(rows.user.email_key)) << "the old address is free again";
  EXPECT_FALSE(*reader()->user_by_email("")) << "who is forgotten has no address";
  harness().close_and_open();
  EXPECT_EQ(scan(), model.scan());
}

TEST_P(StoreContract, ARowMadeAndChangedInOneBatchHasItsLastValue) {
  const auto [concert, show] = sell(1);
  Changes changes;
  const Order held = make.held_order(show, make.id<UserId>());
  Order paid = held;
  make.pay(paid);
  add(changes.orders, held);
  change(changes.orders, held, paid);
  const Entry active = make.entry(1, 1);
  Entry used = active;
  used.state = EntryState::used;
  add(changes.entries, active);
  change(changes.entries, active, used);
  add(changes, make.transfer(held.user, 1));
  add(changes, make.transfer(held.user, 2));
  commit(changes);
  EXPECT_EQ(text(**reader()->order(held.id)), text(paid));
  EXPECT_EQ(text(*reader()->wallet(held.user)), text(wallet_after(changes.transfers[1])));
  EXPECT_EQ(scan(), model.scan());
}

TEST_P(StoreContract, FindGivesWhatIsThereAndNothingElse) {
  const OneOfEach rows(make);
  commit(rows.changes());
  Needs needs;
  needs.wallets = {make.id<UserId>(), rows.wallet.user};
  needs.orders = {rows.order.id, make.id<OrderId>()};
  needs.tickets = {make.code(), rows.ticket.code};
  needs.emails = {"absent@example.com", rows.user.email_key, ""};
  needs.kept_answers = {{rows.answer.caller, "key-1"}, {rows.answer.caller, "key-2"}};
  Found found = find(needs);
  EXPECT_EQ(texts(found.wallets), texts<Wallet>({rows.wallet}));
  EXPECT_EQ(texts(found.orders), texts<Order>({rows.order}));
  EXPECT_EQ(texts(found.tickets), texts<Ticket>({rows.ticket}));
  EXPECT_EQ(texts(found.users), texts<User>({rows.user}));
  EXPECT_EQ(texts(found.kept_answers), texts<KeptAnswer>({rows.answer}));

  harness().close_and_open();
  needs.emails.clear();
  needs.users = {rows.user.id, make.id<UserId>()};
  found = find(needs);
  EXPECT_EQ(texts(found.users), texts<User>({rows.user}));
  EXPECT_EQ(texts(found.orders), texts<Order>({rows.order}));
  EXPECT_TRUE(find({}).orders.empty());
}

TEST_P(StoreContract, ABatchMayFindAndThenAppend) {
  const OneOfEach rows(make);
  commit(rows.changes());
  harness().close_and_open();
  ASSERT_TRUE(store().begin(no_news));
  Needs needs;
  needs.orders = {rows.order.id};
  ASSERT_EQ(store().find(needs)->orders.size(), 1U);
  ASSERT_EQ(store().find(needs)->orders.size(), 1U);
  Changes changes;
  Order cancelled = rows.order;
  make.end(cancelled, OrderStatus::cancelled);
  change(changes.orders, rows.order, cancelled);
  ASSERT_EQ(store().append(changes, {make.uuid(), now_}), CommitFate::committed);
  EXPECT_EQ(text(**reader()->order(rows.order.id)), text(cancelled));
}

TEST_P(StoreContract, AnAbandonedBatchLeavesNothing) {
  const OneOfEach rows(make);
  ASSERT_TRUE(store().begin(no_news));
  Needs needs;
  needs.orders = {rows.order.id};
  ASSERT_TRUE(store().find(needs));
  store().abandon();
  EXPECT_TRUE(scan().empty());
  commit(rows.changes());
  EXPECT_EQ(scan(), model.scan());
}

TEST_P(StoreContract, OrdersAreFilteredAndPagedNewestFirst) {
  const auto [first_concert, first_show] = sell(1);
  const auto [second_concert, second_show] = sell(2);
  const UserId kim = make.id<UserId>(), lee = make.id<UserId>();
  std::vector<Order> held;
  for (int round = 0; round < 6; ++round) {
    Changes changes;
    for (int i = 0; i < 20; ++i) {
      held.push_back(
          make.held_order(make.coin() ? first_show : second_show, make.coin() ? kim : lee));
      add(changes.orders, held.back());
    }
    commit(changes);
    if (round == 3) harness().close_and_open();
  }
  Changes changes;
  for (const Order& order : held) {
    Order after = order;
    switch (make.below(5)) {
      case 0:
        continue;
      case 1:
        make.pay(after);
        break;
      case 2:
        make.end(after, OrderStatus::cancelled);
        break;
      case 3:
        make.end(after, OrderStatus::expired);
        break;
      default:
        make.pay(after), make.end(after, OrderStatus::refunded);
    }
    change(changes.orders, order, after);
  }
  commit(changes);

  const auto read = reader();
  const auto expect = [&](const OrderFilter& filter) {
    const auto expected =
        model.newest_orders(static_cast<std::size_t>(filter.limit), [&](const Order& o) {
          return (!filter.user || o.user == *filter.user) &&
                 (!filter.concert || o.concert == *filter.concert) &&
                 (!filter.show || o.show == *filter.show) &&
                 (!filter.status || o.status == *filter.status) &&
                 (!filter.before || o.id < *filter.before) &&
                 (!filter.with_tickets || o.status == OrderStatus::paid ||
                  o.status == OrderStatus::refunded);
        });
    EXPECT_EQ(texts(*read->orders(filter)), expected);
    return expected.size();
  };
  EXPECT_EQ(expect({.limit = 1000}), 120U);
  EXPECT_EQ(expect({.limit = 7}), 7U);
  for (const UserId& user : {kim, lee}) {
    EXPECT_GT(expect({.user = user, .limit = 1000}), 30U);
    EXPECT_GT(expect({.user = user, .status = OrderStatus::paid, .limit = 1000}), 0U);
    EXPECT_GT(expect({.user = user, .show = first_show.id, .limit = 1000}), 0U);
    EXPECT_GT(expect({.user = user, .with_tickets = true, .limit = 3}), 0U);
  }
  EXPECT_GT(expect({.concert = second_concert.id, .limit = 1000}), 30U);
  EXPECT_GT(expect({.concert = first_concert.id, .status = OrderStatus::held, .limit = 4}), 0U);
  EXPECT_EQ(expect({.user = make.id<UserId>(), .limit = 10}), 0U);
  for (const auto status : {OrderStatus::held, OrderStatus::paid, OrderStatus::cancelled,
                            OrderStatus::expired, OrderStatus::refunded})
    EXPECT_EQ(*read->count_orders(first_show.id, status),
              static_cast<std::int64_t>(
                  expect({.show = first_show.id, .status = status, .limit = 1000})));

  // Page after page, each order once.
  OrderFilter page{.user = kim, .limit = 7};
  std::vector<std::string> seen;
  for (;;) {
    const auto rows = *read->orders(page);
    for (const Order& order : rows) seen.push_back(text(order));
    if (rows.size() < 7) break;
    page.before = rows.back().id;
  }
  EXPECT_EQ(seen, model.newest_orders(1000, [&](const Order& o) { return o.user == kim; }));
}

TEST_P(StoreContract, TransfersArePagedNewestFirst) {
  const UserId kim = make.id<UserId>(), lee = make.id<UserId>();
  std::vector<Transfer> of_kim;
  for (std::uint64_t seq = 1; seq <= 30; ++seq) {
    Changes changes;
    of_kim.push_back(make.transfer(kim, seq));
    add(changes, of_kim.back());
    add(changes, make.transfer(lee, seq));
    commit(changes);
    if (seq == 20) harness().close_and_open();
    ASSERT_EQ(text(*reader()->wallet(kim)), text(wallet_after(of_kim.back())));
  }
  const auto page = [&](std::optional<std::uint64_t> before, std::uint64_t from, std::uint64_t to) {
    std::vector<Transfer> expected;
    for (std::uint64_t seq = from; seq >= to && seq > 0; --seq) expected.push_back(of_kim[seq - 1]);
    EXPECT_EQ(texts(*reader()->transfers(kim, before, 12)), texts(expected));
  };
  page({}, 30, 19);
  page(19, 18, 7);
  page(7, 6, 1);
  page(1, 0, 1);
  EXPECT_TRUE(reader()->transfers(make.id<UserId>(), {}, 12)->empty());
  EXPECT_EQ(scan(), model.scan());
}

TEST_P(StoreContract, PlacesArePagedInTheOrderOfJoining) {
  sell(1);
  sell(2);
  PlaceNumber number = 0;
  std::vector<Place> places;
  for (int round = 0; round < 4; ++round) {
    Changes changes;
    for (int i = 0; i < 10; ++i) {
      places.push_back(make.place(1, ++number));
      add(changes.places, places.back());
      add(changes.places, make.place(2, number));
    }
    commit(changes);
    if (round == 1) harness().close_and_open();
  }
  Changes changes;
  const Place before = places[4];
  places[4].state = PlaceState::left;
  change(changes.places, before, places[4]);
  commit(changes);
  std::vector<Place> seen;
  for (PlaceNumber after = 0;;) {
    const auto page = *reader()->places(1, after, 7);
    seen.insert(seen.end(), page.begin(), page.end());
    if (page.size() < 7) break;
    after = page.back().number;
  }
  EXPECT_EQ(texts(seen), texts(places));
  EXPECT_TRUE(reader()->places(3, 0, 7)->empty());
}

TEST_P(StoreContract, AuditEntriesArePagedNewestFirst) {
  std::vector<AuditEntry> entries;
  Changes changes;
  for (int i = 0; i < 25; ++i) entries.push_back(make.audit_entry());
  changes.audit = entries;
  commit(changes);
  std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return b.id < a.id; });
  const auto first = *reader()->audit({}, 10);
  EXPECT_EQ(texts(first), texts<AuditEntry>({entries.begin(), entries.begin() + 10}));
  EXPECT_EQ(texts(*reader()->audit(first.back().id, 100)),
            texts<AuditEntry>({entries.begin() + 10, entries.end()}));
}

TEST_P(StoreContract, AuditEntriesOfATargetAreItsOwnNewestFirst) {
  std::vector<AuditEntry> entries;
  Changes changes;
  for (int i = 0; i < 12; ++i) {
    entries.push_back(make.audit_entry());
    entries.back().target = i % 2 == 0 ? "concert_even" : "concert_odd";
  }
  changes.audit = entries;
  commit(changes);
  std::erase_if(entries, [](auto& one) { return one.target != "concert_odd"; });
  std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return b.id < a.id; });
  EXPECT_EQ(texts(*reader()->audit_of("concert_odd", 4)),
            texts<AuditEntry>({entries.begin(), entries.begin() + 4}));
  EXPECT_EQ(reader()->audit_of("concert_odd", 100)->size(), 6u);
  EXPECT_TRUE(reader()->audit_of("concert", 100)->empty());
}

TEST_P(StoreContract, OverdueCountsWhatShouldHaveEnded) {
  const auto [concert, show] = sell(1);
  const Time now{1'800'000'000'000};
  Changes changes;
  for (const int late_ms : {-1, 0, 1, 5000}) {
    for (const auto state : {EntryState::active, EntryState::used, EntryState::expired}) {
      Entry entry = make.entry(1, 1);
      entry.state = state;
      entry.expires_at = now - milliseconds(late_ms);
      add(changes.entries, entry);
    }
    for (const auto status : {OrderStatus::held, OrderStatus::paid, OrderStatus::cancelled}) {
      Order order = make.held_order(show, make.id<UserId>());
      order.status = status;
      order.hold_expires_at = now - milliseconds(late_ms);
      add(changes.orders, order);
    }
  }
  commit(changes);
  const auto expect = [&](std::int64_t entries, std::int64_t holds) {
    const auto overdue = *reader()->overdue(now);
    EXPECT_EQ(overdue.entries, entries);
    EXPECT_EQ(overdue.holds, holds);
  };
  expect(3, 3);
  harness().close_and_open();
  expect(3, 3);
  Changes ending;
  Entry entry = changes.entries[3].after;  // active, overdue by 0 ms
  ASSERT_EQ(entry.state, EntryState::active);
  entry.state = EntryState::expired;
  change(ending.entries, changes.entries[3].after, entry);
  Order order = changes.orders[3].after;
  ASSERT_EQ(order.status, OrderStatus::held);
  make.end(order, OrderStatus::expired);
  change(ending.orders, changes.orders[3].after, order);
  commit(ending);
  expect(2, 2);
}

TEST_P(StoreContract, RestoreGivesWhatMemoryKeeps) {
  const Time today{2'000'000'000'000};
  std::vector<OneOfEach> sales;
  // The shows of sales 2 and 4 are over; somebody is inside the latter's still.
  for (SaleNo sale_no = 1; sale_no <= 4; ++sale_no) {
    OneOfEach rows(make, sale_no);
    rows.show.starts_at = today + seconds(sale_no % 2 == 0 ? -1 : 1);
    rows.queue = make.queue(sale_no);
    rows.entry.state = EntryState::expired;
    if (sale_no == 4) rows.entry.state = EntryState::active;
    sales.push_back(rows);
    Changes changes = rows.changes();
    if (sale_no == 3) {  // one show over, one to come
      Show over = make.show(rows.concert);
      over.starts_at = today - milliseconds(1);
      Order order = make.held_order(over, rows.place.user);
      add(changes.shows, over);
      add(changes.orders, order);
    }
    for (const auto status :
         {OrderStatus::paid, OrderStatus::cancelled, OrderStatus::expired, OrderStatus::refunded}) {
      Order order = make.held_order(rows.show, rows.place.user);
      order.status = status;
      add(changes.orders, order);
    }
    commit(changes);
    if (sale_no == 2) harness().close_and_open();
  }
  TextSink expected;
  for (const auto& [key, row] : model.concerts) expected.take(row);
  for (const auto& [key, row] : model.shows) expected.take(row);
  for (const auto& [key, row] : model.versions) expected.take(row);
  for (const auto& [key, row] : model.queues) expected.take(row);
  for (const auto& [key, row] : model.places)
    if (row.sale_no != 2) expected.take(row);
  for (const auto& [key, row] : model.entries)
    if (row.sale_no != 2) expected.take(row);
  for (const auto& [key, row] : model.orders)
    if (owns_seats(row.status)) expected.take(row);
  for (const auto& [key, row] : model.staff_keys) expected.take(row);
  for (const auto& [key, row] : model.signing_keys) expected.take(row);

  harness().crash_and_open();
  Time greatest;
  EXPECT_EQ(restore(today, &greatest), expected.rows());
  EXPECT_EQ(greatest, now_);
  harness().close_and_open();
  EXPECT_EQ(restore(today, &greatest), expected.rows());
  EXPECT_EQ(greatest, now_);
}

TEST_P(StoreContract, KeptAnswersAreForgottenByAge) {
  std::vector<KeptAnswer> answers;
  for (int i = 0; i < 30; ++i) {
    answers.push_back(make.kept_answer("key" + std::to_string(i)));
    answers.back().at = Time{1000 + i % 10};
    Changes changes;
    changes.kept_answers = {answers.back()};
    commit(changes);
    if (i == 15) harness().close_and_open();
  }
  EXPECT_EQ(*store().forget_kept_answers(Time{1000}, 100), 0);
  EXPECT_EQ(*store().forget_kept_answers(Time{1005}, 4), 4);
  EXPECT_EQ(*store().forget_kept_answers(Time{1005}, 100), 11);
  EXPECT_EQ(*store().forget_kept_answers(Time{1005}, 100), 0);
  for (const KeptAnswer& answer : answers)
    EXPECT_EQ(reader()->kept_answer(answer.caller, answer.key)->has_value(),
              answer.at >= Time{1005});
  harness().crash_and_open();
  for (const KeptAnswer& answer : answers)
    EXPECT_EQ(reader()->kept_answer(answer.caller, answer.key)->has_value(),
              answer.at >= Time{1005});
}

TEST_P(StoreContract, AnEmptyBatchStillStoresItsTime) {
  commit({});
  now_ = now_ + seconds(5);
  commit({});
  const Time last = now_;
  Time greatest;
  restore({0}, &greatest);
  EXPECT_EQ(greatest, last);
  harness().close_and_open();
  restore({0}, &greatest);
  EXPECT_EQ(greatest, last);
}

TEST_P(StoreContract, AReaderSeesEachCommitAfterIt) {
  const auto [concert, show] = sell(1);
  const auto read = reader();
  for (int i = 0; i < 50; ++i) {
    Changes changes;
    const Order order = make.held_order(show, make.id<UserId>());
    add(changes.orders, order);
    ASSERT_FALSE(*read->order(order.id));
    commit(changes);
    ASSERT_TRUE(*read->order(order.id));
  }
}

// Batches of random changes against the model, with the store opened anew in between.
class RandomBatches {
 public:
  RandomBatches(RowMaker& make, const Show& show) : make_(make), show_(show) {}

  Changes next() {
    Changes changes;
    const auto count = 1 + make_.below(40);
    for (std::uint64_t i = 0; i < count; ++i) step(changes);
    return changes;
  }
  const std::vector<Order>& orders() const { return orders_; }
  const std::vector<UserId>& users() const { return users_; }

 private:
  void step(Changes& changes) {
    switch (make_.below(8)) {
      case 0:
        return add_place(changes);
      case 1:
        return change_place(changes);
      case 2:
        return hold(changes);
      case 3:
        return move_order(changes);
      case 4:
        return move_money(changes);
      case 5:
        return claim_or_end(changes);
      case 6:
        return changes.kept_answers.push_back(make_.kept_answer("k"));
      default:
        return touch(changes);
    }
  }
  void add_place(Changes& changes) {
    places_.push_back(make_.place(1, static_cast<PlaceNumber>(places_.size()) + 1));
    add(changes.places, places_.back());
  }
  void change_place(Changes& changes) {
    if (places_.empty()) return;
    Place& place = places_[make_.below(places_.size())];
    const Place before = place;
    place.state = static_cast<PlaceState>(make_.below(3));
    change(changes.places, before, place);
  }
  UserId some_user() {
    if (users_.empty() || make_.below(3) == 0) users_.push_back(make_.id<UserId>());
    return users_[make_.below(users_.size())];
  }
  void hold(Changes& changes) {
    orders_.push_back(make_.held_order(show_, some_user()));
    add(changes.orders, orders_.back());
  }
  void move_order(Changes& changes) {
    if (orders_.empty()) return;
    Order& order = orders_[make_.below(orders_.size())];
    const Order before = order;
    if (order.status == OrderStatus::held && make_.coin()) {
      make_.pay(order);
      for (std::uint32_t i = 0; i < order.tickets.size(); ++i)
        add(changes.tickets, {order.tickets[i].code, order.id, i, {}});
    } else {
      make_.end(order, OrderStatus::refunded);
      if (!order.tickets.empty())
        add(changes.tickets, {order.tickets[0].code, order.id, 0, make_.time()});
    }
    change(changes.orders, before, order);
  }
  void move_money(Changes& changes) {
    const UserId user = some_user();
    add(changes, make_.transfer(user, ++last_seq_[user]));
  }
  void claim_or_end(Changes& changes) {
    if (entries_.empty() || make_.coin()) {
      entries_.push_back(make_.entry(1, static_cast<PlaceNumber>(make_.below(1000))));
      return add(changes.entries, entries_.back());
    }
    Entry& entry = entries_[make_.below(entries_.size())];
    const Entry before = entry;
    entry.state = static_cast<EntryState>(make_.below(3));
    entry.expires_at = make_.time();
    change(changes.entries, before, entry);
  }
  void touch(Changes& changes) {
    add(changes.queues, make_.queue(1));
    add(changes.show_versions, {show_.id, make_.below(1000)});
  }

  RowMaker& make_;
  Show show_;
  std::vector<Place> places_;
  std::vector<UserId> users_;
  std::vector<Order> orders_;
  std::vector<Entry> entries_;
  std::map<UserId, std::uint64_t> last_seq_;
};

TEST_P(StoreContract, RandomBatchesEndAsTheModelSays) {
  const auto [concert, show] = sell(1);
  RandomBatches batches(make, show);
  for (int round = 0; round < 150; ++round) {
    commit(batches.next());
    if (round % 50 == 17) harness().crash_and_open();
    if (round % 50 == 38) harness().close_and_open();
    if (round % 10 == 5) {
      ASSERT_EQ(scan(), model.scan()) << "round " << round;
    }
    if (batches.users().empty()) continue;
    const UserId user = batches.users()[make.below(batches.users().size())];
    ASSERT_EQ(texts(*reader()->orders({.user = user, .limit = 5})),
              model.newest_orders(5, [&](const Order& o) { return o.user == user; }));
  }
  Needs needs;
  for (const Order& order : batches.orders()) needs.orders.push_back(order.id);
  for (const auto& [key, row] : model.wallets) needs.wallets.push_back(row.user);
  for (const auto& [key, row] : model.tickets) needs.tickets.push_back(row.code);
  for (const auto& [key, row] : model.answers) needs.kept_answers.push_back({row.caller, row.key});
  const Found found = find(needs);
  EXPECT_EQ(texts(found.orders), texts(batches.orders()));
  EXPECT_EQ(found.wallets.size(), model.wallets.size());
  EXPECT_EQ(found.tickets.size(), model.tickets.size());
  EXPECT_EQ(found.kept_answers.size(), model.answers.size());
  for (const Wallet& wallet : found.wallets)
    EXPECT_EQ(text(wallet), text(model.wallets.at(text(wallet.user))));
}

}  // namespace frontrow::contract
