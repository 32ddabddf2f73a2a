"""Browsers may keep their tokens in cookies; a cookie alone needs a sign that the page is ours."""
import sqlite3
import time

import pytest

from tests.lib.world import Buyer, World

KEPT = "max-age=2592000"  # 30 days, as long as a session of which no use is made


def cookies_of(answer):
    """Name → (value, attributes) of the cookies that an answer sets."""
    found = {}
    for line in answer.all("set-cookie"):
        pair, *attributes = [part.strip() for part in line.split(";")]
        name, _, value = pair.partition("=")
        found[name] = (value, {attribute.lower() for attribute in attributes})
    return found


@pytest.fixture
def browser(world):
    """An account signed in with cookies, and the cookies."""
    person = world.account()
    answer = world.client.post("/v1/sessions", {"email": person.email, "password": person.password}, status=201, Frontrow_Cookies="yes")
    return person, answer


def test_cookies_are_set_only_when_asked_for(world, browser):
    person, answer = browser
    (name, (value, attributes)), = cookies_of(answer).items()
    assert name.endswith("frontrow-session") and value == answer["access_token"]
    assert "httponly" in attributes and "samesite=lax" in attributes and "path=/" in attributes
    assert not name.startswith("__Host-") and "secure" not in attributes, "plain http has neither prefix nor Secure"
    plain = world.client.post("/v1/sessions", {"email": person.email, "password": person.password}, status=201)
    assert cookies_of(plain) == {}


class Browser:
    """Keeps the cookies that it is given, and sends all of them, the oldest first."""

    def __init__(self, world, answer):
        self.world, self.jar = world, {}
        self.take(answer)

    def take(self, answer):
        for name, (value, attributes) in cookies_of(answer).items():
            assert {"httponly", "samesite=lax", "path=/"} <= attributes
            assert attributes & {KEPT, "max-age=0"} and ("max-age=0" in attributes) == (value == "")
            if value:
                self.jar[name] = value
            else:
                self.jar.pop(name, None)

    def call(self, method, path, body=None, concert=None, **options):
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        if concert:
            options["Frontrow_Concert"] = concert if isinstance(concert, str) else concert.id
        options = {"Frontrow_Cookies": "yes", "Sec_Fetch_Site": "same-origin", **options}
        answer = self.world.client.call(method, path, body, Cookie=cookie, **options)
        self.take(answer)
        return answer

    def join(self, concert, **options):
        return self.call("POST", f"/v1/concerts/{concert.id}/queue-tokens", concert=concert, **options)


def test_a_whole_purchase_on_cookies(world, browser):
    own = Browser(world, browser[1])
    jar, call, concert = own.jar, own.call, world.concert()
    call("POST", f"/v1/concerts/{concert.id}/queue-tokens", status=201)
    assert {name.rpartition("-")[2] for name in jar} == {"session", "queue", "entry"}
    assert call("GET", "/v1/queue-tokens/current", status=200)["status"] == "admitted"
    call("POST", "/v1/wallet/top-ups", {"amount": 10000}, status=201)
    order = call("POST", "/v1/orders", {"show_id": concert.show, "seats": ["A-1-1"]}, status=201)
    call("POST", f"/v1/orders/{order['order_id']}/payments", status=201)


