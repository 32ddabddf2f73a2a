"""What the tests of several nodes stand on does what it says: the database, its standby, the faults, the proxy in front."""
import http.server
import shutil
import socket
import subprocess
import threading
import time
from collections import Counter

import pytest

from tests.lib.client import Client
from tests.lib.cluster import Address, Cluster
from tests.lib.fault_proxy import FaultProxy
from tests.lib.postgres import DEPLOY, Postgres
from tests.lib.server import eventually
from tests.lib.world import together

from processes import Refused, free_ports
from proxy import Proxy, configuration


# ---- the fault proxy ----

class Echo:
    """A server that sends back what comes, and knows how its connections ended."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = self.listener.getsockname()
        self.ends = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            while data := connection.recv(65536):
                connection.sendall(data)
            self.ends.append("end")
            connection.close()
        except OSError as error:
            self.ends.append(type(error).__name__)


@pytest.fixture
def echo():
    server = Echo()
    yield server
    server.listener.close()


@pytest.fixture
def link(echo):
    with FaultProxy() as proxy:
        yield proxy.link(echo.address)


def connect(link):
    connection = socket.create_connection(link.address, 5)
    connection.settimeout(5)
    return connection


def read(connection, count):
    data = b""
    while len(data) < count:
        more = connection.recv(count - len(data))
        if not more:
            break
        data += more
    return data


def said(connection, data):
    connection.sendall(data)
    return read(connection, len(data))


def test_a_link_passes_what_it_gets(link, echo):
    with connect(link) as one:
        data = bytes(range(256)) * 20000  # more than the proxy holds at once
        threading.Thread(target=one.sendall, args=(data,), daemon=True).start()
        assert read(one, len(data)) == data
        one.shutdown(socket.SHUT_WR)
        assert one.recv(1) == b""
    eventually(lambda: echo.ends == ["end"])
    assert link.counts()["to_server"]["bytes"] == len(data)


def test_a_cut_resets_both_sides_and_new_connections_pass(link, echo):
    one, other = connect(link), connect(link)
    assert said(one, b"a") == said(other, b"a") == b"a"
    assert link.cut() == 2
    for connection in (one, other):
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
    eventually(lambda: echo.ends == ["ConnectionResetError"] * 2)
    assert said(connect(link), b"b") == b"b"


@pytest.mark.parametrize("direction, deliver, echoed", [
    ("to_server", True, None), ("to_server", False, None), ("to_client", True, 10), ("to_client", False, 9),
])
def test_a_connection_is_cut_after_a_byte(link, direction, deliver, echoed):
    link.cut_after(direction, 10, deliver=deliver)
    one = connect(link)
    with pytest.raises(ConnectionResetError):
        assert said(one, b"1234") == b"1234"
        one.sendall(b"567890 and more")
        read(one, 100)
    assert link.counts()["to_server"]["bytes"] == (19 if direction == "to_client" else 10 if deliver else 9)
    if echoed:
        assert link.counts()["to_client"]["bytes"] == echoed
    assert said(connect(link), b"once only") == b"once only"


def test_a_black_hole_is_silent_until_it_is_healed(link):
    one = connect(link)
    assert said(one, b"before") == b"before"
    link.black_hole()
    one.sendall(b"within")
    late = connect(link)  # is made, and hears nothing
    late.sendall(b"late")
    for connection in (one, late):
        connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        connection.settimeout(5)
    link.heal()
    assert read(one, 6) == b"within" and read(late, 4) == b"late"
    link.black_hole()
    one.sendall(b"lost")
    link.heal(cut=True)
    with pytest.raises(ConnectionResetError):
        one.recv(1)


def test_a_refusing_link_lets_nobody_in(link):
    link.refuse()
    with pytest.raises(ConnectionError):
        one = connect(link)
        one.sendall(b"x")
        one.recv(1)
        one.recv(1)
    link.heal()
    assert said(connect(link), b"x") == b"x"


def test_a_delay_delays_each_way(link):
    one = connect(link)
    link.delay(0.1)
    begin = time.monotonic()
    assert said(one, b"slow") == b"slow"
    assert 0.2 <= time.monotonic() - begin < 1
    link.heal()
    begin = time.monotonic()
    assert said(one, b"quick") == b"quick"
    assert time.monotonic() - begin < 0.1


def lifetimes(link, seed):
    """How many bytes each of ten connections got back."""
    link.chaos(seed, most=5000)
    found = []
    for _ in range(10):
        one, count = connect(link), 0
        try:
            while count < 20000:
                count += len(said(one, b"x" * 100))
        except OSError:
            pass
        found.append(count)
    return found


def test_chaos_is_the_same_for_the_same_seed(link):
    first, second, other = lifetimes(link, 1), lifetimes(link, 1), lifetimes(link, 2)
    assert first == second != other and max(first) <= 5000


# ---- PostgreSQL ----

@pytest.fixture(scope="module")
def postgres():
    postgres = Postgres(standby=True)
    yield postgres
    postgres.destroy()


def test_the_settings_are_in_force(postgres):
    for name, value in (("synchronous_commit", "on"), ("full_page_writes", "on"), ("fsync", "on"), ("data_checksums", "on"), ("wal_compression", "lz4"),
                        ("idle_in_transaction_session_timeout", "1s"), ("tcp_user_timeout", "2000"), ("password_encryption", "scram-sha-256")):
        assert postgres.sql(f"SHOW {name}") == value, name


def test_a_commit_waits_for_the_standby(postgres):
    assert postgres.is_synchronous()
    postgres.sql("CREATE TABLE IF NOT EXISTS kept (word text)")
    standby = postgres.standby()
    standby.pause()
    try:
        waiting = postgres.sql_process("INSERT INTO kept VALUES ('waited')")
        with pytest.raises(subprocess.TimeoutExpired):
            waiting.wait(1)
        assert postgres.sql("SELECT count(*) FROM kept WHERE word = 'waited'") == "0", "nobody sees it before the standby has it"
    finally:
        standby.resume()
    assert waiting.wait(10) == 0
    assert postgres.sql("SELECT count(*) FROM kept WHERE word = 'waited'", standby) == "1"


def test_a_paused_primary_answers_again(postgres):
    primary = postgres.primary()
    primary.pause()
    try:
        asking = postgres.sql_process("SELECT 1", primary)
        with pytest.raises(subprocess.TimeoutExpired):
            asking.wait(0.5)
    finally:
        primary.resume()
    asking.wait(10)
    assert postgres.sql("SELECT 1") == "1"
    eventually(postgres.is_synchronous, 10)


def test_what_was_acknowledged_outlives_the_primary(postgres):
    postgres.sql("CREATE TABLE IF NOT EXISTS kept (word text)")
    old = postgres.primary()
    postgres.sql("INSERT INTO kept VALUES ('acknowledged')")
    old.kill()
    assert not old.pid()
    new = postgres.promote()
    assert new is not old and postgres.primary() is new
    assert postgres.sql("SELECT count(*) FROM kept WHERE word = 'acknowledged'") == "1"
    address = postgres.connect_string("postgres", "postgres")
    found = subprocess.run(["psql", "-XAt", "-d", address, "-c", "SHOW port"], capture_output=True, text=True, timeout=20)
    assert found.stdout.strip() == str(new.port), "the same address leads to the new primary"
    postgres.add_standby()
    assert postgres.standby() is old and postgres.is_synchronous()
    with pytest.raises(Refused):
        old.data.joinpath("standby.signal").unlink()
        postgres.primary()
    old.data.joinpath("standby.signal").touch()


def test_each_server_of_a_run_gets_a_database_of_its_own(postgres):
    names = [postgres.new_database() for _ in range(3)]
    postgres.sql("CREATE TABLE t (x int)", database=names[0], user="frontrow")
    with pytest.raises(Refused, match="does not exist"):
        postgres.sql("SELECT * FROM t", database=names[1], user="frontrow")
    for name in names:
        postgres.drop_database(name)


def test_a_client_message_is_counted_through_a_link(postgres):
    """psql sends its start, two of the password exchange, a query and the farewell."""
    with FaultProxy() as proxy:
        link = proxy.link(("127.0.0.1", postgres.primary().port))
        address = postgres.connect_string("postgres", "postgres", [link.address])
        command = ["psql", "-XAt", "-d", address, "-c", "CREATE TABLE IF NOT EXISTS cut (x int)"]
        assert subprocess.run(command, timeout=20).returncode == 0
        assert link.counts()["to_server"]["messages"] == 5
        postgres.sql("DROP TABLE cut")
        link.cut_after("to_server", 4, "messages", deliver=False)
        assert subprocess.run(command, timeout=20, stderr=subprocess.DEVNULL).returncode != 0
        assert postgres.sql("SELECT to_regclass('cut')") == ""
        link.cut_after("to_server", 4, "messages")
        assert subprocess.run(command, timeout=20, stderr=subprocess.DEVNULL).returncode != 0
        eventually(lambda: postgres.sql("SELECT to_regclass('cut')") == "cut")


# ---- HAProxy ----

class Site:
    """A small HTTP server that says its name, and whether it is ready."""

    def __init__(self, name, port=0):
        site = self
        self.name, self.ready, self.posts = name, True, 0

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def answer(self, status, text):
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def do_GET(self):
                if self.path == "/readyz":
                    self.answer(200 if site.ready else 503, "")
                else:
                    self.answer(200, f"{site.name} {self.headers.get('X-Forwarded-For')}")

            def do_POST(self):
                site.posts += 1
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.path == "/die":
                    self.close_connection = True
                else:
                    self.answer(200, site.name)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def sites(tmp_path):
    """Two sites behind HAProxy, and a client of it."""
    sites = [Site("one"), Site("two")]
    [port] = free_ports(1)
    proxy = Proxy(tmp_path, f"127.0.0.1:{port}", [f"127.0.0.1:{site.port}" for site in sites])
    proxy.start()
    yield sites, Client(Address("127.0.0.1", port))
    proxy.stop()
    for site in sites:
        site.close()


def names(client, token, count=5, **headers):
    answers = [client.send("GET", "/", headers={"Queue-Token": token, **headers}) for _ in range(count)]
    assert {answer.status for answer in answers} == {200}, answers
    return {answer.body.split()[0].decode() for answer in answers}


def test_the_configuration_is_accepted_as_it_stands(tmp_path):
    shutil.copy(DEPLOY / "haproxy.cfg", tmp_path)
    done = subprocess.run([shutil.which("haproxy") or "/usr/sbin/haproxy", "-c", "-f", str(tmp_path / "haproxy.cfg")], capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr and "ALERT" not in done.stderr, done.stderr


def test_each_node_has_a_line_in_both_halves():
    text = configuration("127.0.0.1:1", ["10.0.0.1:80", "10.0.0.2:80"])
    assert text.count("server node1 10.0.0.1:80 id 1") == text.count("server node2 10.0.0.2:80 id 2") == 2
    assert "track reads/node2" in text and "node3" not in text and "bind 127.0.0.1:1\n" in text


def test_a_place_stays_with_its_node_while_it_lives(sites):
    (one, two), client = sites
    homes = {f"token-{number}": names(client, f"token-{number}") for number in range(20)}
    assert all(len(home) == 1 for home in homes.values())
    assert set(Counter(next(iter(home)) for home in homes.values())) == {"one", "two"}
    one.ready = False
    eventually(lambda: all(names(client, token, 1) == {"two"} for token in homes), 5)
    one.ready = True
    eventually(lambda: all(names(client, token, 1) == home for token, home in homes.items()), 5)


def test_reads_and_writes_of_a_person_go_to_the_same_node(sites):
    _, client = sites
    for number in range(20):
        headers = {"Authorization": f"Bearer {number}"}
        read = client.send("GET", "/", headers=headers).body.split()[0]
        assert client.send("POST", "/", {}, headers).body == read


def test_a_post_is_never_repeated(sites):
    (one, two), client = sites
    for number in range(10):
        try:
            answer = client.send("POST", "/die", {}, {"Authorization": f"Bearer {number}"})
            assert answer.status == 502 and answer.code == "outcome_unknown", answer
        except OSError:
            pass
    assert one.posts + two.posts == 10


def test_a_dead_node_is_in_nobodys_way(sites):
    """Its port refuses before any health check has run: both reads and writes go to the other at once."""
    (one, two), client = sites
    one.close()
    answers = together(20, lambda number: client.send("POST" if number % 2 else "GET", "/", {} if number % 2 else None,
                                                      {"Authorization": f"Bearer {number}"}), threads=4)
    assert {answer.status for answer in answers} == {200}, answers
    assert {answer.body.split()[0] for answer in answers} == {b"two"}


def test_without_a_node_the_refusal_has_the_usual_form(sites):
    (one, two), client = sites
    one.ready = two.ready = False
    answer = eventually(lambda: (found := client.send("GET", "/")).status == 503 and found, 5)
    assert answer.code == "overloaded" and answer.header("retry-after") and answer.header("content-type") == "application/problem+json"


def test_a_client_cannot_say_who_it_is(sites):
    _, client = sites
    assert client.send("GET", "/", headers={"X-Forwarded-For": "10.1.2.3"}).body.split()[1] == b"127.0.0.1"


# ---- nodes behind HAProxy, each a world of its own ----

def test_a_rolling_restart_behind_the_proxy_fails_no_request(tmp_path):
    with Cluster(tmp_path / "c", nodes=2, proxy=True) as cluster:
        client, done, statuses = Client(cluster.front), threading.Event(), []

        def ask(number):
            while not done.is_set():
                answer = client.send("GET", "/v1/concerts", headers={"Authorization": f"Bearer {number}"})
                post = client.send("POST", "/v1/sessions", {"email": "a@example.com", "password": "wrong horse"}, {"Authorization": f"Bearer {number}"})
                statuses.extend([answer.status, post.status])
                time.sleep(0.01)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        try:
            for number in range(2):
                assert cluster.restart_node(number) == 0
                eventually(lambda: cluster.taken_by_proxy() == 2, 10)
        finally:
            done.set()
            for thread in threads:
                thread.join()
        assert len(statuses) > 200 and set(statuses) <= {200, 401, 429}, Counter(statuses)
