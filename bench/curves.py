"""Curves: what joins, polls and memory cost over the length of a line, and a hold over the size of a show."""
import statistics
import time

from server import seat_map
from session import ONE_INSIDE, SMALL_SHOW
from sizes import SLOW_POLLS, hold_in_turn, places_in
from steps import spread

LINES = (1_000, 10_000, 100_000, 1_000_000)
SHOWS = {100: (1, 2, 50), 1_000: (2, 10, 50), 10_000: (10, 20, 50), 100_000: (100, 20, 50)}
JOINS_MEASURED = 5_000  # of a short line too few are measured: so there are several


def curves(session):
    over_lines(session)
    over_shows(session)


def over_lines(session):
    crowd, rows = session.server("lines"), []
    for size in LINES:
        if size > session.scale.waiting:
            break
        session.say(f"{size} waiting")
        before = settled_rss(crowd)
        joins, lines, tokens = fill_lines(crowd, size)
        grown = settled_rss(crowd) - before
        polls = [crowd.poll(tokens, session.scale.slow_polls, rate=SLOW_POLLS) for _ in range(session.scale.rounds)]
        rows.append([size, median(joins, "server_cpu_us"), median(polls, "server_cpu_us"),
                     round(statistics.median(poll["latency_us"]["p99"] for poll in polls)), round(grown / lines / 1e6, 1)])
    session.tables["over the people waiting"] = {
        "columns": ["People waiting", "Join, µs CPU", "Poll, µs CPU", "Poll, p99 µs", "Memory, MB"], "rows": rows}
    session.stop(crowd)


def fill_lines(crowd, size):
    """Lines of this length: results of the joins of their second halves, how many there are, tokens of the last."""
    joins, lines = [], max(1, JOINS_MEASURED * 2 // size)
    for _ in range(lines):
        concert, _ = crowd.server.create_concert([seat_map(*SMALL_SHOW)], **ONE_INSIDE)
        first_half = crowd.join(concert, size // 2 + 1)[2]
        result, _, second_half = crowd.join(concert, size // 2)
        joins.append(result)
    return joins, lines, crowd.file(crowd.rows(first_half)[1:] + crowd.rows(second_half))


def settled_rss(crowd):
    time.sleep(2)  # rows are folded and freed
    return crowd.server.rss_bytes()


def over_shows(session):
    crowd, rounds = session.server("shows_by_size"), session.scale.rounds
    count = session.scale.buyers // 6 // 100 * 100
    free = {seats: places_in(crowd, sizes, -(-count * (rounds + 1) // seats), list if seats < 1_000 else spread)
            for seats, sizes in SHOWS.items()}
    results = {seats: [] for seats in SHOWS}
    for number in range(rounds + 1):  # the first warms up
        session.say(f"holds, round {number}")
        for seats, places in free.items():
            results[seats].append(hold_in_turn(crowd, places[number * count:(number + 1) * count]))
    rows = [[seats, median(found[1:], "server_cpu_us"), round(median([r["latency_us"] for r in found[1:]], "p99"))]
            for seats, found in results.items()]
    session.tables["over the seats of a show"] = {"columns": ["Seats", "Hold, µs CPU", "Hold, p99 µs"], "rows": rows}
    session.stop(crowd)


def median(results, field):
    return round(statistics.median(result[field] for result in results), 1)
