"""Pages as people hold them: a phone or a desk, in Chinese or English, watched for errors and for strangers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults  # type: ignore[import-untyped]
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request

CHROMIUM = Path(os.environ.get("LINLI_CHROMIUM", "/usr/bin/chromium"))
SCREENS = Path(__file__).parents[2] / "var" / "screens"
FLAGS = (
    "--no-sandbox",  # the suite may be root, whom Chromium's sandbox refuses
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Whatever a page asks for, no name but this machine's is found.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1",
)
DEVICES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
    "desk": {"viewport": {"width": 1280, "height": 800}},
}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
VIOLATIONS = "async options => (await axe.run(options)).violations"
_with_axe = WeakSet[BrowserContext]()
LOCAL = {"localhost", "127.0.0.1"}
INTERNAL = {"data", "blob", "about", "chrome", "chrome-extension"}


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium. Without it the test fails: a page that nobody looked at is not a tested page."""
    if not CHROMIUM.exists():
        pytest.fail(f"{CHROMIUM} is missing. As root: apt-get install -y chromium", pytrace=False)
    return playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))


@contextmanager
def visit(browser: Browser, url: str, *, device: str, language: str, **more: Any) -> Iterator[Page]:
    """A page in a context of its own. At the end it fails on script errors, refused policies and strangers.

    `more` goes to Playwright's new_context: `java_script_enabled=False`, `color_scheme="dark"`, `permissions`.
    """
    context = browser.new_context(
        **{"base_url": url, "locale": language, "timezone_id": "Asia/Shanghai", **DEVICES[device], **more}
    )
    context.set_default_timeout(15_000)
    complaints: list[str] = []
    watch(context, complaints)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not complaints, "; ".join(complaints)


def watch(context: BrowserContext, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        # A refused or missing page is an answer that tests ask for; anything else in red is a fault.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"console: {message.text}")

    def request(asked: Request) -> None:
        parts = urlsplit(asked.url)
        if parts.scheme not in INTERNAL and parts.hostname not in LOCAL:
            complaints.append(f"asked a stranger: {asked.url}")

    context.on("console", console)
    context.on("request", request)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))


def add_authenticator(page: Page) -> str:
    """A virtual passkey device in the page's browser, whose owner always agrees; its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return str(added["authenticatorId"])


def assert_accessible(page: Page, *, without: tuple[str, ...] = ()) -> None:
    """No violation of WCAG 2.2 A and AA that axe can see; `without` names rules that do not apply here."""
    options = {
        "resultTypes": ["violations"],
        "runOnly": {"type": "tag", "values": RULES},
        "rules": {rule: {"enabled": False} for rule in without},
    }
    context = page.context
    if context not in _with_axe:  # half a megabyte: Chromium keeps it for the pages that follow
        context.add_init_script(AXE_SCRIPT)
        _with_axe.add(context)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    results = AxeResults({"violations": page.evaluate(VIOLATIONS, options)})
    assert results.violations_count == 0, results.generate_report()


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is no wider than the screen."""
    wide, screen = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= screen, f"the page is {wide} px wide, the screen {screen}"


def shoot(page: Page, name: str) -> None:
    """A picture of the whole page in var/screens, for people to look at; the whole suite, with nobody there, takes none."""
    if os.environ.get("LINLI_TEST_PART"):
        return
    SCREENS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENS / f"{name}.png", full_page=True, animations="disabled")
