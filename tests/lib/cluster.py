"""Several nodes on one database, each through a fault proxy of its own where wanted, and HAProxy in front where wanted.

    with Cluster(folder, nodes=3, postgres=postgres, faults=True) as cluster:
        world = cluster.world(0)                   # the staff and buyers of node 0; one world each
        cluster.links[1].black_hole()              # node 1 is cut off from the database
        cluster.front.address                      # HAProxy's, with proxy=True
"""
import copy
from pathlib import Path

from tests.lib import postgres as _postgres  # noqa: F401  (finds deploy/cluster)
from tests.lib.fault_proxy import FaultProxy
from tests.lib.server import Server, eventually
from tests.lib.world import World

from processes import free_ports  # noqa: E402
from proxy import Proxy  # noqa: E402

DRAIN = "[http]\ndrain_seconds = {seconds}\ntrusted_proxies = ['127.0.0.1']\n"


class Address:
    """What a client needs of a server: where it is."""

    def __init__(self, host, port):
        self.address = (host, port)


def at(world, buyer):
    """The same person, with the tokens of this moment, asking another node."""
    same = copy.copy(buyer)
    same.world, same.client = world, world.client
    return same


class Links:
    """A node's links to both database hosts, as one."""

    def __init__(self, links):
        self.links = links

    def __getattr__(self, name):
        def on_each(*arguments, **options):
            return [getattr(link, name)(*arguments, **options) for link in self.links]
        return on_each


class Cluster:
    """Requires: `postgres` runs. It is the caller's, and so is its end; the nodes' database is made and dropped here.
    With `postgres` None each node has SQLite, a world of its own: for tests of what stands around the nodes."""

    def __init__(self, folder, nodes=3, postgres=None, faults=False, proxy=False, config="", drain_seconds=2, **options):
        self.folder, self.postgres = Path(folder), postgres
        self.folder.mkdir(parents=True, exist_ok=True)
        self.faults = FaultProxy() if faults else None
        self.name = postgres.new_database() if postgres else None
        self.key = self.folder / "master.key"
        self.links = [self._links() for _ in range(nodes)]
        ports = free_ports(nodes + 1)
        self.ports, front = ports[:nodes], ports[nodes]
        drain = DRAIN.format(seconds=drain_seconds) if proxy else ""
        self.nodes = [Server(self.folder / f"node{number}", drain + config, store=self._store(number), environment=self._environment(), **options)
                      for number in range(nodes)]
        self.proxy = Proxy(self.folder / "proxy", f"127.0.0.1:{front}", [f"127.0.0.1:{port}" for port in self.ports]) if proxy else None
        self.front = Address("127.0.0.1", front) if proxy else None

    def _links(self):
        if not (self.faults and self.postgres):
            return None
        return Links([self.faults.link(("127.0.0.1", host.port)) for host in self.postgres.hosts])

    def _store(self, number):
        if not self.postgres:
            return None
        hosts = [link.address for link in self.links[number].links] if self.faults else None
        return self.postgres.connect_string(database=self.name, hosts=hosts)

    def _environment(self):
        return {"FRONTROW__IDENTITY__MASTER_KEY_FILE": str(self.key)} if self.postgres else {}

    def start_node(self, number):
        return self.nodes[number].start(listen=f"127.0.0.1:{self.ports[number]}")

    def start(self):
        for number in range(len(self.nodes)):
            self.start_node(number)
        if self.proxy:
            self.proxy.start()
            eventually(lambda: self.taken_by_proxy() == len(self.nodes), 10)
        return self

    def restart_node(self, number):
        """SIGTERM, and a start on the same port; the exit code."""
        code = self.nodes[number].stop()
        self.start_node(number)
        return code

    def taken_by_proxy(self):
        """How many nodes HAProxy sends requests to."""
        rows = [line.split(",") for line in self.proxy.ask("show stat").splitlines() if line.startswith("reads,node")]
        return sum(row[17].startswith("UP") for row in rows)

    def world(self, number):
        return World(self.nodes[number])

    def worlds(self):
        """A world for each node, with the same staff keys."""
        worlds = [World(node) for node in self.nodes]
        for world in worlds[1:]:
            world._keys, world._lock = worlds[0]._keys, worlds[0]._lock
        return worlds

    def front_world(self):
        """The world as it is seen through HAProxy; staff keys are made by the first node's command line."""
        return World(Front(self))

    def check(self):
        """The laws over the whole database; the counts."""
        return next(node for node in self.nodes if node.running()).check()

    def stop(self):
        """SIGTERM for all; their exit codes."""
        if self.proxy:
            self.proxy.stop()
        return [node.stop() for node in self.nodes]

    def close(self):
        if self.proxy:
            self.proxy.stop()
        for node in self.nodes:
            node.kill()
        if self.faults:
            self.faults.close()
        if self.name:
            self.postgres.drop_database(self.name)

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.close()
            raise

    def __exit__(self, *_):
        self.close()


class Front(Address):
    """The cluster as one server, for World: HAProxy's address, a node's command line."""

    def __init__(self, cluster):
        super().__init__(*cluster.front.address)
        self.cluster = cluster

    def staff_key(self, role, name="tests"):
        return next(node for node in self.cluster.nodes if node.running()).staff_key(role, name)

    def check(self):
        return self.cluster.check()
