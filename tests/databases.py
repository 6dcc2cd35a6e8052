"""Gives a test run its own home and its own database, before Django reads its settings.

LINLI_TEST_DB=sqlite (default) or postgres. SQLite is a real file with the real pragmas, not memory: threads
and processes meet in it as in an office. PostgreSQL is a server started for this run (tests/postgres.py).
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import postgres

DATABASE = os.environ.get("LINLI_TEST_DB", "sqlite")
NAMES = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
KEPT = {"LINLI_TEST_DB", "LINLI_TEST_PART", "LINLI_TEST_POSTGRES_BIN", "LINLI_HYPOTHESIS", "LINLI_CHROMIUM"}
SHARED_MEMORY = Path("/dev/shm")
ROOM_NEEDED = 10**9

_resources = ExitStack()


def home() -> Path:
    """A new LINLI_HOME, in memory where there is room; tests/faults tests what fsync promises, on a disk."""
    roomy = os.access(SHARED_MEMORY, os.W_OK) and shutil.disk_usage(SHARED_MEMORY).free > ROOM_NEEDED
    made = Path(tempfile.mkdtemp(prefix="linli-test-", dir=SHARED_MEMORY if roomy else None))
    _resources.callback(shutil.rmtree, made, ignore_errors=True)
    return made


def choose() -> None:
    """Point the environment at the chosen database; settings read nothing else."""
    if DATABASE not in NAMES:
        raise pytest.UsageError(f"LINLI_TEST_DB={DATABASE}: sqlite or postgres")
    # A developer's own settings must not colour the tests.
    for name in [name for name in os.environ if name.startswith("LINLI_") and name not in KEPT]:
        del os.environ[name]
    here = home()
    os.environ["LINLI_HOME"] = str(here)
    if DATABASE == "sqlite":
        os.environ["LINLI_DATABASE"] = f"sqlite:///{here}/linli.sqlite3"
        return
    server = _resources.enter_context(postgres())
    os.environ["LINLI_DATABASE"] = server.named("linli")
    os.environ["PATH"] = (
        f"{server.programs}{os.pathsep}{os.environ['PATH']}"  # pg_dump of the server's own version
    )


def is_controller(config: pytest.Config) -> bool:
    """Whether this process only hands tests to workers, and needs no database."""
    return bool(config.option.tx or config.option.numprocesses) and not hasattr(config, "workerinput")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    atexit.register(_resources.close)
    choose()


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings
    from django.core.management import call_command

    if is_controller(config):
        return
    if DATABASE == "sqlite":  # Django would take memory; PostgreSQL keeps Django's test_ name
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(settings.HOME / "test.sqlite3")
    make_passwords_cheap()
    read_static_files_once()
    # Pages name their files by hash, so the manifest must exist; compressing them is for production.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    )
    call_command("collectstatic", interactive=False, verbosity=0)


def make_passwords_cheap() -> None:
    """The same algorithm with the smallest costs: tests sign in hundreds of times."""
    from linli.roster.passwords import Argon2

    Argon2.time_cost, Argon2.memory_cost, Argon2.parallelism = 1, 8, 1


def read_static_files_once() -> None:
    """Every test client makes its middleware anew; reading 125 files each time was a quarter of all tests with pages."""
    from whitenoise.middleware import WhiteNoiseMiddleware  # type: ignore[import-untyped]

    read, known = WhiteNoiseMiddleware.update_files_dictionary, dict[tuple[str, str], dict[str, Any]]()

    def update(served: Any, root: str, prefix: str) -> None:
        if (root, prefix) not in known:
            read(served, root, prefix)
            known[root, prefix] = dict(served.files)
        served.files.update(known[root, prefix])

    WhiteNoiseMiddleware.update_files_dictionary = update


def pytest_unconfigure() -> None:
    _resources.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failure says on which database."""
    report = yield
    if report.failed:
        report.sections.append(("Database", NAMES[DATABASE]))
    return report
