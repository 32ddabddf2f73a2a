#!/usr/bin/env python3
"""Words that have no place in the repository: paths of one machine, registry hosts, unfinished marks,
and second names for an idea of the glossary (one word for one idea, in code, API and store)."""
import re

from repository import files, report, text

# Written with brackets so that this file does not find itself.
FORBIDDEN = [
    (r"(?<![\w.~-])/(?:wor[k]|hom[e])/", "a path of one machine"),
    (r"\b(?:npmj[s]\.|[d]eb\.debian|pyp[i]\.org|registr[y]\.)", "a registry host"),
    (r"\b(?:TO[D]O|FIX[M]E|XX[X]|HAC[K])\b", "an unfinished mark"),
    (r"\bnot (?:yet )?implemente[d]", "an unfinished mark"),
]
# A second name, and the glossary's word for the idea.
SECOND_NAMES = {
    "reservation": "hold", "reservations": "holds", "booking": "order", "bookings": "orders",
    "customer": "user", "customers": "users", "gig": "concert", "performance": "show",
    "waitlist": "queue", "cart": "order", "carts": "orders", "coupon": "ticket", "no_show": "missed",
}
# Names that the browser gives.
PLATFORM = {"performance"}
CODE = (".h", ".cpp", ".sql", ".yaml", ".ts", ".tsx")
COMMENT = re.compile(r"//.*$|--.*$|#.*$|\"(?:[^\"\\]|\\.)*\"|'[^']*'")
IDENTIFIER = re.compile(r"[A-Za-z_]\w*")
PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def second_names(line):
    """The second names among the identifiers of a line of code; prose and literals are not looked at."""
    for identifier in set(IDENTIFIER.findall(COMMENT.sub("", line))) - PLATFORM:
        for part in PART.findall(identifier):
            if part.lower() in SECOND_NAMES:
                yield identifier, SECOND_NAMES[part.lower()]


def findings_of(path, content):
    for number, line in enumerate(content.splitlines(), 1):
        for pattern, what in FORBIDDEN:
            if re.search(pattern, line):
                yield f"{path}:{number}: {what}: {line.strip()[:100]}"
        if path.suffix in CODE and path.parts[0] in ("src", "web") or path.suffix == ".sql":
            for identifier, word in second_names(line):
                yield f"{path}:{number}: {identifier}: the glossary's word is {word}"


def main():
    findings = []
    for path in files():
        content = text(path)
        if content is not None and path.name not in ("package-lock.json",):
            findings += findings_of(path, content)
    report(findings)


if __name__ == "__main__":
    main()
