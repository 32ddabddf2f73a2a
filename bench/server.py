"""Starts the programs that are measured, and asks them for what a benchmark needs. Loopback only."""
import http.client
import json
import os
import re
import secrets
import subprocess
import time
from pathlib import Path

START_SECONDS = 120  # a server that is not ready by then is given up

CONFIG = """
[limits]
join_per_second = 0
sign_in_per_second = 0
sign_up_per_second = 0

[[identity.providers]]
issuer = "bench"
audience = "frontrow"
algorithm = "HS256"
key_file = "{key_file}"
"""


class Failure(Exception):
    """The benchmark cannot go on; the text says why."""


class Program:
    """A child process that serves on a port of its own choice, named in what it prints."""

    def __init__(self, command, log):
        self.command, self.log = [str(part) for part in command], Path(log)
        self.process = None

    def start(self):
        self.log.write_bytes(b"")
        with open(self.log, "ab") as out:
            self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        self._wait(self._find_port, "names no port")
        return self

    def _find_port(self):
        found = re.search(r"127\.0\.0\.1:(\d+)", self.log.read_text(errors="replace"))
        self.port = int(found.group(1)) if found else 0
        return self.port

    def _wait(self, ready, complaint):
        deadline = time.monotonic() + START_SECONDS
        while not ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise Failure(f"{self.command[0]} {complaint}:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.005)

    @property
    def pid(self):
        return self.process.pid

    def rss_bytes(self):
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise Failure("no VmRSS")

    def stop(self):
        """Ends it at once: nobody will need its data, and a drain would only take time."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.kill()
        self.process.wait()


class Frontrow(Program):
    """The server on a fresh data folder, with an identity provider whose users cost one signature. `settings` are those
    of --set; a node of a cluster is given the provider's key of the others."""

    def __init__(self, program, folder, threads, settings=(), key_file=None):
        folder = Path(folder)
        folder.mkdir(parents=True)
        self.folder, self.program, self.key_file = folder, program, key_file or folder / "provider.key"
        if key_file is None:
            self.key_file.write_text(secrets.token_hex(32))
        config = folder / "frontrow.toml"
        config.write_text(CONFIG.format(key_file=self.key_file))
        self.settings = [part for setting in settings for part in ("--set", setting)]
        super().__init__([program, "serve", "--data", folder / "data", "--listen", "127.0.0.1:0", "--config", config,
                          "--threads", threads, *self.settings],
                         folder / "log")
        self.staff_key = None

    def start(self):
        """Ends when /readyz says 200; returns the server."""
        super().start()
        self._wait(lambda: self._status_of("/readyz") == 200, "is not ready")
        if self.staff_key is None:
            made = subprocess.run([self.program, "staff-key", "create", "--data", self.folder / "data", "--role", "admin",
                                   *self.settings],
                                  capture_output=True, text=True, timeout=30)
            if made.returncode != 0:
                raise Failure(f"staff-key create: {made.stderr}")
            self.staff_key = made.stdout.strip()
        return self

    def _status_of(self, path):
        try:
            return self._call("GET", path, None, {})[0]
        except (OSError, http.client.HTTPException):
            return 0

    def _call(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            if body is not None:
                body, headers = json.dumps(body), {**headers, "Content-Type": "application/json"}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def _ask(self, method, path, body=None, headers=None):
        try:
            return self._call(method, path, body, headers or {})
        except (OSError, http.client.HTTPException) as error:
            raise Failure(f"{method} {path}: {error!r}") from error

    def call(self, method, path, body=None, headers=None, expect=(200,)):
        status, answer = self._ask(method, path, body, headers)
        if status not in expect:
            raise Failure(f"{method} {path}: {status} {answer[:500]!r}")
        return json.loads(answer)

    def get(self, path, headers=None):
        return self.call("GET", path, None, headers)

    def check(self):
        """What `frontrow check` complains of."""
        done = subprocess.run([self.program, "check", "--data", self.folder / "data", "--json"], capture_output=True, text=True,
                              timeout=120)
        if done.returncode == 0:
            return []
        return [str(one) for one in json.loads(done.stdout)["violations"]] if done.returncode == 1 else [done.stderr]

    def staff(self, method, path, body, expect):
        """A call of staff under /v1/staff, with the key of an admin."""
        for _ in range(30):  # a new staff key is known within a second
            status, answer = self._ask(method, "/v1/staff" + path, body, {"Authorization": f"Bearer {self.staff_key}"})
            if status != 401:
                break
            time.sleep(0.1)
        if status != expect:
            raise Failure(f"{method} /v1/staff{path}: {status} {answer[:500]!r}")
        return json.loads(answer)

    def let_in(self, concert, capacity):
        """Raises the sale's capacity, and ends when so many are called or inside."""
        self.staff("POST", f"/concerts/{concert}/queue/actions",
                   {"action": "set", "reason": "benchmark", "capacity": capacity}, 200)
        deadline = time.monotonic() + START_SECONDS
        while self.get(f"/v1/concerts/{concert}/queue")["called_upto"] < capacity:
            if time.monotonic() > deadline:
                raise Failure(f"{capacity} people were not called")
            time.sleep(0.02)

    def create_concert(self, shows, **sale):
        """A published concert whose sale is open. `shows`: one seat map a show."""
        times = {"starts_at": "2031-05-01T10:00:00.000Z"}
        body = {"title": "Benchmark", "artist": "The Loops", "venue": "Loopback Hall", "time_zone": "Asia/Seoul",
                "sale": {"opens_at": "2026-01-01T00:00:00.000Z", **sale}, "published": True,
                "shows": [{**times, "seat_map": seat_map} for seat_map in shows]}
        concert = self.staff("POST", "/concerts", body, 201)
        return concert["concert_id"], [show["show_id"] for show in concert["shows"]]


def seat_map(sections, rows, seats_per_row, price=1000):
    return {"sections": [{"name": f"S{number}", "price": price, "rows": rows, "seats_per_row": seats_per_row}
                         for number in range(1, sections + 1)]}


def labels(sections, rows, seats_per_row):
    return [f"S{section}-{row}-{seat}" for section in range(1, sections + 1)
            for row in range(1, rows + 1) for seat in range(1, seats_per_row + 1)]


def online_cores():
    return len(os.sched_getaffinity(0))
