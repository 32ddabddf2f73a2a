"""A crowd through the real program: the small rehearsal keeps every promise, and its ends are told by the exit code."""
import json
import os
import re
import signal
import subprocess

from tests.lib.server import PROGRAM, PROVIDER_KEY, eventually, run

CROWD = ["--issuer", "https://id.example", "--set", "arrival.top_up_seconds=1", "--set", "arrival.lobby_seconds=1",
         "--set", "arrival.spike_seconds=1", "--set", "arrival.tail_seconds=2", "--set", "concert.seats=100",
         "--people", "400", "--json"]


def result(done):
    return json.loads(done.stdout.splitlines()[-1])


# A crowd of 400 that is cut off after two seconds: most are never told what became of them.
CUT_OFF = ["--set", "run.seconds_max=2"]


def broken(found):
    return [promise for promise in found["promises"] if promise["broken"]]


def rehearse_on(server, *options):
    return run("rehearse", "small", "--server", "%s:%d" % server.address, "--provider-key", server.home / "provider.key",
               *CROWD, *options, timeout=100)


def test_twenty_thousand_people_buy_two_thousand_seats(tmp_path):
    report = tmp_path / "report.html"
    done = run("rehearse", "small", "--json", "--report", report, timeout=170)
    assert done.returncode == 0, done.stdout.splitlines()[-1] + done.stderr
    found = result(done)
    assert found["verdict"] == "kept" and not broken(found)
    assert found["places"] == found["people"] == 20_000
    assert found["seats_sold"] == found["seats"] == 2_000
    assert found["store_check"] == 0
    assert all(promise["checked"] for promise in found["promises"]), found["promises"]
    page = report.read_text()
    assert "Every promise was kept" in page and "<svg" in page
    assert not re.search(r"(?:src|href)\s*=|@import|url\(", page), "the report needs nothing from elsewhere"


def test_a_running_server_and_a_concert_of_its_own(server):
    done = rehearse_on(server, "--staff-key", server.staff_key("admin"), "--server-pid", server.process.pid)
    assert done.returncode == 0, done.stdout.splitlines()[-1] + done.stderr
    found = result(done)
    # A hold that runs out when everybody has gone leaves its seats unsold.
    assert 80 < found["seats_sold"] <= 100 and found["server_cpu_seconds"] > 0


def test_a_given_concert_without_a_staff_key(world, server):
    concert = world.concert(capacity=100, entries_per_minute=60_000, claim_seconds=3, hold_seconds=3, entry_seconds=10)
    done = rehearse_on(server, "--concert", concert.id)
    assert done.returncode == 0, done.stdout.splitlines()[-1] + done.stderr
    assert result(done)["orders_paid"] > 0


def test_settings_of_the_environment_do_not_reach_its_own_server(tmp_path):
    elsewhere = {"FRONTROW__STORE__URL": "postgresql://127.0.0.1:9/live", "FRONTROW__LIMITS__JOIN_PER_SECOND": "1"}
    done = run("rehearse", "small", *CROWD, "--folder", tmp_path / "kept", timeout=60, env=elsewhere)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "kept" / "data" / "frontrow.db").exists()


def test_nobody_else_may_read_what_it_keeps(tmp_path):
    folder = tmp_path / "kept"
    assert run("rehearse", "small", *CROWD, "--folder", folder, timeout=60).returncode == 0
    assert folder.stat().st_mode & 0o777 == 0o700
    files = [path for path in folder.iterdir() if path.is_file()]
    assert {"provider.key", "frontrow.toml", "staff.key", "server.log", "calls-0.bin"} <= {path.name for path in files}
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in files if path.stat().st_mode & 0o077} == {}


def test_a_broken_promise_is_1_and_keeps_the_evidence(server, tmp_path):
    options = ["--staff-key", server.staff_key("admin"), *CUT_OFF, "--report", "/dev/full"]
    done = run("rehearse", "small", "--server", "%s:%d" % server.address, "--provider-key", server.home / "provider.key",
               *CROWD, *options, timeout=60, env={"TMPDIR": str(tmp_path)})
    found = result(done)
    assert [promise["promise"] for promise in broken(found)] == ["Everybody learns what became of them"], found
    assert done.returncode == 1 and "report" in done.stderr, done.stderr
    assert list(tmp_path.glob("frontrow-rehearsal-*/calls-0.bin")), "the history of calls is gone"


