"""The OpenAPI document as a judge: every answer that a test receives is compared with it."""
import json
import re
from functools import lru_cache
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
SPEC = yaml.load((ROOT / "schemas" / "openapi.yaml").read_text(encoding="utf-8"), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
STATUS_OF = {code: int(status) for status, codes in SPEC["x-statuses"].items() for code in codes}
METHODS = ("get", "post", "put", "patch", "delete")
TOKENS = ("access_token", "queue_token", "entry_token")
_RESOLVER = jsonschema.RefResolver("", SPEC)


class Operation:
    def __init__(self, path, method, raw):
        self.path, self.method, self.raw = path, method.upper(), raw
        self.pattern = re.compile("^" + re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(path)) + "$")
        self.callers = [set(choice) for choice in raw["security"]]
        self.role = raw.get("x-role")

    def __repr__(self):
        return f"{self.method} {self.path}"

    @property
    def codes(self):
        codes = set(self.raw.get("x-codes", ())) | set(SPEC["x-common-codes"])
        if self.method == "POST":
            codes |= set(SPEC["x-post-codes"])
        if "requestBody" in self.raw:
            codes |= set(SPEC["x-body-codes"])
        return codes


OPERATIONS = [Operation(path, method, item[method])
              for path, item in SPEC["paths"].items() for method in METHODS if method in item]


def find_operation(method, target):
    path = target.partition("?")[0]
    wanted = "GET" if method == "HEAD" else method
    return next((op for op in OPERATIONS if op.method == wanted and op.pattern.match(path)), None)


@lru_cache(maxsize=None)
def _validator(name):
    return jsonschema.Draft202012Validator({"$ref": f"#/components/schemas/{name}"}, resolver=_RESOLVER)


def _deref(node):
    return _RESOLVER.resolve(node["$ref"])[1] if "$ref" in node else node


def check_value(name, value):
    """Fails with the first rule of the schema that the value breaks."""
    error = jsonschema.exceptions.best_match(_validator(name).iter_errors(value))
    assert error is None, f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:400]} in {json.dumps(value)[:600]}"


def check_answer(method, target, answer):
    """What the contract says of every answer, and of this operation's."""
    where = f"{method} {target} → {answer.status}"
    assert answer.header("x-request-id"), f"{where}: no X-Request-Id"
    operation = find_operation(method, target)
    if answer.status >= 400:
        check_problem(where, operation, method, answer)
        return
    if operation is None:
        return
    response = operation.raw["responses"].get(str(answer.status))
    assert response, f"{where}: a status that the contract does not name; {answer.body[:300]}"
    response = _deref(response)
    content = response.get("content")
    if not content or method == "HEAD":
        assert not answer.body, f"{where}: has a body"
        return
    kind = answer.header("content-type", "").partition(";")[0]
    assert kind in content, f"{where}: Content-Type {kind}"
    schema = content[kind].get("schema", {})
    if kind == "application/json" and "$ref" in schema:
        check_value(schema["$ref"].rpartition("/")[2], answer.json)
        if isinstance(answer.json, dict) and any(token in answer.json for token in TOKENS):
            assert answer.header("cache-control") == "no-store", f"{where}: a token without Cache-Control: no-store"


def check_problem(where, operation, method, answer):
    if answer.status in (429, 503):
        assert (answer.header("retry-after") or "").isdigit(), f"{where}: no Retry-After"
    if answer.status == 405:
        assert answer.header("allow"), f"{where}: no Allow"
    if method == "HEAD":
        return
    kind = answer.header("content-type", "").partition(";")[0]
    assert kind == "application/problem+json", f"{where}: Content-Type {kind}: {answer.body[:300]}"
    problem = answer.json
    check_value("Problem", problem)
    assert problem["status"] == answer.status == STATUS_OF[problem["code"]], f"{where}: {problem}"
    if operation is not None:
        assert problem["code"] in operation.codes, f"{where}: {problem['code']} is not a code of this operation"
