"""A small HTTP client: keeps its connection, and shows every answer to the contract."""
import http.client
import json
import socket
import threading

from tests.lib import contract


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        self._json = None

    def header(self, name, default=None):
        return next((value for key, value in self.headers if key.lower() == name.lower()), default)

    def all(self, name):
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def json(self):
        if self._json is None:
            self._json = json.loads(self.body)
        return self._json

    @property
    def code(self):
        """The problem's code; None for an answer that is no problem."""
        return self.json.get("code") if self.status >= 400 and self.body else None

    def __getitem__(self, name):
        return self.json[name]

    def __repr__(self):
        return f"<{self.status} {self.body[:300]!r}>"


class _Connection(http.client.HTTPConnection):
    def connect(self):
        super().connect()
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Client:
    """Safe to share between threads: each has its own connection."""

    def __init__(self, server, timeout=20):
        self.server, self.timeout = server, timeout
        self._local = threading.local()

    def _connection(self):
        address = self.server.address
        if getattr(self._local, "address", None) != address:
            self.close()
            self._local.address = address
            self._local.connection = _Connection(*address, timeout=self.timeout)
        return self._local.connection

    def close(self):
        if getattr(self._local, "connection", None):
            self._local.connection.close()
        self._local.address = None

    def send(self, method, target, body=None, headers=()):
        """One exchange, not judged. A connection that the server closed while idle is opened again, once."""
        headers = {name: value for name, value in dict(headers).items() if value is not None}
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body, ensure_ascii=False)
        if isinstance(body, str):
            body = body.encode()
        if body is not None:
            headers.setdefault("Content-Type", "application/json")
        connection = self._connection()
        fresh = connection.sock is None
        try:
            connection.request(method, target, body, headers)
            response = connection.getresponse()
        except (http.client.RemoteDisconnected, ConnectionResetError, BrokenPipeError):
            connection.close()
            if fresh or method == "POST" and "Idempotency-Key" not in headers:
                raise
            connection.request(method, target, body, headers)
            response = connection.getresponse()
        except BaseException:
            connection.close()
            raise
        try:
            return Answer(response.status, response.getheaders(), response.read())
        except BaseException:
            connection.close()
            raise

    def call(self, method, target, body=None, *, status=None, code=None, **headers):
        """One exchange, judged by the contract, and by `status` or `code` where given. Headers are written with
        underscores: Idempotency_Key="k"."""
        answer = self.send(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
        contract.check_answer(method, target, answer)
        if code is not None:
            assert answer.code == code, f"{method} {target}: wanted {code}, got {answer}"
        if status is not None:
            allowed = status if isinstance(status, tuple) else (status,)
            assert answer.status in allowed, f"{method} {target}: wanted {status}, got {answer}"
        return answer

    def get(self, target, **options):
        return self.call("GET", target, **options)

    def post(self, target, body=None, **options):
        return self.call("POST", target, body, **options)

    def delete(self, target, body=None, **options):
        return self.call("DELETE", target, body, **options)
