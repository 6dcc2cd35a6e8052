"""Tables and static files made once in a run of the tests, and copied into every home that needs them."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[1]
SHARED = "LINLI_TEST_SHARED"
"""The folder that all processes of one run share; scripts/suite.py's controller makes it."""
FILE = "linli.sqlite3"

_begun: subprocess.Popen[bytes] | None = None


def is_shared() -> bool:
    """Whether tests are running; a measurement makes its own."""
    return SHARED in os.environ


def folder() -> Path:
    return Path(os.environ[SHARED])


def begin() -> None:
    """Prepare in the background, while the workers still read their tests."""
    global _begun  # noqa: PLW0603 - kept, or Python complains that nobody waits for it
    _begun = subprocess.Popen([sys.executable, "-m", "tests.prepared"], cwd=ROOT, stdin=subprocess.DEVNULL)


def tables(to: Path) -> None:
    """A migrated SQLite database as the file `to`."""
    with _ready() as made:
        for ending in ("", "-wal"):
            if (part := made / f"{FILE}{ending}").exists():
                shutil.copyfile(part, to.with_name(to.name + ending))


def static(to: Path) -> None:
    """The collected static files, compressed as well, with the stamp that says of which sources."""
    with _ready() as made:
        shutil.copytree(made / "static", to, dirs_exist_ok=True)


@contextmanager
def _ready() -> Iterator[Path]:
    """A home on which `linli prepare` was run; whoever comes first runs it, the others wait."""
    made = folder() / "house"
    with (folder() / "lock").open("w") as mine:
        fcntl.flock(mine, fcntl.LOCK_EX)
        if not (folder() / "ready").exists():
            _prepare(made)
            (folder() / "ready").touch()
    yield made


def _prepare(home: Path) -> None:
    home.mkdir(exist_ok=True)
    kept = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
    own = {"LINLI_HOME": str(home), "LINLI_DATABASE": f"sqlite:///{home}/{FILE}"}
    ran = subprocess.run(
        [sys.executable, "-m", "linli", "prepare"],
        cwd=ROOT,
        env={**kept, **own, "DJANGO_SETTINGS_MODULE": "linli.site.settings"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"linli prepare: {ran.stdout}{ran.stderr}"


if __name__ == "__main__":
    with _ready():
        pass
