"""Nodes on PostgreSQL, measured: one node against SQLite and against itself with batches of one command, three nodes
against each of them alone, how soon another node's commit is seen, and what an idle node costs.

Ratios are medians of rounds that take turns, so they stay true on a machine that is shared or slow.
"""
import base64
import hashlib
import hmac
import http.client
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from crowd import Crowd
from server import Failure, Frontrow, labels, online_cores, seat_map
from session import BIG_SHOW, ONE_INSIDE, OPEN_DOORS, SMALL_SHOW

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PARTS = {
    "durable": "holds a second through one node: on PostgreSQL, on SQLite, and on PostgreSQL with batches of one command",
    "polls": "polls of three nodes at once against each alone, by CPU time",
    "visible": "from a hold's answer on one node until another shows it, under 1,000 holds a second",
    "idle": "CPU time of an idle node, the one that ticks and one that does not",
}
CROWD = 256            # connections where batches are compared: enough that a batch is not bound by who asks
ONE_BY_ONE = 16        # with batches of one command a crowd would only wait
POLLED = 10_000
HOLDS_A_SECOND = 1_000
PROBES = 150           # holds, and as many cancels
IDLE_SECONDS = 10


class Shared:
    def __init__(self, options):
        from tests.lib.postgres import Postgres
        self.options, self.rounds = options, options.rounds or (3 if options.quick else 5)
        self.folder = Path(tempfile.mkdtemp(prefix="frontrow-bench-"))
        self.program = Path(options.program or Path(options.build) / "frontrow").resolve()
        self.tool = Path(options.build) / "bench" / "load"
        self.running, self.figures = [], {}
        self.postgres = Postgres(standby=options.standby, shared_buffers="256MB", max_wal_size="4GB")

    def close(self):
        for node in self.running:
            node.stop()
        self.postgres.destroy()
        shutil.rmtree(self.folder, ignore_errors=True)

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def note(self, name, value):
        self.figures.setdefault(name, []).append(value)
        self.say(f"  {name:<28} {value:12.4f}")

    # ---- nodes ----

    def node(self, name, database=None, connections=None, first=None, settings=()):
        """A started node; on SQLite where there is no database. `first` is a node of the same cluster."""
        if database:
            settings = [*settings, "store.url=" + self.postgres.connect_string(database=database),
                        f"identity.master_key_file={self.folder / database}.key"]
        made = Frontrow(self.program, self.folder / name, self.options.threads, settings, first and first.server.key_file)
        self.running.append(made)
        if first:
            made.staff_key = first.server.staff_key
        return Crowd(self.tool, made.start(), self.folder / f"rows-{name}", connections)

    def cluster(self, count):
        database = self.postgres.new_database()
        first = self.node(f"{database}-0", database)
        return [first, *(self.node(f"{database}-{number}", database, first=first) for number in range(1, count))]

    def stop(self, *crowds):
        for crowd in crowds:
            crowd.server.stop()

    # ---- the parts ----

    def durable(self):
        crowds = {"sqlite": self.node("sqlite", connections=CROWD),
                  "postgresql": self.node("postgresql", self.postgres.new_database(), CROWD),
                  "one_by_one": self.node("one-by-one", self.postgres.new_database(), ONE_BY_ONE, settings=["engine.batch=1"])}
        counts = {"sqlite": 15_000, "postgresql": 15_000, "one_by_one": 600}
        free = {name: shop(crowd) for name, crowd in crowds.items()}
        buyers = {name: enter(crowd, free[name], counts[name] * self.rounds + 500) for name, crowd in crowds.items()}
        for name, crowd in crowds.items():
            hold(crowd, take(buyers[name], 500))
        for number in range(self.rounds):
            self.say(f"round {number + 1} of {self.rounds}")
            rates = {name: hold(crowd, take(buyers[name], counts[name])) for name, crowd in crowds.items()}
            for name, rate in rates.items():
                self.note(f"holds_per_second_{name}", rate)
            self.note("postgresql_over_sqlite", rates["postgresql"] / rates["sqlite"])
            self.note("batches_over_one_by_one", rates["postgresql"] / rates["one_by_one"])
        self.stop(*crowds.values())

    def polls(self):
        nodes = self.cluster(3)
        line, _ = nodes[0].server.create_concert([seat_map(*SMALL_SHOW)], **ONE_INSIDE)
        tokens = []
        time.sleep(1)
        for number, node in enumerate(nodes):
            node.next_user = number * 1_000_000
            tokens.append(node.file(node.rows(node.join(line, POLLED + 1)[2])[1:]))
        time.sleep(1)
        for number in range(self.rounds):
            self.say(f"round {number + 1} of {self.rounds}")
            alone = [node.poll(file, 30_000)["server_cpu_us"] for node, file in zip(nodes, tokens)]
            results = [None] * 3

            def work(at):
                results[at] = nodes[at].poll(tokens[at], 30_000)["server_cpu_us"]
            threads = [threading.Thread(target=work, args=[at]) for at in range(3)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if None in results:
                raise Failure("a node's polls failed")
            self.note("polls_per_cpu_second_alone", sum(1e6 / cost for cost in alone))
            self.note("polls_per_cpu_second_together", sum(1e6 / cost for cost in results))
            self.note("three_nodes_over_their_sum", sum(1e6 / cost for cost in results) / sum(1e6 / cost for cost in alone))
        self.stop(*nodes)

    def visible(self):
        nodes = self.cluster(2)
        free = shop(nodes[0])
        seconds = 6 + 4 * self.rounds
        buyers = enter(nodes[0], free, HOLDS_A_SECOND * seconds)
        probed = nodes[0].server.create_concert([seat_map(*SMALL_SHOW)], **OPEN_DOORS)
        time.sleep(1)
        probe = Probe(nodes[0].server, nodes[1].server, *probed)
        held = []
        load = threading.Thread(target=lambda: held.append(hold(nodes[0], buyers, rate=HOLDS_A_SECOND)))
        load.start()
        time.sleep(1)
        times = []
        for number in range(PROBES):
            times += probe.seen_after(labels(*SMALL_SHOW)[number])
        was_loaded = load.is_alive()
        load.join()
        if not held or not was_loaded:
            raise Failure("the load ended before the probes did")
        self.note("holds_per_second_meanwhile", held[0])
        times.sort()
        self.note("seen_ms_p50", times[len(times) // 2] * 1000)
        self.note("seen_ms_p99", times[int(len(times) * 0.99)] * 1000)
        self.note("seen_ms_most", times[-1] * 1000)
        self.stop(*nodes)

    def idle(self):
        nodes = self.cluster(2)
        nodes[0].server.create_concert([seat_map(*SMALL_SHOW)], **OPEN_DOORS)
        time.sleep(3)
        ticking = ["\nfrontrow_store_ticking 1" in text_of(node.server, "/metrics") for node in nodes]
        if sorted(ticking) != [False, True]:
            raise Failure(f"who ticks: {ticking}")
        for _ in range(self.rounds):
            before = [cpu_seconds(node.server.pid) for node in nodes]
            time.sleep(IDLE_SECONDS)
            for node, ticks, begin in zip(nodes, ticking, before):
                percent = (cpu_seconds(node.server.pid) - begin) / IDLE_SECONDS * 100
                self.note("idle_percent_ticking" if ticks else "idle_percent_following", percent)
        self.stop(*nodes)

    def report(self):
        return {"medians": {name: round(statistics.median(values), 4) for name, values in self.figures.items()},
                "rounds": {name: [round(value, 4) for value in values] for name, values in self.figures.items()},
                "setting": {"rounds": self.rounds, "cores": online_cores(), "threads": self.options.threads,
                            "standby": self.options.standby}}


# ---- what buyers do ----

def shop(crowd):
    concert, shows = crowd.server.create_concert([seat_map(*BIG_SHOW)], **OPEN_DOORS)
    return concert, iter([(show, seat) for show in shows for seat in labels(*BIG_SHOW)])


def enter(crowd, free, count):
    """(user's number, show, seat, entry token) of so many new buyers; only their holds are measured."""
    concert, seats = free
    first, entries = crowd.enter(concert, count)
    return [(first + at, *next(seats), token) for at, token in enumerate(entries)]


def take(buyers, count):
    some, buyers[:] = buyers[:count], buyers[count:]
    return some


def hold(crowd, buyers, **options):
    """Holds a second."""
    rows = [[show, token, seat] for _, show, seat, token in buyers]
    return crowd.hold(rows, buyers[0][0], **options)[0]["per_second"]


class Probe:
    """One person inside on two nodes, who holds at one and looks at the other."""

    def __init__(self, here, there, concert, shows):
        self.show = shows[0]
        self.connections = [http.client.HTTPConnection("127.0.0.1", node.port, timeout=30) for node in (here, there)]
        self.headers = {"Authorization": "Bearer " + token_of("probe", here.key_file.read_text()), "Content-Type": "application/json"}
        joined = self.ask(0, "POST", f"/v1/concerts/{concert}/queue-tokens", {})
        while not joined.get("entry_token"):
            time.sleep(0.1)
            joined = self.ask(0, "GET", "/v1/queue-tokens/current", queue_token=joined["queue_token"])
        self.headers["Entry-Token"] = joined["entry_token"]

    def ask(self, at, method, path, body=None, queue_token=None):
        headers = {**self.headers, **({"Queue-Token": queue_token} if queue_token else {})}
        self.connections[at].request(method, path, None if body is None else json.dumps(body), headers)
        answer = self.connections[at].getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise Failure(f"{method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text) if text else {}

    def version(self):
        return self.ask(1, "GET", f"/v1/shows/{self.show}/availability?since=0")["version"]

    def until_seen(self, version):
        begin = time.monotonic()
        while self.version() <= version:
            if time.monotonic() > begin + 10:
                raise Failure("a commit is never seen")
            time.sleep(0.001)
        return time.monotonic() - begin

    def seen_after(self, seat):
        """A hold and its cancel: the seconds from each answer until the other node shows it."""
        version = self.version()
        order = self.ask(0, "POST", "/v1/orders", {"show_id": self.show, "seats": [seat]})
        seen = [self.until_seen(version)]
        version = self.version()
        self.ask(0, "DELETE", f"/v1/orders/{order['order_id']}")
        return [*seen, self.until_seen(version)]


def token_of(subject, key):
    """A JWT of the benchmark's identity provider."""
    def part(value):
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()
    claims = {"iss": "bench", "aud": "frontrow", "sub": subject, "exp": int(time.time()) + 86_400}
    signed = f"{part(json.dumps({'alg': 'HS256', 'typ': 'JWT'}).encode())}.{part(json.dumps(claims).encode())}"
    return f"{signed}.{part(hmac.new(key.encode(), signed.encode(), hashlib.sha256).digest())}"


def text_of(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path)
    return connection.getresponse().read().decode()


def cpu_seconds(pid):
    """Of all threads, as the scheduler counts it: exact, where /proc/PID/stat has steps of 10 ms."""
    tasks = Path(f"/proc/{pid}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9


def table(report):
    lines = [f"{'':<32}{'median':>12}{'spread':>24}"]
    for name, value in report["medians"].items():
        values = report["rounds"][name]
        lines.append(f"{name:<32}{value:>12.3f}{f'{min(values):.3f}–{max(values):.3f}':>24}")
    return "\n".join(lines)


def main(options):
    bench = Shared(options)
    try:
        for name in options.parts:
            bench.say(name)
            getattr(bench, name)()
        print(json.dumps(bench.report()) if options.json else table(bench.report()))
    except (Failure, subprocess.SubprocessError) as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    finally:
        bench.close()
    return 0
