"""Wallet, payments, tickets."""
import pytest

from tests.lib.world import parse_time


def entries(buyer):
    return buyer.call("GET", "/v1/wallet/entries", status=200)["items"]


# ---- wallet ----

def test_a_wallet_begins_empty_and_top_ups_add_up(world):
    buyer = world.buyer()
    assert buyer.call("GET", "/v1/wallet", status=200).json == {"balance": 0, "currency": "KRW"}
    assert entries(buyer) == []
    first = buyer.top_up(300000)
    assert (first["amount"], first["balance"], first["currency"]) == (300000, 300000, "KRW")
    assert buyer.top_up(1)["balance"] == 300001 == buyer.balance()
    assert [(entry["kind"], entry["amount"], entry["balance_after"]) for entry in entries(buyer)] == [("top_up", 1, 300001), ("top_up", 300000, 300000)]


@pytest.mark.parametrize("amount", [0, -1, 10000001, 1.5, "5", None, True, [], {}, 2 ** 63, 2 ** 64 + 1, -2 ** 63])
def test_a_wrong_amount_is_refused(world, amount):
    buyer = world.buyer()
    buyer.call("POST", "/v1/wallet/top-ups", {"amount": amount}, code="validation_failed")
    assert buyer.balance() == 0


@pytest.mark.parametrize("body", [b'{"amount":1e3}', b'{"amount":1.0}', b'{"amount":10,"amount":20}', b'{"amount":10,"bonus":1}', b"{}",
                                  b'{"amount":1e400}', b'{"amount":99999999999999999999999999}', b'{"amount":0x10}', b'{"amount":-0}', b'{"amount":01}'])
def test_a_number_that_is_not_an_exact_integer_is_refused(world, body):
    buyer = world.buyer()
    answer = buyer.call("POST", "/v1/wallet/top-ups", body)
    assert answer.code in ("validation_failed", "malformed_json"), answer
    assert buyer.balance() == 0


def test_bounds_of_a_top_up_are_in(world):
    buyer = world.buyer()
    buyer.top_up(1)
    assert buyer.top_up(10000000)["balance"] == 10000001


# ---- payments ----

def test_a_payment_takes_the_total_and_gives_tickets(world):
    concert = world.concert(price=154000)
    buyer = world.inside(concert, money=400000)
    order, payment = buyer.buy(concert.show, "A-3-1", "A-3-2")
    assert (payment["amount"], payment["balance_after"], payment["order_id"]) == (308000, 92000, order["order_id"])
    assert [ticket["seat"] for ticket in payment["tickets"]] == ["A-3-1", "A-3-2"]
    assert len({ticket["code"] for ticket in payment["tickets"]}) == 2
    assert buyer.balance() == 92000
    paid = buyer.order(order["order_id"], status=200)
    assert paid["status"] == "paid" and paid["tickets"] == payment["tickets"]
    for name in ("payment_id", "amount", "balance_after", "paid_at"):
        assert paid["payment"][name] == payment[name]
    newest = entries(buyer)[0]
    assert (newest["kind"], abs(newest["amount"]), newest["balance_after"], newest["order_id"]) == ("payment", 308000, 92000, order["order_id"])
    statuses = {seat["seat"]: seat["status"] for seat in world.inside(concert).seats(concert.show, "?status=all")["seats"]}
    assert statuses["A-3-1"] == statuses["A-3-2"] == "sold"


def test_a_balance_equal_to_the_total_pays(world):
    concert = world.concert(price=10000)
    buyer = world.inside(concert, money=10000)
    _, payment = buyer.buy(concert.show, "A-1-1")
    assert payment["balance_after"] == 0 == buyer.balance()


