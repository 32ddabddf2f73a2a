"""What it costs to be large: shows, connections, lines, restarts; and curves over the size of lines and shows."""
import json
import subprocess
import time

from server import Failure, labels, seat_map
from session import BIG_SHOW, ONE_INSIDE, OPEN_DOORS, SMALL_SHOW
from steps import spread

FEW_WAITING = 1000
SLOW_POLLS = 15_000  # polls a second: 1,000 tokens stay below their limit


def shows(session):
    """A hold in shows of 500 seats and in one of 100,000, in turn."""
    crowd, count = session.server("shows"), session.scale.buyers // 3 // 500 * 500
    rounds, shops = session.scale.rounds, {}
    for name, sizes, number, order in (("hold_500", SMALL_SHOW, count * (rounds + 1) // 500, list),
                                       ("hold_100000", BIG_SHOW, 1 + count * (rounds + 1) // 100_000, spread)):
        shops[name] = places_in(crowd, sizes, number, order)
    for number in range(rounds + 1):  # the first warms up
        for name, free in shops.items():
            result = hold_in_turn(crowd, free[number * count:(number + 1) * count])
            if number > 0:
                session.sample(name, result)
    session.facts["hold_100000_over_500"] = session.ratio("hold_500", "hold_100000")
    session.stop(crowd)


def places_in(crowd, sizes, shows, order):
    """Concert, show and seat of every seat in so many new shows. A concert has up to 20 of them."""
    pairs = []
    for at in range(0, shows, 20):
        concert, ids = crowd.server.create_concert([seat_map(*sizes)] * min(20, shows - at), **OPEN_DOORS)
        pairs += [(concert, show) for show in ids]
    return [(concert, show, seat) for concert, show in pairs for seat in order(labels(*sizes))]


def hold_in_turn(crowd, places):
    """One new buyer for each place; only the holds are measured."""
    entries, first = [], None
    for concert in dict.fromkeys(concert for concert, _, _ in places):
        number, tokens = crowd.enter(concert, sum(place[0] == concert for place in places))
        first = number if first is None else first
        entries += tokens
    return crowd.hold([[show, token, seat] for (_, show, seat), token in zip(places, entries)], first)[0]


def connections(session):
    """Memory of a connection that was served and idles."""
    crowd, count = session.server("connections"), session.scale.connections
    concert, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)])
    path = f"/v1/concerts/{concert}"
    crowd.load(20_000, path)  # what a busy server needs anyway is not an idle connection's
    time.sleep(1)
    before = crowd.server.rss_bytes()
    with subprocess.Popen(crowd.command(count, path, connections=count, keep_open=True), stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE, text=True) as client:
        result = json.loads(client.stdout.readline())
        time.sleep(1)
        after = crowd.server.rss_bytes()
        client.stdin.close()
    if result["statuses"] != {"200": count}:
        raise Failure(f"idle connections: {result}")
    session.facts["idle_connections"] = count
    session.facts["bytes_per_idle_connection"] = round((after - before) / count)
    session.stop(crowd)


def line(session, with_restart):
    """Memory of people waiting; polls with few and with all of them; then, if asked for, a restart."""
    scale, crowd = session.scale, session.server("line")
    few_line, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)], **ONE_INSIDE)
    many_line, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)], **ONE_INSIDE)
    few = crowd.file(crowd.rows(crowd.join(few_line, FEW_WAITING + 1)[2])[1:])
    time.sleep(1)
    idle = crowd.server.rss_bytes()
    session.say(f"{scale.waiting} people join")
    result, _, tokens = crowd.join(many_line, scale.waiting + 1)
    many = crowd.file(crowd.rows(tokens)[1:])
    time.sleep(2)
    session.facts["waiting"] = scale.waiting
    session.facts["join_line_per_second"] = result["per_second"]
    session.facts["waiting_rss_mb"] = round((crowd.server.rss_bytes() - idle) / 1e6, 1)
    session.facts["idle_rss_mb"] = round(idle / 1e6, 1)
    for _ in range(scale.rounds):
        session.sample("poll_1000", crowd.poll(few, scale.slow_polls, rate=SLOW_POLLS))
        session.sample(f"poll_{scale.waiting}", crowd.poll(many, scale.slow_polls, rate=SLOW_POLLS))
    session.facts["poll_many_over_1000"] = session.ratio("poll_1000", f"poll_{scale.waiting}")
    if with_restart:
        restart(session, crowd, many_line)
    session.stop(crowd)


def restart(session, crowd, line):
    """From kill -9 to ready, with the line and its orders."""
    orders, a_user = session.scale.orders, 100
    session.say(f"{orders} orders")
    count = -(-orders // 100_000)
    concert, ids = crowd.server.create_concert([seat_map(*BIG_SHOW)] * count, **OPEN_DOORS)
    places = [(show, seat) for show in ids for seat in labels(*BIG_SHOW)][:orders]
    users = -(-orders // a_user)
    first, entries = crowd.enter(concert, users)
    for at in range(0, orders, users):  # every buyer's next seat
        some = places[at:at + users]
        crowd.hold([[show, entries[i], seat] for i, (show, seat) in enumerate(some)], first)
    crowd.server.stop()  # by SIGKILL
    start = time.monotonic()
    crowd.server.start()
    session.facts["restart_orders"] = orders
    session.facts["ready_after_kill_seconds"] = round(time.monotonic() - start, 2)
    waiting = crowd.server.get(f"/v1/concerts/{line}/queue")["waiting"]
    if waiting != session.scale.waiting:
        raise Failure(f"{waiting} people wait after the restart, not {session.scale.waiting}")
