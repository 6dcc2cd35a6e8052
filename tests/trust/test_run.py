"""`linli run` as a person meets it: it starts, survives what dies, ends cleanly, and starts again where it stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from django.conf import settings

from tests.postgres import free_port

pytestmark = pytest.mark.skipif(
    os.environ.get("LINLI_TEST_DB") == "postgres", reason="starts its own SQLite house, once is enough"
)
SECONDS = 60


class Running:
    """One `linli run` in a home of its own."""

    def __init__(self, home: Path, port: int) -> None:
        self.home, self.port, self.url = home, port, f"http://127.0.0.1:{port}"
        self.log = home / "run.log"
        self.process = self.start()

    def start(self) -> subprocess.Popen[bytes]:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LINLI_")}
        environment |= {"LINLI_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "linli.site.settings"}
        with self.log.open("wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "linli", "run", "--port", str(self.port)],
                cwd=settings.ROOT.parent, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip

    def says(self) -> str:
        return self.log.read_text()

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=2) as answer:
                return bool(answer.read() == b"ok\n")
        except (urllib.error.URLError, OSError):
            return False

    def child(self, word: str) -> psutil.Process | None:
        for child in psutil.Process(self.process.pid).children():
            with suppress(psutil.Error):  # it died while we looked
                if word in child.cmdline():
                    return child
        return None


def is_alive(process: psutil.Process) -> bool:
    with suppress(psutil.Error):
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    return False


def until(true: object, what: str) -> None:
    end = time.monotonic() + SECONDS
    while not true():  # type: ignore[operator]
        assert time.monotonic() < end, what
        time.sleep(0.1)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    made = Running(tmp_path, free_port())
    try:
        yield made
    finally:
        if made.process.poll() is None:
            made.process.kill()
            made.process.wait()


def test_one_command_runs_the_house(running: Running) -> None:
    until(running.answers, running.says())
    assert f"Open      {running.url}/" in running.says()
    code = (running.home / "keys" / "first-run").read_text()
    assert f"Code      {code[:5]}-{code[5:]}" in running.says()

    # The web server is killed with everything it holds; it is started again on the same port.
    web = running.child("serve")
    assert web
    workers = web.children(recursive=True)
    web.kill()
    until(lambda: (new := running.child("serve")) and new.pid != web.pid, "web was not started again")
    until(running.answers, running.says())
    assert not any(map(is_alive, workers))

    # So is the worker.
    worker = running.child("work")
    assert worker
    worker.kill()
    until(lambda: (new := running.child("work")) and new.pid != worker.pid, "worker was not started again")

    # Asked to stop it stops, and leaves nothing behind.
    family = psutil.Process(running.process.pid).children(recursive=True)
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(30) == 0
    until(lambda: not any(map(is_alive, family)), "left behind")
    assert not running.answers()

    # And it starts again with the same code.
    running.process = running.start()
    until(running.answers, running.says())
    assert (running.home / "keys" / "first-run").read_text() == code

    # Killed itself, it takes its children along.
    family = psutil.Process(running.process.pid).children(recursive=True)
    running.process.kill()
    running.process.wait()
    until(lambda: not any(map(is_alive, family)), "orphans")


def test_a_port_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        second = Running(tmp_path, taken.getsockname()[1])
        assert second.process.wait(SECONDS) == 3
    assert "cannot be used" in second.says()
    assert "Traceback" not in second.says()


@pytest.mark.parametrize(
    "name", ["run", "serve", "work", "pack", "verify", "backup", "restore", "docs", "prepare"]
)
def test_help_teaches(name: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "linli", name, "--help"], cwd=settings.ROOT.parent, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert f"linli {name}" in ran.stdout
    assert len(ran.stdout.splitlines()) >= 8
