"""What no test may do unseen: reach for the network, or write somebody's number into a log."""

from __future__ import annotations

import ipaddress
import logging
import os
import re
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# CI runs the same examples twice; a developer meets others every day; a nightly run looks longer.
settings.register_profile(
    "ci", derandomize=True, max_examples=40, deadline=None, print_blob=True, database=None
)
settings.register_profile("dev", max_examples=40, deadline=None)
settings.register_profile(
    "nightly", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("LINLI_HYPOTHESIS") or ("ci" if os.environ.get("CI") else "dev"))

HERE = Path(__file__).parent
BROWSER, FAULTS = HERE / "browser", HERE / "faults"
PARTS = {
    "browser": (BROWSER,),
    "apart": (FAULTS, HERE / "trust" / "test_run.py", HERE / "trust" / "test_backup.py"),
}
"""Tests that start processes and wait for them; all others are `inside`."""
KILL = FAULTS / "test_kill.py"
ON_ONE = (HERE / "trust" / "test_matrix.py", HERE / "flows" / "test_demo.py")
"""Every route for every role: what decides is the table of duties, and each page has its own tests on both databases.
The demo: every step of it has tests on both."""
LOCAL_NAMES = {"", "localhost", "localhost.localdomain", "0.0.0.0", "::"}
# An identity number (18, the last may be X) or a mobile number (11), not as a part of a UUID or an epoch.
PERSONAL = re.compile(r"(?<![0-9A-Za-z-])(?:\d{17}[\dXx]|1[3-9]\d{9})(?![0-9A-Za-z-])")

_attempts: list[str] = []
_leaks: list[str] = []


class NetworkForbidden(OSError):
    """A test reached for another machine."""


def is_local(host: str) -> bool:
    if host in LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def watch_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Refuse and remember: code that swallows the refusal must fail its test all the same."""
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"}:
        address = arguments[1]
        if isinstance(address, tuple) and not is_local(str(address[0])):
            refuse(f"{event} {address[0]}:{address[1]}")
    elif event == "socket.getaddrinfo":
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0] or "")
        if not is_local(host) and not is_address(host):
            refuse(f"name look-up of {host}")


def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def refuse(what: str) -> None:
    _attempts.append(what)
    raise NetworkForbidden(f"tests stay on this machine: {what}")


sys.addaudithook(watch_network)


class Ear(logging.Handler):
    """Hears every record that reaches the root logger."""

    def emit(self, record: logging.LogRecord) -> None:
        if PERSONAL.search(record.getMessage()):
            _leaks.append(f"{record.name}: {PERSONAL.sub('<number>', record.getMessage())}")


ear = Ear(logging.INFO)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, Any, Any]:
    from django.utils import translation

    translation.activate("zh-hans")  # a page asked for in English leaves the thread in English
    logging.getLogger().addHandler(ear)  # again for each test, because configuring logging drops it
    _attempts.clear()
    _leaks.clear()
    result = yield
    if _attempts:
        pytest.fail(f"reached for the network: {', '.join(_attempts)}", pytrace=False)
    if _leaks:
        pytest.fail(f"personal numbers in the log: {'; '.join(_leaks)}", pytrace=False)
    return result


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Browser tests come last, because Playwright leaves an event loop in the thread, and Django refuses there.

    What does not depend on the database of the run is left to the run on SQLite: the browser's house has its own
    database, rules read files, a pure function knows none. Asked for alone, they run on both. scripts/suite.py gives
    the tests that mostly wait for processes of their own (LINLI_TEST_PART) to workers beside the others. The one on
    killing runs alone on the machine, so it comes first on SQLite and last on PostgreSQL: they need not wait for each other.
    """
    for item in items:
        if item.path.is_relative_to(BROWSER):
            item.add_marker("browser")
    wanted = [item for item in items if is_of_this_part(item)]
    on_postgres = os.environ.get("LINLI_TEST_DB") == "postgres"
    if on_postgres:
        wanted = [item for item in wanted if needs_database(item)] or wanted
    in_browser = [item for item in wanted if item.path.is_relative_to(BROWSER)]
    left = set(wanted)
    config.hook.pytest_deselected(items=[item for item in items if item not in left])
    others = [item for item in wanted if not item.path.is_relative_to(BROWSER)]
    others.sort(key=lambda item: (item.path == KILL) == on_postgres)
    items[:] = others + in_browser


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A share does not read the files of the others: that alone takes seconds."""
    part = os.environ.get("LINLI_TEST_PART")
    if part not in PARTS:
        return None
    on_the_way = any(
        collection_path.is_relative_to(place) or place.is_relative_to(collection_path)
        for place in PARTS[part]
    )
    return None if on_the_way else True


def is_of_this_part(item: pytest.Item) -> bool:
    """Whether the item belongs to the share of the suite that this process was given; without one, everything does."""
    part = os.environ.get("LINLI_TEST_PART")
    of = next((n for n, places in PARTS.items() if any(map(item.path.is_relative_to, places))), "inside")
    return part in (None, "", of)


def needs_database(item: pytest.Item) -> bool:
    """Whether it asks for the database of the run, or brings one of the same kind itself."""
    if item.path in ON_ONE:
        return False
    asked = {"db", "transactional_db", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    own = item.path.is_relative_to(FAULTS) or "DATABASE" in vars(getattr(item, "module", item))
    return bool(asked) or own or item.get_closest_marker("django_db") is not None


_collected: set[str] = set()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_node_collection_finished(node: Any, ids: list[str]) -> None:
    """Each worker has another share; pytest's percentages are told of the last one only."""
    _collected.update(ids)


@pytest.hookimpl(tryfirst=True)
def pytest_report_teststatus(report: pytest.TestReport, config: pytest.Config) -> None:
    """Count towards all shares together; a test of both databases is one."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    if _collected and reporter and reporter._session:
        reporter._session.testscollected = len(_collected)
