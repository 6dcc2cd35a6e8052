"""A house that is killed and comes back: real `linli serve` and `linli work`, SIGKILLed with everything they started."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.postgres import free_port
from tests.warm import Forked, Warm

ROOT = Path(__file__).parents[2]
BOOT_SECONDS = 40


@dataclass
class Pair:
    """Web and worker, each in a session of its own so that nothing of it survives."""

    house: House
    port: int = field(default_factory=free_port)

    def __post_init__(self) -> None:
        self.web = self.house.start("serve", "--port", str(self.port), "--workers", "1")
        self.worker = self.house.start("work")

    def await_ready(self) -> None:
        """Until the web answers. Raises RuntimeError when it ends instead."""
        until = time.monotonic() + BOOT_SECONDS
        while time.monotonic() < until and self.web.poll() is None:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=2)
            with suppress(OSError, HTTPException):
                connection.request("GET", "/healthz")
                if connection.getresponse().status == 200:
                    return
            connection.close()
            time.sleep(0.02)
        raise RuntimeError(f"the web does not come up:\n{self.house.log.read_text()[-3000:]}")

    def kill(self) -> None:
        """SIGKILL to web and worker and all their children, at once."""
        for process in (self.web, self.worker):
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in (self.web, self.worker):
            process.wait()


@dataclass
class House:
    """One installation: its home on a disk, its database, its environment."""

    home: Path
    database: str

    @property
    def log(self) -> Path:
        """What all its processes said."""
        return self.home / "log"

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the test's own settings."""
        return {
            **{k: v for k, v in os.environ.items() if not k.startswith("LINLI_")},
            "DJANGO_SETTINGS_MODULE": "tests.faults.kill_settings",
            "LINLI_HOME": str(self.home),
            "LINLI_DATABASE": self.database,
        }

    @cached_property
    def warm(self) -> Warm:
        return Warm(self.environment)

    def start(self, *arguments: str) -> Forked:
        """`linli …` in the background."""
        return self.warm.start("-m", "linli", *arguments, out=self.log, err=self.log)

    def ask(self, *arguments: str) -> str:
        """What `python -m …` prints to its end. Raises AssertionError with its words when it fails."""
        return self.warm.said("-m", *arguments)


def database_of(engine: str, home: Path, stack: Any) -> str:
    """SQLite as shipped, in a file of the home; or a PostgreSQL of its own with fsync on."""
    if engine == "sqlite":
        return f"sqlite:///{home}/linli.sqlite3"
    from tests.postgres import postgres

    return str(stack.enter_context(postgres(durable=True)).named("postgres"))
