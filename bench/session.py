"""One run of measurements: the programs that it starts, the samples that it takes, and what it found out."""
import resource
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from crowd import Crowd
from server import Frontrow, Program, online_cores

SMALL_SHOW = (1, 10, 50)   # sections, rows, seats a row: 500 seats
BIG_SHOW = (100, 20, 50)   # 100,000 seats
OPEN_DOORS = {"capacity": 10_000_000, "entries_per_minute": 100_000_000, "people_per_seat": 0, "entry_seconds": 86_400,
              "claim_seconds": 3600, "hold_seconds": 3600, "max_seats_per_user": 100}
ONE_INSIDE = {**OPEN_DOORS, "capacity": 1}
CONNECTIONS = 64


class Scale:
    """How much is measured."""

    def __init__(self, quick, rounds):
        self.rounds = rounds or (3 if quick else 5)
        self.polls = 60_000 if quick else 150_000
        self.joins = 10_000 if quick else 30_000
        self.buyers = 10_000 if quick else 18_000
        self.purchases = 3_000 if quick else 10_000
        self.warm = 1_000
        self.waiting = 100_000 if quick else 1_000_000
        self.orders = 20_000 if quick else 200_000
        self.slow_polls = 15_000 if quick else 45_000
        self.connections = min(10_000, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 500)


class Session:
    """`options`: quick, rounds, threads, build (folder), program (path). Close it, or programs go on running."""

    def __init__(self, options):
        self.options = options
        self.scale = Scale(options.quick, options.rounds)
        self.folder = Path(tempfile.mkdtemp(prefix="frontrow-bench-"))
        self.tools = Path(options.build) / "bench"
        self.program = Path(options.program or Path(options.build) / "frontrow").resolve()
        self.running, self.samples, self.ratio_of, self.facts, self.tables = [], {}, {}, {}, {}

    def close(self):
        for program in self.running:
            program.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def say(self, text):
        print(text, file=sys.stderr, flush=True)

    def floor(self, body_bytes=330):
        command = [self.tools / "floor", "--threads", self.options.threads, "--bytes", body_bytes]
        return self._crowd(Program(command, self.folder / f"floor{len(self.running)}.log").start())

    def server(self, name):
        return self._crowd(Frontrow(self.program, self.folder / name, self.options.threads).start())

    def _crowd(self, program):
        self.running.append(program)
        return Crowd(self.tools / "load", program, self.folder / f"rows-{program.pid}")

    def stop(self, *crowds):
        for crowd in crowds:
            crowd.server.stop()
            shutil.rmtree(crowd.folder, ignore_errors=True)

    def sample(self, name, result, floor=None, of_floor=1):
        """Keeps a result. With `floor` (the name of samples taken in turn with these) it gets a ratio: `of_floor` requests
        of the floor ÷ one of these."""
        self.samples.setdefault(name, []).append(result)
        if floor:
            self.ratio_of[name] = (floor, of_floor)
        latency = "  ".join(f"{part} {value} us" for part, value in result["latency_us"].items())
        self.say(f"  {name:<16} {result['server_cpu_us']:8.2f} us CPU  {result['per_second']:8.0f}/s  {latency}")

    def ratios(self, name, floor="floor", of_floor=1):
        """One quotient a round: the floor's CPU ÷ ours."""
        pairs = zip(self.samples[floor], self.samples[name])
        return [round(of_floor * base["server_cpu_us"] / max(ours["server_cpu_us"], 0.001), 4) for base, ours in pairs]

    def ratio(self, name, floor="floor", of_floor=1):
        return statistics.median(self.ratios(name, floor, of_floor))

    def setting(self):
        return {"rounds": self.scale.rounds, "quick": self.options.quick, "cores": online_cores(),
                "threads": self.options.threads, "connections": CONNECTIONS}
