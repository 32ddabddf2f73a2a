"""What staff do, with which role, and what of it is written down."""
import pytest

from tests.lib.contract import OPERATIONS
from tests.lib.server import eventually
from tests.lib.world import in_seconds

STAFF = [operation for operation in OPERATIONS if operation.role]
INCLUDES = {"viewer": {"any", "viewer"}, "gate": {"any", "gate"}, "manager": {"any", "viewer", "gate", "manager"},
            "admin": {"any", "viewer", "gate", "manager", "admin"}}
IDS = {"concert_id": "concert_01jd8z6t2hfb9r8y5w3k7m4n0q", "show_id": "show_01jd8z6t2hfb9r8y5w3k7m4n0q", "order_id": "order_01jd8z6t2hfb9r8y5w3k7m4n0q",
       "user_id": "user_01jd8z6t2hfb9r8y5w3k7m4n0q", "ticket_id": "ticket_01jd8z6t2hfb9r8y5w3k7m4n0q", "staff_key_id": "staffkey_01jd8z6t2hfb9r8y5w3k7m4n0q"}


def target(operation):
    return operation.path.format(**IDS)


# ---- who may ----

@pytest.mark.parametrize("operation", STAFF, ids=repr)
def test_a_staff_call_needs_a_key_of_the_role_or_a_stronger_one(world, operation):
    path = target(operation)
    world.client.call(operation.method, path, code="unauthenticated")
    world.client.call(operation.method, path, code="unauthenticated", Authorization="Bearer " + "x" * 40)
    user = world.client.call(operation.method, path, Authorization=f"Bearer {world.buyer().token}")
    assert user.status in (401, 403), user
    for role, included in INCLUDES.items():
        answer = world.client.send(operation.method, path, headers={"Authorization": f"Bearer {world.key(role)}"}) \
            if "events" not in path else world.client.send("HEAD", path, headers={"Authorization": f"Bearer {world.key(role)}"})
        if operation.role in included:
            assert answer.status not in (401, 403), (role, answer)
        else:
            assert answer.status == 403, (role, answer)


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if {"user"} in op.callers or {"user", "entry"} in op.callers], ids=repr)
def test_a_staff_key_is_no_user(world, operation):
    path = target(operation)
    world.client.call(operation.method, path, code="unauthenticated")
    assert world.client.call(operation.method, path, Authorization=f"Bearer {world.key('admin')}").status in (401, 403)


@pytest.mark.parametrize("operation", [op for op in OPERATIONS if {"user", "entry"} in op.callers], ids=repr)
def test_shopping_needs_an_entry(world, operation):
    buyer = world.buyer()
    buyer.call(operation.method, target(operation), code="entry_token_required")
    buyer.call(operation.method, target(operation), code="entry_token_invalid", Entry_Token="x")


def test_a_new_key_is_known_within_a_second(world):
    key = world.server.staff_key("viewer", name="late")
    eventually(lambda: world.client.send("GET", "/v1/staff/concerts", headers={"Authorization": f"Bearer {key}"}).status == 200, 1)


# ---- concerts ----

def test_a_concert_is_made_shown_and_changed(world):
    body = world.concert_body(shows=2, published=False)
    body["shows"][0]["doors_at"] = in_seconds(86400 * 30 - 3600)
    made = world.staff("POST", "/concerts", body, role="manager", status=201)
    assert [show["starts_at"] for show in made["shows"]] == [show["starts_at"] for show in body["shows"]]
    assert made["shows"][0]["doors_at"] == body["shows"][0]["doors_at"] and made["shows"][1]["doors_at"] is None
    path = f"/concerts/{made['concert_id']}"
    found = world.staff("GET", path, role="viewer", status=200)
    assert found["published"] is False and found["title"] == body["title"]
    assert made["concert_id"] in [item["concert_id"] for item in world.staff("GET", "/concerts?limit=100", role="viewer", status=200)["items"]]
    etag = found.header("etag")
    world.staff("PATCH", path, {"title": "New"}, role="manager", code="precondition_required")
    world.staff("PATCH", path, {"title": "New"}, role="manager", code="precondition_failed", If_Match='"other"')
    changed = world.staff("PATCH", path, {"title": "New", "sale": {"hold_seconds": 120}}, role="manager", status=200, If_Match=etag)
    assert (changed["title"], changed["sale"]["hold_seconds"], changed["artist"]) == ("New", 120, body["artist"])
    world.staff("PATCH", path, {"title": "Newer"}, role="manager", code="precondition_failed", If_Match=etag)
    world.staff("PATCH", path, {"published": True}, role="manager", code="validation_failed", If_Match=changed.header("etag"))
    published = world.staff("POST", f"{path}/publish", role="manager", status=200)
    assert published["published"] is True


