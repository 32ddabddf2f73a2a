"""One row for each code of the contract, and which refusal comes first where several apply."""
import threading
import time

import pytest

from tests.lib.contract import SPEC, STATUS_OF
from tests.lib.server import eventually
from tests.lib.stream import exchange
from tests.lib.world import World, in_seconds, together

NOBODY = "order_01jd8z6t2hfb9r8y5w3k7m4n0q"
ROWS = {}


def row(code):
    """The function makes the server refuse with this code and gives the answer (an Answer, or raw bytes)."""
    def register(function):
        ROWS[code] = function
        return function
    return register


@row("malformed_json")
def _(world):
    return world.buyer().call("POST", "/v1/wallet/top-ups", b"{")


@row("bad_request")
def _(world):
    return exchange(world.server, b"GET /livez HTTP/1.1\r\n\r\n")[0]


@row("unauthenticated")
def _(world):
    return world.client.get("/v1/users/me")


@row("bad_credentials")
def _(world):
    return world.client.post("/v1/sessions", {"email": "nobody@example.com", "password": "wrong"})


@row("insufficient_balance")
def _(world):
    concert = world.concert()
    buyer = world.inside(concert)
    return buyer.pay(buyer.hold(concert.show, "A-1-1", status=201)["order_id"])


@row("queue_token_required")
def _(world):
    return world.client.get("/v1/queue-tokens/current")


@row("queue_token_invalid")
def _(world):
    return world.client.get("/v1/queue-tokens/current", Queue_Token="x")


@row("entry_token_required")
def _(world):
    return world.buyer().hold(world.concert().show, "A-1-1")


@row("entry_token_invalid")
def _(world):
    return world.buyer().hold(world.concert().show, "A-1-1", Entry_Token="x")


@row("entry_token_expired")
def _(world):
    concert = world.concert()
    buyer = world.inside(concert)
    buyer.leave(status=204)
    return buyer.hold(concert.show, "A-1-1")


@row("forbidden")
def _(world):
    return world.staff("POST", "/concerts", world.concert_body(), role="viewer")


@row("not_found")
def _(world):
    return world.buyer().order(NOBODY)


@row("method_not_allowed")
def _(world):
    return world.client.send("PUT", "/v1/users")


@row("request_timeout")
def _(world):
    return exchange(world.server, b"GET /livez HTTP/1.1\r\nHost: a\r\nX-Slow: ", timeout=40)[0]


@row("payload_too_large")
def _(world):
    return exchange(world.server, b"POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99000000\r\n\r\n")[0]


