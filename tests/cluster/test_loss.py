"""Nodes, connections and the primary are lost under load: nothing that was acknowledged is, and others go on."""
import os
import signal
import time

import pytest

from tests.cluster.history import load
from tests.cluster.test_several_nodes import everywhere
from tests.lib.server import eventually

LONG = os.environ.get("FRONTROW_LONG") == "1"
KILLS, PROMOTIONS, CUTS = 20, 2, 50  # in a part; ten times as many kills and promotions in the long run, 20 times as many cuts


def parts(long):
    """The long run repeats a test with other seeds, each part on nodes of its own."""
    return pytest.mark.parametrize("part", range(long if LONG else 1))


def big_concert(worlds):
    return everywhere(worlds, worlds[0].concert(rows=40, seats_per_row=50, hold_seconds=3600, entry_seconds=3600, capacity=1000000))


def settled(cluster, running, worlds):
    """What was told is true, and the laws hold; the calls that were unknown."""
    acknowledged, unknown = running.settle(worlds)
    cluster.check()
    assert acknowledged > 50, "the load did nothing"
    return unknown


def refuses(world, path, seconds, **headers):
    """The seconds until this node answers 503 to a GET."""
    begin = time.monotonic()
    eventually(lambda: world.client.send("GET", path, headers=headers).status == 503, seconds)
    return time.monotonic() - begin


# ---- nodes ----

@parts(10)
def test_nothing_acknowledged_is_lost_by_kill_9_of_a_node(make_cluster, part):
    cluster = make_cluster(3)
    worlds = cluster.worlds()
    for number in range(KILLS):
        victim = number % 3
        concert = big_concert(worlds)
        with load(worlds, concert, seed=part * KILLS + number) as running:
            running.wait_for_more(60)
            cluster.nodes[victim].kill()
            running.wait_for_more(60)
        survivors = [world for index, world in enumerate(worlds) if index != victim]
        settled(cluster, running, survivors)
        cluster.start_node(victim)
        worlds[victim].client.close()


def test_another_node_ticks_within_two_seconds(make_cluster):
    """Whichever node ticks is lost, dead or hung: the line moves on, and nobody is let in twice."""
    cluster = make_cluster(2)
    worlds = cluster.worlds()
    for lost, end in ((0, "kill"), (1, "stop"), (0, "stop"), (1, "kill")):
        world = worlds[1 - lost]
        concert = everywhere(worlds, worlds[0].concert(capacity=1, entries_per_minute=1000000))
        inside, waiting = world.inside(concert), world.buyer()
        waiting.join(concert, status=201)
        node = cluster.nodes[lost]
        node.kill() if end == "kill" else node.process.send_signal(signal.SIGSTOP)
        try:
            inside.leave(status=204)
            waiting.wait_for("admitted", 4)
        finally:
            cluster.start_node(lost) if end == "kill" else node.process.send_signal(signal.SIGCONT)
        eventually(lambda: worlds[lost].client.send("GET", "/readyz").status == 200, 5)
        eventually(lambda: worlds[lost].client.get(f"/v1/concerts/{concert.id}/queue")["admitted_active"] == 1, 2)
    cluster.check()


def test_a_hung_node_does_no_harm_when_it_wakes(make_cluster):
    cluster = make_cluster(3)
    worlds = cluster.worlds()
    concert = big_concert(worlds)
    with load(worlds, concert) as running:
        running.wait_for_more(60)
        cluster.nodes[0].process.send_signal(signal.SIGSTOP)
        try:
            time.sleep(4)
            others = [walker for walker in running.walkers if walker.home != 0]
            assert others, "somebody asks the other nodes"
        finally:
            cluster.nodes[0].process.send_signal(signal.SIGCONT)
        running.wait_for_more(60, 20)
    settled(cluster, running, worlds)


