#!/usr/bin/env python3
"""Makes TypeScript types of the OpenAPI document:  types_of_openapi.py schemas/openapi.yaml OUT.ts

One exported type for each schema (`Concert`, `QueueStatus`, …), and `Routes`: what each method and path takes and answers, so that
a call is checked against the contract by the compiler. The file is written only where its text changed.
"""
import json
import re
import sys
from pathlib import Path

import yaml

SPEC = {}  # the document, once read
METHODS = ("get", "post", "put", "patch", "delete")


def name_of(reference):
    return reference.rpartition("/")[2]


def resolve(node):
    while "$ref" in node:
        found = SPEC
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
        node = found
    return node


def union(parts):
    unique = list(dict.fromkeys(parts))
    return unique[0] if len(unique) == 1 else "(" + " | ".join(unique) + ")"


def required_of(schema):
    """What a schema requires, by itself or through those that it extends."""
    schema = resolve(schema)
    extended = [required_of(part) for part in schema.get("allOf", [])]
    return set(schema.get("required", [])).union(*extended)


def object_of(properties, required):
    fields = [f"{json.dumps(name)}{'' if name in required else '?'}: {type_of(part)}" for name, part in properties.items()]
    return "{" + "; ".join(fields) + "}"


def extension_of(schema):
    """A schema that extends others: theirs, without what it says anew, and its own."""
    parts = [type_of(part) for part in schema["allOf"]]
    if "properties" in schema:
        anew = " | ".join(json.dumps(name) for name in schema["properties"])
        parts = [f"Without<{part}, {anew}>" for part in parts]
        parts.append(object_of(schema["properties"], required_of(schema)))
    return " & ".join(parts)


def type_of(schema):
    if "allOf" in schema and not any("if" in part for part in schema["allOf"]):
        return extension_of(schema)
    if "$ref" in schema:
        return name_of(schema["$ref"])
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return union(json.dumps(value) for value in schema["enum"])
    if "oneOf" in schema and "properties" not in schema:
        return union(type_of(part) for part in schema["oneOf"])
    kind = schema.get("type")
    if isinstance(kind, list):
        return union(type_of({**schema, "type": one}) for one in kind)
    if kind == "array":
        return f"({type_of(schema['items'])})[]" if "items" in schema else "unknown[]"
    if "properties" in schema:
        return object_of(schema["properties"], set(schema.get("required", [])))
    if kind == "object":
        return "Record<string, never>" if schema.get("additionalProperties") is False else "Record<string, unknown>"
    return {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}.get(kind, "unknown")


def content_type(node):
    content = resolve(node).get("content", {})
    return type_of(content["application/json"]["schema"]) if "application/json" in content else None


def answer_type(operation):
    good = [content_type(answer) for status, answer in operation["responses"].items() if str(status).startswith("2")]
    return union(part or "undefined" for part in good) if good else "undefined"


def route_rows():
    for path, item in SPEC["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                body = content_type(operation["requestBody"]) if "requestBody" in operation else None
                yield f'  "{method.upper()} {path}": {{ body: {body or "undefined"}; answer: {answer_type(operation)} }};'


def main():
    source, out = Path(sys.argv[1]), Path(sys.argv[2])
    SPEC.update(yaml.safe_load(source.read_text(encoding="utf-8")))
    lines = [f"// Made by web/types_of_openapi.py from {source.name}. Not kept in the repository.", "",
             "// Leaves out keys of each member of a union.",
             "type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;", ""]
    for name, schema in SPEC["components"]["schemas"].items():
        assert re.fullmatch(r"[A-Z]\w*", name), name
        lines.append(f"export type {name} = {type_of(schema)};")
    lines += ["", "export interface Routes {", *route_rows(), "}", ""]
    text = "\n".join(lines)
    out.parent.mkdir(parents=True, exist_ok=True)
    if not out.exists() or out.read_text(encoding="utf-8") != text:
        out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
