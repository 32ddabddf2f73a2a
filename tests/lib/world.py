"""The server as people see it: staff who make concerts, buyers who queue, hold and pay."""
import base64
import hashlib
import hmac
import itertools
import json
import threading
import time
from datetime import datetime, timedelta, timezone

from tests.lib.client import Client
from tests.lib.server import AUDIENCE, ISSUER, PROVIDER_KEY, eventually

POLL_SECONDS = 0.08  # below the 20 polls a second that a token may make
_numbers = itertools.count(1)


def text_time(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def in_seconds(seconds):
    """RFC 3339, so many seconds from now."""
    return text_time(datetime.now(timezone.utc) + timedelta(seconds=seconds))


def parse_time(text):
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=timezone.utc).timestamp()


def base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def provider_token(subject, key=PROVIDER_KEY, header=None, **claims):
    """A JWT of the test's identity provider; claims override, None leaves one out."""
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": subject, "iat": now, "nbf": now - 1, "exp": now + 3600,
              "email": f"{subject}@example.com", "name": subject, **claims}
    claims = {name: value for name, value in claims.items() if value is not None}
    header = {"alg": "HS256", "typ": "JWT", **(header or {})}
    signed = ".".join(base64url(json.dumps(part).encode()) for part in (header, claims))
    digest = {"HS384": hashlib.sha384, "HS512": hashlib.sha512}.get(header["alg"], hashlib.sha256)
    signature = b"" if header["alg"] == "none" else hmac.new(key, signed.encode(), digest).digest()
    return f"{signed}.{base64url(signature)}"


class Concert:
    def __init__(self, answer):
        self.answer = answer
        self.id = answer["concert_id"]
        self.shows = [show["show_id"] for show in answer["shows"]]
        self.show = self.shows[0]
        self.etag = answer.header("etag")


class World:
    def __init__(self, server):
        self.server = server
        self.client = Client(server)
        self._keys = {}
        self._lock = threading.Lock()

    # ---- staff ----
    def key(self, role="manager"):
        with self._lock:
            if role not in self._keys:
                self._keys[role] = self.server.staff_key(role)
                eventually(lambda: self.client.send("GET", "/v1/staff/concerts", headers=self._bearer(role)).status != 401)
            return self._keys[role]

    def _bearer(self, role):
        return {"Authorization": f"Bearer {self._keys[role]}"}

    def staff(self, method, path, body=None, role="admin", **options):
        return self.client.call(method, f"/v1/staff{path}", body, Authorization=f"Bearer {self.key(role)}", **options)

    def concert_body(self, rows=5, seats_per_row=10, price=10000, sections=None, shows=1, published=True, **sale):
        """A concert that is on sale already and lets in whoever comes; arguments of the sale override."""
        number = next(_numbers)
        sections = sections or [{"name": "A", "price": price, "rows": rows, "seats_per_row": seats_per_row}]
        sale = {"opens_at": in_seconds(-60), "entries_per_minute": 1000000, "people_per_seat": 0, **sale}
        starts = [in_seconds(86400 * (30 + day)) for day in range(shows)]
        return {"title": f"Concert {number}", "artist": "Baram", "venue": "Seoul Hall", "time_zone": "Asia/Seoul",
                "sale": sale, "published": published,
                "shows": [{"starts_at": start, "seat_map": {"sections": sections}} for start in starts]}

    def concert(self, **options):
        return Concert(self.staff("POST", "/concerts", self.concert_body(**options), role="manager", status=201))

    def act(self, concert, action, **fields):
        body = {"action": action, "reason": "a test", **fields}
        return self.staff("POST", f"/concerts/{concert.id}/queue/actions", body, role="manager", status=200)

    def stats(self, concert):
        return self.staff("GET", f"/concerts/{concert.id}/stats", role="viewer", status=200).json

    # ---- buyers ----
    def buyer(self, name=None):
        """A user of the identity provider: needs no sign-up."""
        return Buyer(self, provider_token(name or f"buyer-{next(_numbers)}"))

    def account(self, password="correct horse battery", name="Kim Mina"):
        """A user with an account of our own, signed in."""
        email = f"user{next(_numbers)}@example.com"
        self.client.post("/v1/users", {"email": email, "password": password, "name": name}, status=201)
        session = self.client.post("/v1/sessions", {"email": email, "password": password}, status=201)
        buyer = Buyer(self, session["access_token"])
        buyer.email, buyer.password, buyer.user_id = email, password, session["user_id"]
        return buyer

    def inside(self, concert, money=0):
        """A buyer who has entered, with so much in the wallet."""
        buyer = self.buyer()
        buyer.enter(concert)
        if money:
            buyer.top_up(money)
        return buyer


