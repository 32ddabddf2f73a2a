"""A throw-away PostgreSQL of the tests' own, made by deploy/cluster with the settings that stand there. It is gone when
the test's process is, even one that was killed: a guard watches."""
import atexit
import itertools
import os
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

DEPLOY = Path(__file__).resolve().parent.parent.parent / "deploy" / "cluster"
sys.path.insert(0, str(DEPLOY))

from database import OWNER, Database  # noqa: E402
from processes import Refused, free_ports  # noqa: E402,F401

# Small, because several run beside each other; many connections, because each server of a test run has some.
SETTINGS = {"shared_buffers": "64MB", "max_connections": "400", "min_wal_size": "64MB", "max_wal_size": "512MB"}
_numbers = itertools.count(1)


class Postgres(Database):
    """One primary, and with `standby` a copy that each commit waits for. Ended by `destroy`, or with this process."""

    def __init__(self, standby=False, **settings):
        folder = Path(tempfile.mkdtemp(prefix="frontrow-pg-"))
        folder.chmod(0o711)
        super().__init__(folder, free_ports(2))
        self._guard = subprocess.Popen([sys.executable, str(Path(__file__).with_name("guard.py")), str(folder)],
                                       stdin=subprocess.PIPE, start_new_session=True)
        try:
            self.create(standby, {**SETTINGS, **settings})
        except BaseException:
            self.destroy()
            raise

    def new_database(self):
        """The name of a fresh, empty database that the nodes' role owns."""
        name = f"test_{os.getpid()}_{next(_numbers)}"
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER} STRATEGY file_copy")
        return name

    def drop_database(self, name):
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def destroy(self):
        super().destroy()
        self._guard.stdin.close()
        self._guard.wait(30)


@lru_cache(maxsize=None)
def session():
    """The PostgreSQL that all servers of this run share, each with a database of its own."""
    postgres = Postgres()
    atexit.register(postgres.destroy)
    return postgres
