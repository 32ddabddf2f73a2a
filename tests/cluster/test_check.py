"""`frontrow check` beside nodes that sell: it reads the standby, and the primary where there is none."""
import json

from tests.lib.server import eventually, run


def counts(url):
    done = run("check", "--store", url, "--json")
    assert done.returncode == 0, done
    return json.loads(done.stdout)["counts"]


def test_it_reads_the_standby_and_else_the_primary(make_cluster, replicated):
    cluster = make_cluster(1)
    world = cluster.world(0)
    world.buyer().top_up(1000)
    both = replicated.connect_string(database=cluster.name)
    primary = replicated.connect_string(database=cluster.name, hosts=[("127.0.0.1", replicated.primary().port)])
    eventually(lambda: replicated.sql("SELECT count(*) FROM wallet", host=replicated.standby(), database=cluster.name, check=False) == "1", 20, 0.2)
    replicated.sql("SELECT pg_wal_replay_pause()", host=replicated.standby())
    try:
        eventually(lambda: replicated.sql("SELECT pg_get_wal_replay_pause_state()", host=replicated.standby()) == "paused")
        world.buyer().top_up(500)
        assert counts(both)["top_ups_total"] == 1000, "the standby has it in its log, and has not shown it yet"
        assert counts(primary)["top_ups_total"] == 1500
    finally:
        replicated.sql("SELECT pg_wal_replay_resume()", host=replicated.standby())
    eventually(lambda: counts(both)["top_ups_total"] == 1500, 5, 0.2)
