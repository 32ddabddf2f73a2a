"""Holds: what may be held, for how long, and how a hold is given back, extended or lost."""
import time

import pytest

from tests.lib.server import eventually
from tests.lib.world import in_seconds, parse_time


def available(buyer, show):
    return {seat["seat"] for seat in buyer.seats(show, status=200)["seats"]}


def test_a_hold_takes_all_its_seats_for_as_long_as_the_sale_says(world):
    concert = world.concert(hold_seconds=120)
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-3-2", "A-3-1", status=201)
    assert [seat["seat"] for seat in order["seats"]] == ["A-3-2", "A-3-1"]
    assert order["total"] == 20000 == sum(seat["price"] for seat in order["seats"]) and order["currency"] == "KRW"
    assert parse_time(order["hold_expires_at"]) - parse_time(order["server_time"]) == pytest.approx(120, abs=0.5)
    assert not {"A-3-1", "A-3-2"} & available(buyer, concert.show)
    shown = buyer.order(order["order_id"], status=200)
    assert shown["status"] == "held" and shown["seats"] == order["seats"]
    assert [item["order_id"] for item in buyer.call("GET", "/v1/orders", status=200)["items"]] == [order["order_id"]]


def test_all_seats_or_none(world):
    concert = world.concert()
    first, second = world.inside(concert), world.inside(concert)
    first.hold(concert.show, "A-1-1", status=201)
    refused = second.hold(concert.show, "A-1-2", "A-1-1", code="seat_taken")
    assert refused["seats"] == ["A-1-1"]
    assert "A-1-2" in available(second, concert.show)
    second.hold(concert.show, "A-1-2", status=201)


def test_a_seat_that_is_blocked_or_sold_is_taken(world):
    concert = world.concert()
    world.staff("POST", f"/shows/{concert.show}/seats/actions", {"action": "block", "seats": ["A-1-1"], "reason": "crane"}, status=200)
    world.inside(concert, money=10000).buy(concert.show, "A-1-2")
    refused = world.inside(concert).hold(concert.show, "A-1-1", "A-1-2", "A-1-3", code="seat_taken")
    assert sorted(refused["seats"]) == ["A-1-1", "A-1-2"]


@pytest.mark.parametrize("change", [
    {"seats": []}, {"seats": ["A-1-1", "A-1-1"]}, {"seats": ["A-01-1"]}, {"seats": ["A-1-99"]}, {"seats": ["Z-1-1"]}, {"seats": "A-1-1"},
    {"seats": [1]}, {"seats": [""]}, {"seats": None}, {"best_available": {"count": 1}}, {"price": 1}, {"show_id": 5},
    {"seats": ["A-1-1"], "hold_seconds": 9999}, {"total": 0}, {"user_id": "user_01jd8z6t2hfb9r8y5w3k7m4n0q"},
])
def test_a_wrong_hold_is_refused(world, change):
    concert = world.concert(rows=2, seats_per_row=2)
    buyer = world.inside(concert)
    body = {"show_id": concert.show, "seats": ["A-1-1"], **change}
    buyer.call("POST", "/v1/orders", body, code="validation_failed")
    assert len(available(buyer, concert.show)) == 4


@pytest.mark.parametrize("best", [{}, {"count": 0}, {"count": -1}, {"count": 1.5}, {"count": "2"}, {"count": 1, "section": "Z"},
                                  {"count": 1, "max_price": -1}, {"count": 1, "together": "yes"}, {"count": 1, "row": 1}])
def test_a_wrong_wish_for_the_best_is_refused(world, best):
    concert = world.concert(rows=1)
    world.inside(concert).call("POST", "/v1/orders", {"show_id": concert.show, "best_available": best}, code="validation_failed")


def test_a_hold_needs_seats_or_a_wish(world):
    concert = world.concert(rows=1)
    world.inside(concert).call("POST", "/v1/orders", {"show_id": concert.show}, code="validation_failed")


def test_a_show_that_is_not_there_is_not_found(world):
    buyer = world.inside(world.concert(rows=1))
    for show in ("show_01jd8z6t2hfb9r8y5w3k7m4n0q", "show_x"):
        buyer.hold(show, "A-1-1", code="not_found")


# ---- best available ----

def numbers(order):
    return [tuple(map(int, seat["seat"].split("-")[1:])) for seat in order["seats"]]


