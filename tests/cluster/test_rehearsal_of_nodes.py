"""A crowd over three nodes of one store, spread as a proxy would: all promises hold from outside, also where a node is killed."""
import json
import subprocess

from tests.lib.server import ISSUER, PROGRAM

CROWD = ["--people", "3000", "--json", "--set", "concert.seats=800", "--set", "arrival.top_up_seconds=2", "--set",
         "arrival.lobby_seconds=4", "--set", "arrival.spike_seconds=3", "--set", "arrival.tail_seconds=5", "--set",
         "concert.entries_per_minute=9000", "--set", "concert.capacity=1500", "--set", "concert.claim_seconds=3", "--set",
         "run.seconds_max=60"]


def begin(cluster, report):
    key = cluster.nodes[0].staff_key("admin")
    servers = [word for node in cluster.nodes for word in ("--server", "%s:%d" % node.address)]
    pids = [word for node in cluster.nodes for word in ("--server-pid", str(node.process.pid))]
    return subprocess.Popen([str(PROGRAM), "rehearse", "small", *servers, *pids, *CROWD, "--provider-key",
                             str(cluster.nodes[0].home / "provider.key"), "--issuer", ISSUER, "--staff-key", key,
                             "--report", str(report)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def broken(found):
    return [promise for promise in found["promises"] if promise["broken"]]


def test_a_node_that_is_killed_while_it_sells_breaks_no_promise(make_cluster, tmp_path):
    """It comes back before all is sold, and so do its people."""
    cluster, report = make_cluster(3), tmp_path / "report.html"
    killed, there, found = None, [], None
    with begin(cluster, report) as rehearsal:
        for line in rehearsal.stdout:
            found = json.loads(line)
            if found["kind"] != "moment":
                continue
            there.append(found["nodes_there"])
            if killed is None and found["seats_sold"] > 100:
                cluster.nodes[1].kill()
                killed = found["seats_sold"]
            elif killed and not cluster.nodes[1].running() and there[-1] == 2:
                cluster.start_node(1)
        error = rehearsal.stderr.read()
    assert killed and found["kind"] == "result", error
    assert not broken(found), broken(found)
    assert rehearsal.returncode == 0, error
    assert there[0] == there[-1] == 3 and 2 in there, there
    assert found["seats_sold"] == 800 > killed
    assert found["nodes"] == 3 and found["server_cpu_seconds"] > 0
    page = report.read_text()
    assert "not all of the 3 nodes answered" in page and "node away" in page and "node back" in page
    assert cluster.check()["seats_sold"] == 800


def test_a_node_of_another_server_is_refused(make_cluster, tmp_path):
    cluster, other = make_cluster(1), make_cluster(1)
    cluster.nodes.append(other.nodes[0])
    with begin(cluster, tmp_path / "report.html") as rehearsal:
        error = rehearsal.communicate(timeout=30)[1]
    cluster.nodes.pop()
    assert rehearsal.returncode == 2 and "does not know the concert" in error, error
