"""The waiting room: joining, the lobby and its draw, being called, claiming, missing, leaving, ending."""
import base64
import json
import time

import pytest

from tests.lib.server import eventually
from tests.lib.world import POLL_SECONDS, in_seconds, parse_time, together


def queue(world, concert):
    return world.client.get(f"/v1/concerts/{concert.id}/queue", status=200)


def claims_of(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def line(world, concert, count):
    """So many buyers who joined one after the other."""
    buyers = [world.buyer() for _ in range(count)]
    for buyer in buyers:
        buyer.join(concert, status=201)
    return buyers


# ---- joining ----

def test_with_nobody_ahead_and_room_inside_joining_admits_at_once(world):
    concert = world.concert()
    buyer = world.buyer()
    answer = buyer.join(concert, status=201)
    assert answer["status"] == "admitted" and answer["concert_id"] == concert.id
    claims = claims_of(answer["entry_token"])
    assert claims["aud"] == concert.id and claims["exp"] == pytest.approx(parse_time(answer["expires_at"]), abs=1)
    assert claims["sub"] == buyer.call("GET", "/v1/users/me")["user_id"]


def test_an_entry_lasts_as_long_as_the_sale_says(world):
    answer = world.buyer().join(world.concert(entry_seconds=77), status=201)
    assert parse_time(answer["expires_at"]) - parse_time(answer["server_time"]) == pytest.approx(77, abs=1)


def test_one_user_has_one_live_place(world):
    concert = world.concert(capacity=1)
    world.inside(concert)
    buyer = world.buyer()
    first = buyer.join(concert, status=201)
    second = buyer.join(concert, status=200)
    assert first["status"] == second["status"] == "waiting"
    assert first["position"] == second["position"] == 1 and queue(world, concert)["waiting"] == 1
    assert world.client.get("/v1/queue-tokens/current", Queue_Token=first["queue_token"], status=200)["position"] == 1


def test_many_joins_of_one_user_at_once_are_one_place(world):
    concert = world.concert(capacity=1)
    world.inside(concert)
    buyer = world.buyer()
    answers = together(20, lambda _: buyer.join(concert))
    assert sorted(answer.status for answer in answers) == [200] * 19 + [201]
    assert queue(world, concert)["waiting"] == 1


def test_joining_again_while_admitted_gives_the_same_entry(world):
    concert = world.concert()
    buyer = world.buyer()
    first, second = buyer.join(concert, status=201), buyer.join(concert, status=200)
    assert first["entry_token"] == second["entry_token"] == buyer.poll(status=200)["entry_token"] == buyer.poll(status=200)["entry_token"]


def test_one_user_may_wait_for_several_concerts(world):
    buyer = world.buyer()
    for concert in (world.concert(), world.concert()):
        assert buyer.join(concert, status=201)["concert_id"] == concert.id


def test_joining_before_the_lobby_is_too_early(world):
    concert = world.concert(lobby_opens_at=in_seconds(600), opens_at=in_seconds(1200))
    world.buyer().join(concert, status=409, code="sale_not_open")


def test_joining_after_the_end_is_too_late(world):
    concert = world.concert(opens_at=in_seconds(-60), closes_at=in_seconds(-1))
    world.buyer().join(concert, status=409, code="queue_closed")
    concert = world.concert()
    world.act(concert, "close")
    world.buyer().join(concert, status=409, code="queue_closed")


def test_joining_what_is_sold_out_is_too_late(world):
    concert = world.concert(rows=1, seats_per_row=1)
    world.inside(concert, money=10000).buy(concert.show, "A-1-1")
    eventually(lambda: world.buyer().join(concert, status=(201, 409)).code == "queue_closed", 2)


def test_joining_takes_no_body_fields(world):
    buyer = world.buyer()
    buyer.join(world.concert(), body={"position": 1}, status=422, code="validation_failed")
    buyer.join(world.concert(), body={}, status=201)


def test_joining_needs_a_concert_and_a_user(world):
    world.buyer().call("POST", "/v1/concerts/concert_01jd8z6t2hfb9r8y5w3k7m4n0q/queue-tokens", code="not_found")
    world.client.post(f"/v1/concerts/{world.concert().id}/queue-tokens", code="unauthenticated")


# ---- waiting ----

def test_positions_count_those_who_are_neither_called_nor_gone(world):
    concert = world.concert(capacity=1)
    inside = world.inside(concert)
    buyers = line(world, concert, 4)
    for number, buyer in enumerate(buyers, 1):
        status = buyer.poll(status=200)
        assert (status["status"], status["position"], status["waiting"], status["behind"]) == ("waiting", number, 4, 4 - number)
        assert status["sale_phase"] == "open" and status["message"] is None
    buyers[1].leave(status=204)
    assert [buyers[n].poll(status=200)["position"] for n in (0, 2, 3)] == [1, 2, 3]
    assert buyers[1].poll(status=200)["reason"] == "left"
    inside.leave(status=204)
    buyers[0].wait_for("admitted")
    assert [buyers[n].poll(status=200)["position"] for n in (2, 3)] == [1, 2]
    figures = queue(world, concert)
    assert (figures["waiting"], figures["admitted_active"]) == (2, 1)


def test_leaving_twice_changes_nothing_more(world):
    concert = world.concert(capacity=1)
    world.inside(concert)
    leaver, behind = line(world, concert, 2)
    leaver.leave(status=204)
    leaver.leave(status=204)
    assert behind.poll(status=200)["position"] == 1


def test_after_leaving_a_join_is_a_new_place_at_the_end(world):
    concert = world.concert(capacity=1)
    world.inside(concert)
    first, second = line(world, concert, 2)
    first.leave(status=204)
    assert first.join(concert, status=201)["position"] == 2
    assert second.poll(status=200)["position"] == 1


def test_the_poll_interval_is_a_third_of_the_claim_time_in_front(world):
    concert = world.concert(capacity=1, claim_seconds=3)
    world.inside(concert)
    status = line(world, concert, 1)[0].poll(status=200)
    assert 400 <= status["poll_after_ms"] <= 1600


def test_too_many_polls_of_one_token_are_refused(world):
    concert = world.concert(capacity=1)
    world.inside(concert)
    buyer = line(world, concert, 1)[0]
    statuses = [buyer.poll().status for _ in range(60)]
    assert statuses[0] == 200 and 429 in statuses
    eventually(lambda: buyer.poll().status == 200, 3, 0.3)


# ---- being called ----

def test_the_line_moves_in_order_and_never_beyond_capacity(world):
    concert = world.concert(capacity=2)
    inside = [world.inside(concert), world.inside(concert)]
    waiting = line(world, concert, 4)
    for _ in range(4):
        inside.pop(0).leave(status=204)
        buyer = waiting.pop(0)
        buyer.wait_for("admitted")
        inside.append(buyer)
        assert queue(world, concert)["admitted_active"] <= 2
        assert all(other.poll(status=200)["status"] == "waiting" for other in waiting)


def test_who_does_not_come_is_missed_and_the_next_is_called(world):
    concert = world.concert(capacity=1, claim_seconds=1)
    inside = world.inside(concert)
    absent, present = line(world, concert, 2)
    inside.leave(status=204)
    present.wait_for("admitted", 10)
    assert absent.poll(status=200)["status"] == "missed"
    assert absent.join(concert, status=201)["status"] == "waiting"


def test_head_never_claims(world):
    concert = world.concert(capacity=1, claim_seconds=2)
    inside = world.inside(concert)
    buyer = line(world, concert, 1)[0]
    inside.leave(status=204)
    eventually(lambda: queue(world, concert)["waiting"] == 0)
    for _ in range(3):
        world.client.call("HEAD", "/v1/queue-tokens/current", Queue_Token=buyer.queue_token, status=200)
    assert queue(world, concert)["admitted_active"] == 0
    assert buyer.poll(status=200)["status"] == "admitted"
    assert queue(world, concert)["admitted_active"] == 1


def test_an_entry_expires_and_makes_room(world):
    concert = world.concert(capacity=1, entry_seconds=10, claim_seconds=20)
    started = time.monotonic()
    inside = world.inside(concert)
    next_one = line(world, concert, 1)[0]
    assert next_one.wait_for("admitted", 15)["status"] == "admitted"
    assert time.monotonic() - started >= 9.5
    assert inside.poll(status=200)["reason"] == "expired"
    inside.seats(concert.show, code="entry_token_expired")


def test_calls_keep_to_the_rate(world):
    concert = world.concert(entries_per_minute=60)
    buyers = line(world, concert, 6)
    assert sum(buyer.poll(status=200)["status"] == "admitted" for buyer in buyers) <= 2
    eventually(lambda: sum(buyer.poll(status=200)["status"] == "admitted" for buyer in buyers) >= 3, 5, 0.3)


def test_nobody_is_called_beyond_the_stock(world):
    concert = world.concert(rows=1, seats_per_row=2, people_per_seat=2, entries_per_minute=1000000)
    buyers = line(world, concert, 6)
    time.sleep(0.5)  # several ticks, in which nothing more may happen
    assert sum(buyer.poll(status=200)["status"] == "admitted" for buyer in buyers) == 4
    buyers[0].entry_token = buyers[0].poll()["entry_token"]
    buyers[0].top_up(10000)
    buyers[0].buy(concert.show, "A-1-1")
    assert sum(buyer.poll(status=200)["status"] == "admitted" for buyer in buyers[1:]) <= 3


def test_a_payment_finishes_the_place(world):
    concert = world.concert()
    buyer = world.inside(concert, money=10000)
    buyer.buy(concert.show, "A-1-1")
    status = buyer.poll(status=200)
    assert (status["status"], status["reason"]) == ("finished", "purchased")
    assert buyer.join(concert, status=201)["status"] == "admitted"


def test_leaving_while_inside_gives_the_holds_back(world):
    concert = world.concert()
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)
    buyer.leave(status=204)
    assert buyer.order(order["order_id"], status=200)["status"] == "cancelled"
    buyer.seats(concert.show, code="entry_token_expired")
    world.inside(concert).hold(concert.show, "A-1-1", status=201)


