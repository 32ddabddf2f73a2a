#include "laws/snapshot.h"

#include <gtest/gtest.h>

#include <functional>
#include <map>

#include "domain/test_world.h"

namespace frontrow {
namespace {

SnapshotReport check_rows(const Rows& rows) {
  SnapshotCheck check;
  rows.each([&](const auto& row) { check.take(row); });
  return check.finish();
}

// Ann paid A-1-1 and had A-1-2 refunded, and holds A-1-3; Bob waits; Cid was missed; A-3-4 is
// blocked, A-3-3 given away.
class Town : public World {
 public:
  Town() {
    const Sale sale = open_sale({.capacity = 1, .claim_seconds = 5});
    const Shopper buyer = enter(sale, 1000);
    const Order first = hold(buyer, sale, {"A-1-1"});
    const Order second = hold(buyer, sale, {"A-1-2"});
    held = hold(buyer, sale, {"A-1-3"}).id;
    join(sale, user());
    paid = pay(buyer, first).id;
    pay(buyer, second);
    refunded = second.id;
    expect<RefundAnswer>(RefundOrder{{}, second.id, "because"});
    wait(7);
    join(sale, user());
    BlockSeats block;
    block.show = sale.show;
    block.labels = {"A-3-4"};
    block.reason = "pillar";
    expect<BlockAnswer>(block);
    expect<ComplimentaryAnswer>(GiveSeats{{}, sale.show, {"A-3-3"}, "Press", "because"});
    ann = buyer.user;
  }
  OrderId paid, held, refunded;
  UserId ann;
};

TEST(SnapshotCheck, CountsAndFindsNothingWhereAllIsWell) {
  Town town;
  const SnapshotReport report = check_rows(town.rows);
  for (const Violation& v : report.violations) ADD_FAILURE() << v.law << ": " << v.text;
  EXPECT_TRUE(report.ok());
  EXPECT_EQ(report.counts.orders, 4);
  EXPECT_EQ(report.counts.orders_paid, 2);
  EXPECT_EQ(report.counts.orders_refunded, 1);
  EXPECT_EQ(report.counts.holds, 1);
  EXPECT_EQ(report.counts.seats, 12);
  EXPECT_EQ(report.counts.seats_sold, 2);
  EXPECT_EQ(report.counts.seats_held, 1);
  EXPECT_EQ(report.counts.seats_blocked, 1);
  EXPECT_EQ(report.counts.tickets, 3);
  EXPECT_EQ(report.counts.wallet_total, 900);
  EXPECT_EQ(report.counts.transfers, 4);
  EXPECT_EQ(report.counts.top_ups_total, 1000);
  EXPECT_EQ(report.counts.sales_total, 100);
  EXPECT_EQ(report.counts.revenue, 100);
  EXPECT_EQ(report.counts.places, 3);
}

TEST(SnapshotCheck, AnEmptyStoreIsWell) {
  EXPECT_TRUE(SnapshotCheck().finish().ok());
}

struct Damage {
  const char* what;
  std::function<void(Town&)> inflict;
};

const Damage kDamages[] = {
    {"a seat has two owners",
     [](Town& t) { t.rows.orders[t.held].seats = t.rows.orders[t.paid].seats; }},
    {"a sold seat is blocked",
     [](Town& t) {
       t.rows.shows.begin()->second.blocked.assign(12, false);
       t.rows.shows.begin()->second.blocked[0] = true;
     }},
    {"a seat does not exist", [](Town& t) { t.rows.orders[t.held].seats = {99}; }},
    {"a total is too small", [](Town& t) { t.rows.orders[t.held].total = Money{1}; }},
    {"an order is newer than its show", [](Town& t) { t.rows.orders[t.held].version = 999; }},
    {"an order's show is gone", [](Town& t) { t.rows.shows.clear(); }},
    {"a hold's entry is gone", [](Town& t) { t.rows.entries.clear(); }},
    {"a hold's entry ended",
     [](Town& t) { t.rows.entries.begin()->second.state = EntryState::expired; }},
    {"a hold outlasts its entry",
     [](Town& t) { t.rows.orders[t.held].hold_expires_at = Time{INT64_MAX}; }},
    {"a ticket is gone", [](Town& t) { t.rows.tickets.erase(t.rows.tickets.begin()); }},
    {"a ticket is nobody's",
     [](Town& t) {
       Ticket ticket;
       ticket.code.fill('Z');
       t.rows.tickets[ticket.code] = ticket;
     }},
    {"a held order has a ticket",
     [](Town& t) { t.rows.orders[t.held].tickets = t.rows.orders[t.paid].tickets; }},
    {"a paid order is marked held",
     [](Town& t) { t.rows.orders[t.paid].status = OrderStatus::held; }},
    {"a held order is marked paid",
     [](Town& t) { t.rows.orders[t.held].status = OrderStatus::paid; }},
    {"a payment points elsewhere",
     [](Town& t) { t.rows.orders[t.paid].payment = t.rows.orders[t.refunded].payment; }},
    {"a refund is gone", [](Town& t) { t.rows.orders[t.refunded].refund = {}; }},
    {"an order is gone", [](Town& t) { t.rows.orders.erase(t.paid); }},
    {"a balance is too high", [](Town& t) { t.rows.wallets[t.ann].balance.amount += 1; }},
    {"a wallet is gone", [](Town& t) { t.rows.wallets.clear(); }},
    {"a wallet without a transfer",
     [](Town& t) { t.rows.wallets[UserId{Uuid{{7}}}] = {UserId{Uuid{{7}}}, Money{1}, 0}; }},
    {"a transfer is gone", [](Town& t) { t.rows.transfers.pop_back(); }},
    {"a transfer is there twice",
     [](Town& t) { t.rows.transfers.push_back(t.rows.transfers.back()); }},
    {"a transfer has another one's id",
     [](Town& t) { t.rows.transfers[0].id = t.rows.transfers[1].id; }},
    {"a transfer has another amount", [](Town& t) { t.rows.transfers[0].amount = Money{1001}; }},
    {"a payment became a top-up", [](Town& t) { t.rows.transfers[1].kind = TransferKind::top_up; }},
    {"a top-up became a refund", [](Town& t) { t.rows.transfers[0].kind = TransferKind::refund; }},
    {"a top-up names an order", [](Town& t) { t.rows.transfers[0].order = t.paid; }},
    {"a place is gone", [](Town& t) { t.rows.places.erase(t.rows.places.begin()); }},
    {"a person has two places",
     [](Town& t) {
       for (auto& [key, place] : t.rows.places) place.user = t.rows.places.rbegin()->second.user;
       for (auto& [key, place] : t.rows.places) place.state = PlaceState::waiting;
     }},
    {"a queue forgot a place", [](Town& t) { --t.rows.queues.begin()->second.last_number; }},
    {"a queue called too many", [](Town& t) { t.rows.queues.begin()->second.called_upto = 99; }},
    {"a queue forgot an entry", [](Town& t) { --t.rows.queues.begin()->second.admitted; }},
    {"a queue forgot who was missed", [](Town& t) { t.rows.queues.begin()->second.missed = 0; }},
    {"an entry has no place", [](Town& t) { t.rows.entries.begin()->second.number = 77; }},
};

TEST(SnapshotCheck, FindsEveryDamage) {
  for (const Damage& damage : kDamages) {
    Town town;
    damage.inflict(town);
    const SnapshotReport report = check_rows(town.rows);
    EXPECT_FALSE(report.ok()) << damage.what;
    EXPECT_EQ(report.ok(), report.violations.empty());
  }
}

}  // namespace
}  // namespace frontrow
