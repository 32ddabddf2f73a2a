"""Accounts, sessions and users of an identity provider."""
import pytest

from tests.lib.world import Buyer, provider_token

PERSON = {"password": "correct horse battery", "name": "Kim Mina"}


def test_a_person_signs_up_signs_in_and_out(world):
    client = world.client
    made = client.post("/v1/users", {"email": "Mina@Example.com", **PERSON}, status=201)
    assert made["email"].lower() == "mina@example.com" and made["name"] == "Kim Mina"
    assert "password" not in made.json
    session = client.post("/v1/sessions", {"email": "mina@example.COM", "password": PERSON["password"]}, status=201)
    assert session["user_id"] == made["user_id"]
    bearer = {"Authorization": f"Bearer {session['access_token']}"}
    assert client.get("/v1/users/me", status=200, **bearer).json == made.json
    client.delete("/v1/sessions/current", status=204, **bearer)
    client.get("/v1/users/me", code="unauthenticated", **bearer)
    client.delete("/v1/sessions/current", code="unauthenticated", **bearer)


def test_an_address_is_one_whatever_its_case(world):
    world.client.post("/v1/users", {"email": "one@example.com", **PERSON}, status=201)
    for email in ("one@example.com", "ONE@example.com", "One@EXAMPLE.com"):
        world.client.post("/v1/users", {"email": email, **PERSON}, code="email_taken")


@pytest.mark.parametrize("change, pointer", [
    ({"password": "short12"}, "/password"),
    ({"password": "x" * 257}, "/password"),
    ({"password": 12345678}, "/password"),
    ({"name": ""}, "/name"),
    ({"name": "x" * 101}, "/name"),
    ({"name": None}, "/name"),
    ({"email": "no address"}, "/email"),
    ({"email": ""}, "/email"),
    ({"email": ["a@example.com"]}, "/email"),
    ({"role": "admin"}, "/role"),
    ({"user_id": "user_01jd8z6t2hfb9r8y5w3k7m4n0q"}, "/user_id"),
])
def test_a_sign_up_names_the_field_that_is_wrong(world, change, pointer):
    answer = world.client.post("/v1/users", {"email": "field@example.com", **PERSON, **change}, code="validation_failed")
    assert pointer in [error["pointer"] for error in answer["errors"]], answer


@pytest.mark.parametrize("missing", ["email", "password", "name"])
def test_a_sign_up_needs_every_field(world, missing):
    body = {"email": "missing@example.com", **PERSON}
    del body[missing]
    world.client.post("/v1/users", body, code="validation_failed")


def test_bounds_of_name_and_password_are_in(world):
    for number, (password, name) in enumerate([("x" * 8, "a"), ("y" * 256, "n" * 100), ("pässwörd", "김민아")]):
        body = {"email": f"bound{number}@example.com", "password": password, "name": name}
        world.client.post("/v1/users", body, status=201)
        world.client.post("/v1/sessions", {"email": body["email"], "password": password}, status=201)


@pytest.mark.parametrize("body, code", [
    (b"", None),
    (b"{", "malformed_json"),
    (b"nonsense", "malformed_json"),
    (b'{"email":"a@example.com",}', "malformed_json"),
    (b'{"email":"a@example.com","password":"12345678","name":"a"} x', "malformed_json"),
    (b'{"email":"\xff@example.com","password":"12345678","name":"a"}', "malformed_json"),
    (b'{"email":"a@example.com","email":"b@example.com","password":"12345678","name":"a"}', "validation_failed"),
    (b'{"email":"dup@example.com","password":"12345678","name":"a","name":"a"}', "validation_failed"),
    (b"[]", "validation_failed"),
    (b'"text"', "validation_failed"),
    (b"null", "validation_failed"),
    (b"[" * 5000, "malformed_json"),
])
def test_a_body_that_two_readers_could_read_differently_is_refused(world, body, code):
    answer = world.client.post("/v1/users", body)
    assert answer.status in (400, 422) if code is None else answer.code == code, answer


