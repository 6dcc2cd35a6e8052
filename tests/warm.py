"""Processes of a house that need not read all of linli again: each is forked from one that has, and is its own master.

What a process finds out of itself when it starts (its number, its settings' database, its signals) it still finds out
of itself: the one it is forked from has opened nothing, and the modules that sign with the number are read anew.
"""

from __future__ import annotations

import ctypes
import gc
import json
import os
import runpy
import select
import signal
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PR_SET_PDEATHSIG = 1
OWN = {"linli.site.asgi", "linli.site.worker"}
"""Read by each process for itself: they set it up, or sign with its number."""


@dataclass
class Forked:
    """One process, with the few words of subprocess.Popen that a test needs."""

    pid: int
    warm: Warm

    returncode: int | None = None

    def __post_init__(self) -> None:
        self._ended = os.pidfd_open(self.pid)

    def poll(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self.wait(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._ended], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.returncode = self.warm.ask({"buried": self.pid})
            os.close(self._ended)
        return self.returncode

    def terminate(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)


class Warm:
    """A process that has read linli, in an environment of its own, and forks on request."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.warm", str(os.getpid())],
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def ask(self, what: dict[str, Any]) -> int:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(what).encode() + b"\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the process that forks has ended"
        return int(answer)

    def start(self, *arguments: str, out: Path, err: Path) -> Forked:
        """`python <arguments>` (`-c code` or `-m module …`) in a session of its own, its words added to two files."""
        return Forked(self.ask({"arguments": arguments, "out": str(out), "err": str(err)}), self)

    def said(self, *arguments: str, patience: float = 120) -> str:
        """What such a process prints to its end. Raises AssertionError with its words when it fails."""
        with tempfile.TemporaryDirectory() as room:
            out, err = Path(room, "out"), Path(room, "err")
            code = self.start(*arguments, out=out, err=err).wait(patience)
            assert code == 0, f"{' '.join(arguments)}: {out.read_text()[-2000:]}{err.read_text()[-4000:]}"
            return out.read_text()

    def end(self) -> None:
        self.process.kill()
        self.process.wait()


def follow(pid: int) -> None:
    """Die with the process `pid`, which began this one."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != pid:
        os._exit(1)


def serve(owner: int) -> None:
    """Read linli, then fork whatever each line asks for."""
    follow(owner)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import django

    django.setup()
    from django.db import connections

    import tests.town  # noqa: F401

    assert not OWN & set(sys.modules)
    assert threading.active_count() == 1
    assert all(one.connection is None for one in connections.all(initialized_only=True))
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        asked = json.loads(line)
        answer = buried(asked["buried"]) if "buried" in asked else forked(asked, answers)
        print(answer, file=answers, flush=True)


def buried(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def forked(asked: dict[str, Any], answers: Any) -> int:
    parent = os.getpid()
    if pid := os.fork():
        return pid
    code = 1
    try:
        follow(parent)
        os.setsid()
        answers.close()
        for number, path in ((0, os.devnull), (1, asked["out"]), (2, asked["err"])):
            os.dup2(os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600), number)
        sys.stdin = open(0, closefd=False)  # noqa: SIM115 - it lives as long as the process
        code = run(asked["arguments"])
    finally:
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError):
                stream.flush()
        os._exit(code)


def run(arguments: list[str]) -> int:
    """As `python <arguments>` would; its exit code."""
    try:
        if arguments[0] == "-c":
            exec(arguments[1], {"__name__": "__main__"})
        else:
            sys.argv = arguments[1:]
            runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


if __name__ == "__main__":
    serve(int(sys.argv[1]))
