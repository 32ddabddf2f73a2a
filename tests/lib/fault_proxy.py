"""A TCP proxy that breaks connections on demand, in a process of its own.

    with FaultProxy() as proxy:
        link = proxy.link(("127.0.0.1", 5432))      # listens on link.address
        link.black_hole(); …; link.heal()           # a partition, and its end
        link.cut_after("to_server", 3, "messages")  # one cut, at an exact place
        link.chaos(seed=7)                          # each new connection dies after some bytes

A cut is a reset on both sides. In a black hole nothing is read, passed or closed; connections are still made, because
the kernel makes them, and then stay silent. What is counted in messages is PostgreSQL's protocol (no TLS).
"""
import heapq
import itertools
import json
import random
import selectors
import socket
import struct
import subprocess
import sys
import threading
import time

DIRECTIONS = ("to_server", "to_client")
CHUNK = 65536
HELD = 1 << 20  # bytes under way in one direction before reading stops


class FaultProxy:
    """The test's side: starts the process and speaks to it, a line of JSON each way."""

    def __init__(self):
        self._process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                         start_new_session=True)
        self._lock = threading.Lock()

    def ask(self, **command):
        with self._lock:
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
            answer = json.loads(self._process.stdout.readline())
        assert "error" not in answer, answer
        return answer

    def link(self, target):
        answer = self.ask(do="link", host=target[0], port=target[1])
        return Link(self, answer["link"], ("127.0.0.1", answer["port"]))

    def close(self):
        """All connections end with the process."""
        if self._process.poll() is None:
            self._process.stdin.close()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(5)
        self._process.stdout.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


class Link:
    """One address to connect to, and what becomes of the connections."""

    def __init__(self, proxy, number, address):
        self.proxy, self.number, self.address = proxy, number, address

    def _ask(self, do, **more):
        return self.proxy.ask(do=do, link=self.number, **more)

    def delay(self, seconds):
        """Each chunk arrives so much later, in both directions, in order."""
        self._ask("delay", seconds=seconds)

    def cut(self):
        """Resets all connections now; how many. New ones pass."""
        return self._ask("cut")["connections"]

    def refuse(self):
        """Resets all connections, now and as they come, until `heal`: the process on the other side is gone."""
        self._ask("refuse")

    def cut_after(self, direction, count, unit="bytes", deliver=True):
        """Once: resets the connection on which the count-th byte or message from now on passes (counted over all
        connections of the link). With `deliver` that one still arrives, else it is swallowed."""
        self._ask("cut_after", direction=direction, count=count, unit=unit, deliver=deliver)

    def chaos(self, seed, least=1, most=100000):
        """Each connection made from now on is reset after a number of bytes, in a direction, that the seed decides."""
        self._ask("chaos", seed=seed, least=least, most=most)

    def black_hole(self):
        self._ask("black_hole")

    def heal(self, cut=False):
        """Ends black hole, delay, refusal, chaos and a cut that has not come. What was held back arrives now, or with
        `cut` its connections are reset, as by a network that forgot them."""
        self._ask("heal", cut=cut)

    def counts(self):
        """{"open", "made", "cuts", "to_server": {"bytes", "messages"}, "to_client": {…}} since the start."""
        return self._ask("counts")


# ---- the process ----

class Messages:
    """Cuts one direction of PostgreSQL's protocol into messages."""

    def __init__(self, direction):
        self.direction = direction
        self.buffer = bytearray()
        self.starting = True

    def feed(self, data):
        """Yields (offset in data where a message ends) for each that is whole now."""
        before = len(self.buffer)
        self.buffer += data
        used = 0
        while (size := self._size(used)) and used + size <= len(self.buffer):
            used += size
            yield used - before
        del self.buffer[:used]

    def _size(self, at):
        if self.direction == "to_server" and self.starting:  # no type byte: TLS asked for, or the first message
            if len(self.buffer) < at + 8:
                return 0
            size, code = struct.unpack_from("!II", self.buffer, at)
            self.starting = code in (80877103, 80877104)  # SSLRequest, GSSENCRequest: the start comes after
            return size
        if self.direction == "to_client" and self.starting and len(self.buffer) > at:
            if self.buffer[at:at + 1] == b"N":  # "no TLS"; a notice has a length that cannot be mistaken for a type
                following = self.buffer[at + 1:at + 5]
                if len(following) < 4 or struct.unpack("!I", following)[0] > 65536:
                    return 1
            self.starting = False
        if len(self.buffer) < at + 5:
            return 0
        return 1 + struct.unpack_from("!I", self.buffer, at + 1)[0]


