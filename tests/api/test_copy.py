"""`frontrow copy`: a living installation moves from SQLite to PostgreSQL and back, whole or not at all."""
import json
import sqlite3
import subprocess
from urllib.parse import urlsplit

import pytest

from tests.lib import postgres
from tests.lib.cluster import at
from tests.lib.server import PROGRAM, Server, eventually, run
from tests.lib.world import World, in_seconds

pytestmark = pytest.mark.sqlite


@pytest.fixture
def target():
    """The address of an empty database."""
    server = postgres.session()
    name = server.new_database()
    yield server.connect_string(database=name)
    server.drop_database(name)


def database_of(url):
    return urlsplit(url).path[1:]


def sql(url, text):
    return postgres.session().sql(text, database=database_of(url))


def copy(server, url, *options):
    return run("copy", "--from", f"sqlite:{server.data}", "--to", url, *options)


def counts(url):
    """What `check` finds in a database."""
    done = run("check", "--store", url, "--json")
    assert done.returncode == 0, done
    return json.loads(done.stdout)["counts"]


def node_on(url, source, folder):
    key = {"FRONTROW__IDENTITY__MASTER_KEY_FILE": str(source.data / "master.key")}
    return Server(folder, store=url, environment=key)


def copy_back(url, source, folder, *options):
    return run("copy", "--from", url, "--to", f"sqlite:{folder}", "--set", f"identity.master_key_file={source.data}/master.key", *options)


def replayed(answer):
    return answer.header("idempotent-replayed") == "true"


@pytest.fixture
def sold(make_server):
    """A stopped server with a paid order that was checked in, and people in every state."""
    server = make_server().start()
    world = World(server)
    concert, line = world.concert(), world.concert(capacity=1)
    buyer = world.account()
    buyer.enter(concert)
    top_up = buyer.top_up(50000, Idempotency_Key="top-up")
    order = buyer.hold(concert.show, "A-1-1", "A-1-2", status=201, Idempotency_Key="hold")
    payment = buyer.pay(order["order_id"], status=201)
    world.staff("POST", "/check-ins", {"code": payment["tickets"][0]["code"]}, role="gate", status=200)
    holder = world.inside(concert, money=10000)
    held = holder.hold(concert.show, "A-2-1", status=201)
    world.inside(line)
    waiting = [world.buyer() for _ in range(3)]
    for person in waiting:
        person.join(line, status=201)
    world.act(line, "pause")
    server.stop()
    return server, world, concert, (buyer, top_up, order, payment), (holder, held), (line, waiting)


def test_everything_moves_and_goes_on(sold, target, tmp_path):
    server, world, concert, (buyer, top_up, order, payment), (holder, held), (line, waiting) = sold
    before = server.check()
    done = copy(server, target, "--json")
    assert done.returncode == 0 and not done.stderr, done
    told = json.loads(done.stdout)
    assert told["ok"] is True and told["different"] == "" and told["source"] == told["target"] == {"violations": [], "violations_total": 0}
    assert {name: count["target"] for name, count in told["counts"].items() if name in before} == before
    for name in ("sessions", "staff_keys", "signing_keys", "audit", "kept_answers"):
        assert told["counts"][name]["source"] == told["counts"][name]["target"] > 0, name

    node = node_on(target, server, tmp_path / "node").start()
    try:
        assert counts(target) == before
        moved = World(node)
        moved._keys = world._keys
        buyer, holder, *waiting = (at(moved, person) for person in (buyer, holder, *waiting))
        assert buyer.balance() == 30000, "the same session, the same wallet"
        again = buyer.hold(concert.show, "A-1-1", "A-1-2", Idempotency_Key="hold")
        assert replayed(again) and again.body == order.body
        again = buyer.top_up(50000, Idempotency_Key="top-up")
        assert replayed(again) and again.body == top_up.body and buyer.balance() == 30000
        assert moved.client.post("/v1/sessions", {"email": buyer.email, "password": buyer.password}, status=201)

        assert [person.poll(status=200)["position"] for person in waiting] == [1, 2, 3]
        entries = moved.staff("GET", "/audit?limit=100", role="admin", status=200)["items"]
        assert "queue.pause" in {entry["action"] for entry in entries}
        moved.act(line, "resume")

        assert holder.pay(held["order_id"], status=201)["amount"] == 10000
        first, second = (ticket["code"] for ticket in payment["tickets"])
        assert moved.staff("POST", "/check-ins", {"code": first}, role="gate", status=200)["duplicate"] is True
        assert moved.staff("POST", "/check-ins", {"code": second}, role="gate", status=200)["duplicate"] is False
        moved.inside(moved.concert()), moved.account()
    finally:
        node.stop()
    assert run("check", "--store", target).returncode == 0


