#!/usr/bin/env python3
"""Shows that the tests would find bugs: builds the program with bugs planted (src/base/planted.h), in build/planted, and
runs for each the test that must fail. Exit 0 where every bug is found and none is found where none is active.

    tests/planted/check.py [BUG ...] [--jobs N] [--folder build/planted]
"""

import argparse
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIMULATION = ["tests/simulate", "--seeds", "200", "--operations", "600"]
# Bugs that the simulation cannot see, since it has a store of its own.
OTHERS = {"missing_sync": ["tests/adapters_sqlite_test", "--gtest_filter=FaultyDiskTest.*"]}


def bugs():
    text = (ROOT / "src/base/planted.h").read_text()
    body = re.search(r"enum class Bug \{(.*?)\};", text, re.S).group(1)
    return [name for name in re.findall(r"\w+", body) if name != "none"]


def build(folder, jobs):
    subprocess.run(
        ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DFRONTROW_PLANTED_BUGS=ON", "-DFRONTROW_BENCH=OFF"],
        check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, f"-j{jobs}", "simulate", "adapters_sqlite_test"], check=True,
                   stdout=subprocess.DEVNULL)


def run(folder, command, bug):
    environment = dict(os.environ)
    environment.pop("FRONTROW_PLANTED_BUG", None)
    if bug:
        environment["FRONTROW_PLANTED_BUG"] = bug
    result = subprocess.run([folder / command[0], *command[1:]], cwd=ROOT, env=environment, timeout=300,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    return result.returncode, result.stdout


def finding(output):
    """The line that says what was found."""
    for line in output.splitlines():
        if line.startswith("seed ") or "check failed" in line or "[  FAILED  ]" in line:
            return line.strip()
    return "?"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("bugs", nargs="*")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--folder", type=pathlib.Path, default=ROOT / "build/planted")
    options = arguments.parse_args()
    folder = options.folder.resolve()
    build(folder, options.jobs)

    failures = 0
    for command in [SIMULATION, *OTHERS.values()]:
        code, output = run(folder, command, None)
        if code != 0:
            failures += 1
            print(f"FAILS WITHOUT A BUG  {command[0]}: {finding(output)}")
    for bug in options.bugs or bugs():
        code, output = run(folder, OTHERS.get(bug, SIMULATION), bug)
        if code == 0:
            failures += 1
            print(f"NOT FOUND  {bug}")
        else:
            print(f"found      {bug:28} {finding(output)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
