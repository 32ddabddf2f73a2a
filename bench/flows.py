"""A whole purchase against as many requests of the floor, and how long a hold takes when the server is half busy."""
import statistics

from server import Failure, labels, seat_map
from session import BIG_SHOW, CONNECTIONS, ONE_INSIDE, OPEN_DOORS, SMALL_SHOW
from steps import spread

REQUESTS = 8  # join, three polls, dates, seats, hold, payment
SEATS = 500


def purchase(session):
    """Each step is made by all buyers before the next; a purchase costs the sum of its steps."""
    floor, crowd = session.floor(), session.server("purchase")
    count = session.scale.purchases // SEATS * SEATS
    buy(crowd, SEATS, lambda *_: None)
    tokens, of_step = crowd.file([["x" * 60]]), {}
    for _ in range(session.scale.rounds):
        session.sample("floor_purchase", floor.poll(tokens, session.scale.polls))
        steps = []
        buy(crowd, count, lambda name, result, steps=steps: steps.append((name, result)))
        session.sample("purchase", together(count, [result for _, result in steps]), "floor_purchase", REQUESTS)
        for name, result in steps:
            of_step.setdefault(name, []).append(result["server_cpu_us"])
    session.tables["a purchase, step by step"] = {
        "columns": ["Step", "CPU, µs"], "rows": [[name, round(statistics.median(of), 1)] for name, of in of_step.items()]}
    session.stop(floor, crowd)


def together(count, results):
    if len(results) != REQUESTS:
        raise Failure(f"a purchase of {len(results)} steps")
    return {"server_cpu_us": round(sum(result["server_cpu_us"] for result in results), 3),
            "per_second": round(count / sum(result["seconds"] for result in results)), "latency_us": {}}


def buy(crowd, count, sample):
    """So many new buyers wait, are called and buy one seat each, in shows of 500 that they sell out."""
    concert, shows = crowd.server.create_concert([seat_map(*SMALL_SHOW)] * (count // SEATS), **ONE_INSIDE)
    crowd.enter(concert, 1)  # the one who is inside, so that all others wait
    result, first, waiting = crowd.join(concert, count)
    sample("join", result)
    for number in (1, 2):
        sample(f"poll {number}", crowd.each_polls(waiting, count)[0])
    crowd.server.let_in(concert, count + 1)
    result, admitted = crowd.each_polls(waiting, count)
    sample("poll 3, the claim", result)
    entries = [row[0] for row in crowd.rows(admitted)]
    if not all(entries):
        raise Failure("somebody who was called was not let in")
    crowd.top_up(first, count, 1000)
    sample("dates", crowd.dates(concert, admitted, count, first))
    places = [(show, seat) for show in shows for seat in spread(labels(*SMALL_SHOW))]
    rows = [[show, entry, seat] for (show, seat), entry in zip(places, entries)]
    sample("seats", crowd.seats(crowd.file(rows), count, first))
    result, orders = crowd.hold(rows, first)
    sample("hold", result)
    sample("payment", crowd.pay(orders, count, first))


def latency(session):
    """Holds in a closed loop say what saturates; then they come at half of that rate, whether or not answers are back."""
    crowd, scale = session.server("latency"), session.scale
    count = scale.buyers * 2
    shows_needed = 1 + 2 * (scale.rounds + 1) * count // 100_000
    concert, shows = crowd.server.create_concert([seat_map(*BIG_SHOW)] * shows_needed, **OPEN_DOORS)
    free = iter([(show, seat) for show in shows for seat in spread(labels(*BIG_SHOW))])

    def hold(**options):
        first, entries = crowd.enter(concert, count)
        places = [next(free) for _ in entries]
        return crowd.hold([[show, entry, seat] for (show, seat), entry in zip(places, entries)], first, **options)[0]
    for number in range(scale.rounds + 1):  # the first warms up
        full = hold()
        half = hold(rate=full["per_second"] / 2, connections=4 * CONNECTIONS)
        if number > 0:
            session.sample("hold_full_rate", full)
            session.sample("hold_half_rate", half)
    session.stop(crowd)
