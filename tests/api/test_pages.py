"""What the contract tells pages, and how pages are served. What they look like is tested in a browser (web/tests)."""
import re

import pytest

from tests.lib.client import Client
from tests.lib.server import eventually, run
from tests.lib.stream import exchange
from tests.lib.world import together

CONFIG = """
[pages]
name_en = "Seoul <Hall>"
name_ko = "서울 홀"
welcome_ko = "어서 오세요"
accent = "#7a1f3d"
help = "mailto:help@example.com"
"""


def page(server, path, method="GET", **headers):
    return Client(server).send(method, path, headers=headers)


def test_an_installation_says_what_the_operator_chose(world):
    found = world.client.get("/v1/installation", status=200).json
    assert found["name"] == {"en": "Seoul <Hall>", "ko": "서울 홀"} and found["welcome"] == {"en": "", "ko": "어서 오세요"}
    assert found["help"] == "mailto:help@example.com" and found["logo"] is None
    assert (found["currency"], found["top_ups"], found["demo"]) == ("KRW", "self", False)


def test_a_concert_tells_its_dates_and_prices_to_everybody(world):
    concert = world.concert(sections=[{"name": "A", "price": 154000, "rows": 1, "seats_per_row": 2}], shows=2)
    shows = world.client.get(f"/v1/concerts/{concert.id}", status=200)["shows"]
    assert [show["show_id"] for show in shows] == concert.shows
    assert shows[0]["sections"] == [{"name": "A", "price": 154000}] and not shows[0]["cancelled"]


def test_a_map_by_rows_has_the_same_seats(world):
    concert = world.concert(sections=[{"name": "A", "price": 1000, "rows": 3, "seats_per_row": 4}, {"name": "B", "price": 500, "rows": 1, "seats_per_row": 2}])
    buyer = world.buyer()
    buyer.enter(concert)
    seats = buyer.call("GET", f"/v1/shows/{concert.show}/seat-map", status=200).json
    rows = buyer.call("GET", f"/v1/shows/{concert.show}/seat-map?form=rows", status=200).json
    assert [[(row["name"], len(row["seats"]), row["seats"][0]["x"], row["seats"][0]["y"]) for row in section["rows"]] for section in seats["sections"]] == \
        [[(row["name"], row["seats"], row["x"], row["y"]) for row in section["rows"]] for section in rows["sections"]]
    buyer.call("GET", f"/v1/shows/{concert.show}/seat-map?form=round", code="validation_failed")


@pytest.mark.parametrize("path", ["/", "/concerts/x", "/concerts/x/dates", "/concerts/x/shows/y", "/orders", "/orders/x", "/tickets", "/wallet",
                                  "/sign-in", "/sign-up", "/staff/", "/staff/anything/at/all"])
def test_each_page_is_html_with_a_strict_policy(server, path):
    answer = page(server, path)
    assert answer.status == 200 and answer.header("content-type").startswith("text/html")
    policy = answer.header("content-security-policy")
    assert policy.startswith("default-src 'self'") and "unsafe" not in policy
    assert answer.header("x-content-type-options") == "nosniff" and answer.header("cache-control") == "no-cache"
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\son\w+=|\sstyle=|https?://", answer.body.decode()), "inline, or from elsewhere"


def test_the_name_is_escaped_and_follows_the_language(server):
    assert "<title>Seoul &lt;Hall&gt;</title>" in page(server, "/").body.decode()
    korean = page(server, "/", **{"Accept-Language": "ko-KR,ko;q=0.9,en;q=0.5"}).body.decode()
    assert '<html lang="ko"' in korean and "<title>서울 홀</title>" in korean
    assert '<html lang="en" data-theme="dark"' in page(server, "/", Cookie="frontrow-language=en; frontrow-theme=dark", **{"Accept-Language": "ko"}).body.decode()


def test_the_accent_is_a_file_that_is_kept_for_ever(server):
    brand = re.search(r'href="(/assets/brand-[^"]+)"', page(server, "/").body.decode())[1]
    answer = page(server, brand)
    assert "--brand:#7a1f3d" in answer.body.decode() and "immutable" in answer.header("cache-control")


def test_the_staffs_worker_is_asked_for_again_and_answers_for_no_other_page(server):
    answer = page(server, "/staff/worker.js")
    assert answer.status == 200 and answer.header("content-type").startswith("text/javascript")
    assert answer.header("cache-control") == "no-cache" and answer.header("service-worker-allowed") is None
    assert answer.header("content-security-policy").startswith("default-src 'self'")


@pytest.mark.parametrize("path", ["/v1/nothing", "/docs/x", "/openapi.json/x", "/metrics/x", "/livez/x", "/readyz/x", "/.well-known/x"])
def test_no_page_stands_where_the_contract_is(server, path):
    answer = page(server, path, Accept="text/html")
    assert answer.status == 404 and answer.header("content-type").startswith("application/problem+json")


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(server):
    assert page(server, "/nowhere", Accept="text/html,*/*").header("content-type").startswith("text/html")
    assert page(server, "/nowhere", Accept="text/html").status == 404
    assert page(server, "/nowhere").header("content-type").startswith("application/problem+json")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_an_unknown_address_takes_no_method(server, method):
    assert page(server, "/nowhere", method, Accept="text/html").status == 404
    assert page(server, "/wallet", method, Accept="text/html").status == 405


