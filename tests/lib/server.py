"""The real program as a process: started on a free port of the loopback, its log kept, ended by its id."""
import atexit
import json
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = ROOT / os.environ.get("FRONTROW_PROGRAM", "build/frontrow")
START_SECONDS = 30
# sqlite (the default) or postgresql: where the servers of this run keep their rows.
STORE = os.environ.get("FRONTROW_STORE", "sqlite")
ISSUER, AUDIENCE, PROVIDER_KEY = "https://id.example", "frontrow", b"a provider's secret of 32 bytes!!"

# No limits by address, because all buyers of a test come from one; an identity provider, because its users
# cost no password hash.
# A short drain, because no load balancer looks.
SETTINGS = """
[http]
drain_seconds = 0

[limits]
sign_up_per_second = 0
sign_in_per_second = 0
join_per_second = 0

[[identity.providers]]
issuer = "{issuer}"
audience = "{audience}"
algorithm = "HS256"
key_file = "{key}"
"""


def run(*arguments, timeout=60, env=None, stdin=None):
    """Runs the program to its end; standard output and error are text."""
    return subprocess.run([str(PROGRAM), *map(str, arguments)], capture_output=True, text=True, timeout=timeout,
                          env={**os.environ, **(env or {})}, input=stdin)


def eventually(condition, seconds=5.0, every=0.02):
    """The condition's first true value; fails when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s: last {value!r}"
        time.sleep(every)


@lru_cache(maxsize=None)
def slow_sync_library():
    """tests/lib/slow_sync.c, compiled once a run."""
    library = Path(tempfile.mkdtemp(prefix="frontrow-")) / "slow_sync.so"
    atexit.register(shutil.rmtree, library.parent, True)
    source = ROOT / "tests" / "lib" / "slow_sync.c"
    subprocess.run(["gcc", "-shared", "-fPIC", "-O2", "-o", library, source, "-ldl"], check=True)
    return library


class Server:
    """`store` is the address of a database; without it FRONTROW_STORE decides. On PostgreSQL each data folder then has a
    fresh database of its own, until `discard`."""

    _databases = {}  # by data folder: a second server on a folder finds its rows

    def __init__(self, data, config="", settings=True, options=(), slow_sync=False, store=None, environment=None):
        self.data = Path(data)
        self.home = self.data.parent / f"{self.data.name}-settings"
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "provider.key").write_bytes(PROVIDER_KEY)
        common = SETTINGS.format(issuer=ISSUER, audience=AUDIENCE, key=self.home / "provider.key")
        self.config = self.home / "frontrow.toml"
        self.config.write_text(merge(common, config) if settings else config)
        self.options = options
        self.log = self.home / "log"
        self.hang = self.home / "hang"
        self.store = store or (self._own_database() if STORE == "postgresql" else None)
        # What each command on the data needs as much as the server.
        self.environment = {**({"FRONTROW__STORE__URL": self.store} if self.store else {}), **(environment or {})}
        self.preload = {"LD_PRELOAD": str(slow_sync_library()), "FRONTROW_HANG": str(self.hang)} if slow_sync else {}
        self.process = None
        self.address = None

    def _own_database(self):
        from tests.lib import postgres
        if self.data not in self._databases:
            self._databases[self.data] = postgres.session().new_database()
        return postgres.session().connect_string(database=self._databases[self.data])

    def discard(self):
        """Ends it, and drops a database that was its own."""
        self.kill()
        name = self._databases.pop(self.data, None)
        if name:
            from tests.lib import postgres
            postgres.session().drop_database(name)

    def start(self, wait=True, listen="127.0.0.1:0"):
        assert PROGRAM.exists(), f"{PROGRAM} is missing: ./dev build"
        begin = self.log.stat().st_size if self.log.exists() else 0
        with open(self.log, "ab") as log:
            self.process = subprocess.Popen(
                [str(PROGRAM), "serve", "--data", str(self.data), "--listen", listen, "--config", str(self.config),
                 *self.options], stdout=log, stderr=log, start_new_session=True,
                env={**os.environ, **self.environment, **self.preload})
        if wait:
            self.wait_ready(begin)
        return self

    def wait_ready(self, begin=0):
        end = time.monotonic() + START_SECONDS
        while not self._ready(begin):
            code = self.process.poll()
            assert code is None, f"the server ended with {code}: {self.text(begin)[-2000:]}"
            assert time.monotonic() < end, f"not ready in {START_SECONDS} s: {self.text(begin)[-2000:]}"
            time.sleep(0.01)

    def _ready(self, begin):
        from tests.lib.client import Client
        port = re.search(r"listening on http://127\.0\.0\.1:([1-9]\d*)", self.text(begin))
        if not port:
            return False
        self.address = ("127.0.0.1", int(port[1]))
        try:
            return Client(self, timeout=2).send("GET", "/readyz").status == 200
        except OSError:
            return False

    def text(self, begin=0):
        return self.log.read_bytes()[begin:].decode(errors="replace") if self.log.exists() else ""

    @contextmanager
    def hanging_disk(self):
        """No sync of SQLite's returns inside. Requires: slow_sync."""
        if self.store:
            import pytest
            pytest.skip("the disk that hangs is SQLite's")
        self.hang.touch()
        try:
            yield
        finally:
            self.hang.unlink()

    def running(self):
        return self.process is not None and self.process.poll() is None

    def stop(self, seconds=30):
        """SIGTERM, and the exit code."""
        if self.running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.kill()
                raise
        return self.process.returncode if self.process else None

    def kill(self):
        """SIGKILL: nothing is said goodbye to."""
        if self.running():
            self.process.kill()
            self.process.wait(10)

    def restart(self):
        self.stop()
        return self.start()

    def command(self, *arguments, **options):
        """A subcommand on this server's data folder."""
        options["env"] = {**self.environment, **(options.get("env") or {})}
        return run(*arguments, "--data", self.data, **options)

    def staff_key(self, role, name="tests"):
        done = self.command("staff-key", "create", "--role", role, "--name", name)
        assert done.returncode == 0, done.stderr
        key = done.stdout.strip()
        assert key and "\n" not in key, f"not the key alone: {done.stdout!r}"
        return key

    def check(self):
        """`frontrow check --json` on the data; fails where a law is broken."""
        done = self.command("check", "--json")
        assert done.returncode == 0, f"{done.returncode}: {done.stdout} {done.stderr}"
        found = json.loads(done.stdout)
        assert found["ok"] is True and found["violations"] == [], found
        return found["counts"]

    def check_log(self):
        """No crash, no sanitizer report, and no secret of a request in the log."""
        text = self.text()
        for word in ("AddressSanitizer", "ThreadSanitizer", "runtime error:", "check failed"):
            assert word not in text, text[text.index(word) - 200:][:3000]


def merge(common, extra):
    """Two TOML texts as one: a table of `extra` is joined to the table of the same name in `common`."""
    tables = {}
    for text in (common, extra):
        name = ""
        for line in text.splitlines():
            if re.match(r"\[\[", line):
                name = f"{line}#{len(tables)}"
            elif re.match(r"\[", line):
                name = line
            else:
                tables.setdefault(name, []).append(line)
                continue
            tables.setdefault(name, [])
    top = tables.pop("", [])
    lines = list(top)
    for name, body in tables.items():
        keys = {}
        for line in body:
            key = line.partition("=")[0].strip()
            keys[key or len(keys)] = line
        lines += [name.partition("#")[0], *keys.values()]
    return "\n".join(lines) + "\n"
