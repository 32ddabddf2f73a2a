"""The command line: exit codes, settings and their errors, the data folder's tools."""
import json
import os
import socket
import sqlite3
import stat
import subprocess

import pytest

from tests.lib.server import ROOT, eventually, run
from tests.lib.world import World

COMMANDS = ["serve", "check", "migrate", "backup", "restore", "copy", "doctor", "staff-key", "draw", "keys"]


# ---- usage ----

def test_help_names_every_command():
    done = run("--help")
    assert done.returncode == 0 and not done.stderr
    for command in COMMANDS:
        assert command in done.stdout
        described = run(command, "--help")
        assert described.returncode == 0 and "Usage" in described.stdout or "usage" in described.stdout.lower(), command


def test_the_version_is_told():
    done = run("--version")
    assert done.returncode == 0 and any(character.isdigit() for character in done.stdout)


@pytest.mark.parametrize("arguments", [
    [], ["dance"], ["serve", "--dance"], ["serve", "--listen", "nonsense", "--data", "{tmp}"], ["serve", "--listen", "127.0.0.1:99999", "--data", "{tmp}"],
    ["staff-key", "create"], ["staff-key", "create", "--data", "{tmp}", "--role", "king"], ["check"], ["draw", "verify"],
    ["serve", "--data", "{tmp}", "--config", "{tmp}/missing.toml"], ["serve", "--data", "{tmp}", "--store", "mysql://x"], ["backup"],
])
def test_wrong_usage_is_2_and_says_what(tmp_path, arguments):
    done = run(*(argument.format(tmp=tmp_path) for argument in arguments), timeout=20)
    assert done.returncode == 2, done
    assert done.stderr.strip() and "terminate" not in done.stderr


def test_a_demo_listens_on_loopback_alone(tmp_path):
    done = run("serve", "--demo", "--data", tmp_path / "d", "--listen", "0.0.0.0:0", timeout=20)
    assert done.returncode == 2 and "--demo-public" in done.stderr


# ---- settings ----

@pytest.mark.parametrize("text, words", [
    ("[limits]\nconections = 5\n", ["frontrow.toml", "2", "conections", "connections"]),
    ("[limit]\nconnections = 5\n", ["frontrow.toml", "1", "limit", "limits"]),
    ("\n\n[wallet]\ntopups = 'self'\n", ["frontrow.toml", "4", "topups", "top_ups"]),
    ("[http]\noperation = 'staff'\n", ["frontrow.toml", "2", "operation", "operations"]),
    ("[limits]\nconnections = 'many'\n", ["frontrow.toml", "2", "connections"]),
    ("[limits]\nconnections = -1\n", ["frontrow.toml", "2", "connections"]),
    ("[wallet]\ntop_ups = 'nobody'\n", ["frontrow.toml", "2", "top_ups"]),
    ("[http]\ntrusted_proxies = ['nonsense']\n", ["frontrow.toml", "trusted_proxies", "nonsense"]),
    ("[limits\n", ["frontrow.toml", "1"]),
    ("[[identity.providers]]\nissuer = 'x'\n", ["frontrow.toml"]),
    ("[[identity.providers]]\nissuer = 'x'\naudience = 'y'\nalgorithm = 'none'\nkey_file = 'z'\n", ["algorithm"]),
])
def test_a_wrong_setting_names_file_line_and_key(make_server, text, words):
    server = make_server(text, settings=False)
    server.start(wait=False)
    assert server.process.wait(20) == 2, server.text()
    for word in words:
        assert word in server.text(), (word, server.text())


@pytest.mark.parametrize("text", ["", "[limits]\n", "[http]\n[wallet]\n[limits]\n", "# nothing\n"])
def test_an_empty_table_is_allowed(make_server, text):
    make_server(text, settings=False).start()


def test_the_environment_stands_above_the_file_and_flags_above_it(make_server, monkeypatch):
    monkeypatch.setenv("FRONTROW__WALLET__TOP_UPS", "staff")
    world = World(make_server('[wallet]\ntop_ups = "self"\n').start())
    world.buyer().call("POST", "/v1/wallet/top-ups", {"amount": 1}, code="forbidden")


def test_an_unknown_variable_is_an_error(make_server, monkeypatch):
    monkeypatch.setenv("FRONTROW__LIMITS__CONECTIONS", "5")
    server = make_server()
    server.start(wait=False)
    assert server.process.wait(20) == 2 and "connections" in server.text().lower()


def test_an_address_in_use_is_an_outage(make_server):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        server = make_server()
        done = run("serve", "--data", server.data, "--listen", "127.0.0.1:%d" % taken.getsockname()[1], timeout=20)
    assert done.returncode == 3 and done.stderr


# ---- the data folder ----

@pytest.fixture
def sold(make_server):
    """A server with one paid order, one hold, and its world."""
    server = make_server().start()
    world = World(server)
    concert = world.concert()
    buyer = world.inside(concert, money=30000)
    buyer.buy(concert.show, "A-1-1", "A-1-2")
    world.inside(concert).hold(concert.show, "A-2-1", status=201)
    return server, world, concert, buyer


def test_check_counts_the_same_running_killed_and_stopped(sold):
    server, *_ = sold
    wanted = {"orders_paid": 1, "seats_sold": 2, "holds": 1, "wallet_total": 10000, "top_ups_total": 30000, "sales_total": 20000}

    def counts():
        found = server.check()
        return {name: found[name] for name in wanted}

    assert counts() == wanted
    server.kill()
    assert counts() == wanted
    server.start()
    server.stop()
    assert counts() == wanted
    human = server.command("check")
    assert human.returncode == 0 and human.stdout.strip()


