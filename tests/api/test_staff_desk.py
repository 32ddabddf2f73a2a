"""What the staff's pages rest on: keys, the past of the figures, the audit of a concert, lists for gates."""
import base64
import hashlib
import secrets

import pytest

from tests.lib.server import eventually

NOBODY = "staffkey_01jd8z6t2hfb9r8y5w3k7m4n0q"


def new_secret():
    """A key's secret and its hash, as whoever makes a key makes them."""
    secret = "frs_" + base64.urlsafe_b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return secret, hashlib.sha256(secret.encode()).hexdigest()


def bearer(secret):
    return {"headers": {"Authorization": f"Bearer {secret}"}}


# ---- keys ----

@pytest.mark.parametrize("role", ["viewer", "manager", "admin", "gate"])
def test_a_key_that_was_made_over_http_works_until_it_is_revoked(world, role):
    secret, key_hash = new_secret()
    assert world.client.send("GET", "/v1/staff/keys/current", **bearer(secret)).status == 401
    made = world.staff("POST", "/keys", {"role": role, "name": "Door 3", "key_hash": key_hash, "reason": "a new door"}, role="admin", status=201)
    assert (made["role"], made["name"], made["revoked_at"]) == (role, "Door 3", None)
    own = world.client.send("GET", "/v1/staff/keys/current", **bearer(secret))
    assert own.status == 200 and own.json == made.json
    assert made["staff_key_id"] in [key["staff_key_id"] for key in world.staff("GET", "/keys", role="admin", status=200)["items"]]
    world.staff("DELETE", f"/keys/{made['staff_key_id']}", {}, role="admin", code="validation_failed")
    world.staff("DELETE", f"/keys/{made['staff_key_id']}", {"reason": "lost"}, role="admin", status=204)
    assert world.client.send("GET", "/v1/staff/keys/current", **bearer(secret)).status == 401
    world.staff("DELETE", f"/keys/{made['staff_key_id']}", {"reason": "again"}, role="admin", status=204)
    log = [entry for entry in world.staff("GET", "/audit", role="admin", status=200)["items"] if entry["target"] == made["staff_key_id"]]
    assert [(entry["action"], entry["reason"]) for entry in log] == [("staff_key.revoke", "lost"), ("staff_key.create", "a new door")]
    assert log[0]["staff_key_id"] is not None


def test_a_retry_makes_one_key_and_no_answer_has_its_secret(world):
    secret, key_hash = new_secret()
    body = {"role": "gate", "name": "Door 4", "key_hash": key_hash, "reason": "a new door"}
    first = world.staff("POST", "/keys", body, role="admin", status=201, Idempotency_Key="door-4")
    again = world.staff("POST", "/keys", body, role="admin", status=201, Idempotency_Key="door-4")
    assert again.body == first.body and again.header("idempotent-replayed") == "true"
    assert secret.encode() not in first.body and key_hash.encode() not in first.body
    assert any("key_hash" in error["pointer"] for error in world.staff("POST", "/keys", body, role="admin", code="validation_failed")["errors"])


@pytest.mark.parametrize("field, value", [("role", "owner"), ("name", ""), ("name", "x" * 101), ("key_hash", "ab"), ("key_hash", "g" * 64), ("reason", ""), ("key", "frs_x")])
def test_a_wrong_key_is_refused_and_the_field_is_named(world, field, value):
    body = {"role": "gate", "name": "Door", "key_hash": new_secret()[1], "reason": "x", field: value}
    errors = world.staff("POST", "/keys", body, role="admin", code="validation_failed")["errors"]
    assert [error["pointer"] for error in errors] == [f"/{field}"]


def test_a_key_that_nobody_has_is_not_revoked(world):
    world.staff("DELETE", f"/keys/{NOBODY}", {"reason": "x"}, role="admin", code="not_found")


# ---- the past ----

def test_a_page_that_is_opened_later_sees_the_past(world):
    concert = world.concert()
    buyer = world.inside(concert, money=10000)
    buyer.buy(concert.show, "A-1-1")
    path = f"/concerts/{concert.id}/history"
    past = eventually(lambda: (lambda found: found if found["sold"] and found["sold"][-1] == 1 else None)(world.staff("GET", path, role="viewer", status=200)))
    lengths = {len(value) for value in past.json.values() if isinstance(value, list)}
    assert past["step"] == 1 and len(lengths) == 1
    assert past["revenue"][-1] == 10000 and past["paid_per_minute"][-1] <= 1
    assert past["offsets_ms"] == sorted(past["offsets_ms"]) and past["offsets_ms"][0] == 0
    for step in (10, 60):
        assert len(world.staff("GET", f"{path}?step={step}", role="viewer", status=200)["sold"]) >= 1
    world.staff("GET", f"{path}?step=7", role="viewer", code="validation_failed")


