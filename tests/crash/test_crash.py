"""A few of the cycles that `./dev crash` runs by the thousand."""
import os

from tests.crash.cycles import run_cycles


def test_nothing_acknowledged_is_lost_by_kill_9(make_server):
    count = 1000 if os.environ.get("FRONTROW_LONG") == "1" else 20
    acknowledged, _, _ = run_cycles(make_server(), count)
    assert acknowledged > count, "the load did nothing"