# ---- tokens ----

def test_a_queue_token_is_needed_and_must_be_ours(world):
    buyer = world.buyer()
    token = buyer.join(world.concert(), status=201)["queue_token"]
    world.client.get("/v1/queue-tokens/current", code="queue_token_required")
    middle = len(token) // 2
    flipped = "B" if token[middle] != "B" else "C"
    for wrong in ("x", token[:-1], token + "A", token[:middle] + flipped + token[middle + 1:], token.swapcase(), "A" * len(token), buyer.entry_token,
                  token[::-1], "." + token):
        world.client.get("/v1/queue-tokens/current", code="queue_token_invalid", Queue_Token=wrong)


def test_an_entry_token_is_of_one_user_and_one_concert(world):
    concert, other = world.concert(), world.concert()
    buyer, thief = world.inside(concert), world.buyer()
    shows = f"/v1/concerts/{concert.id}/shows"
    thief.call("GET", shows, code="entry_token_required")
    thief.call("GET", shows, Entry_Token=buyer.entry_token, code="entry_token_invalid")
    buyer.call("GET", f"/v1/concerts/{other.id}/shows", code="entry_token_invalid")
    buyer.seats(other.show, code="entry_token_invalid")
    buyer.hold(other.show, "A-1-1", code="entry_token_invalid")
    head, claims, signature = buyer.entry_token.split(".")
    longer = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    longer["exp"] += 3600
    longer = base64.urlsafe_b64encode(json.dumps(longer, separators=(",", ":")).encode()).rstrip(b"=").decode()
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').rstrip(b"=").decode()
    for wrong in ("x", "a.b.c", f"{head}.{longer}.{signature}", f"{none}.{claims}.", f"{head}.{claims}.", f"{head}.{claims}", buyer.entry_token[:-2],
                  buyer.entry_token + "A", buyer.entry_token + "=", buyer.queue_token, buyer.token):
        buyer.call("GET", shows, Entry_Token=wrong, code="entry_token_invalid")
    buyer.call("GET", shows, status=200)


