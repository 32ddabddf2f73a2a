"""The public catalogue: which concerts there are, and in which phase."""
import pytest

from tests.lib.server import eventually
from tests.lib.world import in_seconds


def details(world, concert, **options):
    return world.client.get(f"/v1/concerts/{concert.id}", **options)


def test_a_published_concert_is_listed_with_its_prices(world):
    sections = [{"name": "A", "price": 154000, "rows": 1, "seats_per_row": 2}, {"name": "B", "price": 99000, "rows": 1, "seats_per_row": 2}]
    concert = world.concert(sections=sections)
    listed = world.client.get("/v1/concerts?limit=100", status=200)["items"]
    item = next(item for item in listed if item["concert_id"] == concert.id)
    assert item["price_range"] == {"min": 99000, "max": 154000} and item["currency"] == "KRW" and item["phase"] == "open"
    found = details(world, concert, status=200).json
    assert {name: found[name] for name in item} == item
    assert found["message"] is None


def test_a_sale_has_the_defaults_of_the_contract(world):
    body = world.concert_body()
    opens_at = body["sale"]["opens_at"]
    body["sale"] = {"opens_at": opens_at}
    concert_id = world.staff("POST", "/concerts", body, status=201)["concert_id"]
    sale = world.client.get(f"/v1/concerts/{concert_id}", status=200)["sale"]
    assert sale == {"opens_at": opens_at, "lobby_opens_at": opens_at, "closes_at": None, "draw": False, "capacity": 1000,
                    "entries_per_minute": 600, "people_per_seat": 20, "entry_seconds": 600, "claim_seconds": 120,
                    "hold_seconds": 300, "max_seats_per_user": 4}


def test_a_concert_that_is_not_published_is_not_there(world):
    concert = world.concert(published=False)
    details(world, concert, code="not_found")
    assert concert.id not in [item["concert_id"] for item in world.client.get("/v1/concerts?limit=100", status=200)["items"]]
    world.client.get(f"/v1/concerts/{concert.id}/queue", code="not_found")
    world.buyer().join(concert, status=404)
    world.staff("POST", f"/concerts/{concert.id}/publish", role="manager", status=200)
    details(world, concert, status=200)


@pytest.mark.parametrize("sale, phase", [
    ({"opens_at": 3600, "lobby_opens_at": 1800}, "scheduled"),
    ({"opens_at": 3600, "lobby_opens_at": -1}, "lobby"),
    ({"opens_at": -1}, "open"),
    ({"opens_at": -60, "closes_at": -1}, "closed"),
    ({"opens_at": -60, "closes_at": 3600}, "open"),
])
def test_the_phase_follows_from_the_times(world, sale, phase):
    concert = world.concert(**{name: in_seconds(value) for name, value in sale.items()})
    eventually(lambda: details(world, concert, status=200)["phase"] == phase, 2)
    assert world.client.get(f"/v1/concerts/{concert.id}/queue", status=200)["phase"] == phase


def test_the_phase_moves_on_with_time(world):
    concert = world.concert(lobby_opens_at=in_seconds(0.5), opens_at=in_seconds(1.5), closes_at=in_seconds(3))
    for phase in ("scheduled", "lobby", "open", "closed"):
        eventually(lambda phase=phase: details(world, concert, status=200)["phase"] == phase, 4)


def test_what_is_sold_out_says_so(world):
    concert = world.concert(rows=1, seats_per_row=2)
    world.inside(concert, money=50000).buy(concert.show, "A-1-1", "A-1-2")
    eventually(lambda: details(world, concert, status=200)["phase"] == "sold_out", 2)


@pytest.mark.parametrize("path", ["/v1/concerts/concert_01jd8z6t2hfb9r8y5w3k7m4n0q", "/v1/concerts/concert_x", "/v1/concerts/x",
                                  "/v1/concerts/show_01jd8z6t2hfb9r8y5w3k7m4n0q", "/v1/concerts/CONCERT_01jd8z6t2hfb9r8y5w3k7m4n0q",
                                  "/v1/concerts/concert_81jd8z6t2hfb9r8y5w3k7m4n0q", "/v1/concerts/", "/v1", "/v2/concerts", "/v1/Concerts"])
def test_what_is_not_there_is_not_found(world, path):
    world.client.get(path, code="not_found")


def test_a_list_is_walked_page_by_page(world):
    made = {world.concert(rows=1).id for _ in range(5)}
    seen, cursor = [], ""
    while True:
        page = world.client.get(f"/v1/concerts?limit=2{cursor}", status=200)
        assert len(page["items"]) <= 2
        seen += [item["concert_id"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = f"&cursor={page['next_cursor']}"
    assert len(seen) == len(set(seen)) and made <= set(seen)
    assert sorted(seen) == sorted(item["concert_id"] for item in world.client.get("/v1/concerts?limit=100", status=200)["items"])


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=-1", "limit=ten", "limit=", "limit=1.5", "cursor=!"])
def test_a_wrong_page_is_refused(world, query):
    world.client.get(f"/v1/concerts?{query}", code="validation_failed")


def test_titles_come_back_as_they_were_sent(world):
    body = world.concert_body()
    body.update(title='첫눈 "콘서트" <b>&amp;</b> \\ \u2028 😀', description="line\nline\ttab")
    made = world.staff("POST", "/concerts", body, status=201)
    found = world.client.get(f"/v1/concerts/{made['concert_id']}", status=200)
    assert found["title"] == body["title"] and found["description"] == body["description"]


@pytest.mark.parametrize("query", ["limit=1&limit=2", "limit=%zz", "limit=1&cursor=%00", "limit=1&&limit=1"])
def test_a_query_that_two_readers_could_read_differently_is_refused(world, query):
    world.client.get(f"/v1/concerts?{query}", code="bad_request")


def test_the_list_says_from_when_to_when_a_concert_plays(world):
    concert = world.concert(shows=3)
    of_list = lambda: next(item for item in world.client.get("/v1/concerts?limit=100", status=200)["items"] if item["concert_id"] == concert.id)
    starts = [show["starts_at"] for show in concert.answer["shows"]]
    assert (of_list()["first_show_at"], of_list()["last_show_at"]) == (starts[0], starts[2])
    world.staff("POST", f"/shows/{concert.shows[0]}/cancellation", {"reason": "a test"})
    eventually(lambda: of_list()["first_show_at"] == starts[1])
    for show in concert.shows[1:]:
        world.staff("POST", f"/shows/{show}/cancellation", {"reason": "a test"})
    eventually(lambda: of_list()["first_show_at"] is None and of_list()["last_show_at"] is None)
