#!/usr/bin/env python3
"""Measures the server's CPU time per request against the floor, and what memory and restarts cost.

CPU time is that of the whole server process, so it stays true though client and server share the machine.
Ratios are floor ÷ ours (1.0 would be a bare loop that decides nothing), the median of rounds that take turns.
"""
import argparse
import json
import math
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crowd import Crowd
from server import Failure, Frontrow, Program, labels, online_cores, seat_map

CORE = ["poll", "join", "hold", "payment"]
PARTS = {
    "poll": "a poll of somebody who waits",
    "join": "a new user joins a line",
    "hold": "a buyer holds one seat of a show with 100,000",
    "payment": "a buyer pays a held order; the entry is used up",
    "seats": "the seat list of a show with 500 seats, against a floor with as large an answer",
    "shows": "a hold in shows of 500 seats and in one of 100,000, in turn",
    "connections": "memory of an idle connection",
    "line": "memory of people waiting; a poll with 1,000 and with all of them waiting",
    "restart": "from kill -9 to ready, with the line and its orders",
}
QUICK_PARTS = CORE + ["seats"]
BIG_SHOW = (100, 20, 50)   # sections, rows, seats a row: 100,000 seats
SMALL_SHOW = (1, 10, 50)
OPEN_DOORS = {"capacity": 10_000_000, "entries_per_minute": 100_000_000, "people_per_seat": 0, "entry_seconds": 86_400,
              "claim_seconds": 3600, "hold_seconds": 3600, "max_seats_per_user": 100}
ONE_INSIDE = {**OPEN_DOORS, "capacity": 1}
POLLED = 20_000            # tokens polled in turn: below the 20 polls a second that one token may make
FEW_WAITING = 1000
SLOW_POLLS = 15_000        # polls a second: 1,000 tokens stay below their limit


class Scale:
    def __init__(self, quick, rounds):
        self.rounds = rounds or (3 if quick else 5)
        self.polls = 60_000 if quick else 150_000
        self.joins = 10_000 if quick else 30_000
        self.buyers = 10_000 if quick else 18_000
        self.warm = 1_000
        self.waiting = 100_000 if quick else 1_000_000
        self.orders = 20_000 if quick else 200_000
        self.slow_polls = 15_000 if quick else 45_000
        self.connections = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 500)


