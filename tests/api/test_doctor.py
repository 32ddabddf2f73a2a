"""`frontrow doctor` on SQLite's settings: read from the data folder as it is, with what a finding costs."""
import os
import sqlite3

import pytest


def findings(server):
    """Marks and words by subject."""
    done = server.command("doctor")
    assert done.returncode in (0, 1) and not done.stderr, done
    lines = [line.split(None, 1) for line in done.stdout.splitlines()]
    assert (done.returncode == 1) == any(mark == "WARNING" for mark, _ in lines)
    return {text.partition(": ")[0]: (mark, text.partition(": ")[2]) for mark, text in lines}


@pytest.fixture
def stopped(make_server):
    server = make_server().start()
    server.stop()
    return server


@pytest.mark.sqlite
def test_what_matters_is_printed_running_and_stopped(make_server):
    server = make_server().start()
    for _ in range(2):
        before = set(server.data.iterdir())
        found = findings(server)
        assert found["journal_mode"] == ("ok", "wal") and found["page_size"] == ("ok", "4096")
        assert found["synchronous"][0] == "ok" and found["synchronous"][1].startswith("full")
        assert found["write-ahead log"][0] == "ok" and found["write-ahead log"][1].endswith(" MiB")
        assert found["SQLite"][1].startswith("3.") and found["free disk"][1].split()[0].isdigit()
        assert set(server.data.iterdir()) == before, "nothing is left in the folder"
        server.stop()


@pytest.mark.sqlite
def test_a_file_that_another_program_changed_is_named(stopped):
    connection = sqlite3.connect(stopped.data / "frontrow.db")
    assert connection.execute("pragma journal_mode = delete").fetchone() == ("delete",)
    connection.execute("pragma page_size = 1024")
    connection.execute("vacuum")
    connection.close()
    found = findings(stopped)
    assert found["journal_mode"][0] == "WARNING" and "stops every writer" in found["journal_mode"][1]
    assert found["page_size"][0] == "WARNING" and found["page_size"][1].startswith("1024 instead of 4096")


@pytest.mark.sqlite
def test_a_log_that_grew_is_named(stopped):
    os.truncate(stopped.data / "frontrow.db-wal", 600 << 20)  # zeros, which take no disk and are no log
    mark, words = findings(stopped)["write-ahead log"]
    assert mark == "WARNING" and words.startswith("600 MiB: a long read")
