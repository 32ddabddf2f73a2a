"""Browsers may keep their tokens in cookies; a cookie alone needs a sign that the page is ours."""
import pytest

from tests.lib.world import Buyer


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


def test_a_whole_purchase_on_cookies(world, browser):
    _, answer = browser
    jar = {name: value for name, (value, _) in cookies_of(answer).items()}
    concert = world.concert()

    def call(method, path, body=None, **options):
        cookie = "; ".join(f"{name}={value}" for name, value in jar.items())
        answer = world.client.call(method, path, body, Cookie=cookie, Frontrow_Cookies="yes", Sec_Fetch_Site="same-origin", **options)
        jar.update({name: value for name, (value, _) in cookies_of(answer).items()})
        return answer

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