def test_the_way_back(sold, target, tmp_path):
    server, world, concert, (buyer, top_up, order, _), _, (_, waiting) = sold
    before = server.check()
    assert copy(server, target).returncode == 0
    node = node_on(target, server, tmp_path / "node").start()
    try:
        done = copy_back(target, server, tmp_path / "early")
        assert done.returncode == 1 and "stop them first" in done.stderr and not done.stdout, done
        at(World(node), buyer).top_up(5)
    finally:
        node.stop()
    folder = tmp_path / "back"
    done = copy_back(target, server, folder)
    assert done.returncode == 0 and "every row is equal" in done.stdout, done
    assert counts(target)["top_ups_total"] == before["top_ups_total"] + 5
    assert copy_back(target, server, folder).returncode == 1, "it has a database now"
    assert run("copy", "--from", target, "--to", f"sqlite:{tmp_path / 'keyless'}").returncode == 2, "which master key?"

    back = Server(folder, environment={"FRONTROW__IDENTITY__MASTER_KEY_FILE": str(server.data / "master.key")})
    assert back.check() == counts(target)
    back.start()
    try:
        moved = World(back)
        moved._keys = world._keys
        buyer, *waiting = (at(moved, person) for person in (buyer, *waiting))
        assert buyer.balance() == 30005
        for again, first in ((buyer.top_up(50000, Idempotency_Key="top-up"), top_up),
                             (buyer.hold(concert.show, "A-1-1", "A-1-2", Idempotency_Key="hold"), order)):
            assert replayed(again) and again.body == first.body
        assert [person.poll(status=200)["position"] for person in waiting] == [1, 2, 3]
        moved.inside(moved.concert()), moved.account()
    finally:
        back.stop()


def test_a_copy_back_that_is_killed_leaves_no_database(sold, target, tmp_path):
    server, *_ = sold
    assert copy(server, target).returncode == 0
    sql(target, "INSERT INTO audit SELECT decode(md5(i::text), 'hex'), i, decode(md5(''), 'hex'), 'queue.pause', '', 'a test', '{}' FROM generate_series(1, 200000) i")
    folder = tmp_path / "back"
    killed = subprocess.Popen([str(PROGRAM), "copy", "--from", target, "--to", f"sqlite:{folder}", "--set",
                               f"identity.master_key_file={server.data}/master.key"], stdout=subprocess.DEVNULL)
    part = folder / "copy.part" / "frontrow.db"
    try:
        eventually(lambda: part.exists() and part.stat().st_size > 1000000 or (part.parent / "frontrow.db-wal").exists(), 30, 0.01)
    finally:
        killed.kill()
        killed.wait(10)
    assert part.exists() and not (folder / "frontrow.db").exists()
    assert run("check", "--data", folder).returncode == 2
    eventually(lambda: copy_back(target, server, folder).returncode == 0, 20, 0.5)
    assert not part.parent.exists() and run("check", "--data", folder).returncode == 0


def test_tokens_verify_with_the_same_published_keys(sold, target, tmp_path):
    server, world, *_ = sold
    server.start()
    keys = world.client.get("/.well-known/jwks.json", status=200)["keys"]
    server.stop()
    assert copy(server, target).returncode == 0
    node = node_on(target, server, tmp_path / "node").start()
    try:
        assert World(node).client.get("/.well-known/jwks.json", status=200)["keys"] == keys
    finally:
        node.stop()
    other = Server(tmp_path / "other", store=target)
    other.start(wait=False)
    assert other.process.wait(20) == 2 and "another master key" in other.text()


def test_a_draw_is_verified_in_the_database(make_server, target, tmp_path):
    server = make_server().start()
    world = World(server)
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(1.5), draw=True, capacity=1)
    for _ in range(5):
        world.buyer().join(concert, status=201)
    eventually(lambda: world.client.get(f"/v1/concerts/{concert.id}/draw", status=200)["secret"], 8)
    server.stop()
    here = server.command("draw", "verify", "--concert", concert.id, "--ranks")
    assert copy(server, target).returncode == 0
    verify = ["draw", "verify", "--store", target, "--concert", concert.id, "--ranks"]
    done = run(*verify, "--set", f"identity.master_key_file={server.data}/master.key")
    assert done.returncode == 0 and done.stdout == here.stdout and "right" in done.stdout, (done, here)
    assert run(*verify).returncode == 2, "which master key?"
    other = tmp_path / "other.key"
    other.write_bytes(bytes(range(32)))
    other.chmod(0o600)
    done = run(*verify, "--set", f"identity.master_key_file={other}")
    assert done.returncode == 2 and "another master key" in done.stderr, done


