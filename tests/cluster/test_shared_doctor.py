"""`frontrow doctor --store`: reads a real server's settings and standbys, and says what each costs."""
import pytest

from tests.lib.cluster import Cluster
from tests.lib.postgres import Postgres
from tests.lib.server import eventually, run


def findings(address, *options):
    """Marks and words by subject; exit 1 where there is a warning."""
    done = run("doctor", "--store", address, "--set", "wallet.top_ups=staff", *options)
    assert done.returncode in (0, 1) and not done.stderr, done
    lines = [line.split(None, 1) for line in done.stdout.splitlines()]
    assert (done.returncode == 1) == any(mark == "WARNING" for mark, _ in lines), done.stdout
    return {text.partition(": ")[0]: (mark, text.partition(": ")[2]) for mark, text in lines}


def warnings(found):
    """Subjects with a warning, but for what this machine alone is at fault for."""
    return {subject for subject, (mark, _) in found.items() if mark == "WARNING"} - {"open files", "clock"}


@pytest.fixture(scope="module")
def careless():
    """A server as nobody should run it."""
    postgres = Postgres(fsync="off", full_page_writes="off", synchronous_commit="off", autovacuum="off", data_sync_retry="on")
    yield postgres
    postgres.destroy()


def test_nothing_is_found_on_a_cluster_as_it_is_deployed(replicated, tmp_path):
    with Cluster(tmp_path, 2, replicated) as cluster:
        node = cluster.nodes[0]
        found = findings(node.store, "--data", node.data, "--set", f"identity.master_key_file={cluster.key}")
        assert warnings(found) == set(), found
        assert found["standby standby"][1].startswith("synchronous, streaming, ")
        assert found["synchronous_standby_names"] == ("ok", "FIRST 1 (standby)")
        assert found["schema"][1].startswith("at migration ") and found["clocks"][0] == "ok"
        assert "the database's" in found["master key"][1] and found["server"][1] == "one runs on this data"
        other = tmp_path / "other.key"
        other.write_bytes(bytes(32))
        other.chmod(0o600)
        found = findings(node.store, "--set", f"identity.master_key_file={other}")
        assert warnings(found) == {"master key"} and "does not start" in found["master key"][1]
        node.kill()
        replicated.sql("UPDATE migration SET checksum = 'another'", database=cluster.name, user="frontrow")
        found = findings(node.store)
        assert warnings(found) == {"schema"} and "is not the one of this version" in found["schema"][1]


def test_settings_that_lose_purchases_are_named(careless):
    name = careless.new_database()
    found = findings(careless.connect_string(database=name))
    assert warnings(found) == {"fsync", "full_page_writes", "autovacuum", "data_sync_retry", "synchronous_standby_names"}
    assert "a crash of the machine loses purchases" in found["fsync"][1]
    assert found["synchronous_commit"][0] == "note" and "other programs" in found["synchronous_commit"][1]
    assert found["schema"] == ("note", "the database is empty; `serve` or `migrate` makes it")


def test_a_timeout_and_a_lack_of_rights_are_named(careless):
    name = careless.new_database()
    careless.sql("REVOKE pg_monitor FROM frontrow")
    careless.sql(f"ALTER ROLE frontrow IN DATABASE {name} SET idle_session_timeout = '10min'")
    try:
        found = findings(careless.connect_string(database=name))
    finally:
        careless.sql("GRANT pg_monitor TO frontrow")
    assert found["idle_session_timeout"][0] == "note" and found["idle_session_timeout"][1].startswith("10min")
    assert found["standbys"] == ("note", "this role may not see them: GRANT pg_monitor TO it, and ask again")


def test_another_programs_database_is_named(careless):
    name = careless.new_database()
    careless.sql("CREATE TABLE stranger (x int)", database=name, user="frontrow")
    assert "belongs to another program" in findings(careless.connect_string(database=name))["schema"][1]


def test_a_standby_that_is_gone_or_behind_is_named(replicated):
    address = replicated.connect_string(database=replicated.new_database())
    standby = replicated.standby()
    standby.pause()
    try:
        written = replicated.sql_process("CREATE TABLE IF NOT EXISTS behind AS SELECT generate_series(1, 800000) AS x")
        eventually(lambda: "standby standby" in warnings(findings(address)), 10, 0.3)
        assert "MiB behind: each commit waits" in findings(address)["standby standby"][1]
    finally:
        standby.resume()
    assert written.wait(30) == 0
    standby.stop()
    try:
        found = findings(address)
        assert warnings(found) == {"standbys"} and "every commit waits" in found["standbys"][1]
        assert found["slot standby"][0] == "note"
    finally:
        standby.start()
        eventually(replicated.is_synchronous, 15)
    assert warnings(findings(address)) == set()


def test_a_server_that_is_away_is_a_warning(tmp_path):
    found = findings("postgresql://frontrow@127.0.0.1:9/frontrow")
    assert warnings(found) == {"database"}