class Pipe:
    """One direction of a connection: what was read and is not written."""

    def __init__(self, connection, direction, source, sink):
        self.connection, self.direction, self.source, self.sink = connection, direction, source, sink
        self.chunks, self.held, self.ended, self.last_due = [], 0, False, 0.0
        self.messages = Messages(direction)
        self.order = itertools.count()

    def push(self, data, due):
        self.last_due = due = max(due, self.last_due)
        heapq.heappush(self.chunks, (due, next(self.order), data))
        self.held += len(data)


class Connection:
    def __init__(self, link, client, server):
        self.link, self.client, self.server = link, client, server
        self.pipes = {"to_server": Pipe(self, "to_server", client, server), "to_client": Pipe(self, "to_client", server, client)}
        self.doom = link.draw_doom()  # {direction: bytes left} by chaos


class ServedLink:
    def __init__(self, loop, host, port):
        self.loop, self.target = loop, (host, port)
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.listener.setblocking(False)
        self.connections = set()
        self.totals = {direction: {"bytes": 0, "messages": 0} for direction in DIRECTIONS}
        self.made = self.cuts = 0
        self.reset_state()

    def reset_state(self):
        self.seconds, self.refusing, self.dark, self.armed, self.random = 0.0, False, False, None, None

    def draw_doom(self):
        if not self.random:
            return None
        return [self.random.choice(DIRECTIONS), self.random.randint(*self.range)]

    # -- connections --
    def accept(self):
        try:
            client, _ = self.listener.accept()
        except OSError:
            return
        self.made += 1
        if self.refusing:
            reset(client)
            return
        try:
            server = socket.create_connection(self.target, 2)
        except OSError:
            reset(client)
            return
        for one in (client, server):
            one.setblocking(False)
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.connections.add(Connection(self, client, server))

    def cut(self, connection):
        if connection in self.connections:
            self.connections.remove(connection)
            self.cuts += 1
            self.loop.forget(connection)
            reset(connection.client)
            reset(connection.server)

    def cut_all(self):
        gone = list(self.connections)
        for connection in gone:
            self.cut(connection)
        return len(gone)

    def read(self, pipe):
        try:
            data = pipe.source.recv(CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self.cut(pipe.connection)
            return
        if not data:
            pipe.ended = True
            return
        data, fatal = self.judge(pipe, data)
        if data:
            pipe.push(data, time.monotonic() + self.seconds)
        if fatal:
            self.flush(pipe, now=None)
            self.cut(pipe.connection)

    def judge(self, pipe, data):
        """What of the data passes, and whether the connection ends behind it."""
        keep, fatal = len(data), False
        ends = list(pipe.messages.feed(data))
        doom = pipe.connection.doom
        if doom and doom[0] == pipe.direction:
            if doom[1] <= len(data):
                keep, fatal = doom[1], True
            doom[1] -= len(data)
        if self.armed and self.armed["direction"] == pipe.direction:
            armed = self.armed
            if armed["unit"] == "bytes":
                reached = armed["count"] if armed["count"] <= len(data) else None
                begin = None if reached is None else reached - 1
                armed["count"] -= len(data)
            else:
                reached = ends[armed["count"] - 1] if armed["count"] <= len(ends) else None
                begin = None if reached is None else max(0, ends[armed["count"] - 2] if armed["count"] > 1 else 0)
                armed["count"] -= len(ends)
            if reached is not None:
                keep, fatal = min(keep, reached if armed["deliver"] else begin), True
                self.armed = None
        total = self.totals[pipe.direction]
        total["bytes"] += keep
        total["messages"] += sum(end <= keep for end in ends)
        return data[:keep], fatal

    def flush(self, pipe, now):
        """Writes what is due; all of it where `now` is None."""
        try:
            while pipe.chunks and (now is None or pipe.chunks[0][0] <= now):
                due, order, data = pipe.chunks[0]
                sent = pipe.sink.send(data)
                pipe.held -= sent
                if sent < len(data):
                    pipe.chunks[0] = (due, order, data[sent:])
                    return
                heapq.heappop(pipe.chunks)
        except BlockingIOError:
            return
        except OSError:
            self.cut(pipe.connection)
            return
        if pipe.ended and not pipe.chunks:
            try:
                pipe.sink.shutdown(socket.SHUT_WR)
            except OSError:
                pass
            if all(one.ended and not one.chunks for one in pipe.connection.pipes.values()):
                self.connections.discard(pipe.connection)
                self.loop.forget(pipe.connection)
                pipe.connection.client.close()
                pipe.connection.server.close()


def reset(one):
    """Closes with a reset: the other side sees an error and not an end."""
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    except OSError:
        pass
    one.close()


class Loop:
    """Reads commands from standard input and serves the links; ends with its input."""

    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.links, self.commands = [], bytearray()
        self.registered = {}

    def forget(self, connection):
        for one in (connection.client, connection.server):
            if self.registered.pop(one, None):
                self.selector.unregister(one)

    def want(self, one, events, data):
        known = self.registered.get(one, 0)
        if events == known:
            return
        if not known:
            self.selector.register(one, events, data)
        elif not events:
            self.selector.unregister(one)
        else:
            self.selector.modify(one, events, data)
        if events:
            self.registered[one] = events
        else:
            self.registered.pop(one, None)

    def plan(self):
        """Says what is waited for; the seconds until something is due."""
        now, wait = time.monotonic(), 1.0
        for link in self.links:
            self.want(link.listener, 0 if link.dark else selectors.EVENT_READ, ("accept", link, None))
            for connection in list(link.connections):
                forth, back = connection.pipes["to_server"], connection.pipes["to_client"]
                for mine, other in ((forth, back), (back, forth)):
                    events = 0
                    if not link.dark:
                        if not mine.ended and mine.held < HELD:
                            events |= selectors.EVENT_READ
                        if other.chunks:
                            if other.chunks[0][0] <= now:
                                events |= selectors.EVENT_WRITE
                            else:
                                wait = min(wait, other.chunks[0][0] - now)
                    self.want(mine.source, events, ("move", link, (mine, other)))
        return wait

    def run(self):
        self.selector.register(sys.stdin.fileno(), selectors.EVENT_READ, ("command", None, None))
        while True:
            for key, events in self.selector.select(self.plan()):
                what, link, pipes = key.data
                if what == "command":
                    if not self.read_commands():
                        return
                elif what == "accept":
                    link.accept()
                else:
                    self.move(link, pipes, events)

    def move(self, link, pipes, events):
        mine, other = pipes
        if events & selectors.EVENT_READ and mine.connection in link.connections and not link.dark:
            link.read(mine)
            if mine.connection in link.connections:
                link.flush(mine, time.monotonic())
        if events & selectors.EVENT_WRITE and other.connection in link.connections and not link.dark:
            link.flush(other, time.monotonic())

    def read_commands(self):
        data = sys.stdin.buffer.raw.read(CHUNK)
        if not data:
            return False
        self.commands += data
        while b"\n" in self.commands:
            line, _, self.commands = self.commands.partition(b"\n")
            try:
                answer = self.obey(json.loads(line))
            except Exception as error:  # told to the test
                answer = {"error": repr(error)}
            sys.stdout.write(json.dumps(answer) + "\n")
            sys.stdout.flush()
        return True

    def obey(self, command):
        do = command["do"]
        if do == "link":
            self.links.append(ServedLink(self, command["host"], command["port"]))
            return {"link": len(self.links) - 1, "port": self.links[-1].listener.getsockname()[1]}
        link = self.links[command["link"]]
        if do == "delay":
            link.seconds = command["seconds"]
        elif do == "cut":
            return {"connections": link.cut_all()}
        elif do == "refuse":
            link.refusing = True
            link.cut_all()
        elif do == "cut_after":
            link.armed = {name: command[name] for name in ("direction", "count", "unit", "deliver")}
        elif do == "chaos":
            link.random, link.range = random.Random(command["seed"]), (command["least"], command["most"])
        elif do == "black_hole":
            link.dark = True
        elif do == "heal":
            if command["cut"]:
                link.cut_all()
            link.reset_state()
            for connection in link.connections:
                connection.doom = None
        elif do == "counts":
            return {"open": len(link.connections), "made": link.made, "cuts": link.cuts, **link.totals}
        else:
            raise ValueError(do)
        return {}


if __name__ == "__main__":
    Loop().run()
