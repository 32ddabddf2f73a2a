"""Server-sent events of queue, seats and staff."""
import pytest

from tests.lib.stream import Events
from tests.lib.world import in_seconds


def queue_events(world, buyer, **headers):
    return Events(world.server, "/v1/queue-tokens/current/events", Queue_Token=buyer.queue_token, **headers)


def waiting_room(world, **sale):
    """A full concert, who is inside, and one who waits."""
    concert = world.concert(capacity=1, **sale)
    inside, buyer = world.inside(concert), world.buyer()
    buyer.join(concert, status=201)
    return concert, inside, buyer


def test_a_stream_tells_where_one_stands_and_when_to_come(world):
    concert, inside, buyer = waiting_room(world)
    with queue_events(world, buyer) as events:
        assert events.status == 200 and events.headers["content-type"].startswith("text/event-stream")
        name, status, number = events.next()
        assert name == status["status"] == "waiting" and status["position"] == 1 and number
        inside.leave(status=204)
        assert events.wait_for("called")["claim_until"]
        assert world.client.get(f"/v1/concerts/{concert.id}/queue")["admitted_active"] == 0, "a stream never claims"
        assert buyer.poll(status=200)["status"] == "admitted"
        events.wait_for("admitted")


def test_a_stream_shows_a_message(world):
    concert, _, buyer = waiting_room(world)
    with queue_events(world, buyer) as events:
        events.next()
        world.act(concert, "message", text="soon")
        assert events.wait_for("waiting")["message"] == "soon"


def test_a_stream_ends_the_place_with_the_sale(world):
    concert, _, buyer = waiting_room(world)
    with queue_events(world, buyer) as events:
        events.next()
        world.act(concert, "close")
        assert events.wait_for("finished")["reason"] == "closed"


def test_a_stream_moves_from_the_lobby_to_the_line(world):
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(1.5), capacity=1)
    first, second = world.buyer(), world.buyer()
    first.join(concert, status=201)
    second.join(concert, status=201)
    with queue_events(world, second) as events:
        assert events.next()[1]["status"] == "lobby"
        assert events.wait_for("waiting")["position"] in (1, 2)


def test_a_token_has_at_most_two_streams_and_the_newest_win(world):
    _, _, buyer = waiting_room(world)
    streams = [queue_events(world, buyer, timeout=3) for _ in range(3)]
    for stream in streams[1:]:
        assert stream.next()[1]["status"] == "waiting"
    assert streams[0].closed()
    for stream in streams:
        stream.close()


def test_a_stream_goes_on_after_the_last_event(world):
    _, _, buyer = waiting_room(world)
    with queue_events(world, buyer) as events:
        number = events.next()[2]
    with queue_events(world, buyer, Last_Event_ID=number) as events:
        assert events.status == 200
    with queue_events(world, buyer, Last_Event_ID="nonsense") as events:
        assert events.status == 200 and events.next()[1]["status"] == "waiting"


@pytest.mark.parametrize("token, status", [(None, 403), ("x", 403)])
def test_a_stream_needs_a_token(world, token, status):
    world.client.get("/v1/queue-tokens/current/events", status=status, Queue_Token=token)


def test_the_heartbeat_keeps_a_silent_stream_open(world):
    _, _, buyer = waiting_room(world)
    with queue_events(world, buyer, timeout=20) as events:
        events.next()
        assert events.heartbeat(), "nothing was heard for 20 s"


def test_seat_changes_are_streamed(world):
    concert = world.concert(rows=1, seats_per_row=4)
    watcher, buyer = world.inside(concert), world.inside(concert, money=10000)
    with Events(world.server, f"/v1/shows/{concert.show}/events", Authorization=f"Bearer {watcher.token}", Entry_Token=watcher.entry_token) as events:
        assert events.status == 200
        buyer.hold(concert.show, "A-1-2", status=201)
        statuses = {}
        while "A-1-2" not in statuses:
            statuses.update({change["seat"]: change["status"] for change in events.next()[1].get("changes", ())})
        assert statuses["A-1-2"] == "held"
        order = buyer.call("GET", "/v1/orders")["items"][0]
        buyer.pay(order["order_id"], status=201)
        while statuses["A-1-2"] != "sold":
            statuses.update({change["seat"]: change["status"] for change in events.next()[1].get("changes", ())})


def test_seat_streams_need_an_entry(world):
    concert = world.concert()
    world.buyer().call("GET", f"/v1/shows/{concert.show}/events", code="entry_token_required")


def test_staff_see_the_figures_live(world):
    concert = world.concert()
    path = f"/v1/staff/concerts/{concert.id}/events"
    with Events(world.server, path, Authorization=f"Bearer {world.key('viewer')}") as events:
        assert events.wait_for("stats")["admitted"] == 0
        world.inside(concert)
        while events.wait_for("stats")["admitted"] != 1:
            pass
