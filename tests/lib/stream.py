"""Reads server-sent events, and speaks HTTP by hand over a socket."""
import json
import socket
import time

from tests.lib import contract


class Events:
    """One stream: `next()` gives (name, data, id), judged by the contract; comments are passed over."""

    def __init__(self, server, path, timeout=10, **headers):
        self.path = path
        self.socket = socket.create_connection(server.address, timeout)
        lines = [f"GET {path} HTTP/1.1", "Host: frontrow", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
        self.socket.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.file = self.socket.makefile("rb")
        self.status = int(self.file.readline().split()[1])
        self.headers = {}
        while (line := self.file.readline().strip()):
            name, _, value = line.decode().partition(":")
            self.headers[name.lower()] = value.strip()
        self.chunked = self.headers.get("transfer-encoding") == "chunked"
        self._lines, self._rest = [], b""
        self.operation = contract.find_operation("GET", path)

    def _line(self):
        while not self._lines:
            if self.chunked:
                size = int(self.file.readline().strip() or b"0", 16)
                data = self.file.read(size)
                self.file.readline()
                if size == 0:
                    raise EOFError
            else:
                data = self.file.read1(65536)
                if not data:
                    raise EOFError
            *complete, self._rest = (self._rest + data).split(b"\n")
            self._lines += complete
        return self._lines.pop(0).rstrip(b"\r").decode()

    def next(self):
        name, data, number = "message", [], None
        while True:
            line = self._line()
            if line.startswith(":"):
                continue
            if line:
                field, _, value = line.partition(":")
                value = value.removeprefix(" ")
                if field == "event":
                    name = value
                elif field == "data":
                    data.append(value)
                elif field == "id":
                    number = value
            elif data:
                value = json.loads("\n".join(data))
                known = self.operation.raw["x-events"]
                assert name in known, f"{self.path}: event {name}"
                contract.check_value(known[name], value)
                return name, value, number

    def wait_for(self, wanted, seconds=10):
        """The data of the first event of this name, or with this status."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            name, value, _ = self.next()
            if wanted in (name, value.get("status")):
                return value
        raise AssertionError(f"no event {wanted} in {seconds} s")

    def heartbeat(self):
        """Waits for a comment: true when one came before the timeout."""
        try:
            while not self._line().startswith(":"):
                pass
            return True
        except TimeoutError:
            return False

    def closed(self):
        """Whether the server ends the stream (in time)."""
        try:
            while True:
                self._line()
        except (EOFError, ConnectionError):
            return True
        except TimeoutError:
            return False

    def close(self):
        self.file.close()
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def exchange(server, data, timeout=5):
    """Sends bytes and reads until the server closes: (everything read, whether it closed in time)."""
    with socket.create_connection(server.address, timeout) as connection:
        received = b""
        try:
            connection.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            pass
        end = time.monotonic() + timeout
        while True:
            try:
                connection.settimeout(max(0.01, end - time.monotonic()))
                piece = connection.recv(65536)
            except TimeoutError:
                return received, False
            except ConnectionResetError:
                return received, True
            if not piece:
                return received, True
            received += piece
