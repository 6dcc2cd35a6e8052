"""A real linli for the browser: its own home and SQLite database, the web server and the worker as processes."""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from tests import prepared
from tests.postgres import free_port
from tests.warm import Forked, Warm

ROOT = Path(__file__).parents[2]
START_SECONDS = 40
STOP_SECONDS = 15
PR_SET_PDEATHSIG = 1


@dataclass
class House:
    """A running linli. `url` is on localhost, because a passkey belongs to a name, never to an address."""

    home: Path
    port: int
    database: str
    processes: dict[str, Forked] = field(default_factory=dict)

    @cached_property
    def warm(self) -> Warm:
        return Warm(self.environment)

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "linli.site.settings",
            "LINLI_HOME": str(self.home),
            "LINLI_DATABASE": self.database,
            "LINLI_URL": self.url,
        }

    def linli(self, *arguments: str) -> str:
        """Run the `linli` command in this house; its output. Raises AssertionError with what it said."""
        return self.warm.said("-m", "linli", *arguments)

    def python(self, code: str) -> str:
        """Run code beside the server, with Django set up: `house.python("from tests.town import …")`."""
        return self.warm.said("-c", code)

    def start(self, name: str, *arguments: str) -> None:
        """Start one long-lived `linli` command; its output goes to `<home>/<name>.log`."""
        log = self.home / f"{name}.log"
        self.processes[name] = self.warm.start("-m", "linli", *arguments, out=log, err=log)

    def kill(self, name: str) -> None:
        """kill -9 of a process and its children, as the power cut does it."""
        os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.processes.pop(name).wait()

    def stop(self, name: str) -> int:
        """Ask a process to end, as systemd does; its exit code. Raises TimeoutExpired when it does not listen."""
        process = self.processes.pop(name)
        process.terminate()
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise

    def log(self, name: str) -> str:
        return (self.home / f"{name}.log").read_text(errors="replace")

    def await_answer(self, path: str = "/") -> None:
        """Until the web server answers anything at all. Raises AssertionError with its log when it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.processes["serve"].poll() is None:
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5).close()
            except urllib.error.HTTPError:
                return
            except OSError:
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"linli serve does not answer:\n{self.log('serve')[-4000:]}")


def die_with_owner() -> None:
    """A killed test run must not leave a server behind."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


@contextmanager
def house(database: str = "") -> Iterator[House]:
    """A prepared and started house, with nobody in it yet; gone at the end.

    Its home is on the disk, not in memory. `database` is a LINLI_DATABASE; without it a SQLite file in the home.
    """
    home = Path(tempfile.mkdtemp(prefix="linli-house-"))
    made = House(home, free_port(), database or f"sqlite:///{home}/{prepared.FILE}")
    try:
        if prepared.is_shared():
            prepared.static(home / "static")
            if not database:
                prepared.tables(home / prepared.FILE)
        made.linli("prepare")
        made.start("serve", "serve", "--port", str(made.port))
        made.start("work", "work")
        made.await_answer()
        yield made
    finally:
        for name in list(made.processes):
            made.kill(name)
        made.warm.end()
        shutil.rmtree(home, ignore_errors=True)
