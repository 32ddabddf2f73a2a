#!/usr/bin/env python3
"""Shows that the tests would find bugs: builds the program with bugs planted (src/base/planted.h), in build/planted, and
runs for each the test that must fail. Exit 0 where every bug is found and none is found where none is active.

    tests/planted/check.py [BUG ...] [--jobs N] [--folder build/planted]      (the bug `none`: no test may find anything)
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
# Bugs that the simulation cannot see: it has a store of its own and no HTTP.
OTHERS = {"missing_sync": ["tests/adapters_sqlite_test", "--gtest_filter=FaultyDiskTest.*"]}
# Bugs that can be seen from outside, by those who buy: the rehearsal must find that this promise is broken.
PROMISES = {
    "hold_ignores_held_seat": "No seat has two owners",
    "limit_ignored": "Nobody has more seats than the limit",
    "used_entry_holds": "Nobody shops without a valid entry",
    "pay_ignores_deadline": "No payment is taken after its hold has ended",
    "pay_without_balance": "Nobody pays with points that are not there",
    "one_code_for_all_tickets": "Every ticket has a code of its own",
    "expiry_forgets_seats": "Everybody learns what became of them",
    "second_live_place": "One account has one place",
    "call_ignores_capacity": "Never more people inside than the capacity",
    "rate_bucket_never_drained": "Never called faster than the rate",
    "claim_without_call": "People are let in in the order of the line",
    "watermark_skips_person": "Everybody learns what became of them",
    "idempotency_ignored": "A retry with the same key never acts twice",
    "position_grows": "A position never grows",
    "hold_shorter_than_shown": "A hold lasts as long as was shown",
    "lost_payment": "Every acknowledged payment is there",
    "house_counts_too_much": "The house has as many points and sold seats as the payments say",
    "payment_takes_too_little": "Every wallet holds what was topped up less what was paid",
    "expired_hold_is_paid": "Nothing was paid that nobody asked for",
    "forged_entry_taken": "Nobody shops without a valid entry",
    "borrowed_entry_taken": "Nobody shops without a valid entry",
    "forged_place_taken": "Nobody shops without a valid entry",
    "good_place_refused": "Every answer is one that the contract allows",
    "opens_early": "Nobody is let in before the opening",
    "sold_out_untold": "Everybody learns what became of them",
}
# Of these, what only HTTP shows.
ON_THE_WIRE = {"position_grows", "hold_shorter_than_shown", "house_counts_too_much", "forged_entry_taken", "forged_place_taken",
               "good_place_refused"}


def bugs():
    text = (ROOT / "src/base/planted.h").read_text()
    body = re.search(r"enum class Bug \{(.*?)\};", text, re.S).group(1)
    return [name for name in re.findall(r"\w+", body) if name != "none"]


def promises():
    """What the rehearsal's checker looks at, as src/rehearsal names it."""
    text = (ROOT / "src/rehearsal/checker.cpp").read_text()
    return re.findall(r'"([^"]+)"', re.search(r"kRuleNames\{(.*?)\};", text, re.S).group(1))


def tests_of(bug):
    """The commands that must find it, each with the words that say so."""
    tests = [] if bug in ON_THE_WIRE else [(OTHERS.get(bug, SIMULATION), "")]
    if bug in PROMISES:
        tests.append((CROWDED if bug == "call_ignores_capacity" else REHEARSAL, PROMISES[bug]))
    return tests


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


def finding(output, words):
    """The line that says what was found; empty where it was not. A rehearsal that was cut off has found nothing."""
    for line in output.splitlines():
        if words and line.startswith("BROKEN ") and words in line:
            return line.strip()
        if not words and (line.startswith("seed ") or "check failed" in line or "[  FAILED  ]" in line):
            return line.strip()
    return ""


def not_silent(folder):
    """How many tests find something though no bug is active."""
    failures = 0
    for command in [SIMULATION, OTHERS["missing_sync"], REHEARSAL, CROWDED]:
        code, output = run(folder, command, None)
        failures += code != 0
        verdict = "fine without a bug  " if code == 0 else "FAILS WITHOUT A BUG "
        print(f"{verdict} {' '.join(command)}\n{output[-2000:] if code else ''}".rstrip(), flush=True)
    return failures


def not_found(folder, bug):
    """How many tests that must find the bug do not."""
    failures = 0
    for command, words in tests_of(bug):
        code, output = run(folder, command, bug)
        found = finding(output, words) if code != 0 else ""
        failures += not found
        others = [line for line in output.splitlines() if line.startswith("BROKEN ")]
        print(f"found      {bug:26} {found}" if found else f"NOT FOUND  {bug:26} by {command[:3]} ({code}) {others}", flush=True)
    return failures


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("bugs", nargs="*")
    arguments.add_argument("--jobs", type=int, default=os.cpu_count())
    arguments.add_argument("--folder", type=pathlib.Path, default=ROOT / "build/planted")
    options = arguments.parse_args()
    folder = options.folder.resolve()
    build(folder, options.jobs)

    failures = 0
    for promise in sorted(set(promises()) - set(PROMISES.values())):
        failures += 1
        print(f"NO BUG BREAKS  {promise}")
    for bug in options.bugs or ["none", *bugs()]:
        failures += not_silent(folder) if bug == "none" else not_found(folder, bug)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
