"""Starts the solver, waits no longer than is allowed, kills it, and believes it only where its plan is better."""

from __future__ import annotations

import contextlib
import json
import logging
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict

from linli.matters.patrols import walks
from linli.matters.patrols.walks import Leg, Task

log = logging.getLogger(__name__)

GRACE = 5.0
"""Seconds beyond its own limit after which a solver is killed: time to start and to load its libraries."""
COMMAND = (sys.executable, "-m", "linli.matters.patrols.solver")


class Solving:
    """A solver under way. `plain` is the plan in hand, which stays unless a better one comes back in time."""

    def __init__(
        self, task: Task, plain: list[Leg], *, seconds: float, command: tuple[str, ...] = COMMAND
    ) -> None:
        self.task, self.plain = task, plain
        self.killed_at = time.monotonic() + seconds + GRACE
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process; closed in `finished`
        with tempfile.TemporaryFile() as asked:
            asked.write(json.dumps({"task": asdict(task), "seconds": seconds}).encode())
            asked.seek(0)
            self._process = subprocess.Popen(
                command, stdin=asked, stdout=self._said, stderr=subprocess.DEVNULL
            )

    def is_running(self) -> bool:
        """Whether it is still at work; one that is too late is killed here."""
        if self._process.poll() is None and time.monotonic() > self.killed_at:
            self.kill()
        return self._process.poll() is None

    def kill(self) -> None:
        """End it now; what it found is lost, the plain plan is not."""
        self._process.kill()
        self._process.wait()

    def finished(self) -> list[Leg] | None:
        """The better plan; None when it failed, was killed, made no sense or walks no less. Call once, when it has ended."""
        self._process.wait()
        with self._said as said:
            said.seek(0)
            text = said.read()
        if self._process.returncode != 0:
            log.warning("the route solver ended with %s; the plain plan stays", self._process.returncode)
            return None
        return better(self.task, self.plain, text)


def better(task: Task, plain: list[Leg], text: bytes) -> list[Leg] | None:
    """What the solver wrote, if it is a plan of this task, visits no less and walks less than the plain one."""
    try:
        legs = [Leg(**row) for row in json.loads(text)]
        if walks.faults(task, legs) or len(legs) < len(plain):
            return None
        return legs if walks.length(task, legs) < walks.length(task, plain) else None
    except (ValueError, TypeError, KeyError, IndexError):
        log.warning("the route solver wrote what is no plan; the plain plan stays")
        return None


def solve_now(task: Task, plain: list[Leg], *, seconds: float) -> list[Leg]:
    """Wait for the better plan; the plain one where there is none. For benches and commands, not for a request."""
    solving = Solving(task, plain, seconds=seconds)
    while solving.is_running():
        with contextlib.suppress(subprocess.TimeoutExpired):
            solving._process.wait(timeout=0.1)
    return solving.finished() or plain
