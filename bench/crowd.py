"""What the buyers do, as calls of the load tool. Users are numbers; a file of rows carries what they hold."""
import itertools
import json
import subprocess
import time
from pathlib import Path

from server import Failure

USER = "Authorization: Bearer {jwt}"
ENTER_TRIES = 100  # polls, 100 ms apart, until everybody who joined is inside


class Crowd:
    """The users of one server. `folder` takes the files of rows."""

    def __init__(self, tool, server, folder, connections=None):
        self.tool, self.server, self.folder, self.connections = tool, server, Path(folder), connections
        self.folder.mkdir(parents=True, exist_ok=True)
        self.next_user = 0
        self.files = itertools.count()
        self.token_expires = int(time.time()) + 86_400

    def command(self, count, path, method="GET", headers=(), **options):
        command = [str(self.tool), "--port", str(self.server.port), "--pid", str(self.server.pid), "--count", str(count),
                   "--path", path, "--method", method, "--token-expires", str(self.token_expires)]
        if getattr(self.server, "key_file", None):
            command += ["--key", str(self.server.key_file)]
        for header in headers:
            command += ["--header", header]
        if self.connections:
            options.setdefault("connections", self.connections)
        for name, value in options.items():
            command += ["--" + name.replace("_", "-")] + ([] if value is True else [str(value)])
        return command

    def load(self, count, path, method="GET", headers=(), **options):
        """Runs the load to its end; every answer must be an expected one."""
        done = subprocess.run(self.command(count, path, method, headers, **options), capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{method} {path}: {done.stdout}{done.stderr}")
        return json.loads(done.stdout)

    def new_users(self, count):
        first, self.next_user = self.next_user, self.next_user + count
        return first

    def file(self, rows=None):
        path = self.folder / f"rows{next(self.files)}"
        if rows is not None:
            path.write_text("".join("\t".join(row) + "\n" for row in rows))
        return path

    def rows(self, path):
        return [line.split("\t") for line in Path(path).read_text().splitlines()]

    def join(self, concert, count, capture="queue_token"):
        """New users join. Returns the result, the number of the first, and the file of what was captured."""
        first, out = self.new_users(count), self.file()
        result = self.load(count, f"/v1/concerts/{concert}/queue-tokens", "POST", [USER], first=first, expect=201,
                           capture=capture, out=out, seconds=900)
        return result, first, out

    def enter(self, concert, count):
        """New users join a sale with room for all. Returns the number of the first and their entry tokens."""
        _, first, out = self.join(concert, count, "queue_token,entry_token")
        rows = self.rows(out)
        for _ in range(ENTER_TRIES):
            outside = [row for row in rows if len(row) < 2 or not row[1]]
            if not outside:
                return first, [row[1] for row in rows]
            time.sleep(0.1)
            answers = self.file()
            self.load(len(outside), "/v1/queue-tokens/current", headers=["Queue-Token: {1}"], expect=200,
                      data=self.file([row[:1] for row in outside]), capture="entry_token", out=answers)
            for row, answer in zip(outside, self.rows(answers)):
                row[1:] = answer
        raise Failure("buyers with room inside were not let in")

    def top_up(self, first, count, amount):
        self.load(count, "/v1/wallet/top-ups", "POST", [USER], first=first, expect=201, body=json.dumps({"amount": amount}))

    def enter_with_money(self, concert, count, amount=1000):
        """New users who are inside and can pay. Returns the number of the first and their entry tokens."""
        first, entries = self.enter(concert, count)
        self.top_up(first, count, amount)
        return first, entries

    def dates(self, concert, entries, count, first):
        """`entries`: a file of entry tokens, one a user from `first` on."""
        return self.load(count, f"/v1/concerts/{concert}/shows", headers=[USER, "Entry-Token: {1}"], first=first,
                         data=entries, expect=200)

    def seats(self, buyers, count, first):
        """`buyers`: a file of shows and entry tokens, one a user from `first` on."""
        return self.load(count, "/v1/shows/{1}/seats", headers=[USER, "Entry-Token: {2}"], first=first, data=buyers,
                         expect=200)

    def hold(self, rows, first, **options):
        """`rows`: show, entry token and seat of one buyer each. Returns the result and the file of orders and tokens."""
        out = self.file()
        result = self.load(len(rows), "/v1/orders", "POST", [USER, "Entry-Token: {2}"], first=first, data=self.file(rows),
                           body='{"show_id": "{1}", "seats": ["{3}"]}', expect=201, capture="order_id,entry_token",
                           out=out, seconds=900, **options)
        return result, out

    def pay(self, orders, count, first):
        return self.load(count, "/v1/orders/{1}/payments", "POST", [USER, "Entry-Token: {2}"], first=first, data=orders,
                         expect=201)

    def each_polls(self, waiting, count):
        """Everybody polls once. Returns the result and the file of the entry tokens, empty for those who still wait."""
        out = self.file()
        result = self.load(count, "/v1/queue-tokens/current", headers=["Queue-Token: {1}"], data=waiting, expect=200,
                           capture="entry_token", out=out)
        return result, out

    def poll(self, tokens, count, **options):
        return self.load(count, "/v1/queue-tokens/current", headers=["Queue-Token: {1}"], data=tokens, spread=True,
                         expect=200, **options)
