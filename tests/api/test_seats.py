"""Shows, seat maps, seats and availability, as those inside see them."""
import pytest

SECTIONS = [{"name": "A", "price": 20000, "rows": 2, "seats_per_row": 3}, {"name": "서쪽", "price": 10000, "rows": 1, "seats_per_row": 4}]


@pytest.fixture(scope="module")
def hall(world):
    return world.concert(sections=SECTIONS, max_seats_per_user=10)


@pytest.fixture(scope="module")
def visitor(world, hall):
    return world.inside(hall)


def test_shows_are_listed_with_what_is_left(world):
    concert = world.concert(sections=SECTIONS, shows=2)
    buyer = world.inside(concert)
    shows = buyer.call("GET", f"/v1/concerts/{concert.id}/shows", status=200)["items"]
    assert [show["show_id"] for show in shows] == concert.shows
    assert {(show["available"], show["total"]) for show in shows} == {(10, 10)}
    assert shows[0]["price_range"] == {"min": 10000, "max": 20000} and shows[0]["currency"] == "KRW"
    buyer.hold(concert.show, "A-1-1", status=201)
    assert buyer.call("GET", f"/v1/concerts/{concert.id}/shows", status=200)["items"][0]["available"] == 9


def test_a_show_that_is_full_is_listed_with_all_alone(world):
    concert = world.concert(rows=1, seats_per_row=1, shows=2)
    buyer, path = world.inside(concert), f"/v1/concerts/{concert.id}/shows"
    world.inside(concert, money=10000).buy(concert.show, "A-1-1")
    assert [show["show_id"] for show in buyer.call("GET", path, status=200)["items"]] == concert.shows[1:]
    assert [show["show_id"] for show in buyer.call("GET", f"{path}?all=true", status=200)["items"]] == concert.shows
    buyer.call("GET", f"{path}?all=maybe", code="validation_failed")


def test_the_seat_map_has_every_seat_and_never_changes(world, hall, visitor):
    path = f"/v1/shows/{hall.show}/seat-map"
    answer = visitor.call("GET", path, status=200)
    sections = answer["sections"]
    assert [(section["name"], section["price"]) for section in sections] == [("A", 20000), ("서쪽", 10000)]
    labels = [seat["label"] for section in sections for row in section["rows"] for seat in row["seats"]]
    assert labels == ["A-1-1", "A-1-2", "A-1-3", "A-2-1", "A-2-2", "A-2-3", "서쪽-1-1", "서쪽-1-2", "서쪽-1-3", "서쪽-1-4"]
    places = [(seat["x"], seat["y"]) for section in sections for row in section["rows"] for seat in row["seats"]]
    assert len(set(places)) == len(places), "two seats stand in one place"
    etag = answer.header("etag")
    assert etag.startswith('"')
    visitor.call("GET", path, status=304, If_None_Match=etag)
    visitor.call("GET", path, status=200, If_None_Match='"other"')
    world.inside(hall).hold(hall.show, "A-2-3", status=201)
    visitor.call("GET", path, status=304, If_None_Match=etag)


def test_seats_show_what_is_available_and_all_when_asked(world):
    concert = world.concert(sections=SECTIONS)
    buyer = world.inside(concert)
    buyer.hold(concert.show, "A-1-2", status=201)
    world.inside(concert, money=10000).buy(concert.show, "서쪽-1-1")
    world.staff("POST", f"/shows/{concert.show}/seats/actions", {"action": "block", "seats": ["A-2-1"], "reason": "crane"}, status=200)
    available = buyer.seats(concert.show, status=200)
    assert available["available"] == 7 == len(available["seats"]) and available["total"] == 10
    assert {seat["status"] for seat in available["seats"]} == {"available"}
    everything = {seat["seat"]: seat["status"] for seat in buyer.seats(concert.show, "?status=all", status=200)["seats"]}
    assert len(everything) == 10
    assert (everything["A-1-2"], everything["서쪽-1-1"], everything["A-2-1"]) == ("held", "sold", "blocked")
    west = buyer.seats(concert.show, "?section=%EC%84%9C%EC%AA%BD&status=all", status=200)["seats"]
    assert [seat["seat"] for seat in west] == [f"서쪽-1-{number}" for number in range(1, 5)] and {seat["price"] for seat in west} == {10000}


