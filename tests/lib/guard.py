"""python3 guard.py FOLDER: waits until standard input is closed, which the end of its parent does however it came, then
ends the PostgreSQL servers in the folder and removes it."""
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent / "deploy" / "cluster"))

from database import Database  # noqa: E402

if __name__ == "__main__":
    sys.stdin.buffer.read()
    Database(Path(sys.argv[1]), [0, 0]).destroy()
