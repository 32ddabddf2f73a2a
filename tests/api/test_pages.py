"""What the contract tells pages, and how pages are served. What they look like is tested in a browser (web/tests)."""
import re

import pytest

from tests.lib.client import Client
from tests.lib.server import run

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


@pytest.mark.parametrize("path", ["/v1/nothing", "/docs/x", "/openapi.json/x", "/metrics/x", "/livez/x", "/readyz/x", "/.well-known/x"])
def test_no_page_stands_where_the_contract_is(server, path):
    answer = page(server, path, Accept="text/html")
    assert answer.status == 404 and answer.header("content-type").startswith("application/problem+json")


def test_an_unknown_address_is_a_page_for_people_and_a_problem_for_programs(server):
    assert page(server, "/nowhere", Accept="text/html,*/*").header("content-type").startswith("text/html")
    assert page(server, "/nowhere", Accept="text/html").status == 404
    assert page(server, "/nowhere").header("content-type").startswith("application/problem+json")


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
