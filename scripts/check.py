"""The fast definition of done: each check is one line with its time, and a failed one shows what it said.

`.venv/bin/python scripts/check.py format lint` runs those alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
AT_ONCE = 2

HARNESS = (
    "tests/postgres.py",
    "tests/databases.py",
    "tests/guards.py",
    "tests/browser/conftest.py",
    "tests/browser/visit.py",
)
CHECKS = {  # the slowest first, so that the others run beside it
    "types": (str(BIN / "mypy"), "--strict", "linli", "scripts", *HARNESS),
    "imports": (str(BIN / "lint-imports"),),
    "declarations": (PYTHON, "-m", "django", "check", "--fail-level", "WARNING"),
    "migrations": (PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run"),
    "docs": (PYTHON, "-m", "linli", "docs", "--check"),
    "catalogue": (PYTHON, "scripts/catalogue.py", "--check"),
    "lint": (str(BIN / "ruff"), "check", "--output-format", "concise"),
    "format": (str(BIN / "ruff"), "format", "--check", "--output-format", "concise"),
}


class Outcome(NamedTuple):
    """What a check said, and whether it is content."""

    name: str
    good: bool
    seconds: float
    said: str


def main(names: list[str]) -> int:
    """0 when every check is content. They read the tree and a throw-away home, never an office's own data."""
    began = time.monotonic()
    home = tempfile.mkdtemp(prefix="linli-check-")
    try:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            running = [pool.submit(run, name, home) for name in names or CHECKS]
            outcomes = [tell(finished.result()) for finished in as_completed(running)]
    finally:
        shutil.rmtree(home, ignore_errors=True)
    bad = [outcome.name for outcome in outcomes if not outcome.good]
    print(
        f"check: {'failed: ' + ', '.join(bad) if bad else 'all good'} in {time.monotonic() - began:.0f} s",
        flush=True,
    )
    return 1 if bad else 0


def run(name: str, home: str) -> Outcome:
    began = time.monotonic()
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "linli.site.settings",
        "LINLI_HOME": home,
        "LINLI_DATABASE": f"sqlite:///{home}/linli.sqlite3",
    }
    done = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Outcome(name, done.returncode == 0, time.monotonic() - began, (done.stdout + done.stderr).strip())


def tell(outcome: Outcome) -> Outcome:
    print(f"{'good' if outcome.good else 'BAD '}  {outcome.name:<13} {outcome.seconds:5.1f} s", flush=True)
    if not outcome.good:
        print("\n".join(f"      {line}" for line in outcome.said.splitlines()), flush=True)
    return outcome


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
