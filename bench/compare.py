#!/usr/bin/env python3
"""Builds another revision into build/compare and measures it and the present program in turn.

Each pair gives one quotient a step, base CPU ÷ present CPU: above 1 the present program is cheaper. The spread over the
pairs says how much of a difference is noise.
"""
import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
STEPS = ["poll", "join", "hold", "payment"]


def build(revision, folder):
    """The program of `revision`, built release like ours, from its own copy of the files."""
    name = subprocess.run(["git", "-C", ROOT, "rev-parse", "--verify", "--short", revision + "^{commit}"], check=True,
                          capture_output=True, text=True).stdout.strip()
    source, target = folder / name / "source", folder / name / "build"
    if not source.exists():
        source.mkdir(parents=True)
        archive = subprocess.run(["git", "-C", ROOT, "archive", name], check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x", "-C", source], input=archive, check=True)
    configure = ["cmake", "-S", source, "-B", target, "-G", "Ninja", "-DFRONTROW_TESTS=OFF", "-DFRONTROW_BENCH=OFF"]
    for command in (configure, ["ninja", "-C", target, "frontrow"]):
        subprocess.run(command, check=True, stdout=sys.stderr)
    return name, target / "frontrow"


def measure(program, arguments):
    command = [sys.executable, HERE / "run.py", "--json", "--quick", "--rounds", "1", "--build", arguments.build,
               "--program", program, *arguments.steps]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if done.returncode != 0:
        raise SystemExit(f"{program}: {done.stderr}")
    return json.loads(done.stdout)["cpu_us"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", metavar="BASE", help="a git revision, or the path of a program")
    parser.add_argument("steps", nargs="*", default=STEPS, metavar="STEP", help="default: " + " ".join(STEPS))
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--build", type=Path, default=ROOT / "build")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if Path(arguments.base).is_file():
        name, base = arguments.base, Path(arguments.base)
    else:
        name, base = build(arguments.base, ROOT / "build" / "compare")

    quotients = {}
    for number in range(arguments.pairs):
        order = (base, arguments.build / "frontrow")
        results = {program: measure(program, arguments) for program in (order if number % 2 == 0 else order[::-1])}
        for step in arguments.steps:
            quotients.setdefault(step, []).append(results[order[0]][step] / results[order[1]][step])
        print(f"pair {number + 1} of {arguments.pairs}", file=sys.stderr)
    if arguments.json:
        print(json.dumps({"base": name, "quotients": quotients}))
        return
    print(f"CPU of {name} ÷ CPU of the present program\n{'':<10}{'median':>8}{'least':>8}{'most':>8}")
    for step, values in quotients.items():
        print(f"{step:<10}{statistics.median(values):>8.3f}{min(values):>8.3f}{max(values):>8.3f}")


if __name__ == "__main__":
    main()
