"""HTTP messages: what two parsers could read differently is refused and the connection closed."""
import re
import socket
import time

import pytest

from tests.lib.stream import exchange

GET = b"GET /livez HTTP/1.1\r\nHost: a\r\n"
POST = b"POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
NEXT = b"GET /openapi.json HTTP/1.1\r\nHost: a\r\n\r\n"  # must never be answered as a second request

MALFORMED = {
    "no host": b"GET /livez HTTP/1.1\r\n\r\n",
    "two hosts": GET + b"Host: a\r\n\r\n",
    "two different hosts": GET + b"Host: b\r\n\r\n",
    "empty line before colon": GET + b": x\r\n\r\n",
    "space before colon": GET + b"X-A : b\r\n\r\n",
    "tab before colon": GET + b"X-A\t: b\r\n\r\n",
    "no colon": GET + b"X-A b\r\n\r\n",
    "folded header": GET + b"X-A: b\r\n c\r\n\r\n",
    "folded with tab": GET + b"X-A: b\r\n\tc\r\n\r\n",
    "folded transfer-encoding": POST + b"Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "space at first header": b"GET /livez HTTP/1.1\r\n Host: a\r\n\r\n",
    "bare cr in value": GET + b"X-A: b\rc\r\n\r\n",
    "bare lf in value": GET + b"X-A: b\nX-B: c\r\n\r\n",
    "bare lf ends line": b"GET /livez HTTP/1.1\nHost: a\n\n",
    "nul in value": GET + b"X-A: b\x00c\r\n\r\n",
    "nul in name": GET + b"X\x00A: b\r\n\r\n",
    "control in value": GET + b"X-A: b\x01c\r\n\r\n",
    "delete in value": GET + b"X-A: b\x7fc\r\n\r\n",
    "high byte in name": GET + b"X-\xc3\xa4: b\r\n\r\n",
    "bracket in name": GET + b"X[A]: b\r\n\r\n",
    "lower-case method": b"get /livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "mixed-case method": b"Get /livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "method with bracket": b"G(T /livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "leading space": b" GET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces": b"GET  /livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "two spaces before version": b"GET /livez  HTTP/1.1\r\nHost: a\r\n\r\n",
    "tab for space": b"GET\t/livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "trailing space": b"GET /livez HTTP/1.1 \r\nHost: a\r\n\r\n",
    "no version": b"GET /livez\r\nHost: a\r\n\r\n",
    "http 0.9": b"GET /livez HTTP/0.9\r\nHost: a\r\n\r\n",
    "http 1.2": b"GET /livez HTTP/1.2\r\nHost: a\r\n\r\n",
    "http 2.0": b"GET /livez HTTP/2.0\r\nHost: a\r\n\r\n",
    "http 11": b"GET /livez HTTP/11\r\nHost: a\r\n\r\n",
    "http 1.10": b"GET /livez HTTP/1.10\r\nHost: a\r\n\r\n",
    "lower-case http": b"GET /livez http/1.1\r\nHost: a\r\n\r\n",
    "h2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "tls hello": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "empty target": b"GET  HTTP/1.1\r\nHost: a\r\n\r\n",
    "high byte in target": b"GET /liv\xe9z HTTP/1.1\r\nHost: a\r\n\r\n",
    "space in target": b"GET /li vez HTTP/1.1\r\nHost: a\r\n\r\n",
    "relative target": b"GET livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "fragment in target": b"GET /livez#x HTTP/1.1\r\nHost: a\r\n\r\n",
    "control in target": b"GET /liv\x01ez HTTP/1.1\r\nHost: a\r\n\r\n",
    "wrong percent": b"GET /v1/concerts/%zz HTTP/1.1\r\nHost: a\r\n\r\n",
    "half percent": b"GET /v1/concerts/%4 HTTP/1.1\r\nHost: a\r\n\r\n",
    "nul by percent": b"GET /v1/concerts/%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    "length and chunked": POST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked and length": POST + b"Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
    "two equal lengths": POST + b"Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "list of lengths": POST + b"Content-Length: 2, 2\r\n\r\n{}",
    "plus length": POST + b"Content-Length: +2\r\n\r\n{}",
    "minus length": POST + b"Content-Length: -2\r\n\r\n{}",
    "hex length": POST + b"Content-Length: 0x2\r\n\r\n{}",
    "empty length": POST + b"Content-Length:\r\n\r\n{}",
    "length of words": POST + b"Content-Length: two\r\n\r\n{}",
    "length with a space": POST + b"Content-Length: 1 2\r\n\r\n{}",
    "length beyond 64 bits": POST + b"Content-Length: 99999999999999999999999\r\n\r\n{}",
    "decimal length": POST + b"Content-Length: 2.0\r\n\r\n{}",
    "unknown transfer-encoding": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "two transfer-encodings": POST + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunked then identity": POST + b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    "gzip then chunked": POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    "identity": POST + b"Transfer-Encoding: identity\r\n\r\n",
    "empty transfer-encoding": POST + b"Transfer-Encoding:\r\n\r\n",
    "chunked in http 1.0": b"POST /v1/users HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "chunk size of words": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "negative chunk": POST + b"Transfer-Encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n",
    "chunk with 0x": POST + b"Transfer-Encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n",
    "empty chunk size": POST + b"Transfer-Encoding: chunked\r\n\r\n\r\n{}\r\n0\r\n\r\n",
    "huge chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n{}\r\n0\r\n\r\n",
    "chunk without crlf": POST + b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}0\r\n\r\n",
    "chunk ended by lf": POST + b"Transfer-Encoding: chunked\r\n\r\n2\n{}\r\n0\r\n\r\n",
    "chunk with space": POST + b"Transfer-Encoding: chunked\r\n\r\n 2\r\n{}\r\n0\r\n\r\n",
    "body on get": GET + b"Content-Length: 2\r\n\r\n{}",
    "chunked on get": GET + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "odd expect": POST + b"Expect: 200-ok\r\nContent-Length: 2\r\n\r\n{}",
    "host with space": b"GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n",
    "host with slash": b"GET /livez HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "absolute form of another host": b"GET http://b/livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute form with another port": b"GET http://a:80/livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute form with a user": b"GET http://u@a/livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute form without a host": b"GET http:///livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "absolute form of another scheme": b"GET ftp://a/livez HTTP/1.1\r\nHost: a\r\n\r\n",
    "garbage": b"\xff\xfe\xfd\xfc\r\n\r\n",
    "connect": b"CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n",
}
# Forms that are refused for another reason than 400, or leave the connection as it was.
OTHER_STATUS = {"http 0.9": (400, 505), "http 1.2": (400, 505), "http 2.0": (400, 505), "h2 preface": (400, 505), "http 1.10": (400, 505),
                "odd expect": (400, 417), "connect": (400, 405, 501), "garbage": (400,), "length beyond 64 bits": (400, 413), "huge chunk": (400, 413)}