def test_anybody_can_check_an_entry_token_with_the_published_keys(world):
    signing = pytest.importorskip("nacl.signing")
    token = world.inside(world.concert()).entry_token
    head, claims, signature = token.split(".")
    decode = lambda part: base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))  # noqa: E731
    header = json.loads(decode(head))
    keys = world.client.get("/.well-known/jwks.json", status=200)["keys"]
    key = next(key for key in keys if key["kid"] == header["kid"])
    signing.VerifyKey(decode(key["x"])).verify(f"{head}.{claims}".encode(), decode(signature))
    assert header["alg"] == "EdDSA" and len({key["use"] for key in keys}) >= 2


# ---- staff steer ----

def test_pause_calls_nobody_and_resume_goes_on(world):
    concert = world.concert(capacity=1)
    inside = world.inside(concert, money=10000)
    buyer = line(world, concert, 1)[0]
    assert world.act(concert, "pause")["phase"] == "paused"
    assert buyer.poll(status=200)["sale_phase"] == "paused"
    inside.buy(concert.show, "A-1-1")
    time.sleep(0.4)  # several ticks
    assert buyer.poll(status=200)["status"] == "waiting"
    assert world.act(concert, "resume")["phase"] == "open"
    buyer.wait_for("admitted")


def test_close_finishes_those_who_wait_and_lets_those_inside_pay(world):
    concert = world.concert(capacity=1)
    inside = world.inside(concert, money=20000)
    order = inside.hold(concert.show, "A-1-1", status=201)
    buyer = line(world, concert, 1)[0]
    assert world.act(concert, "close")["phase"] == "closed"
    status = buyer.poll(status=200)
    assert (status["status"], status["reason"]) == ("finished", "closed")
    inside.hold(concert.show, "A-1-2", code="sale_not_open")
    inside.pay(order["order_id"], status=201)