@pytest.mark.parametrize("headers, right", [
    ({}, False),
    ({"Sec_Fetch_Site": "same-origin"}, True),
    ({"Sec_Fetch_Site": "cross-site"}, False),
    ({"Sec_Fetch_Site": "same-site"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": "null"}, False),
    ({"Origin": "own"}, True),
])
def test_a_change_on_a_cookie_needs_a_sign_of_this_site(world, browser, headers, right):
    _, answer = browser
    (name, (value, _)), = cookies_of(answer).items()
    if headers.get("Origin") == "own":
        headers = {"Origin": "http://%s:%d" % world.server.address}
    answer = world.client.call("POST", "/v1/wallet/top-ups", {"amount": 1}, Cookie=f"{name}={value}", **headers)
    assert answer.status == 201 if right else answer.code == "forbidden", answer
    world.client.get("/v1/wallet", status=200, Cookie=f"{name}={value}")


def test_a_header_wins_over_a_cookie(world, browser):
    _, answer = browser
    (name, (value, _)), = cookies_of(answer).items()
    other = world.account()
    found = Buyer(world, other.token).call("GET", "/v1/users/me", status=200, Cookie=f"{name}={value}")
    assert found["user_id"] == other.user_id
    world.client.get("/v1/users/me", code="unauthenticated", Cookie=f"{name}={value}", Authorization="Bearer x")


def test_signing_out_takes_the_cookie_away(world, browser):
    _, answer = browser
    (name, (value, _)), = cookies_of(answer).items()
    world.client.delete("/v1/sessions/current", status=204, Cookie=f"{name}={value}", Sec_Fetch_Site="same-origin", Frontrow_Cookies="yes")
    world.client.get("/v1/users/me", code="unauthenticated", Cookie=f"{name}={value}")


@pytest.mark.parametrize("cookie", ["", "=", ";", "frontrow-session", "frontrow-session=", "frontrow-session=x; frontrow-session=y", "a=b; " * 500])
def test_an_odd_cookie_is_nobody(world, cookie):
    answer = world.client.call("GET", "/v1/users/me", Cookie=cookie)
    assert answer.status in (400, 401, 431), answer


def test_one_browser_is_in_two_queues(world, browser):
    """Joins, polls, holds and payments of two concerts in turns, each with its own place and entry."""
    own = Browser(world, browser[1])
    concerts = [world.concert(), world.concert()]
    for concert in concerts:
        assert own.join(concert, status=201)["status"] == "admitted"
    assert len(own.jar) == 5, "a session, and two tokens of each concert"
    own.call("POST", "/v1/wallet/top-ups", {"amount": 20000}, status=201)
    orders = []
    for concert in concerts:
        assert own.call("GET", "/v1/queue-tokens/current", concert=concert, status=200)["concert_id"] == concert.id
        own.call("GET", f"/v1/concerts/{concert.id}/shows", status=200)
        own.call("GET", f"/v1/shows/{concert.show}/availability", status=200)
        orders.append(own.call("POST", "/v1/orders", {"show_id": concert.show, "seats": ["A-1-1"]}, concert=concert, status=201)["order_id"])
    for concert, order in zip(concerts, orders):
        own.call("POST", f"/v1/orders/{order}/extensions", concert=concert, status=200)
        own.call("POST", f"/v1/orders/{order}/payments", concert=concert, status=201)
    own.call("DELETE", "/v1/sessions/current", status=204)
    assert own.jar == {}


def test_what_names_a_concert_is_about_no_other(world, browser):
    own = Browser(world, browser[1])
    here, other = world.concert(), world.concert()
    own.join(here, status=201)
    for named, code in ((other, "queue_token_required"), ("concert_x", "queue_token_required")):
        own.call("GET", "/v1/queue-tokens/current", concert=named, code=code)
        own.call("DELETE", "/v1/queue-tokens/current", concert=named, code=code)
    own.call("POST", "/v1/orders", {"show_id": other.show, "seats": ["A-1-1"]}, concert=other, code="entry_token_required")
    own.call("POST", "/v1/orders", {"show_id": other.show, "seats": ["A-1-1"]}, concert=here, code="entry_token_invalid")
    buyer = world.inside(here)
    buyer.call("POST", "/v1/orders", {"show_id": here.show, "seats": ["A-1-1"]}, Frontrow_Concert=other.id, code="entry_token_invalid")
    for method in ("GET", "DELETE"):
        buyer.call(method, "/v1/queue-tokens/current", Queue_Token=buyer.queue_token, Frontrow_Concert=other.id, code="queue_token_invalid")
    assert buyer.poll(status=200)["status"] == "admitted", "nothing was left"


def test_who_joined_before_concerts_had_cookies_of_their_own_is_still_inside(world, browser):
    own = Browser(world, browser[1])
    concert = world.concert()
    own.call("POST", f"/v1/concerts/{concert.id}/queue-tokens", status=201)
    assert own.call("GET", "/v1/queue-tokens/current", concert=concert, status=200)["status"] == "admitted"
    own.call("POST", "/v1/orders", {"show_id": concert.show, "seats": ["A-1-1"]}, concert=concert, status=201)


def test_a_browser_keeps_the_tokens_of_eight_concerts(world, browser):
    own = Browser(world, browser[1])
    concerts = [world.concert() for _ in range(10)]
    for concert in concerts:
        own.join(concert, status=201)
    assert len(own.jar) == 1 + 2 * 8
    own.call("GET", "/v1/queue-tokens/current", concert=concerts[1], code="queue_token_required")
    own.call("GET", "/v1/queue-tokens/current", concert=concerts[2], status=200)
    assert own.join(concerts[0], status=200)["status"] == "admitted", "the place belongs to the account"


def test_signing_in_takes_away_what_another_person_left(world, browser):
    own = Browser(world, browser[1])
    concerts = [world.concert(), world.concert()]
    own.join(concerts[0], status=201)
    own.call("POST", f"/v1/concerts/{concerts[1].id}/queue-tokens", status=201)
    other, again = world.account(), browser[0]
    own.call("POST", "/v1/sessions", {"email": again.email, "password": again.password}, status=201)
    assert len(own.jar) == 5, "the same person keeps them"
    own.call("POST", "/v1/sessions", {"email": other.email, "password": other.password}, status=201)
    assert len(own.jar) == 1


def test_a_session_that_is_used_is_kept_for_longer(make_server):
    server = make_server().start()
    if server.store:
        pytest.skip("the row is changed in SQLite's file")
    world = World(server)
    person = world.account()
    own = Browser(world, world.client.post("/v1/sessions", {"email": person.email, "password": person.password}, status=201, Frontrow_Cookies="yes"))
    assert cookies_of(own.call("GET", "/v1/users/me", status=200)) == {}, "made less than a day ago"
    server.stop()
    with sqlite3.connect(next(server.data.glob("*.db"))) as rows:
        rows.execute("update session set expires_at = ?", (int(time.time() + 3600) * 1000,))
    server.start()
    (name, (value, attributes)), = cookies_of(own.call("GET", "/v1/users/me", status=200)).items()
    assert name == "frontrow-session" and value == own.jar[name] and KEPT in attributes
    assert cookies_of(own.call("GET", "/v1/users/me", status=200)) == {}
