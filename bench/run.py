#!/usr/bin/env python3
"""Measures the server's CPU time per request against the floor, and what memory and restarts cost.

CPU time is that of the whole server process, so it stays true though client and server share the machine.
Ratios are floor ÷ ours (1.0 would be a bare loop that decides nothing), the median of rounds that take turns.
"""
import argparse
import json
import signal
import sys
from pathlib import Path

import curves
import flows
import shared
import sizes
import steps
from report import report, text
from server import Failure, online_cores
from session import Session

CORE = ["poll", "join", "hold", "payment"]
PARTS = {
    "poll": "a poll of somebody who waits",
    "join": "a new user joins a line",
    "hold": "a buyer holds one seat of a show with 100,000",
    "payment": "a buyer pays a held order; the entry is used up",
    "seats": "the seat list of a show with 500 seats, against a floor with as large an answer",
    "purchase": "a whole purchase (join, three polls, dates, seats, hold, payment) against eight requests of the floor",
    "latency": "a hold's latency when holds come at half of the rate that saturates, open loop",
    "shows": "a hold in shows of 500 seats and in one of 100,000, in turn",
    "connections": "memory of an idle connection",
    "line": "memory of people waiting; a poll with 1,000 and with all of them waiting",
    "restart": "from kill -9 to ready, with the line and its orders",
    "curves": "joins, polls and memory over 1,000 to 1,000,000 waiting, holds over 100 to 100,000 seats",
}
QUICK_PARTS = CORE + ["seats", "purchase"]
SINGLE_PARTS = {"seats": steps.seats, "purchase": flows.purchase, "latency": flows.latency, "shows": sizes.shows,
                "connections": sizes.connections, "curves": curves.curves}


def measure(session, parts):
    if set(parts) & set(CORE):
        steps.core(session, parts)
    for name, part in SINGLE_PARTS.items():
        if name in parts:
            session.say(name)
            part(session)
    if "line" in parts or "restart" in parts:
        sizes.line(session, "restart" in parts)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
                                     epilog="\n".join(f"  {name:<12} {text}" for name, text in
                                                      [("parts:", ""), *PARTS.items(),
                                                       ("parts with --store postgresql:", ""), *shared.PARTS.items()]))
    parser.add_argument("parts", nargs="*", metavar="PART", help="default: all; with --quick: " + " ".join(QUICK_PARTS))
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--quick", action="store_true", help="smaller counts, three rounds")
    parser.add_argument("--rounds", type=int, help="default 5")
    parser.add_argument("--threads", type=int, default=max(1, online_cores() // 2),
                        help="io threads of the server, threads of the floor; default half of the cores, the others are the client's")
    parser.add_argument("--store", choices=["sqlite", "postgresql"], default="sqlite",
                        help="postgresql: nodes on a database of their own, with parts of their own (bench/shared.py)")
    parser.add_argument("--standby", action="store_true", help="with --store postgresql: each commit waits for a standby")
    parser.add_argument("--build", default=Path(__file__).resolve().parent.parent / "build")
    parser.add_argument("--program", help="the server; default BUILD/frontrow")
    options = parser.parse_args()
    parts = shared.PARTS if options.store == "postgresql" else PARTS
    unknown = set(options.parts) - set(parts)
    if unknown:
        parser.error("no such part: " + ", ".join(sorted(unknown)))
    options.parts = options.parts or (QUICK_PARTS if options.quick and parts is PARTS else list(parts))
    return options


def main():
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended too
    if options.store == "postgresql":
        return shared.main(options)
    session = Session(options)
    try:
        measure(session, options.parts)
        made = report(session)
        print(json.dumps(made) if options.json else text(made))
    except Failure as failure:
        print(f"bench: {failure}", file=sys.stderr)
        return 1
    finally:
        session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
