"""Installs the Debian packages that tests need when it is root, else says which are missing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

# Package, the file that shows that it is here, and the tests that need it.
NEEDED = (
    ("chromium", Path("/usr/bin/chromium"), "every test in tests/browser"),
    (
        "fonts-noto-cjk",
        Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"),
        "screenshots with Chinese text",
    ),
)
ATTEMPTS = 3
PAUSE_SECONDS = 10


def main() -> int:
    """Never fails by itself: a test whose program is missing fails, and says why."""
    missing = [(name, tests) for name, proof, tests in NEEDED if not proof.exists()]
    if not missing:
        return 0
    names = [name for name, _ in missing]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print(f"Installing {', '.join(names)} … ", end="", flush=True)
        began = time.monotonic()
        if install(names):
            print(f"{time.monotonic() - began:.0f} s", flush=True)
            return 0
        print("failed", flush=True)
    for name, tests in missing:
        print(
            f"Missing: {name}, so {tests} will fail. As root: apt-get install -y {' '.join(names)}",
            flush=True,
        )
    return 0


def install(names: list[str]) -> bool:
    """Whether apt could, at one of its attempts; a mirror in the middle of an update refuses now and then."""
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        # Another list than the needed one may be unreachable, so only the installation counts.
        apt("update")
        done = apt("install", "-y", "--no-install-recommends", *names)
        if done.returncode == 0:
            return True
    print(f"\n{done.stderr.strip()[-1500:]}", file=sys.stderr)
    return False


def apt(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["apt-get", "-o", "DPkg::Lock::Timeout=120", "-qq", *arguments],
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


if __name__ == "__main__":
    raise SystemExit(main())
