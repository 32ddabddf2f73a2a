"""python3 -m tests.crash [N [SEED]]: kill -9 under load N times."""
import sys
import tempfile
from pathlib import Path

from tests.crash.cycles import run_cycles
from tests.lib.server import Server


def main():
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder) / "data")
        try:
            run_cycles(server, count, seed, tell=lambda line: print(line, flush=True))
        except AssertionError as error:
            print(error, file=sys.stderr)
            return 1
        finally:
            server.kill()
    print(f"{count} kills: nothing that was acknowledged is lost, no seat has two owners, the laws hold")
    return 0


if __name__ == "__main__":
    sys.exit(main())