@pytest.mark.parametrize("path, value", [
    ("title", ""), ("title", 5), ("title", None), ("artist", "x" * 5000), ("published", "yes"), ("published", None), ("shows", []), ("shows", {}),
    ("colour", "red"), ("sale.capacity", 0), ("sale.capacity", 10000001), ("sale.entries_per_minute", 0), ("sale.entries_per_minute", 100000001),
    ("sale.people_per_seat", -1), ("sale.people_per_seat", 1001), ("sale.entry_seconds", 9), ("sale.entry_seconds", 86401), ("sale.claim_seconds", 0),
    ("sale.claim_seconds", 3601), ("sale.hold_seconds", 0), ("sale.hold_seconds", 3601), ("sale.max_seats_per_user", 0), ("sale.max_seats_per_user", 101),
    ("sale.draw", 1), ("sale.opens_at", "tomorrow"), ("sale.opens_at", None), ("sale.opens_at", "2026-13-01T00:00:00.000Z"), ("sale.speed", 1),
    ("sale.lobby_opens_at", "2999-01-01T00:00:00.000Z"), ("sale.closes_at", "2000-01-01T00:00:00.000Z"), ("time_zone", ""),
    ("shows.0.starts_at", "never"), ("shows.0.seat_map", {}), ("shows.0.seat_map.sections", []), ("shows.0.seat_map.sections.0.name", "A-B"),
    ("shows.0.seat_map.sections.0.name", ""), ("shows.0.seat_map.sections.0.rows", 0), ("shows.0.seat_map.sections.0.seats_per_row", 0),
    ("shows.0.seat_map.sections.0.price", -1), ("shows.0.seat_map.sections.0.price", 1.5), ("shows.0.seat_map.sections.0.colour", "red"),
])
def test_a_wrong_concert_is_refused_and_the_field_is_named(world, path, value):
    body = world.concert_body()
    node = body
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    for part in parents:
        node = node[part]
    node[last] = value
    refused = world.staff("POST", "/concerts", body, role="manager", code="validation_failed")
    assert any(error["pointer"].startswith("/" + "/".join(map(str, parents))) for error in refused["errors"]), refused


@pytest.mark.parametrize("name, low, high", [("capacity", 1, 10000000), ("entries_per_minute", 1, 100000000), ("people_per_seat", 0, 1000),
                                             ("entry_seconds", 10, 86400), ("claim_seconds", 1, 3600), ("hold_seconds", 1, 3600), ("max_seats_per_user", 1, 100)])
def test_the_bounds_of_a_sale_are_in(world, name, low, high):
    for value in (low, high):
        assert world.concert(rows=1, **{name: value}).answer["sale"][name] == value


def test_two_sections_have_two_names(world):
    section = {"name": "A", "price": 1, "rows": 1, "seats_per_row": 1}
    world.staff("POST", "/concerts", world.concert_body(sections=[section, section]), code="validation_failed")


# ---- seats ----

def test_seats_are_blocked_and_unblocked(world):
    concert = world.concert(rows=3, seats_per_row=4)
    buyer, path = world.inside(concert), f"/shows/{concert.show}/seats/actions"
    buyer.hold(concert.show, "A-1-1", status=201)
    blocked = world.staff("POST", path, {"action": "block", "section": "A", "rows": {"from": 2, "to": 3}, "reason": "crane"}, role="manager", status=200)
    assert blocked["available"] == 3 and blocked["changed"] == 8
    assert world.staff("POST", path, {"action": "block", "seats": ["A-1-1", "A-1-2"], "reason": "x"}, code="seat_taken")["seats"] == ["A-1-1"]
    assert world.staff("POST", path, {"action": "unblock", "seats": ["A-2-1"], "reason": "x"}, status=200)["available"] == 4
    buyer.hold(concert.show, "A-2-1", status=201)
    for wrong in ({"seats": ["A-9-9"]}, {"section": "Z", "rows": {"from": 1, "to": 1}}, {"section": "A", "rows": {"from": 2, "to": 1}},
                  {"section": "A", "rows": {"from": 0, "to": 1}}, {"section": "A", "rows": {"from": 1, "to": 99}}, {}, {"seats": []}):
        world.staff("POST", path, {"action": "block", "reason": "x", **wrong}, code="validation_failed")


