"""The protocol: the same steps for every system, made by the same client, and what must be true of their outcome."""
import json
import random
import re
import subprocess
import time

from server import Failure

PRICE = 1000
POLLS = 3
CLIENTS_ON_ONE_SEAT = 100
ENTER_TRIES = 200           # polls, 50 ms apart, until everybody is inside
WAVES = 60                  # of a sell-out
TRIES_FOR_A_SEAT = 3        # at most so many buyers a free seat try in one wave
CROWD_OVER_SEATS = 1.2      # buyers for each seat of the sell-out
STEPS = ["token", "poll", "enter", "hold", "one seat", "top up", "pay", "sell-out"]


class Protocol:
    """One run of one system. `results`: by step; `complaints`: what was not as it must be."""

    def __init__(self, adapter, tool, folder, buyers, seats):
        self.adapter, self.tool, self.folder, self.buyers, self.seats = adapter, tool, folder, buyers, seats
        self.results, self.complaints = {}, []
        self.random = random.Random(1)

    def run(self):
        sale = self.adapter.new_sale(self.buyers + 1, PRICE)
        people = self.newcomers(self.buyers, sale)
        for person, seat in zip(people, sale.seats[1:]):
            person["seat"] = seat
        self.wait_in_line(people)
        self.adapter.open_doors(sale)
        self.step("enter", people, self.enter)
        self.step("hold", people, lambda crowd: self.make(self.adapter.hold, crowd))
        self.contest(sale)
        self.step("top up", people, lambda crowd: self.make(self.adapter.top_up, crowd))
        self.step("pay", people, lambda crowd: self.make(self.adapter.pay, crowd))
        self.check_outcome(sale, people)
        self.sell_out()
        self.complaints += self.adapter.check()

    # ---- steps ----
    def newcomers(self, count, sale):
        return [{**sale.values, "user": user, "amount": str(PRICE)} for user in self.adapter.users(count)]

    def wait_in_line(self, people):
        self.step("token", people, lambda crowd: self.make(self.adapter.token, crowd))
        self.step("poll", people, lambda crowd: [result for _ in range(POLLS) for result in self.make(self.adapter.poll, crowd)])

    def enter(self, people):
        """Everybody polls until the answer has an entry. Systems without a waiting room let in at once."""
        results, outside = [], people if self.adapter.poll else []
        for _ in range(ENTER_TRIES):
            if not outside:
                return results
            results += self.make(self.adapter.poll, outside)
            outside = [person for person in outside if not person.get("entry")]
            if outside:
                time.sleep(0.05)
        raise Failure(f"{len(outside)} of {len(people)} buyers were not let in")

    def contest(self, sale):
        """So many clients, a connection each, ask for the first seat at once. One gets it, and leaves it unpaid."""
        crowd = self.newcomers(CLIENTS_ON_ONE_SEAT, sale)
        for person in crowd:
            person["seat"] = sale.seats[0]
        self.make(self.adapter.token, crowd)
        self.enter(crowd)
        self.step("one seat", crowd, lambda people: self.make(self.adapter.hold, people, CLIENTS_ON_ONE_SEAT))
        winners = [person for person in crowd if self.succeeded(person, self.adapter.hold)]
        if len(winners) != 1:
            self.complaints.append(f"{len(winners)} of {len(crowd)} clients hold the same seat")

    def sell_out(self):
        """More buyers than seats; each tries a free seat, pays it if it is theirs, and otherwise tries another."""
        sale = self.adapter.new_sale(self.seats, PRICE)
        people = self.newcomers(round(len(sale.seats) * CROWD_OVER_SEATS), sale)

        def everything(crowd):
            results = self.make(self.adapter.token, crowd)
            self.adapter.open_doors(sale)
            results += self.enter(crowd) + self.make(self.adapter.top_up, crowd)
            seekers = list(crowd)
            for _ in range(WAVES):
                free = self.adapter.free_seats(sale)
                if not free or not seekers:
                    return results
                results += self.wave(seekers, free)
                seekers = [person for person in seekers if not person.get("paid")]
            raise Failure(f"not sold out after {WAVES} waves")
        self.step("sell-out", people, everything)
        outcome = self.check_outcome(sale, people)
        if outcome.sold != len(sale.seats):
            self.complaints.append(f"sold out with {outcome.sold} of {len(sale.seats)} seats sold")

    def wave(self, seekers, free):
        tried = self.random.sample(seekers, min(len(seekers), TRIES_FOR_A_SEAT * len(free)))
        for person in tried:
            person["seat"] = self.random.choice(free)
        results = self.make(self.adapter.hold, tried)
        winners = [person for person in tried if self.succeeded(person, self.adapter.hold)]
        return results + (self.make(self.adapter.pay, winners) if winners else [])

    # ---- calls ----
    def step(self, name, people, action):
        start = time.monotonic()
        results = [result for result in action(people) if result]
        if results:
            self.results[name] = summed(results, time.monotonic() - start, len(people))

    def make(self, call, people, connections=64):
        """Everybody makes this call once; what it keeps is kept. Gives the load tool's results: one, or none."""
        if call is None:
            return []
        names = list(dict.fromkeys(name for text in (call.path, *call.headers, call.body)
                                   for name in re.findall(r"\{(\w+)\}", text) if name in people[0]))
        rows, out = self.folder / "rows", self.folder / "out"
        rows.write_text("".join("\t".join(person[name] for name in names) + "\n" for person in people) if names else "-\n")

        def pattern(text):
            for number, name in enumerate(names, 1):
                text = text.replace("{" + name + "}", "{" + str(number) + "}")
            return text
        command = [self.tool, "--port", self.adapter.port(), "--count", len(people), "--connections",
                   min(connections, len(people)), "--method", call.method, "--path", pattern(call.path), "--data", rows,
                   "--expect", ",".join(map(str, call.done + call.refused)), "--seconds", 300, "--out", out,
                   "--capture", ",".join([":status", *call.keep.values()])]
        for pid in self.adapter.pids():
            command += ["--pid", pid]
        for header in call.headers:
            command += ["--header", pattern(header)]
        if call.body:
            command += ["--body", pattern(call.body)]
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{call.method} {call.path}: {done.stdout}{done.stderr}")
        for person, line in zip(people, out.read_text().split("\n")):
            person["status"], *values = line.split("\t")
            if int(person["status"]) in call.done:
                person.update(zip(call.keep, values))
        return [json.loads(done.stdout)]

    def succeeded(self, person, call):
        """Whether the call that this person made last was granted."""
        return int(person["status"]) in call.done

    # ---- correctness ----
    def check_outcome(self, sale, people):
        """No seat twice, as many seats sold as paid, and every point is where it belongs."""
        buyers = [person for person in people if person.get("paid")]
        seats = [person["seat"] for person in buyers]
        if len(set(seats)) != len(seats):
            self.complaints.append(f"{len(seats) - len(set(seats))} seats were paid twice")
        outcome, paid = self.adapter.outcome(sale), sum(int(person["paid"]) for person in buyers)
        for what, said, expected in (("seats sold", outcome.sold, len(seats)), ("revenue", outcome.revenue, paid),
                                     ("paid", paid, len(seats) * sale.price)):
            if said != expected:
                self.complaints.append(f"{what}: {said}, not {expected}")
        if self.adapter.balance:
            self.make(self.adapter.balance, people)
            left = sum(int(person["balance"]) for person in people)
            if left != len(people) * PRICE - paid:
                self.complaints.append(f"balances: {left} left of {len(people) * PRICE}, but {paid} was paid")
        return outcome


def summed(results, seconds, people):
    requests = sum(result["requests"] for result in results)
    loading = sum(result["seconds"] for result in results)
    last = results[-1]["latency_us"] if len(results) == 1 else {
        part: max(result["latency_us"][part] for result in results) for part in ("p50", "p99")}
    return {"requests": requests, "seconds": round(seconds, 3), "per_second": round(requests / max(loading, 1e-6)),
            "p50_us": last["p50"], "p99_us": last["p99"], "people": people,
            "cpu_us": round(sum(result["server_cpu_seconds"] for result in results) * 1e6 / requests, 2)}
