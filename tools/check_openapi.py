#!/usr/bin/env python3
"""Checks schemas/openapi.yaml: references resolve, schemas are valid JSON Schema (2020-12), operations are
complete, refuse in named ways, and the codes are those of the code (src/domain/refusal.h)."""
import re

import jsonschema
import yaml

from repository import ROOT, report

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
SPEC = ROOT / "schemas" / "openapi.yaml"


class UniqueKeys(yaml.SafeLoader):
    """YAML keeps the last of duplicate keys; here they are an error."""

    def construct_mapping(self, node, deep=False):
        keys = [self.construct_object(key) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                raise yaml.constructor.ConstructorError(None, None, f"duplicate key {key}", node.start_mark)
        return super().construct_mapping(node, deep)


def walk(node, path="#"):
    yield path, node
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in children:
        yield from walk(value, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")


def resolve(spec, reference):
    node = spec
    for part in reference.removeprefix("#/").split("/"):
        node = node[part.replace("~1", "/").replace("~0", "~")]
    return node


def operations(spec):
    for path, item in spec["paths"].items():
        for method in METHODS & set(item):
            yield path, method, item[method]


def check_references(spec):
    used = set()
    for path, node in walk(spec):
        if isinstance(node, dict) and isinstance(node.get("$ref"), str):
            used.add(node["$ref"])
            try:
                resolve(spec, node["$ref"])
            except (KeyError, TypeError):
                yield f"{path}: {node['$ref']} leads nowhere"
    streamed = {name for _, _, operation in operations(spec) for name in operation.get("x-events", {}).values()}
    for kind, parts in spec["components"].items():
        for name in parts if kind != "securitySchemes" else ():
            if f"#/components/{kind}/{name}" not in used and name not in streamed:
                yield f"components/{kind}/{name} is never used"


def check_schemas(spec):
    for name, schema in spec["components"]["schemas"].items():
        try:
            jsonschema.Draft202012Validator.check_schema(schema)
        except jsonschema.SchemaError as error:
            yield f"schema {name}: {error.message}"


def check_examples(spec):
    """Each `example` of a schema fits it."""
    resolver = jsonschema.RefResolver("", spec)
    for name, schema in spec["components"]["schemas"].items():
        for example in [schema["example"]] if "example" in schema else schema.get("examples", []):
            for error in jsonschema.Draft202012Validator(schema, resolver=resolver).iter_errors(example):
                yield f"schema {name}: its example: {error.message}"


def closed(schema, spec):
    """Whether a request's schema refuses unknown keys, in every variant and at every depth."""
    if "$ref" in schema:
        return closed(resolve(spec, schema["$ref"]), spec)
    variants = [variant for variant in schema.get("oneOf", []) if "properties" in variant or "$ref" in variant]
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    if not all(closed(part, spec) for part in variants + inner):
        return False
    return schema.get("type") != "object" or bool(variants) or schema.get("additionalProperties") is False


def path_parameters(spec, path, operation):
    listed = spec["paths"][path].get("parameters", []) + operation.get("parameters", [])
    for parameter in listed:
        parameter = resolve(spec, parameter["$ref"]) if "$ref" in parameter else parameter
        if parameter["in"] == "path":
            yield parameter["name"]


def check_operation(spec, path, method, operation, status_of):
    name = f"{method.upper()} {path}"
    for field in ("operationId", "summary", "tags", "security", "responses"):
        if field not in operation:
            yield f"{name}: no {field}"
    if sorted(re.findall(r"\{(\w+)\}", path)) != sorted(path_parameters(spec, path, operation)):
        yield f"{name}: its parameters are not those of the path"
    responses, codes = operation["responses"], operation.get("x-codes", [])
    if "default" not in responses:
        yield f"{name}: no problem answer as default"
    for status, response in responses.items():
        if (status == "default" or status >= "400") and response.get("$ref") != "#/components/responses/Problem":
            yield f"{name}: {status} is not a problem"
        if status != "default" and status >= "400" and status not in {status_of.get(code) for code in codes}:
            yield f"{name}: none of its x-codes is a {status}"
    for code in codes:
        if status_of.get(code) not in responses:
            yield f"{name}: {code} is among its x-codes, and {status_of.get(code)} is not among its answers"
    callers = {scheme for choice in operation["security"] for scheme in choice}
    needed = {"user": "unauthenticated", "staff": "unauthenticated", "entry": "entry_token_required", "queue": "queue_token_required"}
    for scheme in callers:
        if needed[scheme] not in codes:
            yield f"{name}: takes {scheme} and does not name {needed[scheme]}"
    if ("staff" in callers) != ("x-role" in operation):
        yield f"{name}: x-role belongs to staff's operations, to all and to no others"
    if any("{" in part for part in path.split("/")) and "not_found" not in codes:
        yield f"{name}: something is named in its path, and it never answers not_found"
    if "requestBody" in operation and not closed(operation["requestBody"]["content"]["application/json"]["schema"], spec):
        yield f"{name}: its body takes unknown keys"
    keyed = {"$ref": "#/components/parameters/IdempotencyKey"} in operation.get("parameters", [])
    if keyed != (method == "post" and bool(callers)):
        yield f"{name}: Idempotency-Key belongs to every POST that has a caller, and to nothing else"


def check_codes(spec, status_of):
    enum = spec["components"]["schemas"]["Code"]["enum"]
    if sorted(enum) != sorted(status_of):
        yield f"Code and x-statuses differ in {sorted(set(enum) ^ set(status_of))}"
    header = (ROOT / "src" / "domain" / "refusal.h").read_text(encoding="utf-8")
    body = re.search(r"enum class RefusalCode[^{]*\{(.*?)\};", header, re.S)[1]
    in_code = set(re.findall(r"^\s*([a-z_]+)\s*=", body, re.M))
    if in_code != set(enum):
        yield f"Code and src/domain/refusal.h differ in {sorted(in_code ^ set(enum))}"
    used = {code for _, _, operation in operations(spec) for code in operation.get("x-codes", [])}
    used.update(spec["x-common-codes"], spec["x-post-codes"], spec["x-body-codes"])
    for code in sorted(set(enum) - used):
        yield f"{code}: no operation answers it"


ROUTE = re.compile(r"\{\s*(?:http::)?Method::(\w+),\s*\"([^\"]+)\",\s*Access::(\w+)")


def check_routes(spec):
    """The tables of routes in src/api name the same paths, methods and callers."""
    routes = {}
    for path in sorted((ROOT / "src" / "api").glob("*_routes.cpp")):
        for method, pattern, access in ROUTE.findall(path.read_text(encoding="utf-8")):
            routes[method.rstrip("_"), pattern] = access
    documented = {}
    for path, method, operation in operations(spec):
        callers = {scheme for choice in operation["security"] for scheme in choice}
        documented[method, path] = operation.get("x-role") or ("user" if "user" in callers else "open")
    for key in sorted(set(routes) | set(documented)):
        if routes.get(key) != documented.get(key):
            yield f"{key[0].upper()} {key[1]}: the code has {routes.get(key, 'no route')}, the document {documented.get(key, 'no operation')}"


def main():
    spec = yaml.load(SPEC.read_text(encoding="utf-8"), UniqueKeys)
    status_of = {code: status for status, codes in spec["x-statuses"].items() for code in codes}
    findings = list(check_references(spec))
    if not findings:
        findings += [*check_schemas(spec), *check_examples(spec), *check_codes(spec, status_of), *check_routes(spec)]
        names = [operation.get("operationId") for _, _, operation in operations(spec)]
        findings += [f"operationId {name} is not unique" for name in sorted(set(names)) if names.count(name) > 1]
        for path, method, operation in operations(spec):
            findings += check_operation(spec, path, method, operation, status_of)
    report(findings)


if __name__ == "__main__":
    main()