def test_complimentary_tickets_cost_nothing_and_open_the_door(world):
    concert = world.concert()
    given = world.staff("POST", f"/shows/{concert.show}/complimentary", {"seats": ["A-1-1", "A-1-2"], "name": "Press", "reason": "review"},
                        role="manager", status=201)
    assert [ticket["seat"] for ticket in given["tickets"]] == ["A-1-1", "A-1-2"]
    world.inside(concert).hold(concert.show, "A-1-1", code="seat_taken")
    world.staff("POST", "/check-ins", {"code": given["tickets"][0]["code"]}, role="gate", status=200)
    world.staff("POST", f"/shows/{concert.show}/complimentary", {"seats": ["A-1-1"], "name": "Press", "reason": "x"}, code="seat_taken")


# ---- orders, refunds, check-ins ----

def test_orders_are_found_by_what_they_are(world):
    concert = world.concert(shows=2)
    buyer = world.inside(concert, money=10000)
    order, _ = buyer.buy(concert.show, "A-1-1")
    other = world.inside(concert).hold(concert.shows[1], "A-1-1", status=201)["order_id"]
    me = buyer.call("GET", "/v1/users/me")["user_id"]

    def found(query):
        return [item["order_id"] for item in world.staff("GET", f"/orders?{query}", role="viewer", status=200)["items"]]

    assert found(f"concert_id={concert.id}") == [other, order["order_id"]]
    assert found(f"show_id={concert.show}") == [order["order_id"]] == found(f"user_id={me}") == found(f"concert_id={concert.id}&status=paid")
    for wrong in ("status=new", "show_id=x", "user_id=order_01jd8z6t2hfb9r8y5w3k7m4n0q"):
        world.staff("GET", f"/orders?{wrong}", code="validation_failed")


def test_a_refund_gives_money_back_frees_seats_and_voids_tickets(world):
    concert = world.concert()
    buyer = world.inside(concert, money=25000)
    order, payment = buyer.buy(concert.show, "A-1-1", "A-1-2")
    refund = world.staff("POST", f"/orders/{order['order_id']}/refunds", {"reason": "ill"}, role="admin", status=201)
    assert (refund["amount"], refund["checked_in"]) == (20000, False)
    assert buyer.balance() == 25000 and buyer.order(order["order_id"])["status"] == "refunded"
    assert {ticket["status"] for ticket in buyer.call("GET", "/v1/tickets")["items"]} <= {"void"}
    world.staff("POST", "/check-ins", {"code": payment["tickets"][0]["code"]}, role="gate", code="ticket_void")
    world.staff("POST", f"/orders/{order['order_id']}/refunds", {"reason": "again"}, code="already_refunded")
    assert buyer.pay(order["order_id"], code="order_not_payable")["order_status"] == "refunded"
    world.inside(concert).hold(concert.show, "A-1-1", status=201)


def test_a_hold_is_not_refunded(world):
    concert = world.concert()
    order = world.inside(concert).hold(concert.show, "A-1-1", status=201)["order_id"]
    assert world.staff("POST", f"/orders/{order}/refunds", {"reason": "x"}).status == 409
    world.staff("POST", "/orders/order_01jd8z6t2hfb9r8y5w3k7m4n0q/refunds", {"reason": "x"}, code="not_found")


def test_a_ticket_opens_the_door_once(world):
    concert = world.concert()
    buyer = world.inside(concert, money=10000)
    order, payment = buyer.buy(concert.show, "A-1-1")
    code = payment["tickets"][0]["code"]
    first = world.staff("POST", "/check-ins", {"code": code}, role="gate", status=200)
    assert (first["ticket_id"], first["seat"], first["duplicate"]) == (payment["tickets"][0]["ticket_id"], "A-1-1", False)
    second = world.staff("POST", "/check-ins", {"code": code}, role="gate", status=200)
    assert second["duplicate"] is True and second["first_checked_in_at"] == first["first_checked_in_at"]
    refund = world.staff("POST", f"/orders/{order['order_id']}/refunds", {"reason": "x"}, status=201)
    assert refund["checked_in"] is True
    world.staff("POST", "/check-ins", {"code": "0" * 26}, role="gate", code="not_found")
    world.staff("POST", "/check-ins", {}, role="gate", code="validation_failed")