def test_a_wrong_password_of_any_length_is_one_answer(world):
    mina = world.account()
    answers = []
    for password in ("x", "wrong password", "x" * 300):
        answers.append(world.client.post("/v1/sessions", {"email": mina.email, "password": password}, code="bad_credentials"))
    unknown = world.client.post("/v1/sessions", {"email": "nobody@example.com", "password": "x" * 12}, code="bad_credentials")
    assert {answer["detail"] for answer in answers} == {unknown["detail"]}, "tells whether the address is known"


def test_an_account_takes_five_tries_a_minute(world):
    mina = world.account()
    codes = [world.client.post("/v1/sessions", {"email": mina.email, "password": "wrong"}).code for _ in range(8)]
    assert codes[0] == "bad_credentials" and codes[-1] == "rate_limited", codes
    assert codes.count("bad_credentials") <= 5
    world.client.post("/v1/sessions", {"email": mina.email, "password": mina.password}, code="rate_limited")


def test_sign_up_ignores_the_idempotency_key(world):
    for number in range(2):
        answer = world.client.post("/v1/users", {"email": f"key{number}@example.com", **PERSON}, status=201, Idempotency_Key="same")
        assert answer.header("idempotent-replayed") is None


@pytest.mark.parametrize("authorization", [
    None, "", "Bearer", "Bearer ", "Bearer x", "Basic dXNlcjpwYXNz", "Bearer " + "A" * 43, "bearer-token", "Bearer a.b.c", "Bearer " + "x" * 4000,
])
def test_who_does_not_say_who_is_not_let_in(world, authorization):
    world.client.get("/v1/users/me", code="unauthenticated", Authorization=authorization)


def test_sessions_end_one_by_one(world):
    mina = world.account()
    other = world.client.post("/v1/sessions", {"email": mina.email, "password": mina.password}, status=201)["access_token"]
    mina.call("DELETE", "/v1/sessions/current", status=204)
    mina.call("GET", "/v1/users/me", code="unauthenticated")
    Buyer(world, other).call("GET", "/v1/users/me", status=200)


# ---- an identity provider ----

def test_a_users_id_follows_from_issuer_and_subject(world):
    one, again, other = (Buyer(world, provider_token(subject)).call("GET", "/v1/users/me", status=200) for subject in ("a", "a", "b"))
    assert one["user_id"] == again["user_id"] != other["user_id"]


@pytest.mark.parametrize("claims", [
    {"exp": 1}, {"exp": None}, {"nbf": 4102444800}, {"iss": "https://other.example"}, {"iss": None}, {"aud": "other"}, {"aud": None},
    {"aud": ["other", "another"]}, {"sub": None}, {"sub": ""}, {"sub": 7}, {"exp": "tomorrow"},
])
def test_a_provider_token_with_a_wrong_claim_is_refused(world, claims):
    world.client.get("/v1/users/me", code="unauthenticated", Authorization=f"Bearer {provider_token('eve', **claims)}")


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "HS512"}, {"alg": "HS384"}, {"alg": "RS256"}, {"alg": "EdDSA"}, {"alg": "hs256"}, {"crit": ["exp"]}])
def test_a_provider_token_with_another_algorithm_is_refused(world, header):
    world.client.get("/v1/users/me", code="unauthenticated", Authorization=f"Bearer {provider_token('eve', header=header)}")


def forged():
    good = provider_token("eve")
    head, claims, signature = good.split(".")
    other = provider_token("mallory").split(".")[1]
    return [f"{head}.{other}.{signature}", f"{head}.{claims}.", f"{head}.{claims}", f"{good}.x", f"{good}=", good[:-1], good + "A",
            provider_token("eve", key=b"another key of thirty-two bytes!"), provider_token("eve", key=b""), f".{claims}.{signature}",
            good.replace(".", "..", 1), f" {good}", good.upper()]


@pytest.mark.parametrize("number", range(13))
def test_a_forged_provider_token_is_refused(world, number):
    world.client.get("/v1/users/me", code="unauthenticated", Authorization=f"Bearer {forged()[number]}")


def test_an_audience_among_several_is_taken(world):
    world.client.get("/v1/users/me", status=200, Authorization=f"Bearer {provider_token('mina', aud=['other', 'frontrow'])}")
