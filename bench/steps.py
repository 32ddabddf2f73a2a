"""The steps of a buyer, each in turn with the floor: a poll, a join, a hold, a payment; and the seat list."""
import math

from server import labels, seat_map
from session import BIG_SHOW, ONE_INSIDE, OPEN_DOORS, SMALL_SHOW

POLLED = 20_000  # tokens polled in turn: below the 20 polls a second that one token may make


class Scene:
    """A server with a line and a shop, and the steps that are measured on it. A step makes new users, a new hold is a seat
    nobody had, a payment pays the holds that were made last: nothing is measured twice on the same row."""

    def __init__(self, crowd, scale, buyers):
        """`buyers`: how many will hold a seat in all."""
        self.crowd, self.scale, self.came, self.orders, self.looker = crowd, scale, None, None, None
        self.line, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)], **ONE_INSIDE)
        tokens = crowd.join(self.line, POLLED)[2]
        self.tokens = crowd.file(crowd.rows(tokens)[1:])  # the first is inside
        self.concert, shows = crowd.server.create_concert([seat_map(*BIG_SHOW)] * (1 + buyers // 100_000), **OPEN_DOORS)
        self.free = iter([(show, seat) for show in shows for seat in spread(labels(*BIG_SHOW))])

    def poll(self, few=None):
        return self.crowd.poll(self.tokens, few or self.scale.polls)

    def join(self, few=None):
        return self.crowd.join(self.line, few or self.scale.joins)[0]

    def come(self, few=None):
        """The buyers of the next hold are inside and can pay."""
        first, entries = self.crowd.enter_with_money(self.concert, few or self.scale.buyers)
        self.came = (first, [[show, token, seat] for token, (show, seat) in zip(entries, self.free)])

    def hold(self, few=None):
        if self.came is None:
            self.come(few)
        (first, rows), self.came = self.came, None
        result, file = self.crowd.hold(rows, first)
        self.orders = (file, len(rows), first)
        return result

    def payment(self, _few=None):
        file, count, first = self.orders
        return self.crowd.pay(file, count, first)

    def seats(self, few=None):
        if self.looker is None:
            concert, (show,) = self.crowd.server.create_concert([seat_map(*SMALL_SHOW)], **OPEN_DOORS)
            first, (entry,) = self.crowd.enter(concert, 1)
            self.looker = (self.crowd.file([[show, entry]]), first)
        return self.crowd.seats(self.looker[0], few or self.scale.polls // 3, self.looker[1])


def core(session, wanted):
    scale, floor, crowd = session.scale, session.floor(), session.server("core")
    scene = Scene(crowd, scale, scale.warm + scale.rounds * scale.buyers)
    core_round(floor, scene, wanted, lambda *_: None, scale.warm)
    for number in range(scale.rounds):
        session.say(f"round {number + 1} of {scale.rounds}")
        core_round(floor, scene, wanted, session.sample)
    session.stop(floor, crowd)


def core_round(floor, scene, wanted, sample, few=None):
    sample("floor", floor.poll(scene.tokens, few or scene.scale.polls))
    if "poll" in wanted:
        sample("poll", scene.poll(few), "floor")
    if "join" in wanted:
        sample("join", scene.join(few), "floor")
    if "hold" in wanted or "payment" in wanted:
        sample("hold", scene.hold(few), "floor")
    if "payment" in wanted:
        sample("payment", scene.payment(), "floor")


def seats(session):
    """The list of a show's 500 seats, against a floor that sends as many bytes."""
    crowd = session.server("seats")
    scene = Scene(crowd, session.scale, 0)
    floor = session.floor(scene.seats(100)["answer_bytes"])
    for _ in range(session.scale.rounds):
        session.sample("floor_500_seats", floor.load(session.scale.polls // 3, "/"))
        session.sample("seats_500", scene.seats(), "floor_500_seats")
    session.facts["ratio_seats_500"] = session.ratio("seats_500", "floor_500_seats")
    session.stop(floor, crowd)


def spread(items):
    """The same items, neighbours far apart: buyers do not click in the order of the rows."""
    stride = int(len(items) * 0.618) | 1
    while math.gcd(stride, len(items)) != 1:
        stride += 2
    return [items[at * stride % len(items)] for at in range(len(items))]