@pytest.mark.sqlite
def test_check_names_the_law_that_is_broken(sold):
    server, *_ = sold
    server.stop()
    connection = sqlite3.connect(next(server.data.glob("*.db")))
    connection.execute("UPDATE transfer SET balance_after = balance_after + 1")
    connection.commit()
    connection.close()
    done = server.command("check", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["ok"] is False and found["violations"]
    assert server.command("check").returncode == 1


def test_check_of_nothing_is_an_error(tmp_path):
    done = run("check", "--data", tmp_path / "nothing")
    assert done.returncode in (2, 3) and done.stderr
    assert not (tmp_path / "nothing").exists(), "a check makes nothing"


@pytest.mark.sqlite
def test_a_backup_of_a_running_server_is_restored(sold, make_server, tmp_path):
    server, world, concert, buyer = sold
    copy = tmp_path / "copy"
    done = server.command("backup", "--out", copy)
    assert done.returncode == 0, done
    before = server.check()
    buyer.top_up(5)  # after the copy
    other = make_server(folder="restored")
    done = run("restore", "--data", other.data, "--from", copy)
    assert done.returncode == 0, done
    assert other.check() == before
    other.start()
    restored = World(other)
    assert restored.client.get(f"/v1/concerts/{concert.id}", status=200)["title"] == concert.answer["title"]
    assert restored.client.get("/v1/wallet", status=200, Authorization=f"Bearer {buyer.token}")["balance"] == 10000
    again = run("restore", "--data", server.data, "--from", copy)
    assert again.returncode in (1, 2, 3), "a restore never writes over data"
    assert server.check()["wallet_total"] == 10005


def test_doctor_looks_and_tells(sold, tmp_path):
    server, *_ = sold
    done = server.command("doctor")
    assert done.returncode in (0, 1) and done.stdout.strip()
    assert "top_ups" in done.stdout + done.stderr, "self-service money without --demo deserves a word"


def test_the_start_warns_of_free_money_without_demo(make_server):
    server = make_server().start()
    assert "top_ups" in server.text()
    demo = make_server(folder="demo", options=("--demo",)).start()
    assert "top_ups" not in demo.text()


def test_the_data_folder_is_private(make_server):
    server = make_server().start()
    for name in ("master.key", "control.sock"):
        mode = stat.S_IMODE(os.stat(server.data / name).st_mode)
        assert mode == 0o600, (name, oct(mode))


def test_a_missing_or_other_master_key_stops_the_start(make_server):
    server = make_server().start()
    World(server).concert()
    server.stop()
    key = server.data / "master.key"
    kept = key.read_bytes()
    key.write_bytes(os.urandom(len(kept)))
    os.chmod(key, 0o600)
    server.start(wait=False)
    assert server.process.wait(20) in (2, 3) and "key" in server.text()
    key.write_bytes(kept)
    server.start()


# ---- staff keys ----

def test_a_staff_key_is_made_with_and_without_a_server(make_server):
    server = make_server()
    offline = server.staff_key("viewer")
    server.start()
    online = server.staff_key("viewer")
    world = World(server)
    for key in (offline, online):
        eventually(lambda key=key: world.client.send("GET", "/v1/staff/concerts", headers={"Authorization": f"Bearer {key}"}).status == 200, 1)
    assert offline != online
    database = b"".join(path.read_bytes() for path in server.data.glob("*.db*"))
    assert offline.encode() not in database and online.encode() not in database, "keys are stored hashed"


# ---- keys ----

def test_rotated_keys_leave_old_tokens_alive(sold):
    server, world, concert, _ = sold
    buyer = world.inside(concert)
    before = {key["kid"] for key in world.client.get("/.well-known/jwks.json", status=200)["keys"]}
    done = server.command("keys", "rotate")
    assert done.returncode == 0, done
    after = eventually(lambda: (lambda kids: kids if kids > before else None)(
        {key["kid"] for key in world.client.get("/.well-known/jwks.json", status=200)["keys"]}), 3)
    assert len(after) > len(before)
    buyer.seats(concert.show, status=200)
    buyer.poll(status=200)


# ---- draws ----

def test_draw_verify_agrees_with_the_published_vectors(tmp_path):
    vectors = ROOT / "tests/draw/vectors.json"
    assert run("draw", "verify", vectors).returncode == 0
    assert subprocess.run(["/usr/bin/python3", str(ROOT / "tests/draw/verify.py"), str(vectors)], capture_output=True).returncode == 0
    content = json.loads(vectors.read_text())
    wrong = content["vectors"][0]
    wrong["secret"] = "00" * 32 if wrong["secret"] != "00" * 32 else "11" * 32
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(wrong))
    assert run("draw", "verify", path).returncode == 1
    path.write_text("{")
    assert run("draw", "verify", path).returncode == 2


# ---- secrets ----

def test_no_secret_reaches_the_log(make_server):
    server = make_server().start()
    world = World(server)
    person = world.account(password="canary-password-4711")
    concert = world.concert()
    person.enter(concert)
    person.top_up(10000)
    _, payment = person.buy(concert.show, "A-1-1")
    world.client.post("/v1/sessions", {"email": person.email, "password": "canary-wrong-4711"}, code="bad_credentials")
    server.stop()
    log = server.text()
    for secret in ("canary-password-4711", "canary-wrong-4711", person.token, person.queue_token, person.entry_token, world.key("manager"),
                   payment["tickets"][0]["code"], person.email):
        assert secret not in log, "a secret stands in the log"
