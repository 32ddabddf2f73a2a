"""Starting again and stopping: what a restart keeps, and what SIGTERM lets end."""
import signal
import socket
import threading
import time

import pytest

from tests.lib.server import eventually
from tests.lib.world import World, in_seconds, parse_time


@pytest.fixture(params=["stop", "kill"])
def again(request, make_server):
    """A server with its world, and a way to start it again after a clean stop or a kill -9."""
    server = make_server().start()

    def restart():
        getattr(server, request.param)()
        server.start()

    return World(server), restart


def test_places_calls_entries_and_holds_outlive_a_restart(again):
    world, restart = again
    concert = world.concert(capacity=2, claim_seconds=60)
    holder, leaver = world.inside(concert, money=50000), world.inside(concert)
    order = holder.hold(concert.show, "A-1-1", "A-1-2", status=201)
    waiting = [world.buyer() for _ in range(3)]
    for buyer in waiting:
        buyer.join(concert, status=201)
    leaver.leave(status=204)
    eventually(lambda: world.client.get(f"/v1/concerts/{concert.id}/queue")["waiting"] == 2)
    account = world.account()
    expires = holder.poll(status=200)["expires_at"]
    restart()
    assert holder.poll(status=200)["expires_at"] == expires
    assert holder.order(order["order_id"], status=200)["hold_expires_at"] == order["hold_expires_at"]
    assert waiting[0].poll(status=200)["status"] == "admitted", "who was called may still claim"
    assert [buyer.poll(status=200)["position"] for buyer in waiting[1:]] == [1, 2]
    assert waiting[1].join(concert, status=200)["position"] == 1
    statuses = {seat["seat"]: seat["status"] for seat in holder.seats(concert.show, "?status=all", status=200)["seats"]}
    assert statuses["A-1-1"] == statuses["A-1-2"] == "held"
    holder.pay(order["order_id"], status=201)
    account.call("GET", "/v1/users/me", status=200)
    waiting[1].wait_for("admitted")
    world.server.check()


def test_a_restart_gives_the_called_their_full_time_again(make_server):
    server = make_server().start()
    world = World(server)
    concert = world.concert(capacity=1, claim_seconds=2)
    inside, buyer = world.inside(concert), world.buyer()
    buyer.join(concert, status=201)
    inside.leave(status=204)
    eventually(lambda: world.client.get(f"/v1/concerts/{concert.id}/queue")["waiting"] == 0)
    server.stop()
    time.sleep(3)  # longer than the claim time: it does not run while nobody serves
    server.start()
    assert buyer.poll(status=200)["status"] == "admitted"


def test_a_hold_that_ended_while_nothing_ran_is_free_afterwards(again):
    world, restart = again
    concert = world.concert(hold_seconds=1)
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    restart()
    eventually(lambda: buyer.order(order, status=200)["status"] == "expired", 4)
    world.inside(concert).hold(concert.show, "A-1-1", status=201)


def test_a_lobby_and_its_draw_outlive_a_restart(again):
    world, restart = again
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(3), draw=True, capacity=1)
    buyers = [world.buyer() for _ in range(5)]
    for buyer in buyers:
        buyer.join(concert, status=201)
    before = world.client.get(f"/v1/concerts/{concert.id}/draw", status=200)
    restart()
    after = world.client.get(f"/v1/concerts/{concert.id}/draw", status=200)
    assert (after["commitment"], after["count"]) == (before["commitment"], 5)
    if after["secret"] is None:
        assert after["join_digest"] == before["join_digest"]
    eventually(lambda: world.client.get(f"/v1/concerts/{concert.id}/draw", status=200)["seed"], 8)
    ranks = [buyer.poll(status=200)["rank"] for buyer in buyers]
    restart()
    assert [buyer.poll(status=200)["rank"] for buyer in buyers] == ranks and sorted(ranks) == [1, 2, 3, 4, 5]


def test_sigterm_ends_cleanly_and_soon(make_server):
    server = make_server().start()
    World(server).concert()
    began = time.monotonic()
    assert server.stop() == 0
    assert time.monotonic() - began < 10


def test_sigint_ends_cleanly_too(make_server):
    server = make_server().start()
    server.process.send_signal(signal.SIGINT)
    assert server.process.wait(10) == 0


def test_what_is_under_way_at_sigterm_is_answered(make_server):
    """Callers who write while the server stops get an answer that is true, or a closed connection, never a lie."""
    server = make_server().start()
    world = World(server)
    buyers = [world.buyer() for _ in range(8)]
    for buyer in buyers:
        buyer.top_up(1)
    acknowledged, stop = [0] * len(buyers), threading.Event()

    def top_up(number):
        while not stop.is_set():
            try:
                answer = buyers[number].call("POST", "/v1/wallet/top-ups", {"amount": 1}, Idempotency_Key=f"{number}-{acknowledged[number]}")
            except OSError:
                return
            if answer.status != 201:
                assert answer.code in ("shutting_down", "overloaded", "outcome_unknown"), answer
                return
            acknowledged[number] += 1

    workers = [threading.Thread(target=top_up, args=(number,)) for number in range(len(buyers))]
    for worker in workers:
        worker.start()
    eventually(lambda: sum(acknowledged) > 50, 10)
    assert server.stop() == 0
    stop.set()
    for worker in workers:
        worker.join()
    server.start()
    for buyer, count in zip(buyers, acknowledged):
        assert buyer.balance() - 1 in (count, count + 1)
    server.check()


def test_a_stream_ends_with_the_server(make_server):
    from tests.lib.stream import Events
    server = make_server().start()
    world = World(server)
    concert = world.concert(capacity=1)
    world.inside(concert)
    buyer = world.buyer()
    buyer.join(concert, status=201)
    with Events(server, "/v1/queue-tokens/current/events", Queue_Token=buyer.queue_token) as events:
        events.next()
        assert server.stop() == 0
        assert events.closed()


def test_an_idle_connection_does_not_hold_up_the_end(make_server):
    server = make_server().start()
    with socket.create_connection(server.address) as idle:
        idle.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
        assert b" 200 " in idle.recv(1000)
        began = time.monotonic()
        assert server.stop() == 0
        assert time.monotonic() - began < 10


def test_two_servers_do_not_share_a_data_folder(make_server):
    server = make_server().start()
    second = make_server(folder="data")
    second.start(wait=False)
    assert second.process.wait(15) in (2, 3)
    World(server).client.get("/readyz", status=200)


def test_the_clock_of_answers_goes_on_over_a_restart(make_server):
    server = make_server().start()
    world = World(server)
    concert = world.concert()
    before = parse_time(world.client.get(f"/v1/concerts/{concert.id}/queue")["server_time"])
    server.restart()
    after = parse_time(world.client.get(f"/v1/concerts/{concert.id}/queue")["server_time"])
    assert before <= after < before + 30