def answers_in(received):
    return len(re.findall(rb"HTTP/1\.1 \d{3} ", received))


def test_there_are_at_least_sixty_forms():
    assert len(MALFORMED) >= 60


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_message_is_refused_and_the_connection_closed(server, name):
    received, closed = exchange(server, MALFORMED[name] + (NEXT if name not in ("tls hello", "garbage") else b"\r\n\r\n"), timeout=4)
    assert closed, f"still open after {received[:200]!r}"
    assert b"openapi" not in received and answers_in(received) <= 1, f"answered twice: {received[:400]!r}"
    if name == "tls hello" and not received:
        return
    assert received.startswith(b"HTTP/1.1 "), received[:200]
    status = int(received.split()[1])
    assert status in OTHER_STATUS.get(name, (400,)), received[:400]
    head, _, body = received.partition(b"\r\n\r\n")
    assert b"connection: close" in head.lower() and b"application/problem+json" in head.lower()
    assert b'"code"' in body


@pytest.mark.parametrize("target", [b"/livez", b"http://a/livez", b"HTTP://A/livez?x", b"https://a/livez"])
def test_the_absolute_form_is_read_as_the_usual_one(server, target):
    request = b"GET " + target + b" HTTP/1.1\r\nHost: a\r\n"
    received, _ = exchange(server, request + b"\r\n" + request + b"Connection: close\r\n\r\n")
    assert received.startswith(b"HTTP/1.1 200") and answers_in(received) == 2, received[:400]


