"""A shop without a waiting room that looks whether a seat is free and then takes it, with a pause between: the control that
shows that the protocol of bench/peers finds a double sale. Also an adapter of the smallest kind."""
import itertools
import json
import subprocess
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

THINK_SECONDS = 0.05  # between looking and taking


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body of an answer in one packet
    free, orders, money, sold = {}, {}, {}, {}
    numbers = itertools.count(1)

    def answer(self, status, **body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or "{}")
        user = self.headers.get("User", "")
        if self.path == "/sales":
            sale = str(next(self.numbers))
            self.free[sale], self.sold[sale] = set(body["seats"]), []
            return self.answer(201, sale=sale)
        if self.path == "/money":
            self.money[user] = self.money.get(user, 0) + body["amount"]
            return self.answer(200)
        if self.path == "/holds":
            if body["seat"] not in self.free[body["sale"]]:
                return self.answer(409)
            time.sleep(THINK_SECONDS)
            self.free[body["sale"]].discard(body["seat"])
            order = str(next(self.numbers))
            self.orders[order] = (body["sale"], body["seat"])
            return self.answer(201, order=order)
        sale, seat = self.orders[self.path.rsplit("/", 1)[1]]
        self.money[user] -= 1000
        self.sold[sale].append(seat)
        return self.answer(200, paid=1000)

    def do_GET(self):
        what, _, sale = self.path[1:].partition("/")
        if what == "money":
            return self.answer(200, balance=self.money.get(self.headers["User"], 0))
        if what == "free":
            return self.answer(200, seats=sorted(self.free[sale]))
        return self.answer(200, sold=len(self.sold[sale]), revenue=1000 * len(self.sold[sale]))

    def log_message(self, *_):
        pass


def make(_options):
    from adapter import Adapter, Call, Outcome, Sale
    from server import Program

    class Careless(Adapter):
        name = "careless"
        hold = Call("POST", "/holds", ("User: {user}",), '{"sale": "{sale}", "seat": "{seat}"}', refused=(409,),
                    keep={"order": "order"})
        top_up = Call("POST", "/money", ("User: {user}",), '{"amount": {amount}}')
        pay = Call("POST", "/pay/{order}", ("User: {user}",), keep={"paid": "paid"})
        balance = Call("GET", "/money", ("User: {user}",), keep={"balance": "balance"})
        numbers = itertools.count(1)

        def start(self, folder, threads):
            self.program = Program([sys.executable, __file__], Path(f"{folder}.log")).start()

        def stop(self):
            self.program.stop()

        def port(self):
            return self.program.port

        def pids(self):
            return [self.program.pid]

        def users(self, count):
            return [f"user{next(self.numbers)}" for _ in range(count)]

        def ask(self, path, *options):
            done = subprocess.run(["curl", "-sS", *options, f"http://127.0.0.1:{self.port()}{path}"], capture_output=True,
                                  text=True, check=True)
            return json.loads(done.stdout)

        def new_sale(self, seats, price):
            names = [f"A{number}" for number in range(seats)]
            return Sale({"sale": self.ask("/sales", "-d", json.dumps({"seats": names}))["sale"]}, names, price)

        def free_seats(self, sale):
            return self.ask(f"/free/{sale.values['sale']}")["seats"]

        def outcome(self, sale):
            found = self.ask(f"/outcome/{sale.values['sale']}")
            return Outcome(found["sold"], found["revenue"])

    return Careless()


if __name__ == "__main__":
    ThreadingHTTPServer.request_queue_size = 256  # as many connections come at once
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shop)
    print(f"listening on 127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()