class Bench:
    def __init__(self, options):
        self.options = options
        self.scale = Scale(options.quick, options.rounds)
        self.folder = Path(tempfile.mkdtemp(prefix="frontrow-bench-"))
        self.tools = Path(options.build) / "bench"
        self.program = Path(options.program or Path(options.build) / "frontrow").resolve()
        self.running, self.samples, self.facts = [], {}, {}

    def close(self):
        for program in self.running:
            program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def floor(self, body_bytes=330):
        command = [self.tools / "floor", "--threads", self.options.threads, "--bytes", body_bytes]
        return self._crowd(Program(command, self.folder / f"floor{body_bytes}.log").start())

    def server(self, name):
        return self._crowd(Frontrow(self.program, self.folder / name, self.options.threads).start())

    def _crowd(self, program):
        self.running.append(program)
        return Crowd(self.tools / "load", program, self.folder / f"rows-{program.pid}")

    def sample(self, name, result):
        self.samples.setdefault(name, []).append(result)
        self.say(f"  {name:<16} {result['server_cpu_us']:8.2f} us CPU  {result['per_second']:8.0f}/s  "
                 f"p50 {result['latency_us']['p50']} us  p99 {result['latency_us']['p99']} us")

    # The four steps of a buyer, in turn with the floor.
    def core(self, wanted):
        scale, floor, crowd = self.scale, self.floor(), self.server("core")
        line, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)], **ONE_INSIDE)
        tokens = crowd.join(line, POLLED)[2]
        tokens = crowd.file(crowd.rows(tokens)[1:])  # the first is inside
        show_count = 1 + (scale.warm + scale.rounds * scale.buyers) // 100_000
        concert, shows = crowd.server.create_concert([seat_map(*BIG_SHOW)] * show_count, **OPEN_DOORS)
        free = iter([(show, seat) for show in shows for seat in spread(labels(*BIG_SHOW))])
        self.core_round(floor, crowd, wanted, tokens, line, (concert, free), lambda *_: None, scale.warm)
        for number in range(scale.rounds):
            self.say(f"round {number + 1} of {scale.rounds}")
            self.core_round(floor, crowd, wanted, tokens, line, (concert, free), self.sample, None)
        self.stop(floor, crowd)

    def core_round(self, floor, crowd, wanted, tokens, line, shop, sample, few):
        scale = self.scale
        sample("floor", floor.poll(tokens, few or scale.polls))
        if "poll" in wanted:
            sample("poll", crowd.poll(tokens, few or scale.polls))
        if "join" in wanted:
            sample("join", crowd.join(line, few or scale.joins)[0])
        if "hold" in wanted or "payment" in wanted:
            first, orders = self.hold_new(crowd, shop, few or scale.buyers, sample)
            if "payment" in wanted:
                sample("payment", crowd.pay(orders, few or scale.buyers, first))

    def hold_new(self, crowd, shop, count, sample, name="hold"):
        """As many new buyers come in, have money and hold a seat each; only the hold is measured."""
        concert, free = shop
        first, entries = crowd.enter(concert, count)
        crowd.top_up(first, count, 1000)
        rows = [[*next(free), token] for token in entries]
        result, orders = crowd.hold([[show, token, seat] for show, seat, token in rows], first)
        sample(name, result)
        return first, orders

    def seats(self):
        crowd = self.server("seats")
        concert, (show,) = crowd.server.create_concert([seat_map(*SMALL_SHOW)], **OPEN_DOORS)
        first, (entry,) = crowd.enter(concert, 1)

        def ask(count):
            return crowd.load(count, f"/v1/shows/{show}/seats", headers=["Authorization: Bearer {jwt}", "Entry-Token: {1}"],
                              first=first, data=crowd.file([[entry]]), expect=200)
        floor = self.floor(ask(100)["answer_bytes"])
        count = self.scale.polls // 3
        for _ in range(self.scale.rounds):
            self.sample("floor_500_seats", floor.load(count, "/"))
            self.sample("seats_500", ask(count))
        self.facts["ratio_seats_500"] = self.ratio("seats_500", "floor_500_seats")
        self.stop(floor, crowd)

    def shows(self):
        crowd, count = self.server("shows"), self.scale.buyers // 3 // 500 * 500
        rounds, shops = self.scale.rounds, {}
        for name, sizes, shows, order in (("hold_500", SMALL_SHOW, count * (rounds + 1) // 500, list),
                                          ("hold_100000", BIG_SHOW, 1 + count * (rounds + 1) // 100_000, spread)):
            pairs = []
            for at in range(0, shows, 20):  # one concert takes the buyers; its shows are filled one by one
                concert, ids = crowd.server.create_concert([seat_map(*sizes)] * min(20, shows - at), **OPEN_DOORS)
                pairs += [(concert, show) for show in ids]
            shops[name] = [(concert, show, seat) for concert, show in pairs for seat in order(labels(*sizes))]
        for number in range(rounds + 1):  # the first warms up
            for name, free in shops.items():
                self.hold_in_turn(crowd, name, free[number * count:(number + 1) * count], number > 0)
        self.facts["hold_100000_over_500"] = self.ratio("hold_500", "hold_100000")
        self.stop(crowd)

    def hold_in_turn(self, crowd, name, places, counted):
        entries, first = [], None
        for concert in dict.fromkeys(concert for concert, _, _ in places):
            number, tokens = crowd.enter(concert, sum(place[0] == concert for place in places))
            first = number if first is None else first
            entries += tokens
        result, _ = crowd.hold([[show, token, seat] for (_, show, seat), token in zip(places, entries)], first)
        if counted:
            self.sample(name, result)

    def connections(self):
        crowd, count = self.server("connections"), self.scale.connections
        concert, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)])
        path = f"/v1/concerts/{concert}"
        crowd.load(20_000, path)  # what a busy server needs anyway is not an idle connection's
        time.sleep(1)
        before = crowd.server.rss_bytes()
        with subprocess.Popen(crowd.command(count, path, connections=count, keep_open=True), stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as client:
            result = json.loads(client.stdout.readline())
            time.sleep(1)
            after = crowd.server.rss_bytes()
            client.stdin.close()
        if result["statuses"] != {"200": count}:
            raise Failure(f"idle connections: {result}")
        self.facts["idle_connections"] = count
        self.facts["bytes_per_idle_connection"] = round((after - before) / count)
        self.stop(crowd)

    def line(self, with_restart):
        scale, crowd = self.scale, self.server("line")
        few_line, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)], **ONE_INSIDE)
        many_line, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)], **ONE_INSIDE)
        few = crowd.file(crowd.rows(crowd.join(few_line, FEW_WAITING + 1)[2])[1:])
        time.sleep(1)
        idle = crowd.server.rss_bytes()
        self.say(f"{scale.waiting} people join")
        result, _, tokens = crowd.join(many_line, scale.waiting + 1)
        many = crowd.file(crowd.rows(tokens)[1:])
        time.sleep(2)
        self.facts["waiting"] = scale.waiting
        self.facts["join_line_per_second"] = result["per_second"]
        self.facts["waiting_rss_mb"] = round((crowd.server.rss_bytes() - idle) / 1e6, 1)
        self.facts["idle_rss_mb"] = round(idle / 1e6, 1)
        for _ in range(scale.rounds):
            self.sample("poll_1000", crowd.poll(few, scale.slow_polls, rate=SLOW_POLLS))
            self.sample(f"poll_{scale.waiting}", crowd.poll(many, scale.slow_polls, rate=SLOW_POLLS))
        self.facts["poll_many_over_1000"] = self.ratio("poll_1000", f"poll_{scale.waiting}")
        if with_restart:
            self.restart(crowd, many_line)
        self.stop(crowd)

    def restart(self, crowd, line):
        orders, a_user = self.scale.orders, 100
        self.say(f"{orders} orders")
        shows = -(-orders // 100_000)
        concert, ids = crowd.server.create_concert([seat_map(*BIG_SHOW)] * shows, **OPEN_DOORS)
        places = [(show, seat) for show in ids for seat in labels(*BIG_SHOW)][:orders]
        users = -(-orders // a_user)
        first, entries = crowd.enter(concert, users)
        for at in range(0, orders, users):  # every buyer's next seat
            some = places[at:at + users]
            crowd.hold([[show, entries[i], seat] for i, (show, seat) in enumerate(some)], first)
        crowd.server.stop(signal.SIGKILL)
        start = time.monotonic()
        crowd.server.start()
        self.facts["restart_orders"] = orders
        self.facts["ready_after_kill_seconds"] = round(time.monotonic() - start, 2)
        waiting = crowd.server.get(f"/v1/concerts/{line}/queue")["waiting"]
        if waiting != self.scale.waiting:
            raise Failure(f"{waiting} people wait after the restart, not {self.scale.waiting}")

    def stop(self, *crowds):
        for crowd in crowds:
            crowd.server.stop()
            shutil.rmtree(crowd.folder, ignore_errors=True)

    def ratio(self, name, floor="floor"):
        return statistics.median(self.ratios(name, floor))

    def ratios(self, name, floor="floor"):
        pairs = zip(self.samples[floor], self.samples[name])
        return [round(base["server_cpu_us"] / max(ours["server_cpu_us"], 0.001), 4) for base, ours in pairs]

    def report(self):
        median = lambda name, field: statistics.median(field(result) for result in self.samples[name])
        return {
            "ratios": {name: self.ratio(name) for name in CORE if name in self.samples},
            "cpu_us": {name: round(median(name, lambda r: r["server_cpu_us"]), 3) for name in self.samples},
            "ratio_rounds": {name: self.ratios(name) for name in CORE if name in self.samples},
            "per_second": {name: median(name, lambda r: r["per_second"]) for name in self.samples},
            "latency_us": {name: {part: median(name, lambda r, part=part: r["latency_us"][part]) for part in ("p50", "p99")}
                           for name in self.samples},
            "facts": self.facts,
            "setting": {"rounds": self.scale.rounds, "quick": self.options.quick, "cores": online_cores(),
                        "threads": self.options.threads, "connections": 64},
        }


def spread(items):
    """The same items, neighbours far apart: buyers do not click in the order of the rows."""
    stride = int(len(items) * 0.618) | 1
    while math.gcd(stride, len(items)) != 1:
        stride += 2
    return [items[at * stride % len(items)] for at in range(len(items))]


def table(report):
    lines = [f"{'':<18}{'CPU us':>9}{'ratio':>8}{'spread':>17}{'per s':>10}{'p50 us':>9}{'p99 us':>9}"]
    for name, cpu in report["cpu_us"].items():
        rounds = report["ratio_rounds"].get(name)
        ratio = f"{report['ratios'][name]:.3f}" if rounds else ""
        width = f"{min(rounds):.3f}–{max(rounds):.3f}" if rounds else ""
        latency = report["latency_us"][name]
        lines.append(f"{name:<18}{cpu:>9.2f}{ratio:>8}{width:>17}{report['per_second'][name]:>10.0f}"
                     f"{latency['p50']:>9.0f}{latency['p99']:>9.0f}")
    lines += [f"{name:<34}{value:>12}" for name, value in report["facts"].items()]
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="parts:\n" + "\n".join(f"  {name:<12} {text}" for name, text in PARTS.items()))
    parser.add_argument("parts", nargs="*", metavar="PART", help="default: all; with --quick: " + " ".join(QUICK_PARTS))
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--quick", action="store_true", help="smaller counts, three rounds")
    parser.add_argument("--rounds", type=int, help="default 5")
    parser.add_argument("--threads", type=int, default=max(1, online_cores() // 2),
                        help="io threads of the server, threads of the floor; default half of the cores, the others are the client's")
    parser.add_argument("--build", default=Path(__file__).resolve().parent.parent / "build")
    parser.add_argument("--program", help="the server; default BUILD/frontrow")
    options = parser.parse_args()
    unknown = set(options.parts) - set(PARTS)
    if unknown:
        parser.error("no such part: " + ", ".join(sorted(unknown)))
    options.parts = options.parts or (QUICK_PARTS if options.quick else list(PARTS))
    return options


def main():
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended too
    bench, parts = Bench(options), options.parts
    try:
        if set(parts) & set(CORE):
            bench.core(parts)
        for name in ("seats", "shows", "connections"):
            if name in parts:
                bench.say(name)
                getattr(bench, name)()
        if "line" in parts or "restart" in parts:
            bench.line("restart" in parts)
        report = bench.report()
        print(json.dumps(report) if options.json else table(report))
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    finally:
        bench.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
