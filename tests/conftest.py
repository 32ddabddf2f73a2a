"""Fixtures: one server serves a whole module, so that starting it costs once."""
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.lib.server import STORE, Server  # noqa: E402
from tests.lib.world import World  # noqa: E402


def pytest_collection_modifyitems(config, items):
    if os.environ.get("FRONTROW_LONG") != "1":
        skip = pytest.mark.skip(reason="only with ./dev test --long")
        for item in items:
            if "long" in item.keywords:
                item.add_marker(skip)
    if STORE != "sqlite":
        skip = pytest.mark.skip(reason="about SQLite's files")
        for item in items:
            if "sqlite" in item.keywords:
                item.add_marker(skip)


def pytest_configure(config):
    config.addinivalue_line("markers", "long: only with ./dev test --long")
    config.addinivalue_line("markers", "sqlite: looks at SQLite's own files; not with FRONTROW_STORE=postgresql")


@pytest.fixture(scope="module")
def server(tmp_path_factory, request):
    """A running server on an empty store; a module may define `CONFIG` (TOML text) to add settings."""
    server = Server(tmp_path_factory.mktemp("data"), getattr(request.module, "CONFIG", ""))
    server.start()
    yield server
    server.stop()
    server.discard()
    server.check_log()


@pytest.fixture(scope="module")
def world(server):
    """The server as people see it: staff, buyers, concerts."""
    return World(server)


@pytest.fixture
def make_server(tmp_path):
    """For tests that stop, kill or configure their server: make_server(config="", **options)."""
    made = []

    def make(config="", folder="data", **options):
        server = Server(tmp_path / folder, config, **options)
        made.append(server)
        return server

    yield make
    for server in made:
        server.discard()
