#!/usr/bin/env python3
"""Compares each source folder's `deps` with what its files include, in both directions.

A folder may include itself, the folders and the libraries that its `deps` lists, and the standard
library. What is listed and not included is a finding too, so the file stays true. There is no list of
exceptions: folder cycles are how a large C++ house decays, and they are refused here.

Test libraries belong to tests: `x_test.cpp`, and headers that no other file than a test includes.
"""
import re
from pathlib import Path

from repository import ROOT, files, report

SOURCE = Path("src")
INCLUDE = re.compile(r'^\s*#\s*include\s*(?:<([^>]+)>|"([^"]+)")', re.M)
# The first matching row names the libraries of which one must be listed.
LIBRARIES = [
    (r"fmt/", ("fmt",)),
    (r"spdlog/", ("spdlog",)),
    (r"boost/json", ("json",)),
    (r"boost/asio", ("asio",)),
    (r"boost/", ("boost", "asio", "json")),
    (r"openssl/", ("openssl",)),
    (r"sqlite3\.h$", ("sqlite",)),
    (r"libpq-fe\.h$", ("pq",)),
    (r"CLI/", ("cli11",)),
    (r"sodium", ("sodium",)),
    (r"toml\+\+/", ("toml",)),
    (r"qrcodegen", ("qrcodegen",)),
    (r"(thread|condition_variable|future|stop_token)$", ("threads", "asio")),
]
TEST_ONLY = re.compile(r"^(gtest|gmock|rapidcheck)(/|\.h)")
SYSTEM = re.compile(r"^([a-z0-9_]+|(sys|netinet|arpa|linux|net)/[a-z0-9_]+\.h|[a-z0-9_]+\.h)$")


def folders():
    """Every folder under src that holds C++ files or a deps file."""
    paths = files("src/**.h", "src/**.cpp", "src/**deps")
    return sorted({path.parent for path in paths})


def read_deps(folder):
    names, libraries = set(), set()
    for line in (ROOT / folder / "deps").read_text().splitlines():
        line = line.strip()
        if line.startswith("lib:"):
            libraries.add(line[4:])
        elif line and not line.startswith("#"):
            names.add(line)
    return names, libraries


def library_of(header):
    for pattern, names in LIBRARIES:
        if re.match(pattern, header):
            return names
    return None


def includes_of(path):
    """(library header or "", own header or "") for each include of a file."""
    return INCLUDE.findall((ROOT / path).read_text(encoding="utf-8"))


def test_headers():
    """Headers under src that include a test library, also through another header."""
    headers = {str(path.relative_to(SOURCE)): includes_of(path) for path in files("src/**.h")}
    found = set()
    while True:
        more = {name for name, includes in headers.items() if name not in found and any(
            TEST_ONLY.match(library) or own in found for library, own in includes)}
        if not more:
            return found
        found |= more


class Folder:
    tests = frozenset()  # the headers of tests, set once

    def __init__(self, path):
        self.path = path
        self.name = str(path.relative_to(SOURCE))
        self.findings = []
        self.used_folders, self.used_libraries = set(), set()
        self.folders, self.libraries = set(), set()

    def check(self):
        for needed in ("README.md", "deps"):
            if not (ROOT / self.path / needed).is_file():
                self.findings.append(f"{self.path}: has no {needed}")
        if (ROOT / self.path / "deps").is_file():
            self.folders, self.libraries = read_deps(self.path)
        for name in self.folders:
            if not (ROOT / SOURCE / name).is_dir():
                self.findings.append(f"{self.path}/deps: there is no folder {name}")
        for path in files(f"{self.path}/*.h", f"{self.path}/*.cpp"):
            if path.parent == self.path:
                self.check_file(path)
        for name in sorted(self.folders - self.used_folders):
            self.findings.append(f"{self.path}/deps: {name} is listed and never included")
        for name in sorted(self.libraries - self.used_libraries):
            self.findings.append(f"{self.path}/deps: lib:{name} is listed and never included")

    def check_file(self, path):
        for library, own in includes_of(path):
            if own:
                self.check_own(path, own)
            else:
                self.check_library(path, library)

    def check_own(self, path, header):
        if not (ROOT / SOURCE / header).is_file():
            self.findings.append(f'{path}: "{header}" is not a file under src')
            return
        if header in self.tests and not path.name.endswith("_test.cpp") and path.suffix != ".h":
            self.findings.append(f'{path}: "{header}" is a header of tests')
        name = str(Path(header).parent)
        if name != self.name:
            self.used_folders.add(name)
            if name not in self.folders:
                self.findings.append(f'{path}: includes "{header}", and {self.path}/deps does not list {name}')

    def check_library(self, path, header):
        if TEST_ONLY.match(header):
            if path.suffix != ".h" and not path.name.endswith("_test.cpp"):
                self.findings.append(f"{path}: <{header}> belongs into tests alone")
            return
        names = library_of(header)
        if names is None:
            if not SYSTEM.match(header):
                self.findings.append(f"{path}: <{header}> is of no library that tools/check_deps.py knows")
            return
        listed = self.libraries & set(names)
        self.used_libraries |= listed
        if not listed:
            self.findings.append(f"{path}: includes <{header}>, and {self.path}/deps does not list lib:{names[0]}")


def cycles(graph):
    """One finding for each folder from which a path leads back to itself."""
    findings = []
    for start in graph:
        seen, open_names = set(), list(graph[start])
        while open_names:
            name = open_names.pop()
            if name not in seen:
                seen.add(name)
                open_names += graph.get(name, ())
        if start in seen:
            findings.append(f"src/{start}: depends on itself through {', '.join(sorted(seen - {start}))}")
    return findings


def main():
    Folder.tests = test_headers()
    houses = [Folder(path) for path in folders()]
    findings = []
    for house in houses:
        house.check()
        findings += house.findings
    report(findings + cycles({house.name: house.folders for house in houses}))


if __name__ == "__main__":
    main()
