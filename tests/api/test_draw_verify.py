"""`frontrow draw verify` on a store: beside a running server, after a crash, and when nothing runs."""
import json
import os
import re
import sqlite3

import pytest

from tests.lib.server import eventually, run
from tests.lib.world import World, in_seconds


def verify(server, concert, *options):
    return server.command("draw", "verify", "--concert", getattr(concert, "id", concert), *options)


@pytest.fixture
def drawn(make_server):
    """A server, a concert whose lobby of five was drawn, the draw as it is served, and the ranks by lobby number."""
    server = make_server().start()
    world = World(server)
    concert = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(1.5), draw=True, capacity=1)
    buyers = [world.buyer() for _ in range(5)]
    for buyer in buyers:
        buyer.join(concert, status=201)
    draw = eventually(lambda: (lambda draw: draw if draw["secret"] else None)(world.client.get(f"/v1/concerts/{concert.id}/draw", status=200)), 8)
    world.buyer().join(concert, status=201)  # stands behind the drawn and is no part of the draw
    answers = [buyer.poll(status=200) for buyer in buyers]
    return server, concert, draw.json, {answer["lobby_number"]: answer["rank"] for answer in answers}


def test_a_draw_is_verified_running_killed_and_stopped(drawn):
    server, concert, draw, ranks = drawn

    def check():
        before = {path.name for path in server.data.iterdir()}
        done = verify(server, concert, "--ranks")
        assert done.returncode == 0 and not done.stderr, done
        first, *lines = done.stdout.splitlines()
        assert first == f"{concert.id} (5 joins, commitment {draw['commitment']}): right"
        found = dict(map(int, line.split()) for line in lines)
        assert found == ranks, "the ranks that people were told"
        assert {path.name for path in server.data.iterdir()} - {"frontrow.db-wal", "frontrow.db-shm"} <= before, "nothing is made"

    check()
    server.kill()
    check()
    server.start()
    server.stop()
    check()
    assert draw["secret"] not in verify(server, concert).stdout


@pytest.mark.sqlite
@pytest.mark.parametrize("change, word", [
    ("update place set joined_at = joined_at + 1 where key = (select min(key) from place)", "digest"),
    ("delete from place where key = (select min(key) from place)", "4 joins, not 5"),
    ("update queue set draw_seed = zeroblob(32)", "seed"),
    ("update concert set public_input = 'another'", "seed"),
])
def test_changed_rows_are_found(drawn, change, word):
    server, concert, *_ = drawn
    server.stop()
    with sqlite3.connect(server.data / "frontrow.db") as connection:
        assert connection.execute(change).rowcount == 1
    connection.close()
    done = verify(server, concert)
    assert done.returncode == 1 and word in done.stdout, done


def test_what_cannot_be_verified_is_told(make_server, tmp_path):
    server = make_server().start()
    world = World(server)
    waiting = world.concert(lobby_opens_at=in_seconds(-1), opens_at=in_seconds(600), draw=True)
    world.buyer().join(waiting, status=201)
    undrawn = world.concert()
    unknown = waiting.id[:-4] + ("0000" if waiting.id[-4:] != "0000" else "1111")
    for concert, code, words in ((waiting, 2, "not been held yet"), (undrawn, 2, "first come"), (unknown, 1, "no concert"), ("concert_x", 2, "no concert's id")):
        done = verify(server, concert)
        assert done.returncode == code and words in done.stderr and not done.stdout, (concert, done)
    assert run("draw", "verify", "--concert", waiting.id).returncode == 2, "which data folder?"
    nothing = tmp_path / "nothing"
    done = run("draw", "verify", "--data", nothing, "--concert", waiting.id)
    assert done.returncode == 2 and "no database" in done.stderr and not nothing.exists()


@pytest.mark.sqlite
def test_only_the_folders_own_master_key_opens_the_secret(drawn):
    server, concert, *_ = drawn
    server.stop()
    key, print_of_key = server.data / "master.key", server.data / "master.fingerprint"
    kept = key.read_bytes()
    key.unlink()
    done = verify(server, concert)
    assert done.returncode == 2 and "master.key" in done.stderr and not key.exists(), done
    key.write_bytes(os.urandom(len(kept)))
    key.chmod(0o600)
    done = verify(server, concert)
    assert done.returncode == 2 and "another master key" in done.stderr, done
    print_of_key.unlink()
    done = verify(server, concert)
    assert done.returncode == 3 and "does not open" in done.stderr and not print_of_key.exists(), done
    key.write_bytes(kept)
    assert verify(server, concert).returncode == 0


def test_a_folder_and_files_are_not_mixed(tmp_path):
    path = tmp_path / "draw.json"
    path.write_text(json.dumps({}))
    for arguments in (["--data", tmp_path, path], ["--data", tmp_path, "--draw", path], ["--data", tmp_path], ["--concert", "concert_x", path]):
        done = run("draw", "verify", *arguments)
        assert done.returncode == 2 and done.stderr, arguments
    assert re.search(r"frontrow draw verify --data \w+ --concert concert_", run("draw", "verify", "--help").stdout)
