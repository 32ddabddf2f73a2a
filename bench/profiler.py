#!/usr/bin/env python3
"""Where a step's CPU time goes, as text: by thread and cost group, by path of calls, by function.

Runs perf on the server while the step is measured, and gives each thread's samples to the group of their innermost frame
that belongs to one. Times are µs of CPU per request: shares of the samples times what the load tool read of the process.
"""
import argparse
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

from report import markdown
from server import Failure, online_cores
from session import Session
from steps import Scene

STEPS = ["poll", "join", "hold", "payment", "seats"]
ROOT = Path(__file__).resolve().parent.parent
# A frame belongs to the first group whose pattern its library or its name fits; the innermost frame that belongs decides.
GROUPS = [
    ("memory", r"libmimalloc|^(mi_|_mi_|malloc|free|calloc|realloc|operator (new|delete))"),
    ("SQL", r"libsqlite3|libpq|^sqlite3|frontrow::(sqlite|postgresql|store|Journal|journal)"),
    ("tokens", r"libsodium|libcrypto|^crypto_|frontrow::identity|TokenDesk|require_user|find_place|check_entry|RecentMap"),
    ("rendering", r"JsonWriter|frontrow::append_|to_base|api::(write_|render|write)|HeadWriter|head_writer"),
    ("parsing", r"http::(\w*Parser|Request|parse|Query|split)|BodyReader|boost::json|api::Router|parse_(id|rfc3339)|find_seat"),
    ("engine", r"frontrow::(decide|advance|call_people|State|Line|GoneTree|Committer|Engine|Views|SaleView|ShowView|LawBook|"
               r"describe_place|name_needs|choose_best|PlacesByUser|grant_of|phase_at|(laws|domain|engine)::|.*Law\b)"),
    ("HTTP and routes", r"frontrow::(http|api)::|boost::asio"),
]
ORDER = ["system calls", "other kernel", *(name for name, _ in GROUPS), "other"]
PATTERNS = [(name, re.compile(pattern)) for name, pattern in GROUPS]
TREE_SHARE = 0.02  # paths below it are not shown
TREE_DEPTH = 14


class Sample:
    """One sample: its thread and its frames, innermost first, each (name, library)."""

    def __init__(self, thread):
        self.thread, self.frames = thread, []

    def in_kernel(self):
        return bool(self.frames) and "kernel" in self.frames[0][1]

    def system_call(self):
        return next((name for name, library in self.frames if "kernel" in library and "_x64_sys_" in name), None)

    def group(self):
        if self.in_kernel():
            return "system calls" if self.system_call() or any(n.startswith("do_syscall") for n, _ in self.frames) \
                else "other kernel"
        for name, library in self.frames:
            for group, pattern in PATTERNS:
                if pattern.search(name) or group in ("memory", "SQL", "tokens") and pattern.search(library):
                    return group
        return "other"


def read_samples(script):
    """The output of `perf script -F comm,ip,sym,dso`: a line with the thread's name, then its frames, then an empty line."""
    samples, sample = [], None
    for line in script.splitlines():
        if not line.strip():
            sample = None
        elif sample is None:
            sample = Sample(line.strip())
            samples.append(sample)
        else:
            frame = re.match(r"\s*[0-9a-f]+ (.*) \((.*)\)$", line)
            if frame:
                sample.frames.append((frame[1], Path(frame[2]).name))
    return [sample for sample in samples if sample.frames]


def short(name):
    """A function without its arguments and template arguments."""
    name = re.sub(r"\(anonymous namespace\)::", "", name)
    name = re.sub(r"\[clone [^]]*\]|\[abi:[^]]*\]", "", name)
    if name.startswith("operator"):
        return name.split("(")[0].strip()
    for opening, closing in ("<>", "()"):
        out, depth = [], 0
        for letter in name:
            depth += letter == opening
            if depth == 0:
                out.append(letter)
            depth -= letter == closing and depth > 0
        name = "".join(out)
    return re.sub(r"\s+(const|noexcept)$", "", name).split(" ")[-1].strip() or "?"


def threads_table(samples, us):
    threads = Counter(sample.thread for sample in samples)
    cells = Counter((sample.thread, sample.group()) for sample in samples)
    names = [thread for thread, count in threads.most_common() if count / len(samples) >= 0.005]
    rows = [[group, *(round(us * cells[thread, group] / len(samples), 2) for thread in names),
             round(us * sum(cells[thread, group] for thread in threads) / len(samples), 2)] for group in ORDER]
    rows.append(["together", *(round(us * threads[thread] / len(samples), 2) for thread in names), round(us, 2)])
    return {"columns": ["µs of CPU per request", *names, "all threads"], "rows": rows}