def test_the_closing_time_ends_the_queue_by_itself(world):
    concert = world.concert(capacity=1, closes_at=in_seconds(1.5))
    inside = world.inside(concert)
    buyer = line(world, concert, 1)[0]
    assert buyer.wait_for("finished", 5)["reason"] == "closed"
    eventually(lambda: inside.hold(concert.show, "A-1-1").code == "sale_not_open", 2)


def test_a_message_reaches_the_line(world):
    concert = world.concert(capacity=1)
    world.inside(concert)
    buyer = line(world, concert, 1)[0]
    assert world.act(concert, "message", text="기다려 주세요")["message"] == "기다려 주세요"
    assert buyer.poll(status=200)["message"] == "기다려 주세요"
    assert queue(world, concert)["message"] == world.client.get(f"/v1/concerts/{concert.id}")["message"] == "기다려 주세요"
    assert world.act(concert, "message", text=None)["message"] is None
    assert buyer.poll(status=200)["message"] is None


def test_a_capacity_below_those_inside_waits_until_it_fits(world):
    concert = world.concert(capacity=2)
    inside = [world.inside(concert), world.inside(concert)]
    buyer = line(world, concert, 1)[0]
    assert world.act(concert, "set", capacity=1)["capacity"] == 1
    inside[0].leave(status=204)
    time.sleep(0.4)  # several ticks
    assert buyer.poll(status=200)["status"] == "waiting"
    inside[1].leave(status=204)
    buyer.wait_for("admitted")


def test_set_changes_only_what_is_named(world):
    concert = world.concert(capacity=5, people_per_seat=3)
    sale = world.act(concert, "set", entries_per_minute=7)
    assert (sale["capacity"], sale["entries_per_minute"], sale["people_per_seat"]) == (5, 7, 3)


def test_extend_gives_holds_entries_and_calls_more_time(world):
    concert = world.concert(hold_seconds=60)
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)
    before = parse_time(buyer.poll(status=200)["expires_at"])
    world.act(concert, "extend", seconds=100)
    after = buyer.order(order["order_id"], status=200)
    assert parse_time(after["hold_expires_at"]) - parse_time(order["hold_expires_at"]) == pytest.approx(100, abs=0.01)
    assert parse_time(buyer.poll(status=200)["expires_at"]) - before == pytest.approx(100, abs=1)


# ---- the lobby and its draw ----