@row("uri_too_long")
def _(world):
    return exchange(world.server, b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: a\r\n\r\n")[0]


@row("unsupported_media_type")
def _(world):
    return world.buyer().call("POST", "/v1/wallet/top-ups", b"amount=1", Content_Type="application/x-www-form-urlencoded")


@row("headers_too_large")
def _(world):
    return exchange(world.server, b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 100000 + b"\r\n\r\n")[0]


@row("seat_taken")
def _(world):
    concert = world.concert()
    world.inside(concert).hold(concert.show, "A-1-1", status=201)
    return world.inside(concert).hold(concert.show, "A-1-1")


@row("not_enough_seats")
def _(world):
    concert = world.concert(rows=1, seats_per_row=1)
    return world.inside(concert).hold(concert.show, best=2)


@row("seat_limit_reached")
def _(world):
    concert = world.concert(max_seats_per_user=1)
    return world.inside(concert).hold(concert.show, "A-1-1", "A-1-2")


@row("order_not_payable")
def _(world):
    concert = world.concert()
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    buyer.cancel(order, status=204)
    return buyer.pay(order)


@row("order_not_cancellable")
def _(world):
    concert = world.concert()
    buyer = world.inside(concert, money=10000)
    return buyer.cancel(buyer.buy(concert.show, "A-1-1")[0]["order_id"])


@row("order_not_extendable")
def _(world):
    concert = world.concert()
    buyer = world.inside(concert)
    path = f"/v1/orders/{buyer.hold(concert.show, 'A-1-1', status=201)['order_id']}/extensions"
    buyer.call("POST", path, status=200)
    return buyer.call("POST", path)


@row("email_taken")
def _(world):
    person = world.account()
    return world.client.post("/v1/users", {"email": person.email, "password": "12345678", "name": "x"})


@row("queue_closed")
def _(world):
    return world.buyer().join(world.concert(closes_at=in_seconds(-1)), status=409)


@row("sale_not_open")
def _(world):
    return world.buyer().join(world.concert(opens_at=in_seconds(600)), status=409)


@row("ticket_void")
def _(world):
    concert = world.concert()
    order, payment = world.inside(concert, money=10000).buy(concert.show, "A-1-1")
    world.staff("POST", f"/orders/{order['order_id']}/refunds", {"reason": "x"}, status=201)
    return world.staff("POST", "/check-ins", {"code": payment["tickets"][0]["code"]})


@row("already_refunded")
def _(world):
    concert = world.concert()
    path = f"/orders/{world.inside(concert, money=10000).buy(concert.show, 'A-1-1')[0]['order_id']}/refunds"
    world.staff("POST", path, {"reason": "x"}, status=201)
    return world.staff("POST", path, {"reason": "x"})


@row("hold_expired")
def _(world):
    concert = world.concert(hold_seconds=1)
    buyer = world.inside(concert, money=10000)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    eventually(lambda: buyer.order(order, status=200)["status"] == "expired", 3)
    return buyer.pay(order)


@row("precondition_failed")
def _(world):
    return world.staff("PATCH", f"/concerts/{world.concert().id}", {"title": "x"}, If_Match='"other"')


@row("precondition_required")
def _(world):
    return world.staff("PATCH", f"/concerts/{world.concert().id}", {"title": "x"})


@row("validation_failed")
def _(world):
    return world.buyer().call("POST", "/v1/wallet/top-ups", {"amount": 0})


@row("idempotency_key_reused")
def _(world):
    buyer = world.buyer()
    buyer.top_up(1, Idempotency_Key="k")
    return buyer.top_up(2, status=422, Idempotency_Key="k")


@row("rate_limited")
def _(world):
    person = world.account()
    answers = [world.client.post("/v1/sessions", {"email": person.email, "password": "wrong"}) for _ in range(8)]
    return answers[-1]


@row("overloaded")
def _(world):
    """More sign-ins at once than the hashing pool's line holds."""
    answers = together(400, lambda n: world.client.send("POST", "/v1/sessions", {"email": f"n{n}@example.com", "password": "x"}), threads=200)
    return next((answer for answer in answers if answer.status == 503), answers[0])


@row("outcome_unknown")
def _(world):
    buyer = world.buyer()
    buyer.top_up(1)
    with world.server.hanging_disk():
        answer = buyer.top_up(5, status=None, Idempotency_Key="k")
    # Asked again with the same key, the fate is known, and it happened once.
    eventually(lambda: buyer.top_up(5, status=None, Idempotency_Key="k").status == 201, 10, 0.1)
    assert buyer.balance() == 6
    return answer


@row("idempotency_in_progress")
def _(world):
    buyer = world.buyer()
    buyer.top_up(1)
    with world.server.hanging_disk():
        first = threading.Thread(target=lambda: buyer.top_up(5, status=None, Idempotency_Key="k"))
        first.start()
        time.sleep(0.3)  # the first is under way: it is stuck in its commit
        answer = buyer.top_up(5, status=None, Idempotency_Key="k")
    first.join()
    assert eventually(lambda: buyer.balance() == 6)
    return answer


@row("shutting_down")
def _(world):
    """A load balancer asks while the server drains."""
    assert world.client.get("/readyz").status == 200
    world.server.process.terminate()
    return eventually(lambda: (lambda answer: answer if answer.status != 200 else None)(world.client.get("/readyz")), 2)


# These change or stop their server, so each has its own.
OWN_SERVER = {"outcome_unknown", "idempotency_in_progress", "shutting_down", "overloaded"}
# The contract reserves it for a resource with several forms; there is none, and every form is given whatever is accepted.
WITHOUT_RESOURCE = {"not_acceptable"}


def test_the_table_covers_every_code_of_the_contract():
    assert set(ROWS) | WITHOUT_RESOURCE == set(SPEC["components"]["schemas"]["Code"]["enum"])
    assert not set(ROWS) & WITHOUT_RESOURCE


@pytest.mark.parametrize("code", ROWS)
def test_every_code_is_answered(world, make_server, code):
    answer = ROWS[code](World(make_server("[http]\ndrain_seconds = 3\n", slow_sync=True).start()) if code in OWN_SERVER else world)
    if isinstance(answer, bytes):
        head, _, body = answer.partition(b"\r\n\r\n")
        assert int(head.split()[1]) == STATUS_OF[code], answer[:300]
        assert f'"code":"{code}"'.encode() in body.replace(b" ", b""), answer
        return
    assert answer.code == code, answer
    assert answer.status == answer["status"] == STATUS_OF[code]


# ---- the first of several refusals ----

def test_authentication_comes_before_everything_but_the_message(world):
    bad = {"Idempotency_Key": "k", "Entry_Token": "x"}
    world.client.post("/v1/orders", b"{", code="unauthenticated", **bad)
    world.client.post(f"/v1/orders/{NOBODY}/payments", {"x": 1}, code="unauthenticated", **bad)
    world.client.get("/v1/staff/audit?limit=0", code="unauthenticated")


def test_the_role_comes_before_existence_and_shape(world):
    world.staff("POST", f"/orders/{NOBODY}/refunds", {}, role="viewer", code="forbidden")
    world.staff("POST", "/concerts", {"x": 1}, role="gate", code="forbidden")


def test_idempotency_comes_before_the_entry(world):
    concert = world.concert()
    buyer = world.inside(concert)
    buyer.hold(concert.show, "A-1-1", status=201, Idempotency_Key="k")
    buyer.hold(concert.show, "A-1-2", code="idempotency_key_reused", Entry_Token="x", Idempotency_Key="k")


def test_the_entry_comes_before_existence_and_shape(world):
    buyer = world.buyer()
    for body in ({"show_id": "show_01jd8z6t2hfb9r8y5w3k7m4n0q", "seats": ["A-1-1"]}, {"seats": 5}, {}):
        buyer.call("POST", "/v1/orders", body, code="entry_token_required")
        buyer.call("POST", "/v1/orders", body, code="entry_token_invalid", Entry_Token="x")
    buyer.pay(NOBODY, body={"x": 1}, code="entry_token_required")


def test_existence_comes_before_shape(world):
    buyer = world.inside(world.concert())
    buyer.pay(NOBODY, body={"x": 1}, code="not_found")
    world.staff("POST", f"/orders/{NOBODY}/refunds", {}, role="admin", code="not_found")
    world.staff("POST", "/concerts/concert_01jd8z6t2hfb9r8y5w3k7m4n0q/queue/actions", {"action": "x"}, code="not_found")


def test_shape_comes_before_state(world):
    concert = world.concert()
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    buyer.cancel(order, status=204)
    buyer.pay(order, body={"x": 1}, code="validation_failed")


def test_state_comes_before_money(world):
    concert = world.concert()
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    buyer.cancel(order, status=204)
    assert buyer.balance() == 0
    buyer.pay(order, code="order_not_payable")


def test_time_comes_before_the_limit_and_the_limit_before_seats(world):
    concert = world.concert(max_seats_per_user=1)
    first, second = world.inside(concert), world.inside(concert)
    first.hold(concert.show, "A-1-1", status=201)
    second.hold(concert.show, "A-1-1", "A-1-2", code="seat_limit_reached")
    second.hold(concert.show, "A-1-1", code="seat_taken")
    world.act(concert, "close")
    second.hold(concert.show, "A-1-1", "A-1-2", code="sale_not_open")


def test_time_comes_before_money(world):
    concert = world.concert(hold_seconds=1)
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    eventually(lambda: buyer.pay(order).code == "hold_expired", 3)
