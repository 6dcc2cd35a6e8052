"""Runs every test on both databases at once, one process each, and ends with pytest's one summary.

Arguments go to pytest: `.venv/bin/python scripts/suite.py tests/flows -x`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str]) -> None:
    """`--dist each` hands the whole suite to each of two workers, which differ in their database alone."""
    os.chdir(ROOT)
    workers = [f"popen//id={name}//env:LINLI_TEST_DB={name}" for name in ("sqlite", "postgres")]
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
