"""Keeps the processes of one `linli run` alive: restarts the one that died, and ends all of them together."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

DIES_WITH_PARENT = "LINLI_DIES_WITH_PARENT"
"""Set by `linli serve`: a worker whose server was killed must not go on answering on its socket."""
_PR_SET_PDEATHSIG = 1
STOP_SECONDS = 20
"""What was begun is finished within this time, or cut off."""
STEADY_SECONDS = 10
"""A process that lived this long started well; before, each death doubles the pause."""
MOST_DEATHS = 6
"""A process that never lived so long dies of something a restart does not mend."""


def follow_parent(number: int = signal.SIGTERM) -> None:
    """Ask Linux to end this process when the one that started it dies; elsewhere nothing happens."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(number))


@dataclass
class Child:
    """One process and how it fared."""

    name: str
    arguments: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    deaths: int = 0
    again_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own, so that its own children can be found when it is gone."""
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "linli", *self.arguments],
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=follow_parent,  # noqa: PLW1509 - one system call, no lock
        )

    def bury(self, now: float) -> int:
        """Note the death of the process, clear away what it left running, and plan the next start."""
        assert self.process
        code, pid = self.process.wait(), self.process.pid
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        self.process = None
        self.deaths = 1 if now - self.began > STEADY_SECONDS else self.deaths + 1
        self.again_at = now + min(0.25 * 2**self.deaths, 30)
        return code

    def end(self) -> None:
        """Ask it to finish."""
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def wait(self, until: float) -> None:
        """Until it is gone; past `until` it is cut off together with its own children."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(max(until - time.monotonic(), 0.1))
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@dataclass
class Family:
    """Processes that live and die together."""

    children: list[Child]
    tell: Callable[[str], None]
    stop: threading.Event = field(default_factory=threading.Event)

    def live(self) -> int:
        """Until `stop` is set: 0; until a child cannot be kept alive: its exit code (at least 1)."""
        try:
            while not self.stop.is_set():
                for child in self.children:
                    if code := self._look_after(child):
                        return code
                self.stop.wait(0.2)
            return 0
        finally:
            self._end()

    def _look_after(self, child: Child) -> int:
        now = time.monotonic()
        if child.process is None:
            if now >= child.again_at:
                child.start()
        elif child.process.poll() is not None:
            code = child.bury(now)
            if child.deaths >= MOST_DEATHS:
                self.tell(f"{child.name} stopped {child.deaths} times in a row (exit code {code}); giving up")
                return code if code > 0 else 1
            self.tell(f"{child.name} stopped (exit code {code}); starting it again")
        return 0

    def _end(self) -> None:
        for child in self.children:
            child.end()
        until = time.monotonic() + STOP_SECONDS
        for child in self.children:
            child.wait(until)
