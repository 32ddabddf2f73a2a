#!/usr/bin/env python3
"""absent.py PROGRAM: exit 0 where the program holds no planted bug: neither a name of one nor the variable's."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from check import bugs  # noqa: E402

program = pathlib.Path(sys.argv[1]).read_bytes()
found = [name for name in [*bugs(), "FRONTROW_PLANTED_BUG"] if name.encode() in program]
if found:
    print(f"{sys.argv[1]} holds planted bugs: {', '.join(found)}")
sys.exit(1 if found else 0)
