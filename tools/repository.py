"""What every check needs: the repository's files and one way to report findings."""
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def files(*patterns):
    """Paths relative to the root: tracked, or new and not ignored; deleted ones are left out."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return sorted(Path(name) for name in set(listing.split("\0")) if name and (ROOT / name).is_file())


def text(path):
    """The file's text, or None where it is not UTF-8 text."""
    try:
        return (ROOT / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return None


def report(findings):
    """Prints the findings and ends the program: 1 where there are any."""
    for finding in findings:
        print(finding)
    sys.exit(1 if findings else 0)