@pytest.mark.parametrize("query", ["?status=free", "?section=Z", "?status="])
def test_a_wrong_question_about_seats_is_refused(hall, visitor, query):
    visitor.seats(hall.show, query, code="validation_failed")


def test_the_tag_of_the_seats_follows_version_status_and_section(world):
    concert = world.concert(sections=SECTIONS)
    buyer = world.inside(concert)
    first = buyer.seats(concert.show, status=200)
    etag = first.header("etag")
    assert etag.startswith("W/") and first.header("cache-control") == "private, no-cache"
    tags = {buyer.seats(concert.show, query, status=200).header("etag") for query in ("", "?status=all", "?section=A", "?section=A&status=all")}
    assert len(tags) == 4 and etag in tags
    buyer.seats(concert.show, status=304, If_None_Match=etag)
    buyer.seats(concert.show, status=304, If_None_Match=f'"x", {etag}')
    buyer.hold(concert.show, "A-1-1", status=201)
    second = buyer.seats(concert.show, status=200, If_None_Match=etag)
    assert second["version"] > first["version"]


def test_availability_tells_what_changed_since_a_version(world):
    concert = world.concert(sections=SECTIONS)
    buyer = world.inside(concert)
    start = buyer.seats(concert.show, status=200)["version"]
    path = f"/v1/shows/{concert.show}/availability"
    order = buyer.hold(concert.show, "A-1-1", "A-1-2", status=201)
    changed = buyer.call("GET", f"{path}?since={start}", status=200)
    assert {(change["seat"], change["status"]) for change in changed["changes"]} == {("A-1-1", "held"), ("A-1-2", "held")}
    assert changed["available"] == 8 and changed["version"] > start
    assert buyer.call("GET", f"{path}?since={changed['version']}", status=200)["changes"] == []
    buyer.cancel(order["order_id"], status=204)
    again = buyer.call("GET", f"{path}?since={changed['version']}", status=200)
    assert {change["status"] for change in again["changes"]} == {"available"} and again["available"] == 10


def test_availability_gives_the_whole_map_when_asked_for_nothing_or_the_impossible(world):
    concert = world.concert(sections=SECTIONS)
    buyer = world.inside(concert)
    buyer.hold(concert.show, "A-2-3", status=201)
    whole = buyer.call("GET", f"/v1/shows/{concert.show}/availability", status=200)
    assert whole["sections"] == [{"name": "A", "seats": "aaaaah"}, {"name": "서쪽", "seats": "aaaa"}]
    for query in ("?since=x", "?since=-1", "?since=1.5"):
        buyer.call("GET", f"/v1/shows/{concert.show}/availability{query}", code="validation_failed")


def test_a_large_show_is_asked_for_by_section(world):
    sections = [{"name": name, "price": 1000, "rows": 80, "seats_per_row": 150} for name in ("A", "B")]
    concert = world.concert(sections=sections)
    buyer = world.inside(concert)
    refused = buyer.seats(concert.show, code="validation_failed")
    assert any("section" in error["pointer"] for error in refused["errors"])
    assert len(buyer.seats(concert.show, "?section=B", status=200)["seats"]) == 12000
    assert sum(len(section["seats"]) for section in buyer.call("GET", f"/v1/shows/{concert.show}/availability", status=200)["sections"]) == 24000


def test_shows_and_seats_need_an_entry_and_a_show(world, hall, visitor):
    outsider = world.buyer()
    for path in (f"/v1/concerts/{hall.id}/shows", f"/v1/shows/{hall.show}/seat-map", f"/v1/shows/{hall.show}/seats", f"/v1/shows/{hall.show}/availability"):
        outsider.call("GET", path, code="entry_token_required")
        world.client.get(path, code="unauthenticated", Entry_Token=visitor.entry_token)
    visitor.seats("show_01jd8z6t2hfb9r8y5w3k7m4n0q", code="not_found")