DOUBLED = {
    "two content-types": b"POST /v1/users HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}",
    "two authorizations": b"GET /v1/users/me HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n\r\n",
    "two queue tokens": b"GET /v1/queue-tokens/current HTTP/1.1\r\nHost: a\r\nQueue-Token: a\r\nQueue-Token: b\r\n\r\n",
    "two idempotency keys": POST + b"Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 2\r\n\r\n{}",
}


@pytest.mark.parametrize("name", DOUBLED)
def test_a_header_of_ours_that_stands_twice_proves_nothing(server, name):
    received, _ = exchange(server, DOUBLED[name], timeout=1)
    assert received.split()[1] in (b"400", b"401", b"403", b"415", b"422"), received[:300]


# ---- what is refused by size or time ----

def test_a_head_beyond_the_bound_is_431_or_414(server):
    for data, wanted in ((GET + b"X-A: " + b"a" * 100000 + b"\r\n\r\n", b"431"), (GET + b"X-A: b\r\n" * 2000 + b"\r\n", b"431"),
                         (b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", b"414")):
        received, closed = exchange(server, data)
        assert closed and received.split()[1] == wanted, received[:200]


def test_a_body_beyond_the_bound_is_413_before_it_is_sent(server):
    received, closed = exchange(server, POST + b"Content-Length: 100000000\r\n\r\n")
    assert closed and received.split()[1] == b"413"
    chunks = b"".join(b"10000\r\n" + b"x" * 65536 + b"\r\n" for _ in range(100))
    received, closed = exchange(server, POST + b"Transfer-Encoding: chunked\r\n\r\n" + chunks)
    assert closed and (not received or received.split()[1] == b"413")


def test_a_body_announced_is_asked_for(server):
    with socket.create_connection(server.address, 5) as connection:
        connection.sendall(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert b" 422 " in connection.recv(1000)


# ---- what is right ----

def test_many_requests_on_one_connection_are_answered_in_order(server):
    paths = [b"/livez", b"/v1/concerts", b"/nothing", b"/readyz"]
    requests = [b"GET " + path + b" HTTP/1.1\r\nHost: a\r\nX-Request-Id: id-%d\r\n" % number for number, path in enumerate(paths)]
    requests[-1] += b"Connection: close\r\n"
    received, closed = exchange(server, b"\r\n".join(request for request in requests) + b"\r\n")
    assert closed and answers_in(received) == len(paths)
    order = [received.find(b"id-%d" % number) for number in range(len(paths))]
    assert -1 not in order and order == sorted(order)


@pytest.mark.parametrize("data", [
    b"GET /livez HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    b"GET /livez HTTP/1.1\r\nHost:a\r\nConnection:close\r\n\r\n",
    b"GET /livez HTTP/1.1\r\nHost: \t a \t\r\nConnection: close\r\n\r\n",
    b"GET /livez HTTP/1.0\r\nHost: a\r\n\r\n",
    b"GET /livez? HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /livez HTTP/1.1\r\nHost: [::1]:8080\r\nConnection: close\r\n\r\n",
    b"\r\nGET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: \xc3\xa4\r\nConnection: close\r\n\r\n",
])
def test_unusual_but_right_messages_are_taken(server, data):
    received, closed = exchange(server, data)
    assert closed and received.split()[1] == b"200", received[:200]


def test_a_message_that_comes_byte_by_byte_is_read(server):
    with socket.create_connection(server.address, 5) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in GET + b"\r\n":
            connection.sendall(bytes([byte]))
            time.sleep(0.001)
        assert b" 200 " in connection.recv(1000)


def test_a_chunked_body_is_joined(server, world):
    body = b'{"amount":5}'
    head = f"POST /v1/wallet/top-ups HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {world.buyer().token}\r\nConnection: close\r\n".encode()
    chunks = b"".join(b"%x;name=value\r\n%c\r\n" % (1, byte) for byte in body) + b"0\r\n\r\n"
    received, closed = exchange(server, head + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)
    assert closed and received.split()[1] in (b"201", b"400"), received[:300]
    plain = chunks.replace(b";name=value", b"")
    received, closed = exchange(server, head + b"Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n" + plain)
    assert closed and received.split()[1] == b"201", received[:300]


def test_head_is_get_without_a_body(world):
    for path in ("/livez", "/v1/concerts", "/openapi.json"):
        get, head = world.client.get(path), world.client.call("HEAD", path)
        assert head.status == get.status == 200 and not head.body
        assert head.header("content-length") in (None, str(len(get.body)))


@pytest.mark.parametrize("method, path", [("PUT", "/v1/users"), ("GET", "/v1/users"), ("POST", "/v1/users/me"), ("DELETE", "/v1/concerts"),
                                          ("PATCH", "/livez"), ("GET", "/v1/sessions/current"), ("PUT", "/v1/orders"), ("TRACE", "/livez"), ("BREW", "/livez")])
def test_a_wrong_method_names_the_right_ones(world, method, path):
    answer = world.client.send(method, path)
    assert answer.status == 405 and answer.code == "method_not_allowed" and answer.header("allow"), answer
    assert method not in answer.header("allow")


@pytest.mark.parametrize("kind, right", [("application/json", True), ("application/json; charset=utf-8", True), ("Application/JSON", True), ("text/plain", False),
                                         ("application/x-www-form-urlencoded", False), ("application/jsonx", False), ("multipart/form-data; boundary=x", False)])
def test_a_body_must_say_that_it_is_json(world, kind, right):
    answer = world.buyer().call("POST", "/v1/wallet/top-ups", b'{"amount":1}', Content_Type=kind)
    assert answer.status == 201 if right else answer.code == "unsupported_media_type", answer


@pytest.mark.parametrize("sent, kept", [("abc-123", True), ("A" * 64, True), ("a b", False), ("x" * 500, False), ("<script>", None)])
def test_an_exchange_has_a_name(world, sent, kept):
    found = world.client.get("/livez", X_Request_Id=sent).header("x-request-id")
    assert found and (kept is None or (found == sent) == kept)


def test_one_form_is_given_whatever_is_accepted(world):
    for accept in ("text/html", "application/xml", "*/*", "nonsense", "application/json;q=0"):
        world.client.get("/v1/concerts", status=200, Accept=accept)
        assert world.client.get("/v1/concerts/x", Accept=accept).header("content-type").startswith("application/problem+json")


def test_problems_speak_the_language_that_was_asked_for(world):
    texts = {language: world.client.get("/v1/concerts/x", Accept_Language=language)["title"] for language in ("en", "ko", "ko-KR,en;q=0.5", "fr", "en;q=0.1, ko;q=0.9")}
    assert texts["en"] == texts["fr"] != texts["ko"] == texts["ko-KR,en;q=0.5"] == texts["en;q=0.1, ko;q=0.9"]
    assert texts["en"].isascii() and any("가" <= letter <= "힣" for letter in texts["ko"])


def test_a_silent_connection_holds_nobody_up(server, world):
    silent = [socket.create_connection(server.address) for _ in range(50)]
    try:
        for connection in silent:
            connection.sendall(b"GET /livez HT")
        began = time.monotonic()
        world.client.get("/livez", status=200)
        assert time.monotonic() - began < 1
    finally:
        for connection in silent:
            connection.close()


# ---- operations ----

def test_operations_answer(world):
    world.client.get("/livez", status=200)
    world.client.get("/readyz", status=200)
    metrics = world.client.get("/metrics", status=200).body.decode()
    assert "# TYPE " in metrics and "frontrow_" in metrics
    page = world.client.get("/docs", status=200).body.decode()
    assert "<script src=\"http" not in page and "//cdn" not in page
    served = world.client.get("/openapi.json", status=200).json
    from tests.lib.contract import SPEC
    assert served == SPEC