def test_the_lobby_is_drawn_at_the_opening_and_the_draw_can_be_checked(world, tmp_path):
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(2.5), draw=True, capacity=1)
    before = world.client.get(f"/v1/concerts/{concert.id}/draw", status=200)
    assert before["secret"] is None and before["seed"] is None and before["count"] == 0
    buyers, records = [world.buyer() for _ in range(8)], []
    for number, buyer in enumerate(buyers, 1):
        joined = buyer.join(concert, status=201)
        assert (joined["status"], joined["lobby_number"], joined["lobby_count"]) == ("lobby", number, number)
        records.append(joined["join_record"])
        again = buyer.join(concert, status=200)
        assert again["lobby_number"] == number and again["join_record"] == joined["join_record"]
    assert world.client.get(f"/v1/concerts/{concert.id}/draw", status=200)["count"] == 8
    after = eventually(lambda: (lambda draw: draw if draw["secret"] else None)(world.client.get(f"/v1/concerts/{concert.id}/draw", status=200)), 8)
    assert after["commitment"] == before["commitment"]
    joins = world.client.get(f"/v1/concerts/{concert.id}/draw/joins?limit=100", status=200)["items"]
    assert joins == records
    ranks = {}
    for buyer in buyers:
        status = buyer.poll(status=200)
        ranks[status["lobby_number"]] = status["rank"]
    assert sorted(ranks.values()) == list(range(1, 9))
    check_draw(concert, after, joins, [ranks[number] for number in range(1, 9)], tmp_path)
    in_order = sorted(buyers, key=lambda buyer: ranks[buyers.index(buyer) + 1])
    in_order[0].wait_for("admitted")
    assert [buyer.poll(status=200)["position"] for buyer in in_order[1:]] == list(range(1, 8))


def check_draw(concert, draw, joins, ranks, folder):
    """The program's own check and the independent one agree that the served draw is right, and that a changed one is wrong."""
    import subprocess
    from tests.lib.server import ROOT, run
    good = {"concert_id": concert.id, **draw.json, "joins": joins, "ranks": ranks}
    bad = {**good, "joins": joins[1:] + joins[:1]}
    for content, expected in ((good, 0), (bad, 1)):
        path = folder / f"draw-{expected}.json"
        path.write_text(json.dumps(content))
        assert run("draw", "verify", path).returncode == expected
        assert subprocess.run(["/usr/bin/python3", str(ROOT / "tests/draw/verify.py"), str(path)], capture_output=True).returncode == expected


def test_without_a_draw_the_lobby_is_first_come_first_served(world):
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(1), capacity=1)
    buyers = [world.buyer() for _ in range(4)]
    for buyer in buyers:
        assert buyer.join(concert, status=201)["status"] == "lobby"
    buyers[0].wait_for("admitted", 5)
    assert [buyer.poll(status=200)["position"] for buyer in buyers[1:]] == [1, 2, 3]


def test_who_joins_after_the_opening_stands_behind_the_drawn(world):
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(1), draw=True, capacity=1)
    for _ in range(4):
        world.buyer().join(concert, status=201)
    eventually(lambda: queue(world, concert)["phase"] == "open" and world.client.get(f"/v1/concerts/{concert.id}/draw")["secret"], 5)
    late = world.buyer().join(concert, status=201)
    assert late["status"] == "waiting" and late["behind"] == 0 and "lobby_number" not in late.json


def test_leaving_the_lobby_keeps_the_numbers_of_the_others(world):
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(600), draw=True)
    first, second = world.buyer(), world.buyer()
    first.join(concert, status=201)
    second.join(concert, status=201)
    first.leave(status=204)
    assert second.poll(status=200)["lobby_number"] == 2
    assert first.poll(status=200)["reason"] == "left"
    assert first.join(concert, status=201)["lobby_number"] == 3


@pytest.mark.parametrize("body", [
    {"action": "stop", "reason": "x"}, {"action": "pause"}, {"action": "pause", "reason": ""}, {"action": "pause", "reason": "x" * 501},
    {"action": "pause", "reason": "x", "capacity": 5}, {"action": "set", "reason": "x", "capacity": 0}, {"action": "set", "reason": "x"},
    {"action": "set", "reason": "x", "capacity": 1.5}, {"action": "set", "reason": "x", "entries_per_minute": 0},
    {"action": "set", "reason": "x", "people_per_seat": 1001}, {"action": "extend", "reason": "x"}, {"action": "extend", "reason": "x", "seconds": 0},
    {"action": "message", "reason": "x"}, {"reason": "x"}, {},
])
def test_a_wrong_action_is_refused(world, body):
    concert = world.concert(rows=1)
    world.staff("POST", f"/concerts/{concert.id}/queue/actions", body, code="validation_failed")


def test_polls_stay_below_the_bound_of_this_test_tool():
    assert POLL_SECONDS > 1 / 20
