#!/usr/bin/env python3
"""Every relative link in a Markdown page leads to a file, and its anchor to a heading of that page."""
import re
from pathlib import Path

from repository import ROOT, files, report, text

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)(?:\s+\"[^\"]*\")?\)|!\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*#*$", re.M)
FENCE = re.compile(r"^(```|~~~).*?^\1", re.M | re.S)
CODE_SPAN = re.compile(r"`[^`\n]*`")


def anchors(page):
    """The anchors that the page's headings get, by the common rule of repository hosts."""
    found = set()
    for heading in HEADING.findall(FENCE.sub("", page)):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
        slug = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        number = 0
        while (candidate := slug if not number else f"{slug}-{number}") in found:
            number += 1
        found.add(candidate)
    return found


def findings_of(path):
    page = text(path)
    prose = CODE_SPAN.sub("", FENCE.sub("", page))
    for match in LINK.finditer(prose):
        link = match[1] or match[2]
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        name, _, anchor = link.partition("#")
        target = (ROOT / path.parent / name).resolve() if name else ROOT / path
        if name.startswith("/") or not target.exists() or ROOT not in (target, *target.parents):
            yield f"{path}: {link} leads nowhere"
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text(encoding="utf-8")):
            yield f"{path}: {link}: no such heading"


def main():
    report([finding for path in files("*.md") for finding in findings_of(Path(path))])


if __name__ == "__main__":
    main()
