"""The same key gives the same answer and acts once."""
import pytest

from tests.lib.world import together


def replayed(answer):
    return answer.header("idempotent-replayed") == "true"


def same(first, second):
    """A replay: the same status and the same bytes, and it says so."""
    assert not replayed(first) and replayed(second)
    assert (first.status, first.body, first.header("content-type")) == (second.status, second.body, second.header("content-type"))


def steps(world):
    """Every kind of POST that changes something, as calls that take a key."""
    concert = world.concert()
    buyer = world.inside(concert, money=100000)
    waiting = world.buyer()
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    other = world.inside(concert, money=10000)
    paid, payment = other.buy(concert.show, "A-2-1")
    new = world.concert_body(rows=1)
    seats = {"action": "block", "seats": ["A-5-1"], "reason": "x"}
    return [
        lambda key: waiting.join(concert, Idempotency_Key=key),
        lambda key: buyer.top_up(500, Idempotency_Key=key),
        lambda key: buyer.hold(concert.show, "A-1-2", Idempotency_Key=key),
        lambda key: buyer.hold(concert.show, best=1, Idempotency_Key=key),
        lambda key: buyer.call("POST", f"/v1/orders/{order}/extensions", Idempotency_Key=key),
        lambda key: buyer.pay(order, Idempotency_Key=key),
        lambda key: world.staff("POST", "/concerts", new, Idempotency_Key=key),
        lambda key: world.staff("POST", f"/concerts/{concert.id}/queue/actions", {"action": "pause", "reason": "x"}, Idempotency_Key=key),
        lambda key: world.staff("POST", f"/shows/{concert.show}/seats/actions", seats, Idempotency_Key=key),
        lambda key: world.staff("POST", f"/shows/{concert.show}/complimentary", {"seats": ["A-4-1"], "name": "n", "reason": "x"}, Idempotency_Key=key),
        lambda key: world.staff("POST", "/check-ins", {"code": payment["tickets"][0]["code"]}, Idempotency_Key=key),
        lambda key: world.staff("POST", f"/orders/{paid['order_id']}/refunds", {"reason": "x"}, Idempotency_Key=key),
    ]


def test_a_retry_of_every_call_gives_its_first_answer_byte_for_byte(world):
    for number, step in enumerate(steps(world)):
        first = step(f"step-{number}")
        assert first.status < 300, (number, first)
        same(first, step(f"step-{number}"))
        same(first, step(f"step-{number}"))


def test_a_replay_changes_nothing(world):
    buyer = world.buyer()
    for _ in range(5):
        buyer.top_up(100, Idempotency_Key="once")
    assert buyer.balance() == 100
    buyer.top_up(100, Idempotency_Key="twice")
    buyer.top_up(100)
    buyer.top_up(100)
    assert buyer.balance() == 400


def test_a_key_is_of_one_request(world):
    buyer, concert = world.buyer(), world.concert()
    buyer.top_up(100, Idempotency_Key="k")
    buyer.top_up(101, status=422, code="idempotency_key_reused", Idempotency_Key="k")
    buyer.join(concert, status=422, code="idempotency_key_reused", Idempotency_Key="k")
    buyer.call("POST", "/v1/wallet/top-ups", b'{ "amount": 100 }', code="idempotency_key_reused", Idempotency_Key="k")
    assert buyer.balance() == 100


def test_a_key_is_of_one_caller(world):
    first, second = world.buyer(), world.buyer()
    assert first.top_up(100, Idempotency_Key="shared")["topup_id"] != second.top_up(100, Idempotency_Key="shared")["topup_id"]
    assert first.balance() == second.balance() == 100


def test_a_refusal_is_decided_anew(world):
    concert = world.concert()
    buyer = world.inside(concert)
    order = buyer.hold(concert.show, "A-1-1", status=201)["order_id"]
    buyer.pay(order, code="insufficient_balance", Idempotency_Key="pay")
    buyer.top_up(10000)
    assert not replayed(buyer.pay(order, status=201, Idempotency_Key="pay"))
    assert replayed(buyer.pay(order, status=201, Idempotency_Key="pay"))


def test_a_kept_answer_comes_before_entry_existence_and_state(world):
    concert = world.concert()
    buyer = world.inside(concert, money=10000)
    first = buyer.hold(concert.show, "A-1-1", status=201, Idempotency_Key="hold")
    buyer.pay(first["order_id"], status=201)
    body = {"show_id": concert.show, "seats": ["A-1-1"]}
    for entry in (buyer.entry_token, "x", None):
        same(first, buyer.call("POST", "/v1/orders", body, entry=False, Entry_Token=entry, Idempotency_Key="hold"))
    buyer.hold(concert.show, "A-1-1", code="entry_token_expired", Idempotency_Key="other")


def test_tokens_of_a_kept_answer_are_made_again_and_work(world):
    concert = world.concert()
    buyer = world.buyer()
    first = buyer.join(concert, status=201, Idempotency_Key="join")
    second = buyer.join(concert, status=201, Idempotency_Key="join")
    same(first, second)
    assert second["status"] == "admitted"
    buyer.seats(concert.show, Entry_Token=second["entry_token"], status=200)


@pytest.mark.parametrize("key", ["", "k" * 256, "a b", "ä", "\t"])
def test_a_wrong_key_is_refused(world, key):
    answer = world.client.send("POST", "/v1/wallet/top-ups", {"amount": 1}, {"Authorization": f"Bearer {world.buyer().token}", "Idempotency-Key": key.encode("latin-1")})
    assert answer.status in (400, 422), answer


def test_bounds_of_a_key_are_in(world):
    buyer = world.buyer()
    for key in ("!", "~" * 255, '"quoted"'):
        same(buyer.top_up(1, Idempotency_Key=key), buyer.top_up(1, Idempotency_Key=key))


def test_fifty_duplicates_at_once_act_once(world):
    concert = world.concert()
    buyer = world.inside(concert, money=100000)

    def hold(_):
        answer = buyer.call("POST", "/v1/orders", {"show_id": concert.show, "best_available": {"count": 1}}, Idempotency_Key="burst")
        assert answer.status == 201 or answer.code == "idempotency_in_progress", answer
        return answer

    answers = [answer for answer in together(50, hold, threads=50) if answer.status == 201]
    assert len({answer.body for answer in answers}) == 1
    assert len([answer for answer in answers if not replayed(answer)]) == 1
    assert len(buyer.call("GET", "/v1/orders")["items"]) == 1
    order = answers[0]["order_id"]
    payments = [answer for answer in together(50, lambda _: buyer.pay(order, Idempotency_Key="burst-pay"), threads=50) if answer.status == 201]
    assert len({answer.body for answer in payments}) == 1 and buyer.balance() == 90000


def test_a_key_outlives_a_restart(make_server):
    from tests.lib.world import World
    server = make_server().start()
    world = World(server)
    buyer = world.buyer()
    first = buyer.top_up(100, Idempotency_Key="k")
    server.restart()
    same(first, buyer.top_up(100, Idempotency_Key="k"))
    server.kill()
    server.start()
    same(first, buyer.top_up(100, Idempotency_Key="k"))
    assert buyer.balance() == 100
