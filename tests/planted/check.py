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
# A crowd in front of the whole program; every second account is greedy or a bot.
REHEARSAL = ["frontrow", "rehearse", "bots", "--people", "4000", "--set", "concert.seats=500", "--set",
             "concert.entries_per_minute=2400", "--set", "run.seconds_max=60", "--set", "shop.pays_last_moment_permille=100",
             "--set", "shop.pays_late_permille=100", "--quiet"]
CROWDED = [*REHEARSAL, "--set", "run.people=500", "--set", "concert.seats=150", "--set", "concert.capacity=30", "--set",
           "run.seconds_max=120"]
# Bugs that the simulation cannot see, since it has a store of its own and no HTTP.
OTHERS = {"missing_sync": ["tests/adapters_sqlite_test", "--gtest_filter=FaultyDiskTest.*"],
          "position_grows": REHEARSAL, "hold_shorter_than_shown": REHEARSAL}
# Bugs that can be seen from outside, by those who buy: the rehearsal must find them too.
OUTSIDE = {bug: REHEARSAL for bug in (
    "hold_ignores_held_seat", "limit_ignored", "used_entry_holds", "pay_ignores_deadline", "pay_without_balance",
    "one_code_for_all_tickets", "expiry_forgets_seats", "second_live_place", "rate_bucket_never_drained",
    "watermark_skips_person", "idempotency_ignored")}
OUTSIDE["call_ignores_capacity"] = CROWDED


def bugs():
    text = (ROOT / "src/base/planted.h").read_text()
    body = re.search(r"enum class Bug \{(.*?)\};", text, re.S).group(1)
    return [name for name in re.findall(r"\w+", body) if name != "none"]


def build(folder, jobs):
    subprocess.run(
        ["cmake", "-S", ROOT, "-B", folder, "-G", "Ninja", "-DFRONTROW_PLANTED_BUGS=ON", "-DFRONTROW_BENCH=OFF"],
        check=True, stdout=subprocess.DEVNULL)
    subprocess.run(["ninja", "-C", folder, f"-j{jobs}", "simulate", "adapters_sqlite_test", "frontrow"], check=True,
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
        if line.startswith(("seed ", "BROKEN ")) or "check failed" in line or "[  FAILED  ]" in line:
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
    for command in [SIMULATION, OTHERS["missing_sync"], REHEARSAL, CROWDED]:
        code, output = run(folder, command, None)
        if code != 0:
            failures += 1
            print(f"FAILS WITHOUT A BUG  {command[:3]}: {finding(output)}")
    for bug in options.bugs or bugs():
        commands = [OTHERS.get(bug, SIMULATION)] + ([OUTSIDE[bug]] if bug in OUTSIDE else [])
        for command in commands:
            code, output = run(folder, command, bug)
            # A rehearsal that was cut off, or whose data alone were found wrong, has found nothing.
            if code == 0 or (command[0] == "frontrow" and "BROKEN " not in output):
                failures += 1
                print(f"NOT FOUND  {bug:28} by {command[:3]} ({code})")
            else:
                print(f"found      {bug:28} {finding(output)}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
