#!/usr/bin/env python3
"""Another revision against the working tree: CPU per request of both, step by step in turn.

Both are built the same way into folders of their own. Each pair starts both programs afresh; in each of its short rounds every
step is measured on one and on the other, the order changing, and each waits until the other has nothing left to do. A round
gives one quotient a step: CPU of the working tree ÷ CPU of BASE, above 1 where the working tree costs more.

A difference counts as seen where it is larger than --least and a sign test over the rounds leaves less than 5 % to chance;
anything else is called noise. Exit 1 where a step got dearer.
"""
import argparse
import json
import math
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from crowd import Crowd
from report import quartiles
from server import Failure, Frontrow, online_cores
from session import Scale
from steps import Scene

ROOT = Path(__file__).resolve().parent.parent
STEPS = ["poll", "join", "hold", "payment", "seats"]
SETTLED_SHARE = 0.05  # of a core: a program that uses less has folded its rows and rests
SETTLE_SECONDS = 10


def build(revision, folder):
    """The program of `revision` from a copy of its files. The copy has its build folder where the working tree has it, so
    the compiler's cache knows each file that did not change."""
    name = subprocess.run(["git", "-C", ROOT, "rev-parse", "--verify", "--short", revision + "^{commit}"], check=True,
                          capture_output=True, text=True).stdout.strip()
    source = folder / name
    if not source.exists():
        source.mkdir(parents=True)
        archive = subprocess.run(["git", "-C", ROOT, "archive", name], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", source], input=archive, check=True)
    environment = {**os.environ, "CCACHE_BASEDIR": str(source), "CCACHE_NOHASHDIR": "1"}
    configure = ["cmake", "-S", source, "-B", source / "build", "-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release",
                 "-DFRONTROW_TESTS=OFF", "-DFRONTROW_BENCH=OFF"]
    for command in (configure, ["ninja", "-C", source / "build", "frontrow"]):
        subprocess.run(command, check=True, stdout=sys.stderr, env=environment)
    return name, source / "build" / "frontrow"


def short_rounds(rounds):
    """Many short rounds say more than few long ones: what disturbs the machine lasts longer than one of them, and so
    disturbs both programs."""
    scale = Scale(True, rounds)
    scale.polls, scale.joins, scale.buyers, scale.warm = 15_000, 3_000, 3_000, 1_000
    return scale


class Side:
    """One of the two programs, running."""

    def __init__(self, program, folder, arguments, scale):
        self.server = Frontrow(program, folder, arguments.threads)
        self.server.start()
        crowd = Crowd(arguments.build / "bench" / "load", self.server, folder / "rows")
        self.scene = Scene(crowd, scale, scale.warm + arguments.rounds * scale.buyers)

    def measure(self, step, few=None):
        return getattr(self.scene, step)(few)["server_cpu_us"]

    def settle(self):
        """Waits until it rests: what it does for the last step is not to disturb the other's next."""
        clock = (~self.server.pid << 3) | 2  # CPU time of a process, clock_getcpuclockid(3)
        deadline = time.monotonic() + SETTLE_SECONDS
        while time.monotonic() < deadline:
            before = time.clock_gettime(clock)
            time.sleep(0.05)
            if time.clock_gettime(clock) - before < 0.05 * SETTLED_SHARE:
                return


def measure_pair(programs, folder, arguments, scale, found):
    sides = []
    try:
        for name, program in programs.items():
            sides.append((name, Side(program, folder / name, arguments, scale)))
        for number in range(-1, arguments.rounds):  # the first warms up
            for step in with_hold(arguments.steps):
                for name, side in sides if number % 2 == 0 else reversed(sides):
                    cpu = side.measure(step, scale.warm if number < 0 else None)
                    side.settle()
                    if number >= 0:
                        found.setdefault(step, {}).setdefault(name, []).append(cpu)
    finally:
        for _, side in sides:
            side.server.stop()


def with_hold(steps):
    """A payment needs the holds before it."""
    return [step for step in STEPS if step in steps or step == "hold" and "payment" in steps]


def interval(values):
    """Between these two the median lies with at least 95 % (order statistics, no shape assumed); all of few values."""
    values, count = sorted(values), len(values)
    out, tail = 0, 0.0
    while out < count // 2:
        tail += 2 * math.comb(count, out) / 2 ** count
        if tail > 0.05:
            break
        out += 1
    return (values[out - 1], values[count - out]) if out > 0 else (values[0], values[-1])


def judge(quotients, least):
    """`least`: what counts as a difference at all, 0.03 being three hundredths."""
    low, high = interval(quotients)
    median, enough = statistics.median(quotients), len(quotients) >= 6  # fewer can prove nothing at 5 %
    verdict = "within the noise"
    if enough and abs(median - 1) > least and (low > 1 or high < 1):
        verdict = "dearer" if median > 1 else "cheaper"
    lower, _, upper = quartiles(quotients)
    return {"ratio": round(median, 4), "quartiles": [round(lower, 4), round(upper, 4)],
            "interval": [round(low, 4), round(high, 4)], "verdict": verdict,
            "quotients": [round(value, 4) for value in quotients]}


def text(name, made):
    lines = [f"CPU per request: the working tree ÷ {name}",
             f"{'':<10}{name:>10}{'tree, us':>10}{'ratio':>8}{'quartiles':>15}{'95 % of median':>16}"]
    for step, found in made["steps"].items():
        spans = ["{0:.3f}–{1:.3f}".format(*found[span]) for span in ("quartiles", "interval")]
        lines.append(f"{step:<10}{found['base_us']:>10.2f}{found['tree_us']:>10.2f}{found['ratio']:>8.3f}{spans[0]:>15}"
                     f"{spans[1]:>16}  {found['verdict']}")
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", metavar="BASE", help="a git revision, or the path of a program")
    parser.add_argument("steps", nargs="*", metavar="STEP", help="default: " + " ".join(STEPS))
    parser.add_argument("--pairs", type=int, default=4, help="fresh starts of both programs")
    parser.add_argument("--rounds", type=int, default=8, help="in each pair")
    parser.add_argument("--least", type=float, default=3, help="percent; less is never called a difference")
    parser.add_argument("--threads", type=int, default=max(1, online_cores() // 2), help="io threads")
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where the working tree and the tools are built")
    parser.add_argument("--program", type=Path, help="instead of BUILD/frontrow")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    arguments.steps = arguments.steps or STEPS
    if set(arguments.steps) - set(STEPS):
        parser.error("no such step: " + ", ".join(sorted(set(arguments.steps) - set(STEPS))))
    return arguments


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended too
    base = Path(arguments.base).resolve()
    name = "base"
    if not base.is_file():
        name, base = build(arguments.base, arguments.build.resolve() / "base")
    programs = {"base": base, "tree": (arguments.program or arguments.build / "frontrow").resolve()}
    found, scale = {}, short_rounds(arguments.rounds)
    try:
        for number in range(arguments.pairs):
            with tempfile.TemporaryDirectory(prefix="frontrow-compare-") as folder:
                pair = list(programs.items())
                measure_pair(dict(pair if number % 2 == 0 else pair[::-1]), Path(folder), arguments, scale, found)
            print(f"pair {number + 1} of {arguments.pairs}", file=sys.stderr, flush=True)
    except Failure as failure:
        print(f"compare: {failure}", file=sys.stderr)
        return 3
    steps = {}
    for step in arguments.steps:
        base_us, tree_us = found[step]["base"], found[step]["tree"]
        steps[step] = {"base_us": round(statistics.median(base_us), 3), "tree_us": round(statistics.median(tree_us), 3),
                       **judge([ours / theirs for theirs, ours in zip(base_us, tree_us)], arguments.least / 100)}
    made = {"base": name, "steps": steps}
    print(json.dumps(made) if arguments.json else text(name, made))
    return 1 if any(found["verdict"] == "dearer" for found in steps.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
