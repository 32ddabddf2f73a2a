#!/usr/bin/env python3
"""Puts reservation systems side by side: one protocol, one client, one machine, in turn. README.md says what is fair.

An ADAPTER is the name of a file here or the path of one elsewhere (README.md says how to write one). Exit 1 where a system
sold a seat twice, lost one, or where points are missing.
"""
import argparse
import importlib.util
import json
import signal
import statistics
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

from protocol import STEPS, Protocol  # noqa: E402
from report import markdown  # noqa: E402
from server import Failure, online_cores  # noqa: E402


def load_adapter(name, options):
    path = Path(name) if name.endswith(".py") else HERE / f"{name}.py"
    if not path.is_file():
        raise SystemExit(f"peers: no adapter {path}")
    spec = importlib.util.spec_from_file_location(f"peer_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.make(options)


def run_once(adapter, options):
    with tempfile.TemporaryDirectory(prefix="frontrow-peers-") as folder:
        rows = Path(folder) / "rows"
        rows.mkdir()
        adapter.start(Path(folder) / "system", options.threads)
        try:
            protocol = Protocol(adapter, options.build / "bench" / "load", rows, options.buyers, options.seats)
            protocol.run()
        finally:
            adapter.stop()
    return protocol


def median_of(runs):
    """Each figure's median over the rounds."""
    return {step: {name: statistics.median(run[step][name] for run in runs) for name in runs[0][step]}
            for step in STEPS if step in runs[0]}


def text(report):
    columns = ["Step", "System", "Requests", "Per second", "p50 µs", "p99 µs", "CPU µs a request", "Seconds in all"]
    rows = [[step, name, round(found["requests"]), round(found["per_second"]), round(found["p50_us"]), round(found["p99_us"]),
             found["cpu_us"], round(found["seconds"], 2)]
            for step in STEPS for name, system in report["systems"].items()
            if (found := system["steps"].get(step))]
    lines = markdown({"columns": columns, "rows": rows}) + [""]
    for name, system in report["systems"].items():
        verdict = "; ".join(system["complaints"]) or "every seat sold once, every point where it belongs"
        lines.append(f"{name} {system['version']}: {verdict}")
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("adapters", nargs="*", default=["frontrow"], metavar="ADAPTER", help="default: frontrow")
    parser.add_argument("--buyers", type=int, default=5000, help="of the single steps")
    parser.add_argument("--seats", type=int, default=5000, help="of the sell-out; at most 20,000")
    parser.add_argument("--rounds", type=int, default=3, help="the systems take turns, each on fresh data")
    parser.add_argument("--quick", action="store_true", help="one round with at most 300 buyers and 200 seats")
    parser.add_argument("--threads", type=int, default=max(1, online_cores() // 2),
                        help="that a system may serve with; default half of the cores, the others are the client's")
    parser.add_argument("--build", type=Path, default=HERE.parent.parent / "build", help="where the load tool is")
    parser.add_argument("--program", type=Path, help="Frontrow's; default BUILD/frontrow")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.buyers, options.seats = 1, min(options.buyers, 300), min(options.seats, 200)
    options.program = (options.program or options.build / "frontrow").resolve()
    return options


def main():
    options = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended too
    adapters = [load_adapter(name, options) for name in options.adapters]
    runs, complaints = {adapter.name: [] for adapter in adapters}, {adapter.name: [] for adapter in adapters}
    try:
        for number in range(options.rounds):
            for adapter in adapters:
                print(f"round {number + 1} of {options.rounds}: {adapter.name}", file=sys.stderr, flush=True)
                protocol = run_once(adapter, options)
                runs[adapter.name].append(protocol.results)
                complaints[adapter.name] += protocol.complaints
    except Failure as failure:
        print(f"peers: {failure}", file=sys.stderr)
        return 3
    report = {"systems": {adapter.name: {"version": adapter.version(), "steps": median_of(runs[adapter.name]),
                                         "complaints": complaints[adapter.name]} for adapter in adapters},
              "setting": {"buyers": options.buyers, "seats": options.seats, "rounds": options.rounds,
                          "threads": options.threads, "cores": online_cores()}}
    print(json.dumps(report) if options.json else text(report))
    return 1 if any(complaints.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