def test_a_report_that_cannot_be_written_is_told(tmp_path):
    done = run("rehearse", "million", "--report", tmp_path / "missing" / "report.html", timeout=10)
    assert done.returncode == 2 and "--report" in done.stderr
    done = run("rehearse", "small", *CROWD, "--report", "/dev/full", timeout=60)
    assert done.returncode == 3 and "report" in done.stderr


def begin(tmp_path, *options):
    return subprocess.Popen([str(PROGRAM), "rehearse", "small", *CROWD, *options], stdout=subprocess.PIPE, text=True,
                            stderr=subprocess.PIPE, env={**os.environ, "TMPDIR": str(tmp_path)})


def test_an_interrupted_set_up_leaves_nothing_behind(tmp_path):
    with begin(tmp_path) as rehearsal:
        eventually(lambda: list(tmp_path.iterdir()), every=0.001)
        rehearsal.send_signal(signal.SIGINT)
        error = rehearsal.communicate(timeout=60)[1]
    assert rehearsal.returncode == 3 and "interrupted" in error
    assert not list(tmp_path.iterdir()), "the keys are left"


def test_what_an_interrupted_run_has_done_is_still_checked(tmp_path):
    with begin(tmp_path, "--set", "arrival.tail_seconds=60", "--set", "concert.seats=1000") as rehearsal:
        for line in rehearsal.stdout:
            if json.loads(line).get("seats_sold"):
                break
        rehearsal.send_signal(signal.SIGTERM)
        found = json.loads(rehearsal.communicate(timeout=60)[0].splitlines()[-1])
    assert rehearsal.returncode == 3 and found["outage"] == "it was interrupted" and not broken(found)
    checked = {promise["promise"]: promise["checked"] for promise in found["promises"]}
    for promise in ("Every acknowledged payment is there", "Every wallet holds what was topped up less what was paid",
                    "The house has as many points and sold seats as the payments say"):
        assert checked[promise], checked
    assert list(tmp_path.glob("frontrow-rehearsal-*/calls-0.bin"))


def test_wrong_usage_is_2_and_says_what(server, tmp_path):
    profile = tmp_path / "friday.toml"
    profile.write_text("profile = 'small'\n[run]\npeopel = 5\n")
    other = tmp_path / "other.key"
    other.write_bytes(PROVIDER_KEY[::-1])
    address = "%s:%d" % server.address
    rows = [
        (["rehearse", profile], ["friday.toml:3", "peopel", "people"]),
        (["rehearse", "huge"], ["huge"]),
        (["rehearse", "--server", address], ["--provider-key"]),
        (["rehearse", "--server", "nowhere", "--provider-key", other], ["nowhere"]),
        (["rehearse", "--server", address, "--provider-key", other, "--staff-key", "x"], ["HS256 secret"]),
        (["rehearse", "--server", address, "--provider-key", server.home / "provider.key", *CROWD], ["staff key"]),
    ]
    for arguments, words in rows:
        done = run(*arguments, timeout=30)
        assert done.returncode == 2, (arguments, done)
        for word in words:
            assert word in done.stderr, (word, done.stderr)


def test_no_server_is_3(tmp_path):
    key = tmp_path / "provider.key"
    key.write_bytes(PROVIDER_KEY)
    done = run("rehearse", "--server", "127.0.0.1:9", "--provider-key", key, "--staff-key", "x", timeout=30)
    assert done.returncode == 3 and "did not answer" in done.stderr


def test_a_server_that_is_killed_loses_nothing_that_was_acknowledged():
    done = run("rehearse", "drill", "--json", "--people", "6000", "--set", "concert.seats=1000", timeout=170)
    assert done.returncode == 0, done.stdout.splitlines()[-1] + done.stderr
