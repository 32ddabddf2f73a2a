"""kill -9 under load, again and again, and after each restart a comparison with what clients were told.

Every call carries a key and ends in one of three ways: acknowledged, refused, or unknown (the connection broke, or
`outcome_unknown`). What was acknowledged must be there with the same bytes; what is unknown is asked again with the
same key and must have happened once or not at all before; no seat has two owners; the laws hold.
"""
import http.client
import random
import threading
import time

from tests.lib.world import World, together

WORKERS = 12
READY_SECONDS = 5.0
BROKEN = (OSError, http.client.HTTPException)


class Call:
    """One POST of one buyer with its key, and how it ended."""

    def __init__(self, buyer, name, path, body):
        self.buyer, self.name, self.path, self.body = buyer, name, path, body
        self.key = f"{name}-{len(buyer.calls)}"
        self.answer = None

    def send(self):
        """The answer; None while it is unknown."""
        buyer = self.buyer
        answer = buyer.call("POST", self.path, self.body, Idempotency_Key=self.key)
        if answer.status == 503:
            return None
        self.answer = answer
        if answer.status < 300:
            buyer.entry_token = answer.json.get("entry_token", buyer.entry_token)
            buyer.queue_token = answer.json.get("queue_token", buyer.queue_token)
        return answer


class Shopper:
    """Walks one new buyer after the other through a purchase until the server is gone."""

    def __init__(self, world, concert, seed):
        self.world, self.concert, self.random = world, concert, random.Random(seed)
        self.buyers = []

    def run(self):
        while True:
            buyer = self.world.buyer()
            buyer.calls, buyer.open, buyer.cancelled = [], None, None
            self.buyers.append(buyer)
            try:
                self.purchase(buyer)
            except BROKEN:
                return

    def call(self, buyer, name, path, body=None):
        call = Call(buyer, name, path, body)
        buyer.open = call
        answer = call.send()
        if answer is None:
            raise ConnectionError("outcome unknown")
        buyer.open = None
        buyer.calls.append(call)
        return answer

    def purchase(self, buyer):
        self.call(buyer, "top-up", "/v1/wallet/top-ups", {"amount": self.random.randint(1, 5) * 10000})
        joined = self.call(buyer, "join", f"/v1/concerts/{self.concert.id}/queue-tokens")
        if joined.status >= 300 or joined["status"] != "admitted":
            return
        count = self.random.randint(1, 3)
        order = self.call(buyer, "hold", "/v1/orders", {"show_id": self.concert.show, "best_available": {"count": count}})
        if order.status != 201:
            return
        fate = self.random.random()
        if fate < 0.7:
            self.call(buyer, "pay", f"/v1/orders/{order['order_id']}/payments")
        elif fate < 0.85:
            buyer.cancelled = order["order_id"]
            buyer.cancel(order["order_id"], status=(204, 503))  # 503: the store is away for a moment


def found(buyer, name):
    """The acknowledged success of this kind, if there is one."""
    return next((call.answer for call in buyer.calls if call.name == name and call.answer.status < 300), None)


def resolve(buyer):
    """Asks again what is unknown, with the same key."""
    call, buyer.open = buyer.open, None
    if call is None:
        return False
    answer = None
    for _ in range(50):
        answer = call.send()
        if answer is not None:
            break
        time.sleep(0.1)
    assert answer is not None, f"{call.name} stays unknown"
    buyer.calls.append(call)
    return True


def compare(buyer):
    """What the server says now of this buyer is what it had said."""
    for call in buyer.calls:
        if call.answer.status < 300:
            again = buyer.call("POST", call.path, call.body, Idempotency_Key=call.key)
            assert (again.status, again.body) == (call.answer.status, call.answer.body), f"{call.name}: {call.answer} became {again}"
    top_up, hold, payment = found(buyer, "top-up"), found(buyer, "hold"), found(buyer, "pay")
    expected = (top_up["amount"] if top_up else 0) - (payment["amount"] if payment else 0)
    assert buyer.balance() == expected, f"balance {buyer.balance()}, not {expected}"
    seats = []
    for order in buyer.call("GET", "/v1/orders?limit=100", status=200)["items"]:
        assert hold and order["order_id"] == hold["order_id"], f"an order that nobody asked for: {order}"
        allowed = {"paid"} if payment else {"held", "cancelled"} if buyer.cancelled else {"held"}
        assert order["status"] in allowed, f"{order['status']} instead of {allowed}"
        if payment:
            assert order["tickets"] == payment["tickets"]
        if order["status"] in ("held", "paid"):
            seats += [seat["seat"] for seat in order["seats"]]
    if hold:
        assert seats or buyer.cancelled, "an acknowledged hold is gone"
    if found(buyer, "join"):
        assert buyer.poll(status=200)["status"] in ("admitted", "finished", "waiting")
    return seats


def cycle(server, seed):
    """One start, load, kill, restart and comparison; (calls acknowledged, calls unknown, seconds until ready again)."""
    chance = random.Random(seed)
    world = World(server)
    concert = world.concert(rows=40, seats_per_row=50, hold_seconds=3600, entry_seconds=3600, capacity=1000000)
    shoppers = [Shopper(world, concert, chance.random()) for _ in range(WORKERS)]
    threads = [threading.Thread(target=shopper.run) for shopper in shoppers]
    for thread in threads:
        thread.start()
    time.sleep(chance.uniform(0.1, 0.9))
    server.kill()
    for thread in threads:
        thread.join()
    server.check()
    began = time.monotonic()
    server.start()
    ready = time.monotonic() - began
    assert ready <= READY_SECONDS, f"ready after {ready:.1f} s"
    buyers = [buyer for shopper in shoppers for buyer in shopper.buyers]
    unknown = sum(resolve(buyer) for buyer in buyers)
    owners = [seat for seats in together(len(buyers), lambda number: compare(buyers[number]), threads=8) for seat in seats]
    assert len(owners) == len(set(owners)), "a seat has two owners"
    server.check()
    return sum(len(buyer.calls) for buyer in buyers), unknown, ready


def run_cycles(server, count, seed=1, tell=None):
    server.start()
    acknowledged = unknown = 0
    slowest = 0.0
    for number in range(count):
        try:
            calls, open_calls, ready = cycle(server, seed + number)
        except AssertionError as error:
            raise AssertionError(f"cycle {number} (seed {seed + number}): {error}") from error
        acknowledged, unknown, slowest = acknowledged + calls, unknown + open_calls, max(slowest, ready)
        if tell:
            tell(f"{number + 1} of {count}: {acknowledged} calls, {unknown} of them unknown at a kill, ready again in {slowest:.2f} s at most")
    assert server.stop() == 0
    return acknowledged, unknown, slowest