def calls_table(samples, us):
    calls = Counter((sample.thread, sample.system_call()) for sample in samples if sample.system_call())
    return {"columns": ["System call", "Thread", "µs per request"],
            "rows": [[name.partition("_sys_")[2], thread, round(us * count / len(samples), 2)]
                     for (thread, name), count in calls.most_common(12)]}


def functions_table(samples, us):
    own = Counter((short(sample.frames[0][0]), sample.frames[0][1]) for sample in samples if not sample.in_kernel())
    return {"columns": ["Function, by its own time", "Library", "µs per request"],
            "rows": [[f"`{name}`", library, round(us * count / len(samples), 2)]
                     for (name, library), count in own.most_common(20)]}


def call_tree(samples, us):
    """Paths of calls from the outside in, indented; the kernel is one line a system call."""
    def path(sample):
        frames = [short(name) for name, library in reversed(sample.frames) if "kernel" not in library]
        frames = [name for name in frames if name.startswith("frontrow::") or name == frames[-1]]
        if sample.in_kernel():
            call = sample.system_call()
            frames.append("kernel: " + (call.partition("_sys_")[2] if call else sample.group()))
        return [sample.thread, *dict.fromkeys(name.removeprefix("frontrow::") for name in frames)]

    def walk(node, depth, out):
        for name, (count, inner) in sorted(node.items(), key=lambda item: -item[1][0]):
            if count / len(samples) >= TREE_SHARE and depth < TREE_DEPTH:
                out.append(f"{us * count / len(samples):8.2f}  {'  ' * depth}{name}")
                walk(inner, depth + 1, out)
        return out

    def add(node, names):
        for name in names:
            entry = node.setdefault(name, [0, {}])
            entry[0] += 1
            node = entry[1]
    root = {}
    for sample in samples:
        add(root, path(sample))
    return walk(root, 0, [])


def prepare(scene, step, few):
    """Everything but the step itself, which was done a few times before."""
    if step == "payment":
        scene.hold(few)
        scene.payment()
        scene.hold()
    else:
        getattr(scene, step)(few)
        if step == "hold":
            scene.come()


def record(crowd, scene, step, folder, hertz):
    """Measures the step with perf on the server's process; the step's result and the samples."""
    data = folder / "perf.data"
    perf = subprocess.Popen(["perf", "record", "-q", "-e", "cpu-clock", "-F", str(hertz), "--call-graph", "fp", "-o", data,
                             "-p", str(crowd.server.pid)], stdin=subprocess.DEVNULL)
    try:
        time.sleep(0.5)  # until it has attached to all threads
        result = getattr(scene, step)()
    finally:
        perf.send_signal(signal.SIGINT)
        perf.wait(30)
    script = subprocess.run(["perf", "script", "--no-inline", "-F", "comm,ip,sym,dso", "-i", data], capture_output=True,
                            text=True, errors="replace")
    if script.returncode != 0:
        raise Failure(f"perf script: {script.stderr[-500:]}")
    samples = read_samples(script.stdout)
    if not samples:
        raise Failure("perf took no samples: may this user profile? (kernel.perf_event_paranoid)")
    return result, samples


def summary(step, result, samples):
    us = result["server_cpu_us"]
    lines = [f"## {step}", "",
             f"{result['requests']} requests, {result['per_second']} per second, {us:.2f} µs of CPU each, {len(samples)} samples.",
             "", *markdown(threads_table(samples, us)), "", *markdown(calls_table(samples, us)), "",
             *markdown(functions_table(samples, us)), "", "Paths, µs per request:", "", "```text", *call_tree(samples, us), "```"]
    return "\n".join(lines)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("steps", nargs="+", metavar="STEP", choices=STEPS, help=" ".join(STEPS))
    parser.add_argument("--build", type=Path, default=ROOT / "build", help="where the load tool is")
    parser.add_argument("--program", type=Path, required=True, help="the server, built with frame pointers")
    parser.add_argument("--threads", type=int, default=max(1, online_cores() // 2), help="io threads")
    parser.add_argument("--hertz", type=int, default=1999)
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is ended too
    session = Session(SimpleNamespace(quick=False, rounds=1, threads=arguments.threads, build=arguments.build,
                                      program=arguments.program))
    try:
        crowd = session.server("profile")
        scene = Scene(crowd, session.scale, 4 * session.scale.buyers)
        for step in arguments.steps:
            prepare(scene, step, session.scale.warm)
            print(summary(step, *record(crowd, scene, step, session.folder, arguments.hertz)), flush=True)
    except Failure as failure:
        print(f"profiler: {failure}", file=sys.stderr)
        return 1
    finally:
        session.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
