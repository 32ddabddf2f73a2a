"""One PostgreSQL with its synchronous standby for all tests here, and nodes on it."""
import pytest

from tests.lib.cluster import Cluster
from tests.lib.postgres import Postgres


@pytest.fixture(scope="session")
def replicated():
    """A primary with its synchronous standby. A test that promotes makes a standby again."""
    postgres = Postgres(standby=True)
    yield postgres
    postgres.destroy()


@pytest.fixture(scope="module")
def nodes(tmp_path_factory, replicated):
    """Three nodes that no test of the module harms."""
    with Cluster(tmp_path_factory.mktemp("nodes"), 3, replicated) as cluster:
        yield cluster
        assert cluster.stop() == [0, 0, 0]
        for node in cluster.nodes:
            node.check_log()


@pytest.fixture
def make_cluster(tmp_path, replicated):
    """For tests that harm their nodes: make_cluster(nodes, **options), started."""
    made = []

    def make(count=3, **options):
        cluster = Cluster(tmp_path / f"cluster{len(made)}", count, replicated, **options)
        made.append(cluster)
        return cluster.start()

    yield make
    for cluster in made:
        cluster.close()
