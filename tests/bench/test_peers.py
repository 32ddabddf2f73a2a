"""The comparison of systems in its short form: Frontrow's outcome is right, and a shop that sells twice is found out."""
import json
import subprocess
import sys

import pytest

from tests.lib.server import PROGRAM, ROOT

TOOLS = PROGRAM.parent


def run_peers(*arguments):
    if not (TOOLS / "bench" / "load").exists():
        pytest.skip("the load tool is not built")
    done = subprocess.run([sys.executable, ROOT / "bench" / "peers" / "run.py", "--json", "--build", TOOLS, "--program", PROGRAM,
                           *arguments], capture_output=True, text=True, timeout=120)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)["systems"]


def test_frontrow_sells_every_seat_once_in_the_protocol_of_peers():
    code, systems = run_peers("--quick")
    assert (code, systems["frontrow"]["complaints"]) == (0, [])
    steps = systems["frontrow"]["steps"]
    assert list(steps) == ["token", "poll", "enter", "hold", "one seat", "top up", "pay", "sell-out"]
    assert steps["one seat"]["requests"] == 100
    assert steps["poll"]["requests"] == 3 * steps["token"]["requests"]


def test_a_shop_that_sells_a_seat_twice_is_found_out():
    code, systems = run_peers(ROOT / "tests" / "bench" / "careless.py", "--quick", "--buyers", "40", "--seats", "40")
    complaints = " ".join(systems["careless"]["complaints"])
    assert code == 1
    assert "clients hold the same seat" in complaints and "paid twice" in complaints