class Buyer:
    """One person with one access token, and the newest queue and entry token."""

    def __init__(self, world, token):
        self.world, self.client, self.token = world, world.client, token
        self.queue_token = self.entry_token = None

    def call(self, method, path, body=None, entry=True, **options):
        options.setdefault("Authorization", f"Bearer {self.token}")
        if entry and self.entry_token:
            options.setdefault("Entry_Token", self.entry_token)
        return self.client.call(method, path, body, **options)

    # ---- queue ----
    def join(self, concert, **options):
        options.setdefault("status", (200, 201))
        answer = self.call("POST", f"/v1/concerts/{concert.id}/queue-tokens", **options)
        if answer.status < 300:
            self.queue_token = answer["queue_token"]
            self.entry_token = answer.json.get("entry_token", self.entry_token)
        return answer

    def poll(self, **options):
        answer = self.client.get("/v1/queue-tokens/current", Queue_Token=self.queue_token, **options)
        if answer.status == 200 and answer["status"] == "admitted":
            self.entry_token = answer["entry_token"]
        return answer

    def wait_for(self, status, seconds=10):
        """Polls until the place has this status."""
        def polled():
            answer = self.poll(status=200)
            return answer if answer["status"] == status else None
        return eventually(polled, seconds, POLL_SECONDS)

    def enter(self, concert, seconds=10):
        answer = self.join(concert)
        return answer if answer["status"] == "admitted" else self.wait_for("admitted", seconds)

    def leave(self, **options):
        return self.client.delete("/v1/queue-tokens/current", Queue_Token=self.queue_token, **options)

    # ---- shop ----
    def seats(self, show, query="", **options):
        return self.call("GET", f"/v1/shows/{show}/seats{query}", **options)

    def hold(self, show, *seats, **options):
        """Holds the named seats, or `best` many."""
        best = options.pop("best", None)
        body = {"show_id": show, **({"best_available": best if isinstance(best, dict) else {"count": best}} if best else {"seats": list(seats)})}
        answer = self.call("POST", "/v1/orders", body, **options)
        if answer.status == 201:
            self.entry_token = answer["entry_token"]
        return answer

    def order(self, order_id, **options):
        return self.call("GET", f"/v1/orders/{order_id}", **options)

    def cancel(self, order_id, **options):
        return self.call("DELETE", f"/v1/orders/{order_id}", **options)

    def pay(self, order_id, **options):
        return self.call("POST", f"/v1/orders/{order_id}/payments", **options)

    def buy(self, show, *seats, **options):
        """A hold and its payment; the order and the payment."""
        order = self.hold(show, *seats, status=201, **options)
        return order, self.pay(order["order_id"], status=201)

    # ---- wallet ----
    def top_up(self, amount, **options):
        options.setdefault("status", 201)
        return self.call("POST", "/v1/wallet/top-ups", {"amount": amount}, **options)

    def balance(self):
        return self.call("GET", "/v1/wallet", status=200)["balance"]


def together(count, action, threads=32):
    """Runs action(0 … count-1) on many threads that start at once; the results in order. The first failure is raised."""
    results, failures = [None] * count, []
    numbers = iter(range(count))
    lock, gate = threading.Lock(), threading.Barrier(min(count, threads))

    def work():
        gate.wait()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None or failures:
                return
            try:
                results[number] = action(number)
            except BaseException as error:  # shown to the test's own thread below
                failures.append(error)

    workers = [threading.Thread(target=work) for _ in range(min(count, threads))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failures:
        raise failures[0]
    return results
