"""Many at once over HTTP: whatever the order, one seat has one owner and one payment one order."""
import threading
import time
from collections import Counter

import pytest

from tests.lib.server import eventually
from tests.lib.world import parse_time, together


def crowd(world, concert, count, money=0):
    """So many buyers inside."""
    buyers = [world.buyer() for _ in range(count)]

    def enter(number):
        buyers[number].enter(concert, 20)
        if money:
            buyers[number].top_up(money)

    together(count, enter)
    return buyers


def test_five_hundred_buyers_on_fifty_seats(world):
    concert = world.concert(rows=5, seats_per_row=10, max_seats_per_user=1)
    buyers = crowd(world, concert, 500, money=10000)

    def purchase(number):
        held = buyers[number].hold(concert.show, best=1)
        if held.status != 201:
            assert held.code == "not_enough_seats", held
            return None
        return held["seats"][0]["seat"], buyers[number].pay(held["order_id"], status=201)["payment_id"]

    sold = [result for result in together(500, purchase, threads=64) if result]
    assert len(sold) == 50 == len({seat for seat, _ in sold}) == len({payment for _, payment in sold})
    counts = world.server.check()
    assert counts["orders_paid"] >= 50
    assert Counter(buyer.balance() for buyer in buyers) == {0: 50, 10000: 450}


def test_sixty_four_buyers_on_one_seat(world):
    for _ in range(5):
        concert = world.concert(rows=1, seats_per_row=1)
        buyers = crowd(world, concert, 64)
        answers = together(64, lambda number: buyers[number].hold(concert.show, "A-1-1"), threads=64)
        assert Counter(answer.status for answer in answers) == {201: 1, 409: 63}
        assert {answer.code for answer in answers if answer.status == 409} == {"seat_taken"}


def test_overlapping_wishes_never_share_a_seat(world):
    concert = world.concert(rows=1, seats_per_row=8, max_seats_per_user=8)
    buyers = crowd(world, concert, 32)
    answers = together(32, lambda n: buyers[n].hold(concert.show, *(f"A-1-{1 + (n + step) % 8}" for step in range(3))), threads=32)
    owners = Counter(seat["seat"] for answer in answers if answer.status == 201 for seat in answer["seats"])
    assert owners and set(owners.values()) == {1}


def test_two_payments_from_a_wallet_that_covers_one(world):
    concert = world.concert(price=10000, max_seats_per_user=4)
    for row in range(1, 5):
        buyer = world.inside(concert, money=10000)
        orders = [buyer.hold(concert.show, f"A-{row}-{number}", status=201)["order_id"] for number in (1, 2)]
        answers = together(2, lambda number: buyer.pay(orders[number]), threads=2)
        assert sorted(answer.status for answer in answers) == [201, 402]
        assert buyer.balance() == 0
        assert sorted(buyer.order(order)["status"] for order in orders) == ["held", "paid"]


def test_paying_one_order_many_times_at_once_pays_once(world):
    concert = world.concert(price=10000)
    buyer = world.inside(concert, money=100000)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    answers = together(16, lambda _: buyer.pay(order), threads=16)
    assert Counter(answer.status for answer in answers) == {201: 1, 200: 15}
    assert len({answer["payment_id"] for answer in answers}) == 1 and buyer.balance() == 90000


def test_paying_and_cancelling_at_once_has_one_winner(world):
    concert = world.concert(price=10000)
    for number in range(1, 11):
        buyer = world.inside(concert, money=10000)
        order = buyer.hold(concert.show, f"A-2-{number}", status=201)["order_id"]
        paid, cancelled = together(2, lambda n: buyer.pay(order) if n == 0 else buyer.cancel(order), threads=2)
        status = buyer.order(order)["status"]
        if paid.status == 201:
            assert (status, cancelled.code, buyer.balance()) == ("paid", "order_not_cancellable", 0)
        else:
            assert (status, paid.code, cancelled.status, buyer.balance()) == ("cancelled", "order_not_payable", 204, 10000)


def test_paying_at_the_deadline_has_one_truth(world):
    concert = world.concert(price=10000, hold_seconds=1, rows=5)
    outcomes = Counter()

    def race(number):
        buyer = world.inside(concert, money=10000)
        order = buyer.hold(concert.show, best=1, status=201)
        rest = parse_time(order["hold_expires_at"]) - parse_time(order["server_time"])
        time.sleep(rest - 0.03 + number * 0.004)
        answer = buyer.pay(order["order_id"])
        assert answer.status == 201 or answer.code == "hold_expired", answer
        outcomes[answer.status] += 1
        wanted, balance = ("paid", 0) if answer.status == 201 else ("expired", 10000)
        eventually(lambda: buyer.order(order["order_id"])["status"] == wanted, 3)
        assert buyer.balance() == balance
        if answer.status == 201:
            assert parse_time(answer["paid_at"]) < parse_time(order["hold_expires_at"])

    together(16, race, threads=8)
    assert sum(outcomes.values()) == 16


def test_refund_and_check_in_at_once_agree(world):
    concert = world.concert(price=10000)
    for number in range(1, 6):
        order, payment = world.inside(concert, money=10000).buy(concert.show, f"A-3-{number}")
        code = payment["tickets"][0]["code"]
        refund, door = together(2, lambda n: world.staff("POST", f"/orders/{order['order_id']}/refunds", {"reason": "x"}, status=201)
                                if n == 0 else world.staff("POST", "/check-ins", {"code": code}), threads=2)
        assert refund["checked_in"] == (door.status == 200)
        assert door.status == 200 or door.code == "ticket_void"


def test_refunding_at_once_refunds_once(world):
    concert = world.concert(price=10000)
    buyer = world.inside(concert, money=10000)
    order, _ = buyer.buy(concert.show, "A-4-1")
    answers = together(8, lambda _: world.staff("POST", f"/orders/{order['order_id']}/refunds", {"reason": "x"}), threads=8)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 7} and buyer.balance() == 10000


def test_nobody_sees_more_inside_than_the_capacity(world):
    concert = world.concert(capacity=5, claim_seconds=2, max_seats_per_user=1, rows=10)
    buyers = [world.buyer() for _ in range(30)]
    done, worst = threading.Event(), []

    def watch():
        while not done.is_set():
            worst.append(world.client.get(f"/v1/concerts/{concert.id}/queue")["admitted_active"])
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        def visit(number):
            buyers[number].enter(concert, 30)
            buyers[number].top_up(10000)
            buyers[number].buy(concert.show, best=1)

        together(30, visit, threads=30)
    finally:
        done.set()
        watcher.join()
    assert max(worst) <= 5 and world.stats(concert)["sold"] == 30


def test_a_storm_of_joins_gives_everybody_one_number(world):
    concert = world.concert(capacity=1)
    world.inside(concert)
    buyers = [world.buyer() for _ in range(300)]
    together(300, lambda number: buyers[number].join(concert, status=201), threads=48)
    positions = [buyer.poll(status=200)["position"] for buyer in buyers]
    assert sorted(positions) == list(range(1, 301))


def test_topping_up_at_once_loses_nothing(world):
    buyer = world.buyer()
    balances = together(200, lambda _: buyer.top_up(7)["balance"], threads=32)
    assert sorted(balances) == [7 * number for number in range(1, 201)] and buyer.balance() == 1400


@pytest.fixture(autouse=True, scope="module")
def laws_hold_at_the_end(server):
    yield
    server.check()
