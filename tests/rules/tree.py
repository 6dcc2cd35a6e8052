"""The tree as the rules see it: the files that git would keep, and Python's own reading of them."""

from __future__ import annotations

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
VENDORED = "linli/static/vendor/"


@cache
def files() -> tuple[str, ...]:
    """Every file that is in git or would be with `git add`, relative to the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(sorted(name for name in set(listed.stdout.split("\0")) if name and (ROOT / name).is_file()))


@cache
def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@cache
def parsed(name: str) -> ast.Module:
    return ast.parse(text(name), name)


def modules(*, tests: bool = False) -> list[str]:
    """Python of the product; with `tests` also the tests and scripts. Migrations never: Django writes them."""
    return [
        name
        for name in files()
        if name.endswith(".py")
        and "/migrations/" not in name
        and (tests or (name.startswith("linli/") and "/tests/" not in name))
    ]


def templates() -> list[str]:
    return [name for name in files() if name.startswith("linli/") and name.endswith(".html")]
