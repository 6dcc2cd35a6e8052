#!/usr/bin/env python3
"""Makes .venv from a hash-locked requirements file with Python's own library alone; may start linli in it.

    python3 scripts/prepare.py run [arguments of `linli run`]   # runtime lock, then becomes `linli run`
    python3 scripts/prepare.py dev                              # development lock, then returns

An environment whose stamp equals the lock is left alone, so a second start costs no time.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shlex
import shutil
import subprocess
import sys
import time
import venv
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = {"run": ROOT / "requirements.lock", "dev": ROOT / "requirements-dev.lock"}
# Room that an installation takes with a margin, in bytes: measured 360 MB and 840 MB.
ROOM = {"run": 600 * 10**6, "dev": 1200 * 10**6}
# Written before pip starts and removed after it: found at the start, it means a kill midway.
UNFINISHED = VENV / ".unfinished"
# Where the environment was made: its commands name that place, so a moved or copied one is made anew.
PLACE = VENV / ".place"

CAUSES = (
    (
        ("No space left on device", "Errno 28", "Disk quota exceeded"),
        "The disk is full: make room and run it again.",
    ),
    (
        ("DO NOT MATCH THE HASHES",),
        "A downloaded package differs from the locked one. Do not use it; a proxy or mirror changed it.",
    ),
    (
        (
            "NewConnectionError",
            "Temporary failure in name resolution",
            "Name or service not known",
            "ConnectTimeout",
            "Read timed out",
            "ProxyError",
            "SSLError",
            "Network is unreachable",
            "No matching distribution found",
        ),
        "The package index cannot be reached. linli needs the network (or a filled pip cache or mirror) "
        "once, for its first start; check the connection, or PIP_INDEX_URL, and run it again.",
    ),
)


def main(arguments: list[str]) -> None:
    kind = arguments[0] if arguments else ""
    if kind not in LOCKS:
        stop(f"usage: {Path(sys.argv[0]).name} run [arguments] | dev")
    if sys.version_info < (3, 11):  # noqa: UP036 - any Python may run this script
        stop(f"linli needs Python 3.11 or newer; this is {sys.version.split()[0]} at {sys.executable}.")
    with Turn():
        prepare(kind)
    if kind == "run":
        os.chdir(ROOT)
        os.execv(PYTHON, [str(PYTHON), "-m", "linli", "run", *arguments[1:]])


class Turn:
    """Holds the checkout's lock, so that two terminals do not install at once."""

    def __enter__(self) -> None:
        self.descriptor = os.open(ROOT, os.O_RDONLY)
        try:
            fcntl.flock(self.descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is preparing .venv; waiting for it …")
            fcntl.flock(self.descriptor, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)


def prepare(kind: str) -> None:
    lock = LOCKS[kind]
    wanted = fingerprint(lock)
    stamp = VENV / f".locked-{kind}"
    whole = works() and not UNFINISHED.exists()
    if whole and stamp.exists() and stamp.read_text() == wanted:
        return
    check_room(kind)
    try:
        if not whole:
            create()
        install(lock)
        make_importable()
        PLACE.write_text(str(ROOT))
        stamp.write_text(wanted)
        UNFINISHED.unlink()
    except OSError as error:
        stop(cause_of(str(error)) or f"{error}")


def fingerprint(lock: Path) -> str:
    """What an installation depends on: the lock's bytes, the interpreter, and where the checkout stands."""
    seen = hashlib.sha256(lock.read_bytes())
    seen.update(f"{sys.version_info[:2]} {ROOT}".encode())
    return seen.hexdigest()


def works() -> bool:
    """Whether .venv answers and is at home here."""
    if PLACE.exists() and PLACE.read_text() != str(ROOT):
        return False
    if not PYTHON.exists():
        return False
    asked = subprocess.run(
        [PYTHON, "-c", "import sys, pip; print(sys.prefix)"], capture_output=True, text=True, check=False
    )
    return asked.returncode == 0 and asked.stdout.strip() == str(VENV)


def check_room(kind: str) -> None:
    free = shutil.disk_usage(ROOT).free
    if free < ROOM[kind]:
        stop(f"The disk is nearly full: {free // 10**6} MB free at {ROOT}, {ROOM[kind] // 10**6} MB needed.")


def create() -> None:
    if not has_ensurepip():
        stop("Python's venv module is incomplete here. On Debian: sudo apt install python3-venv")
    with phase("Creating .venv"):
        try:
            venv.create(VENV, clear=True, with_pip=True, symlinks=True)
        except subprocess.CalledProcessError as error:
            stop(
                cause_of(str(error.output))
                or "Python could not create .venv. On Debian: sudo apt install python3-venv"
            )


def has_ensurepip() -> bool:
    try:
        import ensurepip  # noqa: F401 - Debian cuts this module out of python3 and puts it into python3-venv
    except ImportError:
        return False
    return True


def install(lock: Path) -> None:
    UNFINISHED.touch()
    with phase(f"Installing the packages of {lock.name}"):
        ran = subprocess.run(
            [
                *(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
                # The lock is complete: nothing outside it may slip in. Bytecode is made when first needed.
                *("--require-hashes", "--no-deps", "--no-compile", "-r", lock),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
    if ran.returncode:
        last = "\n".join(ran.stderr.strip().splitlines()[-12:])
        stop(f"{last}\n\n{cause_of(ran.stderr) or 'The packages could not be installed; see above.'}")


def make_importable() -> None:
    """Let .venv import linli from this checkout and have its command, without a build step."""
    packages = next((VENV / "lib").glob("python3*")) / "site-packages"
    (packages / "linli-checkout.pth").write_text(f"{ROOT}\n")
    command = VENV / "bin" / "linli"
    command.write_text(f'#!/bin/sh\nexec {shlex.quote(str(PYTHON))} -m linli "$@"\n')
    command.chmod(0o755)


def cause_of(output: str) -> str:
    return next((sentence for marks, sentence in CAUSES if any(mark in output for mark in marks)), "")


class phase:  # noqa: N801 - reads as a statement
    """One line: what is done, and how long it took."""

    def __init__(self, title: str) -> None:
        self.title = title

    def __enter__(self) -> None:
        self.began = time.monotonic()
        print(f"{self.title} … ", end="", flush=True)

    def __exit__(self, kind: object, *_: object) -> None:
        print("failed" if kind else f"{time.monotonic() - self.began:.0f} s", flush=True)


def say(sentence: str) -> None:
    print(sentence, flush=True)


def stop(sentence: str) -> NoReturn:
    print(sentence, file=sys.stderr)
    raise SystemExit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        raise SystemExit(130) from None
