"""Frontrow in the protocol: its program on SQLite, users of an identity provider."""
import base64
import hashlib
import hmac
import itertools
import json
import subprocess
import time

from adapter import Adapter, Call, Outcome, Sale
from server import START_SECONDS, Failure, Frontrow, labels, seat_map
from session import OPEN_DOORS

ROW = 50  # seats in a row
USER = "Authorization: Bearer {user}"
ENTRY = "Entry-Token: {entry}"


class FrontrowAdapter(Adapter):
    name = "frontrow"
    token = Call("POST", "/v1/concerts/{concert}/queue-tokens", (USER,), keep={"queue": "queue_token"})
    poll = Call("GET", "/v1/queue-tokens/current", ("Queue-Token: {queue}",), keep={"entry": "entry_token"})
    hold = Call("POST", "/v1/orders", (USER, ENTRY), '{"show_id": "{show}", "seats": ["{seat}"]}', done=(201,),
                refused=(409,), keep={"order": "order_id", "entry": "entry_token"})
    top_up = Call("POST", "/v1/wallet/top-ups", (USER,), '{"amount": {amount}}', done=(201,))
    pay = Call("POST", "/v1/orders/{order}/payments", (USER, ENTRY), done=(201,), keep={"paid": "amount"})
    balance = Call("GET", "/v1/wallet", (USER,), done=(200,), keep={"balance": "balance"})

    def __init__(self, program):
        self.program, self.numbers, self.reader = program, itertools.count(1), None

    def start(self, folder, threads):
        self.server = Frontrow(self.program, folder, threads)
        self.server.start()
        self.key = self.server.key_file.read_bytes()

    def stop(self):
        self.server.stop()

    def port(self):
        return self.server.port

    def pids(self):
        return [self.server.pid]

    def version(self):
        return subprocess.run([self.program, "--version"], capture_output=True, text=True, timeout=10).stdout.split()[-1]

    def users(self, count):
        expires = int(time.time()) + 86_400
        return [self.provider_token(f"buyer-{next(self.numbers)}", expires) for _ in range(count)]

    def provider_token(self, subject, expires):
        claims = {"iss": "bench", "aud": "frontrow", "sub": subject, "exp": expires}
        message = ".".join(base64url(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, claims))
        return f"{message}.{base64url(hmac.new(self.key, message.encode(), hashlib.sha256).digest())}"

    def new_sale(self, seats, price):
        sizes = (1, -(-seats // ROW), min(seats, ROW))
        concert, (show,) = self.server.create_concert([seat_map(*sizes, price)], **OPEN_DOORS)
        self.act(concert, "pause")
        return Sale({"concert": concert, "show": show}, labels(*sizes), price)

    def open_doors(self, sale):
        self.act(sale.values["concert"], "resume")

    def act(self, concert, action):
        self.server.staff("POST", f"/concerts/{concert}/queue/actions", {"action": action, "reason": "benchmark"}, 200)

    def free_seats(self, sale):
        if self.reader is None or self.reader[0] is not sale:
            self.reader = (sale, self.somebody_inside(sale))
        answer = self.server.get(f"/v1/shows/{sale.values['show']}/seats", self.reader[1])
        return [seat["seat"] for seat in answer["seats"]]

    def somebody_inside(self, sale):
        """The headers of one more buyer, who only looks."""
        headers = {"Authorization": f"Bearer {self.users(1)[0]}"}
        queue = self.server.call("POST", f"/v1/concerts/{sale.values['concert']}/queue-tokens", None, headers, (200, 201))
        status, deadline = queue, time.monotonic() + START_SECONDS
        while "entry_token" not in status:
            if time.monotonic() > deadline:
                raise Failure("one more buyer was not let in")
            time.sleep(0.1)
            status = self.server.get("/v1/queue-tokens/current", {"Queue-Token": queue["queue_token"]})
        return {**headers, "Entry-Token": status["entry_token"]}

    def outcome(self, sale):
        stats = self.server.staff("GET", f"/concerts/{sale.values['concert']}/stats", None, 200)
        return Outcome(stats["sold"], stats["revenue"])

    def check(self):
        return self.server.check()


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make(options):
    return FrontrowAdapter(options.program)