def test_too_little_leaves_the_hold_as_it_was(world):
    concert = world.concert(price=10000)
    buyer = world.inside(concert, money=9999)
    order = buyer.hold(concert.show, "A-1-1", status=201)
    refused = buyer.pay(order["order_id"], code="insufficient_balance")
    assert (refused["balance"], refused["required"]) == (9999, 10000)
    assert buyer.order(order["order_id"], status=200)["hold_expires_at"] == order["hold_expires_at"]
    assert buyer.balance() == 9999
    buyer.top_up(1)
    buyer.pay(order["order_id"], status=201)


def test_the_entry_is_used_up_by_a_payment(world):
    concert = world.concert()
    buyer = world.inside(concert, money=20000)
    order, payment = buyer.buy(concert.show, "A-1-1")
    buyer.seats(concert.show, code="entry_token_expired")
    buyer.call("GET", f"/v1/concerts/{concert.id}/shows", code="entry_token_expired")
    buyer.hold(concert.show, "A-1-2", code="entry_token_expired")
    again = buyer.pay(order["order_id"], status=200)
    assert again.json == payment.json and buyer.balance() == 10000


def test_a_payment_needs_the_entry_of_this_concert(world):
    concert, other = world.concert(), world.concert()
    buyer = world.inside(concert, money=10000)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    entry = buyer.entry_token
    buyer.pay(order, entry=False, code="entry_token_required")
    buyer.pay(order, Entry_Token="x", code="entry_token_invalid")
    buyer.enter(other)
    buyer.pay(order, code="entry_token_invalid")
    buyer.pay(order, Entry_Token=entry, status=201)


def test_a_payment_takes_no_price_from_the_caller(world):
    concert = world.concert()
    buyer = world.inside(concert, money=10000)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    buyer.pay(order, body={"amount": 1}, code="validation_failed")
    buyer.pay(order, body={}, status=201)


def test_what_is_not_there_cannot_be_paid(world):
    buyer = world.inside(world.concert(), money=10000)
    buyer.pay("order_01jd8z6t2hfb9r8y5w3k7m4n0q", code="not_found")


# ---- tickets ----

def test_tickets_are_listed_and_drawn_as_qr_codes(world):
    concert = world.concert()
    buyer = world.inside(concert, money=20000)
    _, payment = buyer.buy(concert.show, "A-1-1", "A-1-2")
    tickets = buyer.call("GET", "/v1/tickets", status=200)["items"]
    assert {ticket["code"] for ticket in tickets} == {ticket["code"] for ticket in payment["tickets"]}
    assert {ticket["concert_title"] for ticket in tickets} == {concert.answer["title"]} and {ticket["venue"] for ticket in tickets} == {"Seoul Hall"}
    assert parse_time(tickets[0]["starts_at"]) == parse_time(concert.answer["shows"][0]["starts_at"])
    qr = buyer.call("GET", f"/v1/tickets/{tickets[0]['ticket_id']}/qr.svg", status=200)
    assert b"<svg" in qr.body and b"<script" not in qr.body and qr.header("cache-control") == "no-store"
    world.buyer().call("GET", f"/v1/tickets/{tickets[0]['ticket_id']}/qr.svg", code="not_found")
    buyer.call("GET", "/v1/tickets/ticket_01jd8z6t2hfb9r8y5w3k7m4n0q/qr.svg", code="not_found")
    assert world.buyer().call("GET", "/v1/tickets", status=200)["items"] == []


# ---- money is conserved ----

def test_every_balance_follows_from_its_entries(world):
    concert = world.concert()
    buyer = world.inside(concert, money=50000)
    order, _ = buyer.buy(concert.show, "A-1-1", "A-1-2")
    world.staff("POST", f"/orders/{order['order_id']}/refunds", {"reason": "asked"}, status=201)
    listed = entries(buyer)
    assert [entry["kind"] for entry in listed] == ["refund", "payment", "top_up"]
    balance = 0
    for entry in reversed(listed):
        balance += -abs(entry["amount"]) if entry["kind"] == "payment" else entry["amount"]
        assert entry["balance_after"] == balance
    assert buyer.balance() == balance == 50000
    world.server.check()
