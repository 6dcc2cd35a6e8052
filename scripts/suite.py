"""Runs every test on both databases at once, in five processes, and ends with pytest's one summary.

Arguments go to pytest: `.venv/bin/python scripts/suite.py tests/flows -x`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> None:
    """`--dist each` hands the whole suite to each worker; tests/guards.py leaves it what is for its database and part.

    Tests that mostly wait for processes of their own run beside the others, so that neither core is idle meanwhile.
    """
    os.chdir(ROOT)
    # Every worker and every house that it starts would compile all of linli again: a second of processor each.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    shares = [(name, part) for part in ("inside", "apart") for name in ("sqlite", "postgres")]
    workers = [
        f"popen//id={name}-{part}//env:LINLI_TEST_DB={name}//env:LINLI_TEST_PART={part}"
        for name, part in [*shares, ("sqlite", "browser")]
    ]
    options = [
        "--dist",
        "each",
        *(part for worker in workers for part in ("--tx", worker)),
        "--durations",
        "8",
    ]
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *options, *arguments])


if __name__ == "__main__":
    main(sys.argv[1:])
