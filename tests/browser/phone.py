"""A volunteer's phone: a Chromium with a profile of its own on the disk, which can be killed like a dead battery."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import BrowserContext, Page, Playwright

from tests.browser.house import die_with_owner
from tests.browser.visit import CHROMIUM, FLAGS, watch

START_SECONDS = 30


class Handset:
    """One profile. `switch_on` starts the browser, `drop_dead` ends it with SIGKILL, nothing written any more."""

    def __init__(self, playwright: Playwright, home: Path, flags: tuple[str, ...] = ()) -> None:
        self.playwright, self.home, self.flags = playwright, home, flags
        self.complaints: list[str] = []
        self.process: subprocess.Popen[bytes] | None = None

    def switch_on(self) -> Page:
        """The browser with the profile as it was left; its one page."""
        port_file = self.home / "DevToolsActivePort"
        port_file.unlink(missing_ok=True)
        for lock in self.home.glob(
            "Singleton*"
        ):  # of the killed one; another process may have its number by now
            lock.unlink()
        flags = [
            "--headless=new",
            "--remote-debugging-port=0",
            f"--user-data-dir={self.home}",
            "--lang=zh-CN",
            "--accept-lang=zh-CN",
            *self.flags,
        ]
        self.process = subprocess.Popen(
            [str(CHROMIUM), *FLAGS, *flags, "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=die_with_owner,  # noqa: PLW1509 - one system call, no lock
        )
        deadline = time.monotonic() + START_SECONDS
        while not port_file.exists() or not port_file.read_text().strip():
            assert time.monotonic() < deadline, "Chromium does not start"
            time.sleep(0.05)
        port = port_file.read_text().split()[0]
        self.browser = self.playwright.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.context.set_default_timeout(15_000)
        watch(self.context, self.complaints)
        page = self.context.pages[0]
        page.set_viewport_size({"width": 390, "height": 844})
        return page

    @property
    def context(self) -> BrowserContext:
        return self.browser.contexts[0]

    def drop_dead(self) -> None:
        """kill -9 of every process of the browser."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.process = None

    def says(self, words: Iterable[str]) -> list[str]:
        """Which of the words stand somewhere in the profile, in any spelling a browser stores text in."""
        kept = b"\n".join(f.read_bytes() for f in self.home.rglob("*") if f.is_file() and not f.is_symlink())
        spelled = {w: (w.encode(), w.encode("utf-16-le"), w.encode("unicode_escape")) for w in words}
        return [word for word, ways in spelled.items() if any(way in kept for way in ways)]


def camera(film: Path) -> tuple[str, ...]:
    """Flags of a phone whose camera sees a film and asks nobody for leave."""
    return (
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    )


@contextmanager
def handset(playwright: Playwright, *flags: str) -> Iterator[Handset]:
    """A fresh phone; gone afterwards."""
    home = Path(tempfile.mkdtemp(prefix="linli-phone-"))
    phone = Handset(playwright, home, flags)
    try:
        yield phone
    finally:
        phone.drop_dead()
        shutil.rmtree(home, ignore_errors=True)
    assert not phone.complaints, "; ".join(phone.complaints)