def test_a_cancelled_show_refunds_everybody(world):
    concert = world.concert(shows=2, max_seats_per_user=4)
    buyers = [world.inside(concert, money=10000) for _ in range(5)]
    orders = [buyer.buy(concert.show, f"A-1-{number}")[0]["order_id"] for number, buyer in enumerate(buyers, 1)]
    holder = world.inside(concert)
    held = holder.hold(concert.show, "A-2-1", status=201)["order_id"]
    path = f"/shows/{concert.show}/cancellation"
    world.staff("GET", path, role="viewer", code="not_found")
    world.staff("POST", path, {"reason": "storm"}, role="admin", status=202)
    progress = eventually(lambda: (lambda found: found if found["done"] else None)(world.staff("GET", path, role="viewer", status=200)))
    assert (progress["refunded"], progress["remaining"]) == (5, 0)
    assert {buyer.balance() for buyer in buyers} == {10000}
    assert {buyer.order(order)["status"] for buyer, order in zip(buyers, orders)} == {"refunded"}
    assert holder.order(held)["status"] in ("cancelled", "expired")
    shows = holder.call("GET", f"/v1/concerts/{concert.id}/shows", status=200)["items"]
    assert [show["show_id"] for show in shows] == concert.shows[1:]


# ---- figures, audit, people ----

def test_the_figures_add_up(world):
    concert = world.concert(capacity=3)
    holder, payer = world.inside(concert), world.inside(concert, money=20000)
    holder.hold(concert.show, "A-1-1", "A-1-2", status=201)
    payer.buy(concert.show, "A-2-1")
    for _ in range(4):
        world.buyer().join(concert, status=201)
    figures = eventually(lambda: (lambda found: found if found["admitted"] + found["called"] == 3 else None)(world.stats(concert)))
    assert (figures["waiting"], figures["sold"], figures["revenue"], figures["missed"]) == (2, 1, 10000, 0)
    assert figures["holds"] in (1, 2)  # seats or orders


def test_every_change_is_in_the_audit_log_with_its_reason(world):
    concert = world.concert()
    world.staff("POST", f"/concerts/{concert.id}/queue/actions", {"action": "pause", "reason": "smoke in hall 3"}, role="manager", status=200)
    world.staff("POST", f"/shows/{concert.show}/seats/actions", {"action": "block", "seats": ["A-1-1"], "reason": "crane 7"}, role="manager", status=200)
    found = {entry["reason"]: entry for entry in world.staff("GET", "/audit?limit=10", role="admin", status=200)["items"]}
    blocked, paused = found["crane 7"], found["smoke in hall 3"]
    assert blocked["staff_key_id"] == paused["staff_key_id"] is not None and paused["at"] <= blocked["at"]
    assert concert.id in (paused["target"], str(paused["detail"])) and blocked["action"] != paused["action"]


def test_a_person_is_forgotten_and_the_ledger_stays(world):
    person = world.account()
    concert = world.concert()
    person.enter(concert)
    person.top_up(10000)
    order, _ = person.buy(concert.show, "A-1-1")
    world.staff("DELETE", f"/users/{person.user_id}", {}, role="admin", code="validation_failed")
    world.staff("DELETE", f"/users/{person.user_id}", {"reason": "asked to"}, role="admin", status=204)
    person.call("GET", "/v1/users/me", code="unauthenticated")
    world.client.post("/v1/sessions", {"email": person.email, "password": person.password}, code="bad_credentials")
    kept = world.staff("GET", f"/orders?user_id={person.user_id}", status=200)["items"]
    assert [item["order_id"] for item in kept] == [order["order_id"]]
    world.staff("DELETE", "/users/user_01jd8z6t2hfb9r8y5w3k7m4n0q", {"reason": "x"}, role="admin", code="not_found")
    world.server.check()


# ---- top-ups by staff ----

def test_staff_top_up_wallets_where_the_setting_says_so(make_server):
    from tests.lib.world import World
    world = World(make_server('[wallet]\ntop_ups = "staff"\n').start())
    buyer = world.buyer()
    buyer.call("POST", "/v1/wallet/top-ups", {"amount": 5}, code="forbidden")
    buyer.join(world.concert(), status=201)  # the first write makes the user's row
    user = buyer.call("GET", "/v1/users/me")["user_id"]
    given = world.staff("POST", f"/wallets/{user}/top-ups", {"amount": 700, "reason": "voucher"}, role="admin", status=201)
    assert given["balance"] == 700 == buyer.balance()
    world.staff("POST", f"/wallets/{user}/top-ups", {"amount": 700}, role="admin", code="validation_failed")