def test_a_partitioned_node_refuses_and_comes_back(make_cluster):
    cluster = make_cluster(3, faults=True)
    worlds = cluster.worlds()
    concert, line = big_concert(worlds), everywhere(worlds, worlds[0].concert(capacity=1))
    worlds[0].inside(line)
    waiting = worlds[1].buyer()
    waiting.join(line, status=201)
    eventually(lambda: worlds[0].client.get(f"/v1/concerts/{line.id}/queue")["waiting"] == 1, 2)
    with load(worlds[1:], concert) as running:
        running.wait_for_more(60)
        cluster.links[0].black_hole()
        begin = time.monotonic()
        assert refuses(worlds[0], f"/v1/concerts/{line.id}/queue", 3.2) <= 3.2
        assert refuses(worlds[0], "/readyz", 3.2) <= 3.2
        assert worlds[0].client.send("GET", "/livez").status == 200
        assert worlds[0].client.send("GET", f"/v1/concerts/{line.id}").status == 200, "the catalogue goes on"
        answer = worlds[0].client.send("POST", "/v1/wallet/top-ups", {"amount": 1}, {"Authorization": f"Bearer {worlds[0].buyer().token}"})
        assert answer.status == 503, answer
        poll = worlds[0].client.send("GET", "/v1/queue-tokens/current", headers={"Queue-Token": waiting.queue_token})
        assert poll.status == 503, "no stale admission"
        assert running.wait_for_more(60) < 10, "the others go on"
        time.sleep(max(0, 30 - (time.monotonic() - begin)))
        for link in cluster.links[0].links:
            link.heal(cut=True)
        eventually(lambda: worlds[0].client.send("GET", "/readyz").status == 200, 2.2)
        assert worlds[0].client.get(f"/v1/concerts/{line.id}/queue", status=200)["waiting"] == 1
    settled(cluster, running, worlds)


def test_a_rolling_restart_under_load_loses_nothing(make_cluster):
    cluster = make_cluster(3, proxy=True)
    front = cluster.front_world()
    concert = big_concert(cluster.worlds())
    with load([front], concert, walkers=6) as running:
        for number in range(3):
            assert cluster.restart_node(number) == 0
            eventually(lambda: cluster.taken_by_proxy() == 3, 10)
    assert sum(sum(walker.broken.values()) for walker in running.walkers) == 0, "a request failed"
    settled(cluster, running, [front])


# ---- connections to the database ----

def cuts(links):
    return sum(counts["cuts"] for counts in links.counts())


@parts(20)
def test_connections_cut_at_every_step_leave_no_doubt(make_cluster, part):
    cluster = make_cluster(2, faults=True)
    worlds = cluster.worlds()
    for ten in range(0, CUTS, 10):
        with load(worlds, big_concert(worlds), seed=part * CUTS + ten, walkers=6) as running:
            for number in range(part * CUTS + ten, part * CUTS + ten + 10):
                direction = ("to_server", "to_client")[number // 2 % 2]
                links = cluster.links[number % 2]
                before = cuts(links)
                links.cut_after(direction, 1 + number % 23, "messages", deliver=number // 4 % 2 == 0)
                eventually(lambda: cuts(links) > before, 10)
                running.wait_for_more(12, 20)
        for links in cluster.links:
            links.heal()
        settled(cluster, running, worlds)


# ---- the primary ----

def test_the_primary_hangs_for_ten_seconds(make_cluster, replicated):
    cluster = make_cluster(2)
    worlds = cluster.worlds()
    concert = big_concert(worlds)
    with load(worlds, concert, walkers=6) as running:
        running.wait_for_more(60)
        primary = replicated.primary()
        primary.pause()
        try:
            time.sleep(10)
            assert all(world.client.send("GET", "/readyz").status == 503 for world in worlds)
        finally:
            primary.resume()
        running.wait_for_more(60, 15)
    settled(cluster, running, worlds)


@parts(10)
def test_the_primary_dies_and_its_standby_is_promoted(make_cluster, replicated, part):
    cluster = make_cluster(2)
    worlds = cluster.worlds()
    for number in range(PROMOTIONS):
        concert = big_concert(worlds)
        with load(worlds, concert, seed=part * PROMOTIONS + number, walkers=6) as running:
            running.wait_for_more(60)
            replicated.primary().kill()
            replicated.promote()
            running.wait_for_more(60, 15)
        settled(cluster, running, worlds)
        replicated.add_standby()


def test_without_its_standby_commits_wait_and_nothing_is_lost(make_cluster, replicated):
    cluster = make_cluster(2)
    worlds = cluster.worlds()
    concert = big_concert(worlds)
    with load(worlds, concert, walkers=6) as running:
        running.wait_for_more(60)
        standby = replicated.standby()
        standby.pause()
        try:
            time.sleep(8)
            buyer = worlds[0].buyer()
            answer = worlds[0].client.send("POST", "/v1/wallet/top-ups", {"amount": 1}, {"Authorization": f"Bearer {buyer.token}", "Idempotency-Key": "w"})
            assert answer.status == 503, answer
        finally:
            standby.resume()
        eventually(replicated.is_synchronous, 15)
        running.wait_for_more(60, 20)
        eventually(lambda: buyer.top_up(1, status=None, Idempotency_Key="w").status == 201, 5)
        assert buyer.balance() == 1
    settled(cluster, running, worlds)
