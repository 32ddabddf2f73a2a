"""Limits by client address, and whose word about addresses is believed."""
from tests.lib.world import World

PASSWORD = "correct horse battery"


def joins(world, count, **headers):
    concert = world.concert()
    return [world.buyer().join(concert, status=(201, 429), **headers).status for _ in range(count)]


def test_joins_are_limited_by_address(make_server):
    world = World(make_server("[limits]\njoin_per_second = 3\n").start())
    statuses = joins(world, 20)
    assert statuses[:6] == [201] * 6 and 429 in statuses


def test_sign_ups_and_sign_ins_are_limited_by_address(make_server):
    world = World(make_server("[limits]\nsign_up_per_second = 1\nsign_in_per_second = 1\n").start())
    codes = [world.client.post("/v1/users", {"email": f"a{n}@example.com", "password": PASSWORD, "name": "a"}).code for n in range(12)]
    assert codes[:5] == [None] * 5 and "rate_limited" in codes
    codes = [world.client.post("/v1/sessions", {"email": f"b{n}@example.com", "password": PASSWORD}).code for n in range(12)]
    assert codes[0] == "bad_credentials" and "rate_limited" in codes


def test_a_forwarded_address_is_believed_only_from_a_trusted_proxy(make_server):
    world = World(make_server("[limits]\njoin_per_second = 1\n").start())
    concert = world.concert()
    statuses = [world.buyer().join(concert, status=(201, 429), X_Forwarded_For=f"203.0.113.{n}").status for n in range(8)]
    assert 429 in statuses, "an address that anybody can write was believed"


def test_behind_a_trusted_proxy_each_address_has_its_own_limit(make_server):
    world = World(make_server('[limits]\njoin_per_second = 1\n[http]\ntrusted_proxies = ["127.0.0.0/8"]\n').start())
    concert = world.concert()

    def join(forwarded):
        return world.buyer().join(concert, status=(201, 429), X_Forwarded_For=forwarded).status

    assert [join(f"203.0.113.{n}") for n in range(8)] == [201] * 8
    assert 429 in [join("198.51.100.1, 203.0.113.99") for _ in range(8)]
    assert 429 in [join(f"{n}.1.1.1, 203.0.113.98") for n in range(8)], "the left end is the client's own word"
    assert 429 in [join(f"2001:db8:1:1::{n}") for n in range(1, 9)], "IPv6 counts by /64"
    assert join("2001:db8:1:2::1") == 201


def test_connections_are_bounded(make_server):
    import socket
    server = make_server("[limits]\nconnections = 20\n").start()
    held = [socket.create_connection(server.address, 3) for _ in range(60)]
    try:
        alive = 0
        for connection in held:
            try:
                connection.settimeout(0.2)
                connection.sendall(b"GET /livez HTTP/1.1\r\nHost: a\r\n\r\n")
                alive += b" 200 " in connection.recv(200)
            except OSError:
                pass
        assert 10 <= alive <= 20
    finally:
        for connection in held:
            connection.close()
    server.restart()
