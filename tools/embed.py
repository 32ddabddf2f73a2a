#!/usr/bin/env python3
"""Turns files of schemas into C++ sources at build time.

    embed.py openapi schemas/openapi.yaml OUT.cpp       minified JSON
    embed.py migrations schemas/migrations/sqlite OUT.cpp    numbered SQL files in order, with checksums
    embed.py pages build/web OUT.cpp                    what web/build.mjs made: files, plain and compressed, and templates

The declarations that the sources define stand in `api/openapi_json.h` and `adapters/sqlite/migrations.h`,
or in the header and the names given by --header, --namespace and --name.
"""
import argparse
import hashlib
import json
import re
import sys
from pathlib import Path

# Compilers bound the length of one literal; longer text is several literals that stand side by side.
LITERAL_BYTES = 8000


def literal(data):
    """C++ string literals for the bytes. An octal escape has at most three digits, so it never eats what follows."""
    pieces = []
    for start in range(0, max(len(data), 1), LITERAL_BYTES):
        escaped = "".join(
            chr(byte) if 32 <= byte < 127 and byte not in b'"\\?' else "\\n" if byte == 10 else f"\\{byte:03o}"
            for byte in data[start:start + LITERAL_BYTES])
        pieces.append(f'    "{escaped}"')
    return "\n".join(pieces)


def view(data):
    return f"std::string_view(\n{literal(data)},\n    {len(data)})"


def embed_openapi(arguments):
    import yaml  # Debian's python3-yaml; the other verb does without it

    spec = yaml.safe_load(arguments.source.read_text(encoding="utf-8"))
    data = json.dumps(spec, ensure_ascii=False, separators=(",", ":")).encode()
    return f"const std::string_view {arguments.name} = {view(data)};\n"


def embed_migrations(arguments):
    paths = sorted(arguments.source.glob("*.sql"))
    rows = []
    for number, path in enumerate(paths, 1):
        match = re.fullmatch(r"(\d{4})_([a-z0-9_]+)\.sql", path.name)
        if not match or int(match[1]) != number:
            sys.exit(f"{path}: migrations are named NNNN_name.sql, from 0001 without gaps")
        sql = path.read_bytes()
        checksum = hashlib.sha256(sql).hexdigest()
        rows.append(f'    {{{number}, "{match[2]}",\n     {view(sql)},\n     "{checksum}"}},\n')
    if not rows:
        sys.exit(f"{arguments.source}: no migration")
    return (f"static constexpr Migration kRows[] = {{\n{''.join(rows)}}};\n"
            f"const std::span<const Migration> {arguments.name}{{kRows}};\n")


def embed_asset(folder, file):
    plain, gzip, brotli = (view((folder / (file["name"] + ending)).read_bytes()) for ending in ("", ".gz", ".br"))
    return f'    {{"{file["name"]}",\n     "{file["type"]}",\n     {plain},\n     {gzip},\n     {brotli}}},\n'


def embed_pages(arguments):
    manifest = json.loads((arguments.source / "manifest.json").read_text())
    assets = "".join(embed_asset(arguments.source / "assets", file) for file in sorted(manifest["files"], key=lambda one: one["name"]))
    entries = "".join(f'    {{"{name}", "{parts["scripts"][0]}", "{(parts["styles"] or [""])[0]}"}},\n' for name, parts in manifest["entries"].items())
    templates = "".join(f'    {{"{path.name.split(".")[0]}", "{path.name.split(".")[1]}",\n     {view(path.read_bytes())}}},\n'
                        for path in sorted(arguments.source.glob("*.html")))
    return (f"static constexpr Asset kAssetRows[] = {{\n{assets}}};\nconst std::span<const Asset> kAssets{{kAssetRows}};\n"
            f"static constexpr EntryPoint kEntryRows[] = {{\n{entries}}};\nconst std::span<const EntryPoint> kEntryPoints{{kEntryRows}};\n"
            f"static constexpr TemplateText kTemplateRows[] = {{\n{templates}}};\nconst std::span<const TemplateText> kTemplates{{kTemplateRows}};\n"
            f'const std::string_view kIcon = "{manifest["icon"]}";\n')


VERBS = {
    "openapi": (embed_openapi, "api/openapi_json.h", "kOpenapiJson"),
    "migrations": (embed_migrations, "adapters/sqlite/migrations.h", "kMigrations"),
    "pages": (embed_pages, "pages/assets.h", "kAssets"),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=VERBS)
    parser.add_argument("source", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--header", help="the header that declares what is defined")
    parser.add_argument("--namespace", default="frontrow")
    parser.add_argument("--name", help="the constant's name")
    arguments = parser.parse_args()
    embed, header, name = VERBS[arguments.what]
    arguments.name = arguments.name or name
    body = embed(arguments)
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    arguments.out.write_text(
        f"// Made by tools/embed.py from {arguments.source.name}.\n"
        f'#include "{arguments.header or header}"\n\n#include <span>\n#include <string_view>\n\n'
        f"namespace {arguments.namespace} {{\n\n{body}\n}}  // namespace {arguments.namespace}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