def test_the_best_are_beside_each_other_in_one_row(world):
    concert = world.concert(rows=3, seats_per_row=10)
    places = numbers(world.inside(concert).hold(concert.show, best=4, status=201))
    assert len({row for row, _ in places}) == 1
    seats = sorted(number for _, number in places)
    assert seats == list(range(seats[0], seats[0] + 4))


def test_the_best_respect_section_and_price(world):
    sections = [{"name": "A", "price": 30000, "rows": 1, "seats_per_row": 4}, {"name": "B", "price": 10000, "rows": 1, "seats_per_row": 4}]
    concert = world.concert(sections=sections)
    buyer = world.inside(concert)
    assert {seat["section"] for seat in buyer.hold(concert.show, best={"count": 1, "section": "B"}, status=201)["seats"]} == {"B"}
    assert {seat["section"] for seat in buyer.hold(concert.show, best={"count": 2, "max_price": 20000}, status=201)["seats"]} == {"B"}
    refused = world.inside(concert).hold(concert.show, best={"count": 2, "max_price": 20000}, code="not_enough_seats")
    assert refused["available"] == 1


def test_the_last_seats_are_given_even_apart(world):
    concert = world.concert(rows=1, seats_per_row=4)
    first, second, third = (world.inside(concert) for _ in range(3))
    first.hold(concert.show, "A-1-2", "A-1-3", status=201)
    second.hold(concert.show, best={"count": 2, "together": True}, code="not_enough_seats")
    assert sorted(numbers(second.hold(concert.show, best=2, status=201))) == [(1, 1), (1, 4)]
    assert third.hold(concert.show, best=1, code="not_enough_seats")["available"] == 0


# ---- the user's limit ----

def test_live_holds_and_paid_orders_count_together(world):
    concert = world.concert(max_seats_per_user=3, shows=2)
    buyer = world.inside(concert, money=100000)
    buyer.buy(concert.shows[0], "A-1-1")
    buyer.enter(concert)
    second = buyer.hold(concert.shows[1], "A-1-1", status=201)
    assert buyer.hold(concert.shows[0], "A-1-2", "A-1-3", code="seat_limit_reached")["limit"] == 3
    third = buyer.hold(concert.shows[0], "A-1-2", status=201)
    buyer.hold(concert.shows[0], "A-1-3", code="seat_limit_reached")
    buyer.cancel(third["order_id"], status=204)
    buyer.hold(concert.shows[0], "A-1-4", status=201)
    assert second["order_id"] != third["order_id"]


# ---- giving back ----

def test_a_cancelled_hold_is_on_sale_at_once(world):
    concert = world.concert()
    buyer, other = world.inside(concert), world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)
    buyer.cancel(order["order_id"], status=204)
    other.hold(concert.show, "A-1-1", status=201)
    assert buyer.order(order["order_id"], status=200)["status"] == "cancelled"
    buyer.top_up(50000)
    assert buyer.pay(order["order_id"], code="order_not_payable")["order_status"] == "cancelled"
    buyer.call("POST", f"/v1/orders/{order['order_id']}/extensions", code="order_not_extendable")


def test_a_paid_order_is_not_cancelled(world):
    concert = world.concert()
    buyer = world.inside(concert, money=10000)
    order, _ = buyer.buy(concert.show, "A-1-1")
    buyer.cancel(order["order_id"], code="order_not_cancellable")


def test_orders_of_others_are_not_found(world):
    concert = world.concert()
    buyer, thief = world.inside(concert), world.inside(concert, money=10000)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    thief.order(order, code="not_found")
    thief.cancel(order, code="not_found")
    thief.pay(order, code="not_found")
    thief.call("POST", f"/v1/orders/{order}/extensions", code="not_found")
    buyer.order(order, status=200)
    for wrong in ("order_01jd8z6t2hfb9r8y5w3k7m4n0q", "order_x", "x"):
        buyer.order(wrong, code="not_found")


def test_reading_and_cancelling_need_no_entry(world):
    concert = world.concert()
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    buyer.order(order, entry=False, status=200)
    buyer.cancel(order, entry=False, status=204)


# ---- time ----

def test_a_hold_ends_at_its_deadline_and_its_seats_are_free_within_a_second(world):
    concert = world.concert(hold_seconds=1)
    buyer, other = world.inside(concert, money=10000), world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)
    deadline = time.time() + parse_time(order["hold_expires_at"]) - parse_time(order["server_time"])
    eventually(lambda: other.hold(concert.show, "A-1-1").status == 201, 3)
    assert deadline - 0.1 <= time.time() <= deadline + 1
    buyer.pay(order["order_id"], code="hold_expired")
    assert eventually(lambda: buyer.order(order["order_id"], status=200)["status"] == "expired", 2)
    buyer.pay(order["order_id"], code="hold_expired")
    buyer.call("POST", f"/v1/orders/{order['order_id']}/extensions", status=(409, 410))
    assert buyer.balance() == 10000


