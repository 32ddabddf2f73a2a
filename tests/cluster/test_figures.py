"""What nodes tell of the store that they share: /metrics, and which of them /readyz calls slow or stale, and why."""
import re
import time

from tests.cluster.test_several_nodes import everywhere
from tests.lib.server import eventually


def figures(world):
    """Value by name and labels."""
    text = world.client.get("/metrics", status=200).body.decode()
    return {name.removeprefix("frontrow_"): float(value) for name, value in re.findall(r"^(\S+) (\S+)$", text, re.M)}


def ready(world):
    return world.client.send("GET", "/readyz")


def test_a_node_counts_what_it_hears(nodes):
    worlds = nodes.worlds()
    eventually(lambda: sum(figures(world)["store_ticking"] for world in worlds) == 1, 5)
    before = [figures(world) for world in worlds]
    concert = everywhere(worlds, worlds[0].concert())
    for _ in range(5):
        worlds[0].buyer().top_up(100)
    worlds[1].inside(concert)
    time.sleep(0.3)
    after = [figures(world) for world in worlds]

    def more(node, name):
        return after[node][name] - before[node][name]

    assert more(2, "store_batches_followed_total") >= 7 and more(2, "store_notifications_heard_total") >= 1
    assert more(1, "store_batches_followed_total") >= 6 and more(0, "store_notifications_sent_total") >= 1
    for found in after:
        assert 0 <= found["store_heard_seconds_ago"] < 1
        assert found["store_catch_up_seconds_count"] > 5 and found["store_standbys"] == 1 and found["store_standby_lost"] == 0
        assert found["store_outcomes_open"] == 0 and found["store_commit_waits_seconds"] < 1
    details = ready(worlds[2]).json
    assert details["store_heard_ms_ago"] < 1000 and details["ticking"] in (True, False) and details["outcomes_open"] == 0
    assert "slow" not in details


def test_a_cut_is_counted_and_its_outcome_resolved(make_cluster):
    cluster = make_cluster(1, faults=True)
    world = cluster.worlds()[0]
    buyer = world.buyer()
    buyer.top_up(1)
    before = figures(world)
    # A commit is answered by messages of the server: the last of them are lost.
    cluster.links[0].cut_after("to_client", 8, "messages", deliver=False)
    for number in range(20):
        buyer.top_up(1, status=None, Idempotency_Key=f"cut-{number}")
    eventually(lambda: sum(figures(world)[f'store_connections_total{{for="{what}"}}'] for what in ("batches", "ticks", "news")) >
               sum(before[f'store_connections_total{{for="{what}"}}'] for what in ("batches", "ticks", "news")), 5)
    eventually(lambda: figures(world)["store_outcomes_open"] == 0, 5)


def test_a_lost_standby_is_named_before_and_after_a_commit_waits(make_cluster, replicated):
    cluster = make_cluster(2)
    world, other = cluster.worlds()
    buyer = world.buyer()
    buyer.top_up(1)
    standby = replicated.standby()
    standby.stop()
    try:
        eventually(lambda: figures(other)["store_standby_lost"] == 1, 5)
        assert figures(other)["store_standbys"] == 0
        told = ready(other)
        assert told.status == 200 and told["slow"] == "commits wait for a standby, and there is none"
        answer = buyer.top_up(5, status=None, Idempotency_Key="waits")
        assert (answer.status, answer.code) == (503, "outcome_unknown")
        told = eventually(lambda: (lambda answer: answer if answer.status == 503 else None)(ready(world)), 3)
        assert told["detail"].endswith(": commits wait for a standby, and there is none"), told
        eventually(lambda: figures(world)["store_outcomes_unknown_total"] >= 1 and figures(world)["store_outcomes_open"] >= 1, 5)
    finally:
        standby.start()
        eventually(replicated.is_synchronous, 15)
    eventually(lambda: buyer.top_up(5, status=None, Idempotency_Key="waits").status == 201, 10)
    assert buyer.balance() == 6
    eventually(lambda: figures(world)["store_standby_lost"] == 0 and figures(world)["store_outcomes_open"] == 0, 5)
    assert ready(world).status == 200


def test_a_slow_node_is_named_before_it_is_stale(make_cluster):
    cluster = make_cluster(2, faults=True)
    worlds = cluster.worlds()
    cluster.links[0].black_hole()
    slow = eventually(lambda: (lambda answer: answer if answer.status == 503 or "slow" in answer.json else None)(ready(worlds[0])), 3)
    assert slow.status == 200 and "the store was heard" in slow["slow"], slow
    stale = eventually(lambda: (lambda answer: answer if answer.status == 503 else None)(ready(worlds[0])), 3)
    assert "the store has not been heard for" in stale["detail"]
    assert figures(worlds[0])["store_heard_seconds_ago"] >= 2
    assert "slow" not in ready(worlds[1]).json
    cluster.links[0].heal(cut=True)
    eventually(lambda: ready(worlds[0]).status == 200 and "slow" not in ready(worlds[0]).json, 3)