def test_the_figures_tell_the_health_of_the_node(world):
    node = world.stats(world.concert())["node"]
    assert node["store_works"] is True and node["p99_ms"] >= 0 and node["answers_per_second"] >= 0


# ---- audit ----

def test_a_viewer_sees_who_did_what_to_a_concert(world):
    concert, other = world.concert(), world.concert()
    world.act(concert, "pause")
    world.act(other, "pause")
    entries = world.staff("GET", f"/concerts/{concert.id}/audit", role="viewer", status=200)["items"]
    assert [entry["action"] for entry in entries] == ["queue.pause", "concert.create"]
    assert entries[0]["staff_key_id"] and {entry["target"] for entry in entries} == {concert.id}
    assert len(world.staff("GET", f"/concerts/{concert.id}/audit?limit=1", role="viewer", status=200)["items"]) == 1


# ---- gates ----

def test_a_gate_sees_the_published_shows_that_are_not_over(world):
    concert = world.concert(shows=2)
    hidden = world.concert_body(published=False)
    hidden = world.staff("POST", "/concerts", hidden, role="manager", status=201)["shows"][0]["show_id"]
    cancelled = world.concert()
    world.staff("POST", f"/shows/{cancelled.show}/cancellation", {"reason": "x"}, role="admin", status=202)
    items, cursor = [], None
    while cursor or not items:
        page = world.staff("GET", "/shows?limit=1" + (f"&cursor={cursor}" if cursor else ""), role="gate", status=200)
        items, cursor = items + page["items"], page["next_cursor"]
    found = [item["show_id"] for item in items]
    assert set(concert.shows) <= set(found) and hidden not in found and cancelled.show not in found
    assert [item["starts_at"] for item in items] == sorted(item["starts_at"] for item in items)


def test_a_gates_list_has_hashes_and_tells_what_became_of_tickets(world):
    concert = world.concert()
    codes = {}
    for number in (1, 2, 3):
        order, payment = world.inside(concert, money=10000).buy(concert.show, f"A-1-{number}")
        codes[number] = (payment["tickets"][0]["code"], order["order_id"])
    world.staff("POST", "/check-ins", {"code": codes[1][0]}, role="gate", status=200)
    world.staff("POST", f"/orders/{codes[2][1]}/refunds", {"reason": "ill"}, role="admin", status=201)
    pages = world.staff("GET", f"/shows/{concert.show}/admissions?limit=2", role="gate", status=200)
    rest = world.staff("GET", f"/shows/{concert.show}/admissions?cursor={pages['next_cursor']}", role="gate", status=200)
    by_hash = {ticket["code_hash"]: (item["void"], ticket) for item in pages["items"] + rest["items"] for ticket in item["tickets"]}
    found = {number: by_hash[hashlib.sha256(code.encode()).hexdigest()] for number, (code, _) in codes.items()}
    assert [found[number][0] for number in (1, 2, 3)] == [False, True, False]
    assert found[1][1]["checked_in_at"] and found[3][1]["checked_in_at"] is None and found[3][1]["seat"] == "A-1-3"
    assert codes[3][0].encode() not in pages.body + rest.body


def test_a_ticket_opens_the_door_of_its_own_show_alone(world):
    concert = world.concert(shows=2)
    _, payment = world.inside(concert, money=10000).buy(concert.show, "A-1-1")
    code = payment["tickets"][0]["code"]
    world.staff("POST", "/check-ins", {"code": code, "show_id": concert.shows[1]}, role="gate", code="not_found")
    world.staff("POST", "/check-ins", {"code": code, "show_id": "door 3"}, role="gate", code="validation_failed")
    assert world.staff("POST", "/check-ins", {"code": code, "show_id": concert.show}, role="gate", status=200)["duplicate"] is False


# ---- seats and orders ----

def test_staff_see_every_seat_without_an_entry(world):
    concert = world.concert(rows=1, seats_per_row=4)
    world.inside(concert).hold(concert.show, "A-1-2", status=201)
    world.staff("POST", f"/shows/{concert.show}/seats/actions", {"action": "block", "seats": ["A-1-4"], "reason": "x"}, status=200)
    seen = world.staff("GET", f"/shows/{concert.show}/availability", role="viewer", status=200)
    assert seen["sections"] == [{"name": "A", "seats": "ahab"}] and seen["available"] == 2


def test_orders_are_found_by_the_address_of_their_account(world):
    concert, person = world.concert(), world.account()
    person.enter(concert)
    order = person.hold(concert.show, "A-1-1", status=201)["order_id"]
    found = world.staff("GET", f"/orders?email={person.email.upper()}", role="viewer", status=200)["items"]
    assert [item["order_id"] for item in found] == [order]
    assert world.staff("GET", "/orders?email=nobody@example.com", role="viewer", status=200)["items"] == []
    world.staff("GET", f"/orders?email={person.email}&user_id={person.user_id}", role="viewer", code="validation_failed")