def test_an_expired_hold_counts_no_more(world):
    concert = world.concert(hold_seconds=1, max_seats_per_user=1)
    buyer = world.inside(concert)
    buyer.hold(concert.show, "A-1-1", status=201)
    buyer.hold(concert.show, "A-1-2", code="seat_limit_reached")
    eventually(lambda: buyer.hold(concert.show, "A-1-2").status == 201, 3)


def test_an_extension_is_60_seconds_once(world):
    concert = world.concert(hold_seconds=100)
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)
    path = f"/v1/orders/{order['order_id']}/extensions"
    longer = buyer.call("POST", path, status=200)
    assert parse_time(longer["hold_expires_at"]) - parse_time(order["hold_expires_at"]) == pytest.approx(60, abs=0.01)
    buyer.call("POST", path, code="order_not_extendable")


def test_a_hold_prolongs_the_entry_within_its_bound(world):
    concert = world.concert(entry_seconds=30, hold_seconds=100)
    buyer = world.buyer()
    entered = buyer.enter(concert)
    first_token, claim = buyer.entry_token, parse_time(entered["expires_at"]) - 30
    order = buyer.hold(concert.show, "A-1-1", status=201)
    bound = claim + 30 + 100
    assert parse_time(order["entry_expires_at"]) <= bound + 0.01
    assert parse_time(order["entry_expires_at"]) >= min(bound, parse_time(order["hold_expires_at"])) - 0.01
    assert order["entry_token"] != first_token
    buyer.call("GET", f"/v1/concerts/{concert.id}/shows", Entry_Token=first_token, status=200)
    buyer.call("GET", f"/v1/concerts/{concert.id}/shows", status=200)
    assert buyer.poll(status=200)["expires_at"] == order["entry_expires_at"]


def test_a_hold_that_fits_the_entry_keeps_its_token(world):
    concert = world.concert(entry_seconds=600, hold_seconds=100)
    buyer = world.inside(concert)
    token = buyer.entry_token
    assert buyer.hold(concert.show, "A-1-1", status=201)["entry_token"] == token


def test_a_hold_ends_with_the_entrys_bound(world):
    concert = world.concert(entry_seconds=10, hold_seconds=3)
    buyer = world.buyer()
    claim = parse_time(buyer.enter(concert)["expires_at"]) - 10
    latest, seen = None, 0
    while True:
        answer = buyer.hold(concert.show, best=1)
        if answer.status != 201:
            assert answer.code in ("entry_token_expired", "seat_limit_reached"), answer
            if answer.code == "entry_token_expired":
                break
        else:
            latest, seen = answer, seen + 1
            assert parse_time(answer["hold_expires_at"]) <= claim + 13 + 0.01
        time.sleep(0.5)
    assert seen >= 3
    assert parse_time(latest["hold_expires_at"]) - parse_time(latest["server_time"]) <= 3.01


def test_several_live_orders_of_one_entry(world):
    concert = world.concert(max_seats_per_user=4)
    buyer = world.inside(concert, money=40000)
    orders = [buyer.hold(concert.show, seat, status=201)["order_id"] for seat in ("A-1-1", "A-1-2")]
    buyer.pay(orders[0], status=201)
    buyer.hold(concert.show, "A-1-3", code="entry_token_expired")
    buyer.pay(orders[1], status=201)


def test_orders_are_listed_newest_first_page_by_page(world):
    concert = world.concert()
    buyer = world.inside(concert)
    made = []
    for number in (1, 2, 3):
        made.append(buyer.hold(concert.show, f"A-1-{number}", status=201)["order_id"])
        time.sleep(0.002)  # within one millisecond the order of two ids is chance
    page = buyer.call("GET", "/v1/orders?limit=2", status=200)
    rest = buyer.call("GET", f"/v1/orders?limit=2&cursor={page['next_cursor']}", status=200)
    assert [item["order_id"] for item in page["items"] + rest["items"]] == made[::-1] and rest["next_cursor"] is None
    assert world.buyer().call("GET", "/v1/orders", status=200)["items"] == []


def test_a_sale_that_is_not_open_yet_sells_nothing(world):
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(600))
    assert world.buyer().join(concert, status=201)["status"] == "lobby"
