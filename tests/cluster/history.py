"""Load on several nodes that goes on through their failures, and what must be true afterwards.

The calls, and the comparison with what each buyer was told, are those of tests/crash. Here a buyer whose node fails
asks the next one, with the same key where the outcome is unknown.
"""
import random
import threading
import time
from collections import Counter
from contextlib import contextmanager

from tests.crash.cycles import BROKEN, Shopper, compare, resolve
from tests.lib.server import eventually
from tests.lib.world import together


def level(worlds):
    """Brings each node up to date: what it decides now it decides after everything that was committed before."""
    together(len(worlds), lambda number: worlds[number].buyer().top_up(1, status=201))


class Walker(Shopper):
    """Walks buyers through purchases until told to stop; after a failure the next buyer asks the next node."""

    def __init__(self, worlds, concert, seed, done):
        super().__init__(worlds[0], concert, seed)
        self.worlds, self.done, self.failure = worlds, done, None
        self.home = self.random.randrange(len(worlds))
        self.broken = Counter()  # by node

    def run(self):
        while not self.done.is_set():
            buyer = self.worlds[self.home].buyer()
            buyer.calls, buyer.open, buyer.cancelled = [], None, None
            self.buyers.append(buyer)
            try:
                self.purchase(buyer)
            except BROKEN:
                self.broken[self.home] += 1
                self.home = (self.home + 1) % len(self.worlds)
                time.sleep(0.02)
            except BaseException as error:  # a wrong answer: shown to the test's own thread
                self.failure = error
                return


class Load:
    def __init__(self, worlds, concert, seed, walkers):
        self.done = threading.Event()
        chance = random.Random(seed)
        self.walkers = [Walker(worlds, concert, chance.random(), self.done) for _ in range(walkers)]
        self.threads = [threading.Thread(target=walker.run) for walker in self.walkers]

    @property
    def buyers(self):
        return [buyer for walker in self.walkers for buyer in walker.buyers]

    def acknowledged(self):
        return sum(len(buyer.calls) for buyer in self.buyers)

    def wait_for_more(self, calls=20, seconds=10):
        """Waits until so many more calls were acknowledged; the seconds that it took."""
        begin, before = time.monotonic(), self.acknowledged()
        eventually(lambda: self.acknowledged() >= before + calls, seconds)
        return time.monotonic() - begin

    def settle(self, worlds):
        """After the load: everybody asks one of `worlds`; what is unknown is resolved, and nothing that was said is
        untrue. (calls acknowledged, calls that were unknown)."""
        for walker in self.walkers:
            if walker.failure:
                raise walker.failure
        level(worlds)
        buyers = self.buyers
        for number, buyer in enumerate(buyers):
            buyer.world = worlds[number % len(worlds)]
            buyer.client = buyer.world.client
        unknown = sum(resolve(buyer) for buyer in buyers)
        level(worlds)
        owned = [seat for seats in together(len(buyers), lambda number: compare(buyers[number]), threads=8) for seat in seats]
        assert len(owned) == len(set(owned)), "a seat has two owners"
        return self.acknowledged(), unknown


@contextmanager
def load(worlds, concert, seed=1, walkers=9):
    """Runs the load inside; at the end its threads are joined."""
    running = Load(worlds, concert, seed, walkers)
    for thread in running.threads:
        thread.start()
    try:
        yield running
    finally:
        running.done.set()
        for thread in running.threads:
            thread.join(60)
        assert not any(thread.is_alive() for thread in running.threads), "a call never ended"