# ---- what is refused ----

def test_a_running_source_is_refused(make_server, target):
    server = make_server().start()
    done = copy(server, target)
    assert done.returncode == 1 and "stop the server" in done.stderr and not done.stdout, done
    assert World(server).concert(), "it goes on"
    server.stop()
    assert copy(server, target).returncode == 0


def test_a_target_that_is_not_empty_is_refused(make_server, target, tmp_path):
    server = make_server().start()
    server.stop()
    assert copy(server, target).returncode == 0
    before = counts(target)
    done = copy(server, target)
    assert done.returncode == 1 and "not empty" in done.stderr and not done.stdout, done
    assert counts(target) == before

    sql(target, "DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION frontrow; CREATE TABLE another (a int)")
    done = copy(server, target)
    assert done.returncode == 3 and "another program" in done.stderr, done


@pytest.mark.parametrize("change, word", [
    ("update transfer set balance_after = balance_after + 1", "BROKEN"),
    ("update queue set admitted = admitted + 1", "BROKEN"),
])
def test_a_source_that_breaks_a_law_is_not_copied(sold, target, change, word):
    server, *_ = sold
    with sqlite3.connect(server.data / "frontrow.db") as connection:
        connection.execute(change)
    connection.close()
    done = copy(server, target)
    assert done.returncode == 1 and word in done.stdout and "nothing was copied" in done.stderr, done
    assert not any(counts(target).values())


def test_another_master_key_is_refused_and_nothing_is_copied(sold, target, tmp_path):
    server, *_ = sold
    kept = (server.data / "master.key").read_bytes()
    (server.data / "master.key").unlink()
    done = copy(server, target)
    assert done.returncode == 2 and "master.key" in done.stderr, done
    aside = tmp_path / "aside.key"
    aside.write_bytes(kept)
    aside.chmod(0o600)
    assert copy(server, target, "--set", f"identity.master_key_file={aside}").returncode == 0


@pytest.mark.parametrize("arguments", [
    ["--from", "sqlite:{data}"], ["--to", "{url}"], ["--from", "{data}", "--to", "{url}"], ["--from", "sqlite:", "--to", "{url}"],
    ["--from", "sqlite:{data}", "--to", "sqlite:{data}"], ["--from", "sqlite:{data}/absent", "--to", "{url}"], ["--from", "{url}", "--to", "{url}"],
])
def test_wrong_addresses_are_2(make_server, target, arguments):
    server = make_server()
    done = run("copy", *(argument.format(data=server.data, url=target) for argument in arguments))
    assert done.returncode == 2 and done.stderr.strip() and not done.stdout, done


def test_a_database_that_is_away_is_an_outage(make_server):
    server = make_server().start()
    server.stop()
    done = copy(server, "postgresql://nobody@127.0.0.1:1/nothing")
    assert done.returncode == 3 and done.stderr, done


# ---- kill -9 ----

def test_a_copy_that_is_killed_leaves_an_empty_database(make_server, target):
    server = make_server().start()
    World(server).concert()
    server.stop()
    with sqlite3.connect(server.data / "frontrow.db") as connection:  # enough to be in the middle of
        connection.execute("""with recursive n(i) as (select 1 union all select i + 1 from n where i < 300000)
                              insert into audit select randomblob(16), i, zeroblob(16), 'queue.pause', '', 'a test', '{}' from n""")
    connection.close()
    writes = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database_of(target)}' AND query LIKE 'insert into audit%'"
    killed = subprocess.Popen([str(PROGRAM), "copy", "--from", f"sqlite:{server.data}", "--to", target], stdout=subprocess.DEVNULL)
    try:
        eventually(lambda: postgres.session().sql(writes) != "0", 30, 0.01)
    finally:
        killed.kill()
        killed.wait(10)
    eventually(lambda: postgres.session().sql(f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{database_of(target)}'") == "0", 10)
    assert not any(counts(target).values())
    assert sql(target, "SELECT (SELECT count(*) FROM audit) + (SELECT count(*) FROM installation) + (SELECT count(*) FROM journal)") == "0"
    assert copy(server, target).returncode == 0
    assert sql(target, "SELECT count(*) > 300000 FROM audit") == "t"