def test_a_page_that_is_none_varies_with_what_is_accepted(server):
    vary = page(server, "/nowhere", Accept="text/html").header("vary")
    assert "Accept" in [name.strip() for name in vary.split(",")]


# ---- the waiting room ----

def test_a_room_without_a_host_is_answered(world, server):
    concert = world.concert()
    received, _ = exchange(server, f"GET /concerts/{concert.id}/queue HTTP/1.0\r\n\r\n".encode())
    assert received.startswith(b"HTTP/1.1 200 ") and concert.id.encode() in received
    received, _ = exchange(server, b"GET /concerts/concert_x/queue HTTP/1.0\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 404 ")
    form = f"POST /concerts/{concert.id}/queue HTTP/1.0\r\nContent-Length: 7\r\n\r\ndo=join".encode()
    assert exchange(server, form)[0].startswith(b"HTTP/1.1 303 ")
    assert server.running()


@pytest.mark.parametrize("method, body", [("GET", None), ("POST", "do=join"), ("POST", "do=leave")])
def test_an_address_as_long_as_may_be_is_no_room(server, method, body):
    frame = "/concerts/concert_", "/queue"
    target = frame[0] + "x" * (8192 - len("".join(frame))) + frame[1]
    assert Client(server).send(method, target, body, {"Accept": "text/html"}).status == 404
    assert server.running()


def queue_cookie(buyer, concert):
    answer = buyer.join(concert, Frontrow_Cookies="yes", status=201)
    return next(cookie.split(";")[0] for cookie in answer.all("set-cookie") if "queue=" in cookie)


def room(world, concert, cookie, method="GET", body=None):
    headers = {"Cookie": cookie, "Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
    return Client(world.server).send(method, f"/concerts/{concert.id}/queue", body, headers)


def test_looking_at_another_room_claims_nothing(world):
    here, other = world.concert(capacity=1, claim_seconds=20), world.concert()
    inside, buyer = world.inside(here), world.buyer()
    cookie = queue_cookie(buyer, here)
    inside.leave(status=204)
    eventually(lambda: world.stats(here)["called"] == 1)
    answer = room(world, other, cookie)
    assert answer.status == 200 and not answer.all("set-cookie")
    world.client.get(f"/v1/queue-tokens/current?concert_id={other.id}", Queue_Token=buyer.queue_token, code="queue_token_invalid")
    assert world.client.get(f"/v1/concerts/{here.id}/queue")["admitted_active"] == 0
    assert "-entry-" in "".join(room(world, here, cookie).all("set-cookie"))
    assert world.client.get(f"/v1/concerts/{here.id}/queue")["admitted_active"] == 1


def test_a_place_is_asked_for_by_its_concert(world):
    concert = world.concert()
    buyer = world.inside(concert)
    current = "/v1/queue-tokens/current?concert_id="
    world.client.get(current + concert.id, Queue_Token=buyer.queue_token, status=200)
    world.client.get(current + "x", Queue_Token=buyer.queue_token, code="validation_failed")


def test_nobody_is_told_to_have_left_who_has_not(world):
    concert = world.concert(capacity=1)
    world.inside(concert)
    buyer = world.buyer()
    cookie = queue_cookie(buyer, concert)

    def leave_while_asking_too_often():
        together(60, lambda _: world.client.call("HEAD", "/v1/queue-tokens/current", Queue_Token=buyer.queue_token))
        answer = room(world, concert, cookie, "POST", "do=leave")
        waiting = world.stats(concert)["waiting"]
        assert (answer.status, waiting) in [(503, 1), (303, 0)]
        if answer.status == 503:
            return True
        buyer.join(concert, status=201)
        return False

    assert any(leave_while_asking_too_often() for _ in range(5))
    assert eventually(lambda: room(world, concert, cookie, "POST", "do=leave").status == 303)
    assert world.stats(concert)["waiting"] == 0


def test_a_lobby_tells_the_message_of_staff(world):
    concert = world.concert(lobby_opens_at="2026-01-01T00:00:00Z", opens_at="2100-01-01T00:00:00Z")
    buyer = world.buyer()
    assert buyer.join(concert, status=201)["message"] is None
    world.act(concert, "message", text="The doors open late.")
    assert eventually(lambda: buyer.poll(status=200)["message"]) == "The doors open late."


@pytest.mark.parametrize("setting, words", [
    ('accent = "#ffcc00"', "must be darker"), ('accent = "blue"', "must be a colour"), ('logo_file = "a.gif"', ".svg, .png or .webp"),
    ('help = "javascript:alert(1)"', "must begin with"), ('name_en = ""', "1 to 100 bytes"),
])
def test_settings_that_no_page_can_show_are_refused(tmp_path, setting, words):
    config = tmp_path / "frontrow.toml"
    config.write_text(f"[pages]\n{setting}\n")
    ended = run("serve", "--data", tmp_path / "data", "--listen", "127.0.0.1:0", "--config", config)
    assert ended.returncode == 2 and words in ended.stderr, ended.stderr


def test_pages_can_be_turned_off(make_server):
    server = make_server("[pages]\nserve = false\n").start()
    assert page(server, "/", Accept="text/html").status == 404
    assert page(server, "/v1/installation").status == 200
